"""Web speaks from what is in service, keeps conversations over a change, and says who lags."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.published_version import put_in_service
from tests.web.conftest import KNOWLEDGE
from tests.web.fake_bot import FakeBot
from tests.web.talk import choices_of, opened, say
from web.app import create_app
from web.settings import WebSettings

PATIENCE = 60.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(KNOWLEDGE, tmp_path / "knowledge"))


@pytest.fixture
def publish(folder: Path, tmp_path: Path) -> Callable[[], str]:
    return lambda: put_in_service(folder, tmp_path / "index")


def reword(folder: Path) -> str:
    """Change the first sentence of the first screen; returns the new one."""
    path = folder / "messages" / "en.yml"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    number = next(n for n, line in enumerate(lines) if line.startswith("fallback: "))
    lines[number] = 'fallback: "Our words have changed. Nobody has been told."\n'
    path.write_text("".join(lines), "utf-8")
    return "Our words have changed. Nobody has been told."


def wait_for(what: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_new_words_are_spoken_and_no_conversation_is_lost(
    make_settings: Callable[..., WebSettings],
    folder: Path,
    publish: Callable[[], str],
    bot: FakeBot,
) -> None:
    first = publish()
    with TestClient(create_app(make_settings(knowledge=folder))) as client:
        assert client.get("/health").json() == {"alive": True, "knowledge": first}
        conversation = opened(client)
        words = reword(folder)
        second = publish()
        wait_for(lambda: bool(client.get("/health").json()["knowledge"] == second))
        assert client.get("/api/strings?language=en").json()["fallback"]["message"] == words
        # What was minted before is still good, and the bot is asked in the same conversation.
        choice = choices_of(conversation)[0]["choice"]
        assert say(client, conversation["conversation"], choice=choice).status_code == 200
        bot.kill()
        response = say(client, conversation["conversation"], text="what is a scam compound?")
        assert (response.status_code, response.json()["message"]) == (503, words)


def test_not_ready_when_parts_speak_from_different_versions_for_long(
    make_client: Callable[..., TestClient], bot: FakeBot
) -> None:
    client = make_client(version_seconds=1.5)
    web = client.get("/health").json()["knowledge"]
    bot.state = {"knowledge": "another"}
    spoken = {"web": web, "bot": "another", "actions": "another", "retrieval": "another"}
    parts = {"bot": True, "actions": True, "retrieval": True}
    # What was answered a moment ago may be answered again.
    wait_for(lambda: client.get("/ready").json()["knowledge"] == spoken)
    assert client.get("/ready").status_code == 200
    wait_for(lambda: client.get("/ready").status_code == 503)
    assert client.get("/ready").json() == {"ready": False, "parts": parts, "knowledge": spoken}
    bot.state = {"knowledge": web}
    wait_for(lambda: client.get("/ready").status_code == 200)
