"""Settings: read once, refused whole."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError

SECRET = "0123456789abcdef"


def test_defaults_listen_on_this_machine_only() -> None:
    assert asdict(Settings.from_environment({"FOREWARN_BOT_SECRET": SECRET})) == {
        "secret": SECRET,
        "host": "127.0.0.1",
        "port": 5005,
        "retrieval_url": "http://127.0.0.1:8001",
        "actions_url": "http://127.0.0.1:5055",
        "deadline_turn": 2.5,
        "deadline_actions": 2.0,
        "deadline_retrieval": 1.5,
        "conversation_minutes": 30.0,
        "var": Path("var"),
    }


def test_every_problem_is_named_and_no_value_repeated() -> None:
    environment = {
        "FOREWARN_BOT_SECRET": "short",
        "FOREWARN_BOT_HOST": " ",
        "FOREWARN_BOT_PORT": "70000",
        "FOREWARN_RETRIEVAL_URL": "ftp://x",
        "FOREWARN_DEADLINE_BOT": "soon",
        "FOREWARN_DEADLINE_ACTIONS": "0",
        "FOREWARN_DEADLINE_RETRIEVAL": "nan",
        "FOREWARN_CONVERSATION_MINUTES": "-1",
    }

    with pytest.raises(SettingsError) as refused:
        Settings.from_environment(environment)

    assert str(refused.value).splitlines() == [
        "FOREWARN_BOT_SECRET: expected at least 16 plain characters, the same for web and bot",
        "FOREWARN_BOT_HOST: expected an address to listen on, such as 127.0.0.1",
        "FOREWARN_BOT_PORT: expected a port number between 1 and 65535",
        "FOREWARN_RETRIEVAL_URL: expected an address such as http://127.0.0.1:8001",
        "FOREWARN_DEADLINE_BOT: expected seconds, more than 0",
        "FOREWARN_DEADLINE_ACTIONS: expected seconds, more than 0",
        "FOREWARN_DEADLINE_RETRIEVAL: expected seconds, more than 0",
        "FOREWARN_CONVERSATION_MINUTES: expected minutes, more than 0 and at most a day",
    ]


def test_without_a_secret_nothing_starts() -> None:
    with pytest.raises(SettingsError, match="FOREWARN_BOT_SECRET"):
        Settings.from_environment({})
