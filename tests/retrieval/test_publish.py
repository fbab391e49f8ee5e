"""A new version is swapped in whole, or the last good one stays."""

import dataclasses
import json
import resource
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from forewarn.knowledge.loader import KnowledgeError, content_hash
from forewarn.published import Reader
from retrieval import gate
from retrieval import publish as publication
from retrieval.confidence import FEATURES, Confidence
from retrieval.encoder import Encoder
from retrieval.gate import BelowBarError
from retrieval.index import Index, encode_with
from retrieval.index_folder import open_index
from retrieval.publish import ChangedMeanwhileError, Publisher, open_current
from retrieval.record import IndexRefusedError, Record
from retrieval.remembered import Encode
from retrieval.rows import Part
from retrieval.search import Searcher
from retrieval.served import Served
from retrieval.space import Vectors
from retrieval.versions import OvertakenError, Versions
from tests.retrieval.conftest import reusing

Copies = Callable[[], tuple[Path, Path]]


@pytest.fixture
def publisher(own_copy: Copies, encoder: Encoder) -> Publisher:
    knowledge, indexes = own_copy()
    return Publisher(Versions(indexes), knowledge, encoder, Reader())


@pytest.fixture
def served(publisher: Publisher) -> Served:
    return in_service(publisher)


def in_service(publisher: Publisher) -> Served:
    return open_current(publisher.versions, publisher.encoder, Reader())


def reword(knowledge: Path, old: str = "question: ", new: str = "question: Well, ") -> Path:
    path = min((knowledge / "faq").glob("*/*.en.md"))
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    return path


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def counting(encoder: Encoder, seen: list[str]) -> Encode:
    plain = encode_with(encoder)

    def encode(part: Part, texts: list[str]) -> Vectors:
        seen.extend(texts)
        return plain(part, texts)

    return encode


def test_a_change_is_swapped_in(publisher: Publisher, served: Served) -> None:
    before = publisher.versions.current()
    assert not publisher.is_due(served)
    reword(publisher.knowledge)
    assert publisher.is_due(served)
    new = publisher.publish(served)
    assert not publisher.is_due(new)
    assert new.folder == publisher.versions.current() != before
    assert before.is_dir()
    again = in_service(publisher)
    assert (again.index.made, again.answers) == (new.index.made, new.answers)
    assert again.index.made.knowledge == content_hash(publisher.knowledge)


def test_only_new_wordings_are_encoded(publisher: Publisher, served: Served) -> None:
    known = {row.text for shelf in served.index.shelves.values() for row in shelf.rows}
    reword(publisher.knowledge)
    seen: list[str] = []
    encode = counting(publisher.encoder, seen)
    new = dataclasses.replace(publisher, encode=encode).publish(served)
    rows = {row.text for shelf in new.index.shelves.values() for row in shelf.rows}
    assert len(rows - known) == 1
    assert seen == list(rows - known)


def test_what_did_not_change_is_the_same_file(publisher: Publisher, served: Served) -> None:
    changed = reword(publisher.knowledge).relative_to(publisher.knowledge)
    new = publisher.publish(served)
    assert served.folder is not None
    assert new.folder is not None
    old_files, new_files = Record.read(served.folder).files, Record.read(new.folder).files
    same = {name for name, digest in old_files.items() if new_files.get(name) == digest}
    linked = {name for name in old_files if (served.folder / name).samefile(new.folder / name)}
    assert same - linked <= {"answers.json", "confidence.json"}
    assert {"space.npz", "danger.npz", "offers.npz"} < linked
    assert f"knowledge/{changed.as_posix()}" not in same


