"""A running service takes in what is saved and follows the pointer, and drops no request."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from forewarn.knowledge.loader import content_hash
from forewarn.knowledge.validate import validate
from retrieval import publishing
from retrieval.__main__ import main
from retrieval.api import create_app
from retrieval.record import Record
from retrieval.settings import RetrievalSettings
from retrieval.versions import Versions

PATIENCE = 1800.0
"""Seconds after which a wait is given up: not a measure, a busy machine may take a hundred times as
long as a quiet one."""

PAUSE = 0.2
"""Seconds between questions: asked without a pause, they take the processor from what is waited
for."""


@pytest.fixture
def settings(own_var: None) -> RetrievalSettings:
    return RetrievalSettings(watch_knowledge=True, deadline_retrieval=60)


@pytest.fixture
def client(settings: RetrievalSettings) -> Iterator[TestClient]:
    with TestClient(create_app(settings)) as made:
        yield made


def edit(settings: RetrievalSettings, old: str, new: str) -> Path:
    path = min((settings.knowledge / "faq").glob("*/*.en.md"))
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    return path


def state(client: TestClient) -> dict[str, Any]:
    content: dict[str, Any] = client.get("/publish").json()
    return content


def wait_for(what: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < until
        time.sleep(0.05)


def wait_until_live(client: TestClient, settings: RetrievalSettings) -> None:
    wanted = content_hash(settings.knowledge)
    wait_for(lambda: state(client)["knowledge"] == wanted)


@contextmanager
def asked_all_the_time(client: TestClient) -> Iterator[list[int]]:
    """Ask the whole time; the list fills with the status of each reply."""
    over = threading.Event()
    statuses: list[int] = []

    def ask() -> None:
        while not over.is_set():
            asked = {"text": "is this job abroad real", "language": "en"}
            for path in ("/understand", "/search", "/offers/check"):
                statuses.append(client.post(path, json=asked).status_code)
            over.wait(PAUSE)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield statuses
    finally:
        over.set()
        thread.join()


def test_a_saved_file_is_live_and_no_request_is_dropped(
    client: TestClient, settings: RetrievalSettings
) -> None:
    path = min((settings.knowledge / "faq").glob("*/*.en.md"))
    name = path.name.split(".")[0]
    wording = "tell me about the purple umbrella thing"
    with asked_all_the_time(client) as statuses:
        edit(settings, "also_asked:\n", f"also_asked:\n  - {wording}\n")
        wait_until_live(client, settings)
    assert set(statuses) == {200}
    hits = client.post("/search", json={"text": wording, "language": "en"}).json()["hits"]
    assert hits[0]["id"] == name
    reported = {client.get(path).json()["knowledge"] for path in ("/health", "/ready", "/publish")}
    assert reported == {content_hash(settings.knowledge)}


def test_an_invalid_file_changes_nothing_and_staff_are_told_why(
    client: TestClient, settings: RetrievalSettings, caplog: pytest.LogCaptureFixture
) -> None:
    before = state(client)
    good = min((settings.knowledge / "faq").glob("*/*.en.md")).read_text("utf-8")
    path = edit(settings, "question: ", "quest: ")
    wait_for(lambda: state(client)["outcome"] != "live")
    told = state(client)
    lines = [str(one) for one in validate(settings.knowledge) if one.severity == "error"]
    assert told == {
        **before,
        "outcome": "knowledge_broken",
        "problems": lines,
        "at": told["at"],
    }
    assert lines[0].startswith(f"{path.as_posix()}:2: error: quest: ")
    assert [record.getMessage() for record in caplog.records if record.name == publishing.__name__][
        : len(lines)
    ] == lines
    path.write_text(good, "utf-8")
    wait_for(lambda: state(client)["outcome"] == "live")
    assert state(client)["version"] == before["version"]


def test_what_is_half_saved_goes_live_when_it_is_whole(
    client: TestClient, settings: RetrievalSettings
) -> None:
    path = min((settings.knowledge / "faq").glob("*/*.en.md"))
    whole = path.read_text("utf-8").replace("question: ", "question: Well, ", 1)
    before = state(client)["version"]
    with path.open("w", encoding="utf-8") as file:
        for start in range(0, len(whole), len(whole) // 4):
            file.write(whole[start : start + len(whole) // 4])
            file.flush()
            time.sleep(0.05)
    wait_until_live(client, settings)
    assert Record.read(Versions(settings.index_folder).current()).after == before


def test_rollback_is_followed_and_not_undone_until_a_file_changes(
    client: TestClient, settings: RetrievalSettings, capsys: pytest.CaptureFixture[str]
) -> None:
    first = state(client)
    edit(settings, "question: ", "question: Well, ")
    wait_until_live(client, settings)
    second = state(client)
    with asked_all_the_time(client) as statuses:
        assert main(["rollback"]) == 0
        wait_for(lambda: bool(state(client)["version"] == first["version"]))
    assert set(statuses) == {200}
    assert capsys.readouterr().out.splitlines() == [
        f"back in service: {first['version']} instead of {second['version']}",
        "The knowledge folder is as it was and is not published again by itself until a file in "
        "it changes. Forward again: `python -m retrieval publish`.",
    ]
    (settings.knowledge / "notes.txt").write_text("no knowledge file")
    path = min((settings.knowledge / "faq").glob("*/*.en.md"))
    path.touch()
    wait_for(lambda: state(client)["outcome"] == "held_back")
    assert state(client)["knowledge"] == first["knowledge"]
    assert main(["build"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "the knowledge folder holds what was rolled back; what is in service stays"
    ]
    edit(settings, "question: Well, ", "question: Now, ")
    wait_until_live(client, settings)


def test_forward_again_by_command(client: TestClient, settings: RetrievalSettings) -> None:
    edit(settings, "question: ", "question: Well, ")
    wait_until_live(client, settings)
    second = state(client)["knowledge"]
    assert main(["rollback"]) == 0
    wait_for(lambda: bool(state(client)["knowledge"] != second))
    assert client.post("/publish").json()["knowledge"] == second


def test_nothing_to_go_back_to_is_said(
    settings: RetrievalSettings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rollback"]) == 1
    assert capsys.readouterr().err == (
        "there is no older version to go back to: the one in service is the first of those that "
        "are kept\n"
    )


def test_a_version_that_cannot_be_read_is_not_followed(
    client: TestClient, settings: RetrievalSettings, caplog: pytest.LogCaptureFixture
) -> None:
    first = state(client)
    edit(settings, "question: ", "question: Well, ")
    wait_until_live(client, settings)
    (settings.index_folder / first["version"] / "space.npz").write_bytes(b"nothing")
    second = state(client)
    assert main(["rollback"]) == 0
    said = f"{first['version']} cannot be served: space.npz of the index in {first['version']}"
    wait_for(lambda: f"{said} is damaged" in caplog.messages)
    assert state(client)["version"] == second["version"]


def test_learning_anew_is_done_beside_and_followed(
    client: TestClient, settings: RetrievalSettings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger=publishing.__name__)
    path = settings.knowledge / "danger" / "held.yml"
    text = path.read_text("utf-8")
    with_one_more = text.replace("\nexamples:\n", '\nexamples:\n  - "they hold me in here"\n', 1)
    assert with_one_more != text
    path.write_text(with_one_more, "utf-8")
    wait_until_live(client, settings)
    small = state(client)["version"]
    assert Record.read(settings.index_folder / small).fitted.examples != ""
    with asked_all_the_time(client) as statuses:
        wait_for(lambda: bool(state(client)["version"] != small))
    assert set(statuses) == {200}
    fitted = Record.read(settings.index_folder / state(client)["version"]).fitted
    assert (fitted.examples, fitted.rows) == (fitted.now, 0)
    assert state(client)["knowledge"] == content_hash(settings.knowledge)
