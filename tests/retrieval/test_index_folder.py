"""An index says what it was made of, and is refused where that does not fit."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from forewarn.knowledge.loader import Knowledge
from forewarn.published import Reader
from retrieval import dense
from retrieval.encoder import Encoder
from retrieval.index import Index, build, revise
from retrieval.index_folder import open_index, save
from retrieval.questions import Question
from retrieval.record import FORMAT, IndexRefusedError, Record
from retrieval.rows import rows
from retrieval.search import Searcher
from tests.retrieval.conftest import reusing

ANSWERS = {Question("a.th.0", "ถาม", "th", frozenset(["a"])): True}


@pytest.fixture
def folder(index: Index, small_folder: Path, tmp_path: Path) -> Path:
    save(index, ANSWERS, small_folder, tmp_path / "version")
    return tmp_path / "version"


def change(folder: Path, **values: Any) -> None:
    record = json.loads((folder / "index.json").read_text())
    (folder / "index.json").write_text(json.dumps({**record, **values}))


def test_says_what_it_was_made_of(folder: Path, small: Knowledge, encoder: Encoder) -> None:
    assert dataclasses.asdict(Record.read(folder).made) == {
        "format": FORMAT,
        "encoder": encoder.fingerprint,
        "dimension": 384,
        "metric": "cosine after whitening",
        "knowledge": small.content_hash(),
        "confidence": "",
    }


def test_finds_the_same_after_reading(
    folder: Path, index: Index, small: Knowledge, encoder: Encoder
) -> None:
    again, answers, knowledge = open_index(folder, encoder, Reader())
    text = "is this job abroad real"
    vector = encoder.questions([text])[0]
    assert Searcher(again).search(text, vector, "en", 5) == Searcher(index).search(
        text, vector, "en", 5
    )
    assert answers == ANSWERS
    assert again.danger.judge(vector) == index.danger.judge(vector)
    assert knowledge.content_hash() == small.content_hash()


def test_what_tests_the_search_is_never_indexed(index: Index, small: Knowledge) -> None:
    indexed = {row.text for shelf in index.shelves.values() for row in shelf.rows}
    assert indexed == {row.text for row in rows(small)}
    checks = {
        text
        for entry in small.faq.values()
        for one in entry.texts.values()
        for text in one.check_with
    }
    assert checks
    assert not checks & indexed


@pytest.mark.parametrize("name", ["encoder", "dimension", "metric"])
def test_another_encoder_dimension_or_metric_is_refused(
    folder: Path, encoder: Encoder, name: str
) -> None:
    change(folder, **{name: "another"})
    with pytest.raises(IndexRefusedError) as error:
        open_index(folder, encoder, Reader())
    assert str(error.value) == (
        f"the index in version was made with another {name}: run `python -m retrieval build`"
    )


def test_another_format_is_refused(folder: Path, encoder: Encoder) -> None:
    change(folder, format=0)
    with pytest.raises(IndexRefusedError) as error:
        open_index(folder, encoder, Reader())
    assert str(error.value) == (
        "the index in version is of another format: run `python -m retrieval build`"
    )


@pytest.mark.parametrize("name", ["space.npz", "learnt.npz", "knowledge/topics.yml"])
def test_a_changed_file_is_refused(folder: Path, encoder: Encoder, name: str) -> None:
    path = folder / name
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(IndexRefusedError) as error:
        open_index(folder, encoder, Reader())
    assert str(error.value) == f"{name} of the index in version is damaged"


def test_no_index_is_said(tmp_path: Path, encoder: Encoder) -> None:
    with pytest.raises(IndexRefusedError, match=r"^there is no index in empty$"):
        open_index(tmp_path / "empty", encoder, Reader())


def test_knowledge_without_entries_is_refused(encoder: Encoder, tmp_path: Path) -> None:
    with pytest.raises(IndexRefusedError, match="the knowledge holds no entries"):
        build(Knowledge(tmp_path), encoder)


def test_an_encoder_of_another_width_is_refused(folder: Path, encoder: Encoder) -> None:
    class Narrow(SentenceTransformer):
        def __init__(self) -> None:
            pass

        def get_embedding_dimension(self) -> int:
            return 8

    narrow = Encoder(Narrow(), encoder.fingerprint)
    with pytest.raises(IndexRefusedError, match="was made with another dimension"):
        open_index(folder, narrow, Reader())
    assert np.isfinite(narrow.questions([])).all()


def test_a_graph_is_made_once_and_is_one_file_of_later_versions(
    index: Index,
    small: Knowledge,
    small_folder: Path,
    encoder: Encoder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dense, "MOST_EXACT", 50)
    first = build(small, encoder, encode=reusing(index, encoder))
    save(first, {}, small_folder, tmp_path / "first")
    again, _, knowledge = open_index(tmp_path / "first", encoder, Reader())
    name, answer = next(iter(knowledge.faq.items()))
    text = answer.texts["en"]
    edited = dataclasses.replace(text, also_asked=[*text.also_asked, "a new way to ask"])
    entry = dataclasses.replace(answer, texts={**answer.texts, "en": edited})
    changed = dataclasses.replace(knowledge, faq={**knowledge.faq, name: entry})
    second = revise(again, changed, encoder, hashed="changed")
    save(second, {}, small_folder, tmp_path / "second", (tmp_path / "first", again))

    graphs = {name for name in Record.read(tmp_path / "first").files if name.startswith("graphs/")}
    assert {name.split("/")[1] for name in graphs} == {"question", "passage"}
    for file in graphs:
        assert (tmp_path / "second" / file).samefile(tmp_path / "first" / file)
    shelf = second.shelves["question"]
    assert len(shelf.rows) == len(again.shelves["question"].rows) + 1
    vector = second.space.questions(encoder.questions(["a new way to ask"]))
    (numbers,), _ = shelf.dense.search(vector, 1)
    assert shelf.rows[numbers[0]].text == "a new way to ask"