def test_a_small_change_is_answered_as_if_all_were_built_anew(
    publisher: Publisher, served: Served
) -> None:
    reword(publisher.knowledge)
    small = publisher.publish(served)
    anew = publisher.publish(small, anew=True)
    assert [shelf.rows for shelf in small.index.shelves.values()] == [
        shelf.rows for shelf in anew.index.shelves.values()
    ]
    for entry in anew.knowledge.faq.values():
        for language, text in entry.texts.items():
            vector = publisher.encoder.questions([text.question])[0]
            first = small.searcher.rank(text.question, vector, language, 1)
            assert [one.id for one in first] == [entry.id]


def test_building_anew_is_no_step_to_go_back_to(publisher: Publisher, served: Served) -> None:
    assert served.folder is not None
    reword(publisher.knowledge)
    anew = publisher.publish(publisher.publish(served), anew=True)
    assert publisher.versions.back("") == (anew.folder, served.folder)
    assert in_service(publisher).index.made == served.index.made


def test_broken_knowledge_keeps_the_last_good_index(publisher: Publisher, served: Served) -> None:
    before = left_in(publisher.versions.folder)
    reword(publisher.knowledge, new="quest: ")
    with pytest.raises(KnowledgeError) as error:
        publisher.publish(served)
    assert error.value.problems[0].line == 2
    assert left_in(publisher.versions.folder) == before
    assert in_service(publisher).knowledge.faq


def test_files_that_do_not_fit_together_are_refused(publisher: Publisher, served: Served) -> None:
    path = reword(publisher.knowledge, "sources: [", "sources: [no-such-source, ")
    with pytest.raises(KnowledgeError) as error:
        publisher.publish(served)
    (problem,) = error.value.problems
    assert str(problem).startswith(f"{path.as_posix()}:")
    assert problem.problem == "there is no source “no-such-source”"


