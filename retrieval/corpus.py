"""Any passages, searched as the knowledge is: by meaning and by words, fused.

A corpus has no entries of ours, so nothing is learnt from how entries are asked for. Instead, what
is near to everything that is said in the asker's language is held back, by the everyday messages
the program has in each (docs/decisions/0018-corpora.md).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from pydantic import model_validator

from retrieval import json_lines, shipped
from retrieval.confidence import Confidence
from retrieval.dense import Dense
from retrieval.encoder import Encoder
from retrieval.index import Shelf, encode_with, made_of
from retrieval.learnt import Learnt
from retrieval.lexical import Lexical
from retrieval.ordinary import by_language, messages
from retrieval.record import FORMAT, Made
from retrieval.remembered import Encode, Remembered
from retrieval.rows import Part, Row
from retrieval.space import Space, Vectors, mean, unit
from retrieval.windows import windows

NEAREST = 10
"""Everyday messages whose nearness to a sentence is no merit of it."""


class Line(json_lines.Line):
    """One line of a corpus: a passage, or a sentence to be found by what it says.

    ``title`` and ``variants`` are ways to ask for it, or to say the same.
    """

    text: json_lines.Text | None = None
    language: str = ""
    title: json_lines.Text | None = None
    variants: tuple[json_lines.Text, ...] = ()

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.text is None and self.title is None and not self.variants:
            raise ValueError("text")
        return self


@dataclass(frozen=True)
class Passage:
    """A passage, and ``where`` it stands, as ``path:line``."""

    id: str
    text: str | None
    language: str
    asked: tuple[str, ...]
    where: str


@dataclass(frozen=True)
class Corpus:
    """What a search needs of a corpus; it is :class:`~retrieval.index.Searchable`."""

    made: Made
    space: Space
    shelves: dict[Part, Shelf]
    learnt: Learnt
    remembered: Remembered
    confidence: Confidence | None = None


def read(path: Path) -> list[Passage]:
    """The passages of the file ``path``.

    Raises:
        ValueError: there is none, or as :func:`retrieval.json_lines.read`.
    """
    passages = [
        Passage(
            line.id,
            line.text,
            line.language,
            (*([line.title] if line.title else []), *line.variants),
            f"{path}:{number}",
        )
        for number, line in json_lines.read(path, Line)
    ]
    if not passages:
        raise ValueError(f"{path} holds no passages")
    return passages


def build(
    passages: Sequence[Passage],
    encoder: Encoder,
    encode: Encode | None = None,
    folder: Path | None = None,
) -> Corpus:
    """Encode and index ``passages``.

    ``encode`` replaces the plain call of ``encoder``. Vectors are kept in ``folder``, if it is
    given, and found there the next time.

    Raises:
        ValueError: the encoder gives vectors of another length than it says, or a number that is
            none.
    """
    places = {key: passage.where for passage in reversed(passages) for key in _texts(passage)}
    for text in messages():
        places.setdefault(("question", text), "an everyday message")
    checked = _Checked(encoder, encode or encode_with(encoder), places)
    known = _remembered(list(places), encoder, shipped.sparing(encoder, checked), folder)
    nothing = np.empty((0, encoder.dimension), dtype=np.float32)
    return Corpus(
        made=made_of(_digest(passages), encoder, None),
        space=Space.plain(encoder.dimension),
        shelves={"question": _asked(passages, known), "passage": _told(passages, known)},
        learnt=Learnt.fit(nothing, [], nothing),
        remembered=known,
    )


def _texts(passage: Passage) -> list[tuple[Part, str]]:
    """What is encoded of a passage."""
    told = [] if passage.text is None else [passage.text, *windows(passage.text)]
    return [*(("question", text) for text in passage.asked), *(("passage", text) for text in told)]


def _asked(passages: Sequence[Passage], known: Remembered) -> Shelf:
    """Ways to ask. Held back is half of what the nearest everyday messages come to, as in
    cross-domain similarity local scaling (Conneau et al., 2018)."""
    rows = [
        Row(one.id, "article", one.language, "question", text)
        for one in passages
        for text in one.asked
    ]
    vectors = known.of("question", [row.text for row in rows])
    everyday = _everyday(known)
    common = {
        language: -np.sort(-(some @ vectors.T), axis=0)[:NEAREST].mean(axis=0) / 2
        for language, some in everyday.items()
    }
    return _shelf(rows, vectors, vectors, common, _spread(everyday))


def _told(passages: Sequence[Passage], known: Remembered) -> Shelf:
    """Passages, a row for each window of one: with the vector halfway between that of the window
    and that of the whole, and the words of the whole. What all passages have in common and what
    everyday messages have is taken away."""
    rows: list[Row] = []
    parts: list[str] = []
    for one in passages:
        if one.text is not None:
            cut = windows(one.text)
            rows += [Row(one.id, "article", one.language, "passage", one.text)] * len(cut)
            parts += cut
    whole = known.of("passage", [row.text for row in rows])
    vectors = unit(whole + known.of("passage", parts))
    centred = unit(vectors - mean(vectors))
    everyday = _everyday(known)
    common = {language: mean(some) @ centred.T for language, some in everyday.items()}
    return _shelf(rows, vectors, centred, common, _spread(everyday))


def _everyday(known: Remembered) -> dict[str, Vectors]:
    """The vectors of everyday messages by language; under "" of all of them."""
    languages = {**by_language(), "": messages()}
    return {name: known.of("question", texts) for name, texts in languages.items()}


def _spread(everyday: Mapping[str, Vectors]) -> float:
    """How far messages of one language lie from their mean: similarities are measured in it."""
    means = [
        float(np.linalg.norm(some - mean(some), axis=1).mean())
        for language, some in everyday.items()
        if language
    ]
    return float(np.mean(means)) or 1.0


def _shelf(
    rows: list[Row],
    vectors: Vectors,
    mapped: Vectors,
    common: Mapping[str, Vectors],
    spread: float,
) -> Shelf:
    documents: dict[str, list[str]] = {}
    for entry, text in dict.fromkeys((row.entry, row.text) for row in rows):
        documents.setdefault(entry, []).append(text)
    return Shelf(
        rows,
        vectors,
        Dense.build(mapped / np.float32(spread), [row.text for row in rows]),
        Lexical.build(list(documents.values())),
        list(documents),
        {language: taken / np.float32(spread) for language, taken in common.items()},
    )


@dataclass(frozen=True)
class _Checked:
    """Encodes, and looks at what comes back; ``places`` tells where each text stands."""

    encoder: Encoder
    encode: Encode
    places: Mapping[tuple[Part, str], str]

    def __call__(self, part: Part, texts: list[str]) -> Vectors:
        vectors = self.encode(part, texts)
        if vectors.shape != (len(texts), self.encoder.dimension):
            raise ValueError(
                f"the encoder says that its vectors have {self.encoder.dimension} numbers, but "
                f"they have {vectors.shape[-1]}"
            )
        for text, vector in zip(texts, vectors, strict=True):
            if not np.isfinite(vector).all():
                place = self.places[part, text]
                raise ValueError(f"{place}: its vector holds a number that is not finite")
        return vectors


def _remembered(
    texts: Sequence[tuple[Part, str]], encoder: Encoder, encode: Encode, folder: Path | None
) -> Remembered:
    """The vectors of ``texts``: those in ``folder`` and, kept there from now on, the others."""
    if folder is None:
        return Remembered(encoder.dimension).with_(texts, encode)
    mine = folder / f"{FORMAT}-{encoder.fingerprint[:16]}"
    before = Remembered.load(mine, encoder.dimension)
    known = before.with_(texts, encode)
    mine.mkdir(parents=True, exist_ok=True)
    for chunk in known.chunks[len(before.chunks) :]:
        chunk.save(mine / chunk.name)
    return known


def _digest(passages: Sequence[Passage]) -> str:
    total = hashlib.sha256()
    for one in passages:
        total.update(repr((one.id, one.language, one.text, one.asked)).encode())
    return total.hexdigest()
