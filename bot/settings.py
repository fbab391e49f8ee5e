"""The bot's settings, read from the environment once, when a process starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SHORTEST_SECRET = 16


class SettingsError(Exception):
    """Settings are missing or wrong. The message names each one and what it should be."""


def _from(name: str, read: Callable[[str], Any], default: str | None = None) -> dict[str, Any]:
    return {"environment": name, "read": read, "default": default}


def _port(value: str) -> int:
    if not value.isascii() or not value.isdigit() or not 0 < int(value) < 65536:
        raise ValueError("a port number between 1 and 65535")
    return int(value)


def _seconds(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < 3600:
        raise ValueError("seconds, more than 0")
    return seconds


def _minutes(value: str) -> float:
    try:
        minutes = float(value)
    except ValueError:
        minutes = -1.0
    if not 0 < minutes <= 24 * 60:
        raise ValueError("minutes, more than 0 and at most a day")
    return minutes


def _url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("an address such as http://127.0.0.1:8001")
    return value.rstrip("/")


def _host(value: str) -> str:
    if not value.strip():
        raise ValueError("an address to listen on, such as 127.0.0.1")
    return value


def _secret(value: str) -> str:
    # An empty or guessable secret would open every conversation to whoever reaches the port.
    if len(value) < SHORTEST_SECRET or not value.isascii():
        raise ValueError(f"at least {SHORTEST_SECRET} plain characters, the same for web and bot")
    return value


@dataclass(frozen=True)
class Settings:
    """All the bot reads from its environment. Deadlines are seconds."""

    secret: str = field(metadata=_from("FOREWARN_BOT_SECRET", _secret))
    host: str = field(metadata=_from("FOREWARN_BOT_HOST", _host, "127.0.0.1"))
    port: int = field(metadata=_from("FOREWARN_BOT_PORT", _port, "5005"))
    retrieval_url: str = field(
        metadata=_from("FOREWARN_RETRIEVAL_URL", _url, "http://127.0.0.1:8001")
    )
    actions_url: str = field(metadata=_from("FOREWARN_ACTIONS_URL", _url, "http://127.0.0.1:5055"))
    deadline_turn: float = field(metadata=_from("FOREWARN_DEADLINE_BOT", _seconds, "2.5"))
    deadline_actions: float = field(metadata=_from("FOREWARN_DEADLINE_ACTIONS", _seconds, "2.0"))
    deadline_retrieval: float = field(
        metadata=_from("FOREWARN_DEADLINE_RETRIEVAL", _seconds, "1.5")
    )
    conversation_minutes: float = field(
        metadata=_from("FOREWARN_CONVERSATION_MINUTES", _minutes, "30")
    )
    var: Path = field(metadata=_from("FOREWARN_VAR", Path, "var"))

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read every setting.

        Raises:
            SettingsError: with one line for each setting that is missing or wrong. Values are
                not repeated: one of them is the secret.
        """
        values: dict[str, Any] = {}
        problems = []
        for setting in fields(cls):
            name, default = setting.metadata["environment"], setting.metadata["default"]
            given = environment.get(name) or default
            try:
                values[setting.name] = setting.metadata["read"](given or "")
            except ValueError as problem:
                problems.append(f"{name}: expected {problem}")
        if problems:
            raise SettingsError("\n".join(problems))
        return cls(**values)
