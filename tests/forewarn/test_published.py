"""Every part follows the one pointer, and keeps what it has when that leads nowhere good."""

import logging
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from forewarn.knowledge import files, parse_cache
from forewarn.knowledge.loader import Knowledge, content_hash
from forewarn.knowledge.problems import KnowledgeError
from forewarn.published import Follower, NotPublishedError, Reader, Version, in_service
from tests.published_version import point, put_in_service

Change = Callable[[str, str, str], Path]
TOPICS = "topics.yml"


@pytest.fixture
def versions(tmp_path: Path) -> Path:
    return tmp_path / "index"


def topics(knowledge: Knowledge) -> list[str]:
    return [topic.name["en"] for topic in knowledge.topics.values()]


def first_topic(folder: Path) -> str:
    lines = (folder / TOPICS).read_text("utf-8").splitlines()
    return next(line for line in lines if line.strip().startswith("name: "))


def test_the_folder_speaks_until_something_is_published(copied: Path, versions: Path) -> None:
    follower = Follower(versions, copied, topics)
    assert in_service(versions) is None
    assert follower.now.knowledge == content_hash(copied)
    hashed = put_in_service(copied, versions)
    assert in_service(versions) == Version(versions / "version-0", hashed)
    follower.look()
    assert follower.now.knowledge == hashed


def test_a_new_version_is_followed_and_the_old_one_speaks_on(
    copied: Path, versions: Path, change: Change
) -> None:
    put_in_service(copied, versions)
    follower = Follower(versions, copied, topics)
    began_with = follower.now
    line = first_topic(copied)
    change(TOPICS, line, "  name: Umbrellas")
    hashed = put_in_service(copied, versions)
    with follower.following():
        until = time.monotonic() + 60
        while follower.now.knowledge != hashed:
            assert time.monotonic() < until
            time.sleep(0.02)
    assert "Umbrellas" in follower.now.made
    assert "Umbrellas" not in began_with.made
    point(versions, "version-0")
    follower.look()
    assert follower.now == began_with


def test_only_changed_files_are_parsed_again(
    copied: Path, versions: Path, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in_service(copied, versions)
    follower = Follower(versions, copied, topics)
    parsed: list[str] = []
    parse = files.parse
    monkeypatch.setattr(files, "parse", lambda text: parsed.append(text) or parse(text))
    change("topics.th.yml", "id: ", "id:  ")
    put_in_service(copied, versions)
    follower.look()
    assert sorted(parsed) == sorted(path.read_text("utf-8") for path in copied.glob("topics*.yml"))


def test_only_changed_files_are_hashed_again(
    copied: Path, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Reader()
    before = reader.content_hash(copied)
    assert before == content_hash(copied)
    path = change("topics.th.yml", "id: ", "id:  ")
    hashed: list[str] = []
    hash_file = parse_cache.hash_file
    monkeypatch.setattr(
        parse_cache, "hash_file", lambda file: hashed.append(file) or hash_file(file)
    )
    after = reader.content_hash(copied)
    assert hashed == [str(path)]
    assert after == content_hash(copied) != before
    path.rename(path.with_name("subjects.th.yml"))
    assert reader.content_hash(copied) == content_hash(copied) not in (before, after)


def test_a_version_that_cannot_be_read_changes_nothing(
    copied: Path, versions: Path, change: Change, caplog: pytest.LogCaptureFixture
) -> None:
    put_in_service(copied, versions)
    follower = Follower(versions, copied, topics)
    before = follower.now
    good = (copied / TOPICS).read_text("utf-8")
    change(TOPICS, first_topic(copied), "  nam: Umbrellas")
    put_in_service(copied, versions)
    caplog.set_level(logging.ERROR)
    for _ in range(2):
        follower.look()
    assert follower.now is before
    assert follower.problem is not None
    assert follower.problem.startswith("version-2 cannot be followed: ")
    assert f"{TOPICS}:" in follower.problem
    assert caplog.messages == [follower.problem]
    (copied / TOPICS).write_text(good.replace("  name: ", "  name: Our ", 1), "utf-8")
    hashed = put_in_service(copied, versions)
    follower.look()
    assert (follower.now.knowledge, follower.problem) == (hashed, None)


def test_a_pointer_that_leads_nowhere_is_said(copied: Path, versions: Path) -> None:
    versions.mkdir()
    point(versions, "gone")
    with pytest.raises(NotPublishedError, match=r"^there is no version in gone$"):
        in_service(versions)
    follower = Follower(versions, copied, topics)
    assert follower.now.knowledge == content_hash(copied)
    assert follower.problem == "gone cannot be followed: there is no version in gone"


def test_nothing_to_speak_from_is_an_error(tmp_path: Path, versions: Path) -> None:
    with pytest.raises(KnowledgeError):
        Follower(versions, tmp_path / "nothing", topics)
