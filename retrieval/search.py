"""Finds the entries that answer a question: by meaning and by words, then fused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from forewarn.knowledge.entries import BASE_LANGUAGE
from retrieval.confidence import MOST_CHOICES, Outcome, Signals
from retrieval.index import Searchable
from retrieval.rows import PARTS, Kind, Part
from retrieval.space import Vectors, shifted, unit

MOST_ROWS = 200
"""How many nearest rows are looked at. With twice as many no first entry was another one
(docs/decisions/0017-speed.md)."""

FOREIGN = 0.05
"""What a row in another language than the person's loses of its similarity."""

Score = Literal["likeness", "meaning", "learnt", "nothing", "passage", "words", "told"]

WEIGHTS: dict[Score, float] = {
    "learnt": 0.2,
    "meaning": 0.3,
    "passage": 0.2,
    "words": 0.5,
    "told": 0.35,
}
"""How the scores of an entry are added up: chosen on ``check_with``, calibration questions and
wordings left out in turn, never on held-out questions (docs/decisions/0006-search.md)."""

Nearest = dict[Part, tuple[NDArray[np.int64], Vectors]]
"""Of each part, the numbers and the similarity of the rows nearest to a question."""

_AT_ONCE = 32
"""Questions that are compared with all rows in one go."""

_MEANING: dict[Part, Score] = {"question": "meaning", "passage": "passage"}
_WORDS: dict[Part, Score] = {"question": "words", "passage": "told"}


@dataclass(frozen=True)
class Hit:
    """An entry that may answer; ``language`` is that of the text the person would get."""

    id: str
    kind: Kind
    language: str
    score: float
    confidence: float


@dataclass(frozen=True)
class Found:
    """What to do, and the entries, best first: one to answer with, two or three to choose from,
    or, with ``unknown``, merely the nearest."""

    outcome: Outcome
    hits: list[Hit]


@dataclass(frozen=True)
class Weighed:
    """One of several texts that are searched together, with its meaning and its weight; the
    weights of all add up to 1."""

    text: str
    vector: Vectors
    weight: float


@dataclass(frozen=True)
class Ranked:
    """One entry that was near."""

    id: str
    kind: Kind
    score: float
    signals: Signals


