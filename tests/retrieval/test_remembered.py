"""Vectors are encoded once, kept in files that are never written again, and tidied at times."""

from pathlib import Path

import numpy as np
import pytest

from retrieval import remembered
from retrieval.remembered import Remembered
from retrieval.rows import Part
from retrieval.space import Vectors


class Encoder:
    """Gives each text a vector that tells its part and length, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Part, str]] = []

    def __call__(self, part: Part, texts: list[str]) -> Vectors:
        self.asked += [(part, text) for text in texts]
        kind = 1.0 if part == "question" else 2.0
        return np.array([[kind, len(text)] for text in texts], dtype=np.float32)


TEXTS: list[tuple[Part, str]] = [("question", "a"), ("passage", "a"), ("question", "bb")]


def test_each_text_of_each_part_is_encoded_once() -> None:
    encode = Encoder()
    known = Remembered(2).with_([*TEXTS, *TEXTS], encode)
    again = known.with_([*TEXTS, ("question", "ccc")], encode)
    assert sorted(encode.asked) == sorted([*TEXTS, ("question", "ccc")])
    assert again.of("question", ["ccc", "a", "bb", "a"]).tolist() == [
        [1, 3], [1, 1], [1, 2], [1, 1],
    ]  # fmt: skip
    assert again.of("passage", ["a"]).tolist() == [[2, 1]]
    assert known.with_(TEXTS, encode) is known
    with pytest.raises(KeyError):
        known.of("passage", ["bb"])


def test_chunks_are_read_as_they_were_written(tmp_path: Path) -> None:
    known = Remembered(2).with_(TEXTS, Encoder()).with_([("question", "ccc")], Encoder())
    for chunk in known.chunks:
        chunk.save(tmp_path / chunk.name)
    read = Remembered.load(tmp_path, 2)
    assert {chunk.name for chunk in read.chunks} == {chunk.name for chunk in known.chunks}
    assert read.of("question", ["ccc", "a"]).tolist() == [[1, 3], [1, 1]]


def test_a_chunk_of_another_length_is_refused(tmp_path: Path) -> None:
    (chunk,) = Remembered(2).with_(TEXTS, Encoder()).chunks
    np.savez(tmp_path / "x.npz", keys=chunk.keys.view(np.uint8), vectors=chunk.vectors[:1])
    with pytest.raises(ValueError, match=r"^x\.npz holds 3 texts and 1 vectors$"):
        Remembered.load(tmp_path, 2)


def test_vectors_of_another_width_are_refused(tmp_path: Path) -> None:
    (chunk,) = Remembered(2).with_(TEXTS, Encoder()).chunks
    chunk.save(tmp_path / chunk.name)
    with pytest.raises(ValueError, match=r"^the vectors of a file are not 3 numbers long$"):
        Remembered.load(tmp_path, 3)


def test_what_is_of_no_more_use_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    encode = Encoder()
    known = Remembered(2).with_(TEXTS, encode).with_([("question", "ccc")], encode)
    assert known.tidied(TEXTS) is known
    few = known.tidied([("question", "a")])
    assert (len(few), few.of("question", ["a"]).tolist()) == (1, [[1, 1]])
    monkeypatch.setattr(remembered, "MOST_CHUNKS", 1)
    tidy = known.tidied([*TEXTS, ("question", "ccc")])
    assert (len(tidy), len(tidy.chunks)) == (4, 1)
    assert tidy.of("passage", ["a"]).tolist() == [[2, 1]]
