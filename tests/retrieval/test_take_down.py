"""One command takes a contact out of service at once, and says how to put it back."""

import shutil
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from forewarn.knowledge.loader import Knowledge, content_hash, load
from forewarn.knowledge.validate import validate
from forewarn.published import in_service
from retrieval.__main__ import main
from retrieval.api import create_app
from retrieval.commands import staff
from retrieval.settings import RetrievalSettings
from retrieval.take_down import ASIDE, MARK


@pytest.fixture
def settings(own_var: None, monkeypatch: pytest.MonkeyPatch) -> RetrievalSettings:
    monkeypatch.setenv("FOREWARN_RETRIEVAL_PORT", "1")  # nobody answers there
    return RetrievalSettings()


def live(settings: RetrievalSettings) -> Knowledge:
    version = in_service(settings.index_folder)
    assert version is not None
    return load(version.files)


def ids(knowledge: Knowledge, country: str) -> list[str]:
    return [contact.id for contact in knowledge.contacts[country]]


def texts(folder: Path) -> dict[str, list[str]]:
    return {p.name: p.read_text("utf-8").splitlines() for p in sorted(folder.glob("*"))}


def ordinary(knowledge: Knowledge, country: str) -> str:
    """A contact in the midst of a file, which nothing else needs."""
    parents = {contact.parent for many in knowledge.contacts.values() for contact in many}
    _, *inner, _ = knowledge.contacts[country]
    return next(one.id for one in inner if one.id not in parents and not one.emergency)


def test_a_contact_goes_and_all_else_stays_byte_for_byte(
    settings: RetrievalSettings, small: Knowledge, capsys: pytest.CaptureFixture[str]
) -> None:
    contact, folder = ordinary(small, "TH"), settings.knowledge / "hotlines"
    before = texts(folder)
    assert main(["take-down", contact]) == 0
    said = capsys.readouterr().out.splitlines()
    after = texts(folder)
    changed = [name for name in before if before[name] != after[name]]
    words = sorted(path.name for path in folder.glob("TH.*.yml"))
    assert sorted(changed) == sorted(["TH.yml", *words])
    for name in changed:
        marked = [line for line in after[name] if line.startswith(MARK)]
        assert f"id: {contact}" in marked[0]
        assert all(line.startswith((f"{MARK}  - ", f"{MARK}    ")) for line in marked)
        assert [line.removeprefix(MARK) for line in after[name]] == before[name]
    assert said == [
        *(f"{folder / name}: “{contact}” is commented out" for name in ["TH.yml", *words]),
        f"To put it back, remove “{MARK}” from the lines that begin with it and “{ASIDE}” from the "
        "names of files that end with it.",
        "Publishing what is in service, without the contact …",
        f"Out of service: knowledge {content_hash(settings.knowledge)[:12]} is live without it.",
    ]
    assert [one for one in ids(small, "TH") if one != contact] == ids(live(settings), "TH")
    assert not [p for p in validate(settings.knowledge) if p.severity == "error"]


def test_a_running_service_takes_it_down_itself(
    settings: RetrievalSettings, small: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact = ordinary(small, "KH")
    with TestClient(create_app(settings)) as client:
        monkeypatch.setattr(staff.httpx, "post", lambda _, **__: client.post("/publish"))
        assert main(["take-down", contact]) == 0
        assert client.get("/ready").json()["knowledge"] == content_hash(settings.knowledge)
    assert contact not in ids(live(settings), "KH")


def test_a_broken_folder_is_no_reason_to_wait(
    settings: RetrievalSettings,
    small: Knowledge,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    contact = ordinary(small, "TH")
    (settings.knowledge / "topics.yml").write_text("- id: half")
    (settings.knowledge / "hotlines" / "TH.yml").write_text("hotlines: [")
    with TestClient(create_app(settings)) as client:
        monkeypatch.setattr(staff.httpx, "post", lambda _, **__: client.post("/publish"))
        assert main(["take-down", contact]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith(f"{settings.knowledge / 'hotlines' / 'TH.yml'} and the files beside")
    assert said[1] == "The knowledge folder cannot be published as it is:"
    assert said[-1].startswith("Out of service: knowledge ")
    assert contact not in ids(live(settings), "TH")
    assert live(settings).topics == small.topics


def test_an_unknown_contact_is_refused_with_the_one_that_was_meant(
    settings: RetrievalSettings, small: Knowledge, capsys: pytest.CaptureFixture[str]
) -> None:
    contact = ids(small, "TH")[0]
    before = texts(settings.knowledge / "hotlines")
    assert main(["take-down", contact[:-1]]) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"no contact “{contact[:-1]}” is in service. Did you mean “{contact}”?")
    assert texts(settings.knowledge / "hotlines") == before


def test_no_country_is_left_without_an_emergency_line_unless_forced(
    settings: RetrievalSettings, small: Knowledge, capsys: pytest.CaptureFixture[str]
) -> None:
    path = settings.knowledge / "hotlines" / "LA.yml"
    first, *others = [one.id for one in small.contacts["LA"] if one.emergency]
    text = path.read_text("utf-8")
    for other in others:
        at = text.index(f"id: {other}\n")
        text = text[:at] + text[at:].replace("    emergency: true\n", "", 1)
    path.write_text(text, "utf-8")
    assert main(["build"]) == 0
    assert main(["take-down", first]) == 1
    assert capsys.readouterr().err == (
        f"“{first}” is the last emergency line of LA: people in danger there would see none. Mark "
        "another contact with emergency: true first, or give --force\n"
    )
    assert main(["take-down", first, "--force"]) == 0
    assert first not in ids(live(settings), "LA")


def test_the_only_contact_of_a_country_goes_with_its_files(
    settings: RetrievalSettings, small: Knowledge
) -> None:
    country = next(
        code
        for code, many in small.contacts.items()
        if len(many) == 1 and not small.countries.countries[code].region
    )
    folder = settings.knowledge / "hotlines"
    before = texts(folder)
    assert main(["take-down", small.contacts[country][0].id]) == 0
    assert country not in live(settings).contacts
    for path in folder.glob(f"*{ASIDE}"):
        shutil.move(path, path.with_name(path.name.removesuffix(ASIDE)))
    assert texts(folder) == before