class Searcher:
    """Searches one index, or any corpus."""

    def __init__(self, index: Searchable) -> None:
        """Search ``index``; without a fitted confidence every outcome is ``unknown``."""
        self._index = index
        rows = [row for part in PARTS for row in index.shelves[part].rows]
        self._names = sorted({row.entry for row in rows})
        numbers = {name: number for number, name in enumerate(self._names)}
        self._kinds: dict[str, Kind] = {row.entry: row.kind for row in rows}
        self._languages: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            self._languages[row.entry].add(row.language)
        self._row_entries = {
            part: np.array([numbers[row.entry] for row in index.shelves[part].rows], np.int64)
            for part in PARTS
        }
        self._worded = {
            part: np.array([numbers[entry] for entry in index.shelves[part].worded], np.int64)
            for part in PARTS
        }
        self._row_languages = {
            part: np.array([row.language for row in index.shelves[part].rows], np.str_)
            for part in PARTS
        }
        places = {name: number for number, name in enumerate(index.learnt.entries)}
        learnt = np.array([places.get(name, -1) for name in self._names], np.int64)
        self._known = np.flatnonzero(learnt >= 0)
        self._learnt = learnt[self._known]
        questions = index.shelves["question"].vectors
        self._centred = unit(shifted(questions, index.space.question_mean))

    def search(self, text: str, vector: Vectors, language: str, top: int) -> Found:
        """The ``top`` entries for ``text`` with meaning ``vector``, for a reader of ``language``.

        Raises:
            ValueError: the vector has another length than the index, or a number that is none.
        """
        return self._found(self.rank(text, vector, language, max(top, MOST_CHOICES)), language, top)

    def search_together(
        self, parts: Sequence[Weighed], language: str, top: int, without: str
    ) -> Found:
        """As :meth:`search`, for texts that ask one thing together, such as a follow-up and the
        question before it: every score is the weighted mean of theirs. ``without`` is an entry
        that is left out, as if there were none.

        Raises:
            ValueError: as :meth:`search`, or ``without`` is no entry.
        """
        asked = [(part.text, language) for part in parts]
        vectors = np.stack([part.vector for part in parts])
        weighed = list(zip(parts, self._all_scores(asked, vectors), strict=True))
        scores: dict[Score, Vectors] = {
            name: np.sum([part.weight * each[name] for part, each in weighed], axis=0)
            for name in weighed[0][1]
        }
        ranked = self._ranked(scores, max(top, MOST_CHOICES), without)
        return self._found(ranked, language, top)

    def _found(self, ranked: list[Ranked], language: str, top: int) -> Found:
        confidence = self._index.confidence
        hits = [
            Hit(
                one.id,
                one.kind,
                self._shown(one.id, language),
                one.score,
                0.0 if confidence is None else confidence.of(one.signals),
            )
            for one in ranked
        ]
        if confidence is None:
            return Found("unknown", hits[:top])
        return Found(confidence.outcome([hit.confidence for hit in hits]), hits[:top])

    def rank(self, text: str, vector: Vectors, language: str, top: int) -> list[Ranked]:
        """The ``top`` nearest entries with what speaks for each, best first.

        Raises:
            ValueError: as :meth:`search`.
        """
        return next(self.rank_all([(text, language)], vector.reshape(1, -1), top))

    def rank_all(
        self, asked: Sequence[tuple[str, str]], vectors: Vectors, top: int
    ) -> Iterator[list[Ranked]]:
        """The same for many texts, each with its language and its row of ``vectors``: what is
        compared with all rows is read once for several of them.

        Raises:
            ValueError: as :meth:`search`.
        """
        for scores in self._all_scores(asked, vectors):
            yield self._ranked(scores, top)

    def _all_scores(
        self, asked: Sequence[tuple[str, str]], vectors: Vectors
    ) -> Iterator[dict[Score, Vectors]]:
        for start in range(0, len(asked), _AT_ONCE):
            some = vectors[start : start + _AT_ONCE]
            mapped = self._index.space.questions(some)
            alike = self._centred @ unit(shifted(some, self._index.space.question_mean)).T
            near = {
                part: self._index.shelves[part].dense.search(mapped, MOST_ROWS) for part in PARTS
            }
            for number, (text, language) in enumerate(asked[start : start + _AT_ONCE]):
                mine = {
                    part: (rows[number], similar[number]) for part, (rows, similar) in near.items()
                }
                yield self._scores(text, language, mapped[number], alike[:, number], mine)

    def _ranked(
        self, scores: dict[Score, Vectors], top: int, without: str | None = None
    ) -> list[Ranked]:
        fused = np.zeros(len(self._names), dtype=np.float64)
        for name, weight in WEIGHTS.items():
            fused += weight * scores[name]
        order = _best_first(fused, max(top, 2) + 1)
        if without is not None:
            order = order[order != self._names.index(without)]
        best = float(fused[order[0]]) if len(order) else 0.0
        second = float(fused[order[1]]) if len(order) > 1 else 0.0
        ranked = []
        for place, number in enumerate(order[:top]):
            entry, total = self._names[number], float(fused[number])
            margin = total - (best if place else second)
            signals = {key: float(values[number]) for key, values in scores.items()}
            ranked.append(
                Ranked(entry, self._kinds[entry], total, Signals(margin=margin, **signals))
            )
        return ranked

    def _scores(
        self, text: str, language: str, mapped: Vectors, alike: Vectors, nearest: Nearest
    ) -> dict[Score, Vectors]:
        """Each score of every entry, 0 where there is none."""
        scores: dict[Score, Vectors] = {}
        for part in PARTS:
            numbers, similar = nearest[part]
            foreign = self._row_languages[part][numbers] != language
            near = self._row_entries[part][numbers]
            common = self._index.shelves[part].common
            if common:
                similar = similar - common.get(language, common[""])[numbers]
            scores[_MEANING[part]] = self._best(near, similar - FOREIGN * foreign)
            shares = self._index.shelves[part].lexical.shares(text)
            scores[_WORDS[part]] = self._best(self._worded[part], shares)
        scores["likeness"] = self._best(self._row_entries["question"], alike)
        standing = self._index.learnt.standing(mapped)
        learnt = np.zeros(len(self._names), dtype=np.float32)
        learnt[self._known] = standing.entries[self._learnt]
        scores["learnt"] = learnt
        scores["nothing"] = np.full(len(self._names), standing.nothing, dtype=np.float32)
        return scores

    def _best(self, entries: NDArray[np.int64], scores: Vectors) -> Vectors:
        """For each entry the highest of its rows' scores."""
        best = np.full(len(self._names), -np.inf, dtype=np.float32)
        np.maximum.at(best, entries, scores)
        best[best == -np.inf] = 0.0
        return best

    def _shown(self, name: str, language: str) -> str:
        """The person's language where the entry has it, else English, else what there is."""
        languages = self._languages[name]
        if language in languages:
            return language
        return BASE_LANGUAGE if BASE_LANGUAGE in languages else min(languages)


def _best_first(scores: NDArray[np.float64], most: int) -> NDArray[np.int64]:
    """The numbers of the ``most`` highest of ``scores``, of equal ones the first."""
    if len(scores) <= most:
        return np.argsort(-scores, kind="stable")
    # To sort all of very many takes long. Cut into as many stretches, each has one at least as high
    # as the lowest of their highest.
    starts = np.arange(most) * len(scores) // most
    high = np.flatnonzero(scores >= np.maximum.reduceat(scores, starts).min())
    return high[np.argsort(-scores[high], kind="stable")][:most]
