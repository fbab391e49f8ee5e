"""The action server speaks from what is in service, and finishes a turn as it began it."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from actions.app import create_app
from actions.settings import ActionsSettings
from forewarn.knowledge.loader import Knowledge
from tests.actions.conftest import KNOWLEDGE, Rasa, Retrieval
from tests.published_version import put_in_service

ENTRY = "typing-test"
"""An entry that nothing but its relatives names."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(KNOWLEDGE, tmp_path / "knowledge"))


@pytest.fixture
def publish(folder: Path, tmp_path: Path) -> Callable[[], str]:
    return lambda: put_in_service(folder, tmp_path / "var" / "index")


@pytest.fixture
def idle(folder: Path, publish: Callable[[], str], retrieval: Retrieval, tmp_path: Path) -> Rasa:
    """An action server that does not look at the pointer by itself."""
    publish()
    transport = httpx.MockTransport(retrieval)
    client = httpx.AsyncClient(base_url="http://retrieval", transport=transport)
    settings = ActionsSettings(knowledge=folder, var=tmp_path / "var")
    return Rasa(TestClient(create_app(settings, client)))


def remove(folder: Path, entry: str) -> None:
    for path in list((folder / "faq").glob(f"*/{entry}.*.md")):
        path.unlink()
    for path in (folder / "faq").glob("*/*.en.md"):
        text = path.read_text("utf-8")
        path.write_text(re.sub(rf"(?m)^(related: .*)\b{entry}(, )?", r"\1", text), "utf-8")


def spoken(rasa: Rasa) -> str:
    return str(rasa.server.get("/health").json()["knowledge"])


def test_what_retrieval_knows_already_is_caught_up_with(
    idle: Rasa,
    folder: Path,
    publish: Callable[[], str],
    retrieval: Retrieval,
    knowledge: Knowledge,
) -> None:
    before = spoken(idle)
    for path in list((folder / "faq").glob(f"*/{ENTRY}.*.md")):
        path.rename(path.with_name(path.name.replace(ENTRY, "umbrella")))
    hashed = publish()
    assert spoken(idle) == before != hashed
    retrieval.finds("answer", "umbrella")
    turn = idle("action_answer_question", "may I?", language="en")
    assert turn.texts[0].endswith(knowledge.faq[ENTRY].texts["en"].answer)
    assert spoken(idle) == hashed


def test_a_button_to_what_is_gone_shows_the_topics(
    idle: Rasa, folder: Path, publish: Callable[[], str], knowledge: Knowledge
) -> None:
    remove(folder, ENTRY)
    publish()
    # Until the pointer is looked at, the turn is answered as it began.
    turn = idle("action_answer_question", language="en", faq=ENTRY)
    assert turn.texts[0].endswith(knowledge.faq[ENTRY].texts["en"].answer)
    idle("action_answer_question", language="en", faq="no-such-entry")
    gone = idle("action_answer_question", language="en", faq=ENTRY)
    assert gone.texts == [knowledge.messages["en"].show_topics]
    assert {intent for intent, _ in gone.meanings} == {"show_topic"}
