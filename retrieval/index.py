"""What a search looks at, built from the knowledge: vectors, words, and what was learnt of both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from forewarn.knowledge.loader import Knowledge
from retrieval.confidence import Confidence
from retrieval.danger_by_meaning import DangerByMeaning, example_texts
from retrieval.dense import Dense
from retrieval.encoder import Encoder
from retrieval.learnt import Learnt
from retrieval.lexical import Lexical
from retrieval.ordinary import messages
from retrieval.rows import PARTS, Part, Row, rows
from retrieval.space import METRIC, Space, Vectors

FORMAT = 2
"""Raised whenever an index written before cannot be read, or would score otherwise."""

Encode = Callable[[Part, list[str]], Vectors]
"""Gives the vectors of texts of one part."""


class IndexRefusedError(RuntimeError):
    """An index is damaged or was made for something else; the message says which."""


@dataclass(frozen=True)
class Made:
    """What an index was made of."""

    format: int
    encoder: str
    dimension: int
    metric: str
    knowledge: str
    confidence: str


@dataclass(frozen=True)
class Shelf:
    """The rows of one part, with their vectors as encoded, searchable by meaning and by words."""

    rows: list[Row]
    vectors: Vectors
    dense: Dense
    lexical: Lexical


@dataclass(frozen=True)
class Index:
    """Everything a search needs, for one state of the knowledge.

    ``examples`` are the vectors of texts that were learnt from but are not searched; they and
    those of the shelves are kept so that the next version only encodes what is new.
    """

    made: Made
    space: Space
    shelves: dict[Part, Shelf]
    learnt: Learnt
    danger: DangerByMeaning
    examples: dict[str, Vectors]
    confidence: Confidence | None


def made_of(knowledge: str, encoder: Encoder, confidence: Confidence | None) -> Made:
    """What an index of that knowledge (its content hash), encoder and confidence says of itself."""
    return Made(
        format=FORMAT,
        encoder=encoder.fingerprint,
        dimension=encoder.dimension,
        metric=METRIC,
        knowledge=knowledge,
        confidence="" if confidence is None else confidence.digest(),
    )


def build(
    knowledge: Knowledge,
    encoder: Encoder,
    confidence: Confidence | None = None,
    encode: Encode | None = None,
) -> Index:
    """Encode the rows of ``knowledge`` and index them.

    ``encode`` replaces the plain call of ``encoder``, to reuse vectors or to show progress.

    Raises:
        IndexRefusedError: ``confidence`` was fitted for another encoder, or there is nothing to
            index.
    """
    if confidence is not None and confidence.encoder != encoder.fingerprint:
        raise IndexRefusedError(
            "the confidence was fitted for another encoder: run `make calibrate` once with this one"
        )
    everything = rows(knowledge)
    if not everything:
        raise IndexRefusedError("the knowledge holds no entries: there is nothing to index")
    call = encode or encode_with(encoder)
    made = made_of(knowledge.content_hash(), encoder, confidence)
    mine = {part: [row for row in everything if row.part == part] for part in PARTS}
    vectors = {part: call(part, [row.text for row in mine[part]]) for part in PARTS}
    names = {part: [row.entry for row in mine[part]] for part in PARTS}
    space = Space.fit(vectors["question"], names["question"], vectors["passage"], names["passage"])
    mapped = {
        "question": space.questions(vectors["question"]),
        "passage": space.passages(vectors["passage"]),
    }
    shelves = {
        part: Shelf(
            mine[part],
            vectors[part],
            Dense.build(mapped[part]),
            Lexical.build([row.text for row in mine[part]]),
        )
        for part in PARTS
    }
    texts = example_texts(knowledge)
    examples = dict(zip(texts, call("question", texts), strict=True))
    ordinary = space.questions(np.stack([examples[text] for text in messages()]))
    asked = {row.text: one for row, one in zip(mine["question"], vectors["question"], strict=True)}
    danger = DangerByMeaning.fit(
        knowledge, mine["question"], {**asked, **examples}, space.question_mean
    )
    learnt = _learn(mine, mapped, ordinary)
    return Index(made, space, shelves, learnt, danger, examples, confidence)


def _learn(mine: dict[Part, list[Row]], mapped: dict[str, Vectors], ordinary: Vectors) -> Learnt:
    """Learn from questions and answers; articles are never asked for by name."""
    kept = {part: [row.kind == "faq" for row in mine[part]] for part in PARTS}
    entries = [row.entry for part in PARTS for row in mine[part] if row.kind == "faq"]
    vectors = np.concatenate([mapped[part][kept[part]] for part in PARTS])
    return Learnt.fit(vectors, entries, ordinary)


def encode_with(encoder: Encoder) -> Encode:
    """The plain way to encode each part."""
    calls = {"question": encoder.questions, "passage": encoder.passages}
    return lambda part, texts: calls[part](texts)


def reusing(index: Index, encode: Encode) -> Encode:
    """An :data:`Encode` that asks ``encode`` only for texts ``index`` has no vector of."""
    known: dict[tuple[Part, str], Vectors] = {
        (part, row.text): vector
        for part, shelf in index.shelves.items()
        for row, vector in zip(shelf.rows, shelf.vectors, strict=True)
    }
    known.update((("question", text), vector) for text, vector in index.examples.items())

    def call(part: Part, texts: list[str]) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if (part, text) not in known]
        known.update(zip(((part, text) for text in new), encode(part, new), strict=True))
        if not texts:
            return encode(part, [])
        return np.stack([known[part, text] for text in texts])

    return call
