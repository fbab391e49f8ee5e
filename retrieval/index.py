"""What a search looks at, built from the knowledge: vectors, words, and what was learnt of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol

import numpy as np

from forewarn.knowledge.loader import Knowledge
from retrieval.checks import checks
from retrieval.confidence import Confidence
from retrieval.danger_by_meaning import DangerByMeaning, example_digest, example_texts, kinds_of
from retrieval.dense import Dense
from retrieval.encoder import Encoder
from retrieval.learnt import Learnt
from retrieval.lexical import Lexical
from retrieval.neighbours import Neighbours
from retrieval.offers_by_meaning import OffersByMeaning, offer_digest, offer_texts
from retrieval.ordinary import messages
from retrieval.questions import Question
from retrieval.record import FORMAT, Fitted, IndexRefusedError, Made
from retrieval.remembered import Encode, Remembered
from retrieval.rows import PARTS, Part, Row, rows
from retrieval.space import METRIC, Space, Vectors

DRIFT = 0.05
"""The share of rows that may change before the space and what judges by meaning are fitted anew:
they are fitted on all rows, and one more or less moves them by next to nothing."""


@dataclass(frozen=True)
class Shelf:
    """The rows of one part, with their vectors as encoded, searchable by meaning and by words.

    ``worded`` names the entry of each document of ``lexical``: all wordings of an entry are one,
    each passage is its own. ``common`` tells, by language, how near each row lies to whatever is
    asked in it, which is then no merit; under "" for every other language. Without any, nothing is
    taken off.
    """

    rows: list[Row]
    vectors: Vectors
    dense: Dense
    lexical: Lexical
    worded: list[str]
    common: Mapping[str, Vectors] = field(default_factory=dict)


class Searchable(Protocol):
    """What a search looks at."""

    @property
    def made(self) -> Made: ...
    @property
    def space(self) -> Space: ...
    @property
    def shelves(self) -> Mapping[Part, Shelf]: ...
    @property
    def learnt(self) -> Learnt: ...
    @property
    def confidence(self) -> Confidence | None: ...


@dataclass(frozen=True)
class Index:
    """Everything a search needs, for one state of the knowledge.

    ``remembered`` holds the vectors of all texts, also of those that were learnt from but are not
    searched, so that the next version only encodes what is new; ``checks`` are the questions that
    the search is checked with.
    """

    made: Made
    space: Space
    shelves: dict[Part, Shelf]
    learnt: Learnt
    danger: DangerByMeaning
    offers: OffersByMeaning
    remembered: Remembered
    checks: list[Question]
    confidence: Confidence | None
    fitted: Fitted

    @property
    def graphs(self) -> dict[Part, Neighbours]:
        """The graphs of the parts that have very many rows."""
        graphs = {part: shelf.dense.graph for part, shelf in self.shelves.items()}
        return {part: graph for part, graph in graphs.items() if graph is not None}

    @property
    def is_behind(self) -> bool:
        """Whether space, danger and offers by meaning are due to be fitted anew."""
        total = sum(len(shelf.rows) for shelf in self.shelves.values())
        fitted = self.fitted
        return fitted.examples != fitted.now or fitted.rows > DRIFT * total


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
    remembered: Remembered | None = None,
    hashed: str | None = None,
) -> Index:
    """Encode the rows of ``knowledge``, learn from all of them and index them.

    ``encode`` replaces the plain call of ``encoder``, to show progress or to let others have their
    turn; texts that are ``remembered`` are not encoded again; ``hashed`` is the content hash of
    the knowledge, where that is known already.

    Raises:
        IndexRefusedError: ``confidence`` was fitted for another encoder, or there is nothing to
            index.
    """
    mine = _rows(knowledge, encoder, confidence)
    known = remembered or Remembered(encoder.dimension)
    asked = checks(knowledge)
    texts = _texts(knowledge, mine, asked)
    known = known.with_(texts, encode or encode_with(encoder)).tidied(texts)
    space = _space(mine, known)
    shelves = _shelves(mine, known, space, {}, None)
    examples, vectors_of = _digest(knowledge), partial(known.of, "question")
    return Index(
        made=made_of(hashed or knowledge.content_hash(), encoder, confidence),
        space=space,
        shelves=shelves,
        learnt=_learn(shelves, space, known),
        danger=DangerByMeaning.fit(knowledge, mine["question"], vectors_of, space.question_mean),
        offers=OffersByMeaning.fit(knowledge, vectors_of, space.question_mean),
        remembered=known,
        checks=asked,
        confidence=confidence,
        fitted=Fitted(examples, examples),
    )


def revise(
    index: Index,
    knowledge: Knowledge,
    encoder: Encoder,
    confidence: Confidence | None = None,
    encode: Encode | None = None,
    hashed: str | None = None,
) -> Index:
    """The index of ``knowledge``, a little changed since ``index`` was made of it: only what
    changed is encoded and indexed, and what was fitted stays: space, danger and offers by meaning.

    Where too much has changed for that (another encoder, other kinds of danger) it is built.

    Raises:
        IndexRefusedError: as :func:`build`.
    """
    if index.made.encoder != encoder.fingerprint:
        return build(knowledge, encoder, confidence, encode, hashed=hashed)
    if index.danger.kinds not in ((), kinds_of(knowledge)):
        return build(knowledge, encoder, confidence, encode, index.remembered, hashed)
    mine = _rows(knowledge, encoder, confidence)
    asked = checks(knowledge)
    texts = _texts(knowledge, mine, asked)
    known = index.remembered.with_(texts, encode or encode_with(encoder)).tidied(texts)
    moved = _moved(index.shelves, mine)
    shelves, learnt = index.shelves, index.learnt
    if moved:
        shelves = _shelves(mine, known, index.space, index.shelves, index.graphs)
        learnt = _learn(shelves, index.space, known, index.learnt)
    return Index(
        made=made_of(hashed or knowledge.content_hash(), encoder, confidence),
        space=index.space,
        shelves=shelves,
        learnt=learnt,
        danger=index.danger.with_levels(knowledge),
        offers=index.offers,
        remembered=known,
        checks=asked,
        confidence=confidence,
        fitted=replace(index.fitted, now=_digest(knowledge), rows=index.fitted.rows + moved),
    )


def assembled(
    knowledge: Knowledge,
    made: Made,
    space: Space,
    learnt: Learnt,
    danger: DangerByMeaning,
    offers: OffersByMeaning,
    remembered: Remembered,
    confidence: Confidence | None,
    fitted: Fitted,
    graphs: Mapping[Part, Neighbours],
) -> Index:
    """An index of ``knowledge`` from what was fitted and encoded when it was made.

    Raises:
        KeyError: a text of ``knowledge`` has no vector among those ``remembered``.
    """
    mine = _by_part(rows(knowledge))
    shelves = _shelves(mine, remembered, space, {}, graphs)
    asked = checks(knowledge)
    return Index(
        made, space, shelves, learnt, danger, offers, remembered, asked, confidence, fitted
    )


def texts_of(knowledge: Knowledge) -> list[tuple[Part, str]]:
    """Every text of ``knowledge`` that an index needs a vector of."""
    return _texts(knowledge, _by_part(rows(knowledge)), checks(knowledge))


def encode_with(encoder: Encoder) -> Encode:
    """The plain way to encode each part."""
    calls = {"question": encoder.questions, "passage": encoder.passages}
    return lambda part, texts: calls[part](texts)


def _rows(
    knowledge: Knowledge, encoder: Encoder, confidence: Confidence | None
) -> dict[Part, list[Row]]:
    if confidence is not None and confidence.encoder != encoder.fingerprint:
        raise IndexRefusedError(
            "the confidence was fitted for another encoder: run `make calibrate` once with this one"
        )
    everything = rows(knowledge)
    if not everything:
        raise IndexRefusedError("the knowledge holds no entries: there is nothing to index")
    return _by_part(everything)


def _by_part(everything: list[Row]) -> dict[Part, list[Row]]:
    return {part: [row for row in everything if row.part == part] for part in PARTS}


def _texts(
    knowledge: Knowledge, mine: dict[Part, list[Row]], asked: list[Question]
) -> list[tuple[Part, str]]:
    """Every text that a vector is needed of: to be searched, to be learnt from, to check with."""
    asked_texts = (check.text for check in asked)
    questions = [*example_texts(knowledge), *offer_texts(knowledge), *asked_texts]
    return [
        *((part, row.text) for part in PARTS for row in mine[part]),
        *(("question", text) for text in questions),
    ]


def _digest(knowledge: Knowledge) -> str:
    """Of every example that is learnt from."""
    return f"{example_digest(knowledge)}-{offer_digest(knowledge)}"


def _space(mine: dict[Part, list[Row]], known: Remembered) -> Space:
    """The space fitted on all rows."""
    vectors = {part: known.of(part, [row.text for row in mine[part]]) for part in PARTS}
    names = {part: [row.entry for row in mine[part]] for part in PARTS}
    return Space.fit(vectors["question"], names["question"], vectors["passage"], names["passage"])


def _shelves(
    mine: dict[Part, list[Row]],
    remembered: Remembered,
    space: Space,
    before: Mapping[Part, Shelf],
    graphs: Mapping[Part, Neighbours] | None,
) -> dict[Part, Shelf]:
    """The shelves of rows, with the vectors that are ``remembered``. What the shelves ``before``
    hold, in the same ``space``, is taken over; so are ``graphs``, unless they are to be made."""
    mapped = {"question": space.questions, "passage": space.passages}
    shelves: dict[Part, Shelf] = {}
    for part in PARTS:
        old = before.get(part)
        if old is not None and old.rows == mine[part]:
            shelves[part] = old
            continue
        texts = [row.text for row in mine[part]]
        vectors = remembered.of(part, texts)
        known = {} if old is None else {row.text: n for n, row in enumerate(old.rows)}
        places = np.array([known.get(text, -1) for text in texts], dtype=np.int64)
        moved = np.empty_like(vectors)
        moved[places < 0] = mapped[part](vectors[places < 0])
        if old is not None:
            moved[places >= 0] = old.dense.vectors[places[places >= 0]]
        if graphs is None:
            dense = Dense.build(moved, texts)
        else:
            dense = Dense.with_graph(moved, texts, graphs.get(part))
        documents = _documents(part, mine[part])
        lexical = Lexical.build(
            [texts for _, texts in documents], None if old is None else old.lexical
        )
        worded = [entry for entry, _ in documents]
        shelves[part] = Shelf(mine[part], vectors, dense, lexical, worded)
    return shelves


def _documents(part: Part, rows_of: list[Row]) -> list[tuple[str, list[str]]]:
    """What is searched by words: each entry's wordings together, each passage for itself."""
    if part == "passage":
        return [(row.entry, [row.text]) for row in rows_of]
    texts: dict[str, list[str]] = {}
    for row in rows_of:
        texts.setdefault(row.entry, []).append(row.text)
    return list(texts.items())


def _learn(
    shelves: dict[Part, Shelf], space: Space, known: Remembered, before: Learnt | None = None
) -> Learnt:
    """Learn from questions and answers; articles are never asked for by name."""
    vectors, entries = [], []
    for part in PARTS:
        rows_of, mapped = shelves[part].rows, shelves[part].dense.vectors
        kept = np.array([row.kind == "faq" for row in rows_of], dtype=np.bool_)
        vectors.append(mapped if kept.all() else mapped[kept])
        entries += [row.entry for row in rows_of if row.kind == "faq"]
    ordinary = space.questions(known.of("question", messages()))
    return Learnt.fit(np.concatenate(vectors), entries, ordinary, before)


def _moved(before: Mapping[Part, Shelf], mine: dict[Part, list[Row]]) -> int:
    """How many rows came or went."""
    old = {row for part in PARTS for row in before[part].rows}
    return len(old.symmetric_difference(row for part in PARTS for row in mine[part]))