def test_a_search_that_finds_less_is_refused_and_says_by_how_much(
    publisher: Publisher, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = left_in(publisher.versions.folder)
    name, entry = next(iter(served.knowledge.faq.items()))
    english = publisher.knowledge / entry.texts["en"].path
    checks = "".join(f"  - {number} recipes for rice noodle soup\n" for number in range(40))
    text = english.read_text("utf-8").replace("check_with:\n", f"check_with:\n{checks}", 1)
    english.write_text(text, "utf-8")
    monkeypatch.setattr(gate, "_WORST", 1)
    with pytest.raises(BelowBarError) as error:
        publisher.publish(served)
    (sentence,) = error.value.problems
    assert sentence.startswith("check_with in en: ")
    assert "; the bar is 85.0 %; the version in service: " in sentence
    asked = len(entry.texts["en"].check_with) + 40
    assert sentence.endswith(f" of {asked} missed).")
    assert f"Worst: {name} (" in sentence
    assert left_in(publisher.versions.folder) == before


def test_only_questions_that_may_be_answered_otherwise_are_asked_again(
    publisher: Publisher, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    rank_all = Searcher.rank_all

    def ranking(self: Searcher, some: Sequence[tuple[str, str]], *rest: Any) -> Any:
        asked.extend(text for text, _ in some)
        return rank_all(self, some, *rest)

    monkeypatch.setattr(Searcher, "rank_all", ranking)
    monkeypatch.setattr(gate, "NEAR", 2)
    path = reword(publisher.knowledge)
    new = publisher.publish(served)
    name = path.name.split(".")[0]
    own = {one.text for one in new.answers if name in one.expect}
    assert own < set(asked)
    assert len(asked) == len(own) + 2
    assert new.answers.keys() == served.answers.keys() == set(new.index.checks)
    asked.clear()
    hotlines = publisher.knowledge / "hotlines" / "TH.yml"
    hotlines.write_text(hotlines.read_text("utf-8") + "# nothing else\n", "utf-8")
    assert publisher.publish(new).index.learnt is new.index.learnt
    assert asked == []


def test_a_set_that_was_low_before_may_rise(publisher: Publisher, served: Served) -> None:
    bars = gate.Bars(top=3, least={}, least_elsewhere=1.01)
    low = gate.hold(served.answers, bars, served.answers)
    assert len(low) == len(served.knowledge.languages)
    with pytest.raises(BelowBarError):
        gate.hold(served.answers, bars, {})


@pytest.mark.parametrize("size", [0, 2_000, 200_000])
def test_a_full_disk_keeps_the_last_good_index(
    publisher: Publisher, served: Served, size: int
) -> None:
    before = left_in(publisher.versions.folder)
    reword(publisher.knowledge)
    with files_no_larger_than(size), pytest.raises(OSError, match="File too large"):
        publisher.publish(served)
    assert left_in(publisher.versions.folder) == before
    assert in_service(publisher).index.made == served.index.made
    assert in_service(publisher).index.made != publisher.publish(served).index.made


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """Have the system refuse to write beyond ``size`` bytes, as a disk does that is full."""
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, old[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)


def test_a_file_saved_meanwhile_keeps_the_last_good_index(
    publisher: Publisher, served: Served
) -> None:
    before = left_in(publisher.versions.folder)
    reword(publisher.knowledge)

    def encode(part: Part, texts: list[str]) -> Vectors:
        reword(publisher.knowledge)
        return encode_with(publisher.encoder)(part, texts)

    with pytest.raises(ChangedMeanwhileError):
        dataclasses.replace(publisher, encode=encode).publish(served)
    assert left_in(publisher.versions.folder) == before


def test_who_comes_second_changes_nothing(publisher: Publisher, served: Served) -> None:
    reword(publisher.knowledge)
    first = publisher.publish(served)
    before = left_in(publisher.versions.folder)
    reword(publisher.knowledge)
    with pytest.raises(OvertakenError):
        publisher.publish(served)
    assert left_in(publisher.versions.folder) == before
    assert publisher.versions.current() == first.folder


def test_old_versions_are_forgotten(publisher: Publisher, served: Served) -> None:
    made = [served]
    for _ in range(3):
        reword(publisher.knowledge)
        made.append(publisher.publish(made[-1]))
        publisher.versions.forget_oldest()
    versions = [p for p in publisher.versions.folder.iterdir() if p.is_dir() and not p.is_symlink()]
    assert sorted(versions) == [one.folder for one in made[1:]]
    assert [publisher.versions.back("")[1] for _ in range(2)] == [made[2].folder, made[1].folder]
    with pytest.raises(IndexRefusedError, match="there is no older version to go back to"):
        publisher.versions.back("")


def test_what_was_left_half_made_is_swept(publisher: Publisher) -> None:
    left = publisher.versions.folder / ".building-left"
    (left / "version").mkdir(parents=True)
    with publisher.versions.building() as place:
        publisher.versions.sweep()
        assert place.parent.is_dir()
    assert not left.exists()


def test_an_index_of_before_is_built_anew(
    publisher: Publisher, encoder: Encoder, index: Index
) -> None:
    record = publisher.versions.current() / "index.json"
    record.write_text(json.dumps({**json.loads(record.read_text()), "format": 2}))
    with pytest.raises(IndexRefusedError, match="is of another format"):
        in_service(publisher)
    new = dataclasses.replace(publisher, encode=reusing(index, encoder)).publish(None)
    assert new.folder is not None
    assert open_index(new.folder, encoder, Reader())[0].made == new.index.made


def test_a_confidence_for_another_encoder_is_not_used(
    encoder: Encoder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(publication, "CONFIDENCE", tmp_path / "confidence.json")
    assert publication.fitted_confidence(encoder) is None
    other = Confidence("other", "", {}, 1, (0.0,) * len(FEATURES), 0.0, 0.5, 0.5)
    other.save(tmp_path / "confidence.json")
    assert publication.fitted_confidence(encoder) is None
    assert caplog.messages == [
        "the confidence was fitted for another encoder: run `make calibrate`"
    ]
    fitted = dataclasses.replace(other, encoder=encoder.fingerprint)
    fitted.save(tmp_path / "confidence.json")
    assert publication.fitted_confidence(encoder) == fitted
