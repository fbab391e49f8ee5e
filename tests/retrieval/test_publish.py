"""A new version is swapped in whole, or the last good one stays."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from forewarn.knowledge.loader import KnowledgeError
from retrieval import publish as publication
from retrieval.confidence import FEATURES, Confidence
from retrieval.encoder import Encoder
from retrieval.index import Encode, encode_with
from retrieval.publish import current, is_current, open_current, publish

Copies = Callable[[], tuple[Path, Path]]


def reword(knowledge: Path, old: str = "question: ", new: str = "question: Well, ") -> None:
    path = min((knowledge / "faq").glob("*/*.en.md"))
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")


def counting(encoder: Encoder, seen: list[str]) -> Encode:
    plain = encode_with(encoder)

    def encode(part: str, texts: list[str]) -> object:
        seen.extend(texts)
        return plain(part, texts)  # type: ignore[arg-type]

    return encode  # type: ignore[return-value]


def test_a_change_is_swapped_in(own_copy: Copies, encoder: Encoder) -> None:
    knowledge, indexes = own_copy()
    before = current(indexes)
    assert is_current(indexes, knowledge, encoder)
    reword(knowledge)
    assert not is_current(indexes, knowledge, encoder)
    new = publish(indexes, knowledge, encoder, open_current(indexes, encoder).index)
    assert is_current(indexes, knowledge, encoder)
    assert current(indexes) != before
    assert before.is_dir()
    assert open_current(indexes, encoder).index.made == new.index.made


def test_only_new_wordings_are_encoded(own_copy: Copies, encoder: Encoder) -> None:
    knowledge, indexes = own_copy()
    served = open_current(indexes, encoder).index
    known = {row.text for shelf in served.shelves.values() for row in shelf.rows}
    reword(knowledge)
    seen: list[str] = []
    new = publish(indexes, knowledge, encoder, served, counting(encoder, seen))
    rows = {row.text for shelf in new.index.shelves.values() for row in shelf.rows}
    assert len(rows - known) == 1
    assert set(seen) == rows - known


def test_broken_knowledge_keeps_the_last_good_index(own_copy: Copies, encoder: Encoder) -> None:
    knowledge, indexes = own_copy()
    before = sorted(path.name for path in indexes.iterdir())
    reword(knowledge, new="quest: ")
    with pytest.raises(KnowledgeError) as error:
        publish(indexes, knowledge, encoder)
    assert {problem.line for problem in error.value.problems} == {2}
    assert sorted(path.name for path in indexes.iterdir()) == before
    assert open_current(indexes, encoder).knowledge.faq


def test_a_full_disk_keeps_the_last_good_index(
    own_copy: Copies, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    knowledge, indexes = own_copy()
    before = sorted(path.name for path in indexes.iterdir())
    served = open_current(indexes, encoder).index

    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("retrieval.index_folder._copy_knowledge", full)
    with pytest.raises(OSError, match="no space left"):
        publish(indexes, knowledge, encoder, served)
    assert sorted(path.name for path in indexes.iterdir()) == before


def test_old_versions_are_forgotten(
    own_copy: Copies, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publication, "KEPT", 1)
    knowledge, indexes = own_copy()
    publish(indexes, knowledge, encoder, open_current(indexes, encoder).index)
    versions = [path for path in indexes.iterdir() if not path.is_symlink()]
    assert versions == [current(indexes)]


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
