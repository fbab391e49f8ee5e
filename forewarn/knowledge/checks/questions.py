"""Whether each question stands once, and no two entries ask for the same.

A question asked in two entries would be answered by chance; one used for checking proves nothing
once it is in the index.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain

from forewarn.countries import Gazetteer
from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.problems import Problem, problem_at
from forewarn.phrases import PhraseError, normalise

ALIKE = 0.75
"""Share of common three-letter runs (Jaccard) from which questions of two entries count as one."""

_FEWEST_RUNS = 10
"""Shorter questions ("is it safe") are alike by chance."""

_SHARED = 4
"""How many of their rarest runs two questions must share to be compared; more sort out no more."""


@dataclass(frozen=True)
class _Asked:
    """One question, where it stands, and the three-letter runs it is made of."""

    text: str
    path: str
    entry: str
    runs: frozenset[str]


def questions(knowledge: Knowledge) -> Iterator[Problem]:
    """Every question that stands twice, or nearly twice in two entries."""
    named = _countries_named(knowledge)
    for language in knowledge.language_codes:
        asked: dict[str, _Asked] = {}
        for entry in knowledge.faq.values():
            text = entry.texts.get(language)
            if text is None:
                continue
            for question in (text.question, *text.also_asked, *text.check_with):
                plain = normalise(question)
                first = asked.get(plain)
                if first is not None:
                    where = "this file" if first.path == text.path else first.path
                    yield problem_at(
                        knowledge.folder,
                        text.path,
                        "also_asked",
                        f"“{question}” stands in {where} too",
                        "Word one of the two differently",
                    )
                    continue
                asked[plain] = _Asked(question, text.path, entry.id, _runs(plain))
        for one, first in _alike(list(asked.values())):
            # The same question about two countries is two questions.
            if named(one.text) == named(first.text):
                yield problem_at(
                    knowledge.folder,
                    one.path,
                    "also_asked",
                    f"“{one.text}” is nearly “{first.text}” of {first.path}",
                    "Word one of the two differently, or make the entries one",
                    severity="warning",
                )


def _countries_named(knowledge: Knowledge) -> Callable[[str], tuple[str, ...]]:
    @cache
    def places() -> Gazetteer | None:
        try:
            return Gazetteer(knowledge)
        except PhraseError:  # reported where phrases are checked
            return None

    def named(text: str) -> tuple[str, ...]:
        known = places()
        return () if known is None else known.mentioned(text)

    return named


def _alike(asked: list[_Asked]) -> Iterator[tuple[_Asked, _Asked]]:
    """Pairs of two entries that share enough runs.

    Whichever two do share a few of their rarest ones, so only those are compared (prefix filtering,
    with prefixes as long as Wang, Li and Feng, 2012, make them). Sets of questions are the bits of
    a number here: one operation deals with sixty-four of them.
    """
    often = Counter(chain.from_iterable(one.runs for one in asked))
    rank = {run: n for n, run in enumerate(sorted(often, key=lambda run: (often[run], run)))}
    holding = [0] * len(rank)
    for number, one in enumerate(asked):
        size = len(one.runs)
        least = math.ceil(ALIKE * size)
        sharing = [-1, *[0] * _SHARED]  # which ones share no run or more, one or more, and so on
        for run in sorted(map(rank.__getitem__, one.runs))[: size - least + _SHARED]:
            if holding[run]:
                for times in range(_SHARED, 0, -1):
                    sharing[times] |= sharing[times - 1] & holding[run]
            holding[run] |= 1 << number
        for first in _chosen(asked, sharing[_SHARED]):
            if first.entry != one.entry:
                shared = len(one.runs & first.runs)
                if shared >= ALIKE * (size + len(first.runs) - shared):
                    yield one, first


def _chosen(asked: list[_Asked], bits: int) -> Iterator[_Asked]:
    while bits:
        yield asked[(bits & -bits).bit_length() - 1]
        bits &= bits - 1


def _runs(plain: str) -> frozenset[str]:
    runs = frozenset(plain[start : start + 3] for start in range(len(plain) - 2))
    return runs if len(runs) >= _FEWEST_RUNS else frozenset()
