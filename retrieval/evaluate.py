"""Measures a search on questions with known answers.

hit@k: share of questions with an expected entry among the first k. MRR: mean of 1/rank of the
first expected entry. nDCG@10 with binary gain (Järvelin and Kekäläinen, 2002). Intervals are 95 %:
Wilson's for shares, bootstrap over questions (seeded) for means.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from retrieval.index import Searchable
from retrieval.questions import Question
from retrieval.search import Found, Searcher
from retrieval.space import Vectors

DEPTH = 10
"""How many entries are looked at for each question."""

_RESAMPLES = 2000
_Z = 1.959964


@dataclass(frozen=True)
class Measured:
    """A value between 0 and 1 with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Quality:
    """What was measured on the questions of one language, or on all.

    Of questions with an answer: ``hit_1``, ``hit_3``, ``mrr``, ``ndcg_10``; the shares ``answered``
    outright and so ``answered_right``, offered a choice that holds the answer (``choice_right``),
    and ``refused``. Of questions without one: ``out_refused`` and ``out_answered`` outright.
    """

    questions: int
    hit_1: Measured
    hit_3: Measured
    mrr: Measured
    ndcg_10: Measured
    answered: Measured
    answered_right: Measured
    choice_right: Measured
    refused: Measured
    out_of_scope: int
    out_refused: Measured
    out_answered: Measured


@dataclass(frozen=True)
class _Seen:
    """One question after its search: the rank of the first expected entry, and the outcome."""

    question: Question
    found: Found
    rank: int | None
    gain: float


def evaluate(
    questions: Sequence[Question], search: Callable[[Question, int], Found]
) -> dict[str, Quality]:
    """Quality by language, and of ``all`` together; ``search`` gets a question and a depth."""
    seen = [_look(question, search(question, DEPTH)) for question in questions]
    languages = sorted({question.language for question in questions})
    parts = {
        language: [one for one in seen if one.question.language == language]
        for language in languages
    }
    return {name: _quality(some) for name, some in {**parts, "all": seen}.items()}


def of_corpus(
    questions: Sequence[Question], corpus: Searchable, vectors: Vectors
) -> dict[str, Quality]:
    """The same of the search in ``corpus``; ``vectors`` are those of ``questions``.

    Raises:
        ValueError: a question's vector is of another length than the corpus', or holds a number
            that is not finite.
    """
    meaning = {question.id: vector for question, vector in zip(questions, vectors, strict=True)}
    for name, vector in meaning.items():
        if not np.isfinite(vector).all():
            raise ValueError(f"question {name}: its vector holds a number that is not finite")
    searcher = Searcher(corpus)
    return evaluate(
        questions,
        lambda one, depth: searcher.search(one.text, meaning[one.id], one.language, depth),
    )


def as_json(qualities: dict[str, Quality]) -> dict[str, Any]:
    """The figures as plain JSON, rounded to four places."""
    rounded: dict[str, Any] = {}
    for name, quality in qualities.items():
        rounded[name] = {
            key: {part: round(number, 4) for part, number in value.items()}
            if isinstance(value, dict)
            else value
            for key, value in asdict(quality).items()
        }
    return rounded


def as_table(qualities: dict[str, Quality]) -> str:
    """The figures as a table to read: a row a language."""
    columns = (
        *("questions", "hit_1", "hit_3", "mrr", "ndcg_10", "answered", "answered_right"),
        *("refused", "out_of_scope", "out_refused", "out_answered"),
    )
    rows = [["", *columns]]
    rows += [
        [name, *(_cell(quality, column) for column in columns)]
        for name, quality in qualities.items()
    ]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _cell(quality: Quality, column: str) -> str:
    value: int | Measured = getattr(quality, column)
    if isinstance(value, int):
        return str(value)
    return f"{value.value:.3f} ({value.low:.2f}–{value.high:.2f})"


def _look(question: Question, found: Found) -> _Seen:
    ranks = [i for i, hit in enumerate(found.hits, start=1) if hit.id in question.expect]
    ideal = sum(1 / math.log2(i + 1) for i in range(1, min(len(question.expect), DEPTH) + 1))
    gain = sum(1 / math.log2(rank + 1) for rank in ranks) / ideal if ideal else 0.0
    return _Seen(question, found, ranks[0] if ranks else None, gain)


def _quality(seen: Sequence[_Seen]) -> Quality:
    inside = [one for one in seen if one.question.expect]
    outside = [one for one in seen if not one.question.expect]
    answered = [one for one in inside if one.found.outcome == "answer"]

    def share(some: Sequence[_Seen], test: Callable[[_Seen], bool]) -> Measured:
        return wilson(sum(test(one) for one in some), len(some))

    return Quality(
        questions=len(inside),
        hit_1=share(inside, lambda one: one.rank == 1),
        hit_3=share(inside, lambda one: one.rank is not None and one.rank <= 3),
        mrr=bootstrap([1 / one.rank if one.rank else 0.0 for one in inside]),
        ndcg_10=bootstrap([one.gain for one in inside]),
        answered=share(inside, lambda one: one.found.outcome == "answer"),
        answered_right=share(answered, lambda one: one.rank == 1),
        choice_right=share(
            [one for one in inside if one.found.outcome == "choose"],
            lambda one: one.rank is not None and one.rank <= 3,
        ),
        refused=share(inside, lambda one: one.found.outcome == "unknown"),
        out_of_scope=len(outside),
        out_refused=share(outside, lambda one: one.found.outcome == "unknown"),
        out_answered=share(outside, lambda one: one.found.outcome == "answer"),
    )


def wilson(hits: int, total: int) -> Measured:
    """A share with its Wilson interval (Wilson, 1927); 0 of 0 is 0 to 1."""
    if not total:
        return Measured(0.0, 0.0, 1.0)
    share = hits / total
    scale = 1 + _Z**2 / total
    middle = (share + _Z**2 / (2 * total)) / scale
    half = _Z * math.sqrt(share * (1 - share) / total + _Z**2 / (4 * total**2)) / scale
    return Measured(share, max(0.0, middle - half), min(1.0, middle + half))


def bootstrap(values: Sequence[float]) -> Measured:
    """A mean with its percentile bootstrap interval; of nothing it is 0, 0 to 1."""
    if not values:
        return Measured(0.0, 0.0, 1.0)
    sample = np.array(values)
    drawn = np.random.default_rng(0).choice(sample, (_RESAMPLES, len(sample)))
    low, high = np.quantile(drawn.mean(axis=1), [0.025, 0.975])
    return Measured(float(sample.mean()), float(low), float(high))
