"""Whether each question stands once, and no two entries ask for the same.

A question asked in two entries would be answered by chance; one used for checking proves nothing
once it is in the index.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from forewarn.countries import Gazetteer
from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.problems import Problem, problem_at
from forewarn.phrases import PhraseError, normalise

ALIKE = 0.75
"""Share of common three-letter runs (Jaccard) from which questions of two entries count as one."""

_FEWEST_RUNS = 10
"""Shorter questions ("is it safe") are alike by chance."""


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
    try:
        places = Gazetteer(knowledge)
    except PhraseError:  # reported where phrases are checked
        return lambda text: ()
    return lambda text: places.find(text).mentioned


def _alike(asked: list[_Asked]) -> Iterator[tuple[_Asked, _Asked]]:
    """Pairs of two entries that share enough runs.

    Whichever two do share one of their rarest ones, so only those are looked up (prefix filtering:
    Chaudhuri, Ganti and Kaushik, 2006).
    """
    often = Counter(run for one in asked for run in one.runs)
    holding: dict[str, list[int]] = defaultdict(list)
    for number, one in enumerate(asked):
        rarest = sorted(one.runs, key=lambda run: (often[run], run))
        telling = rarest[: len(rarest) - math.ceil(ALIKE * len(rarest)) + 1]
        for other in sorted({other for run in telling for other in holding[run]}):
            first = asked[other]
            if first.entry != one.entry:
                shared = len(one.runs & first.runs)
                if shared >= ALIKE * (len(one.runs) + len(first.runs) - shared):
                    yield one, first
        for run in telling:
            holding[run].append(number)


def _runs(plain: str) -> frozenset[str]:
    runs = frozenset(plain[start : start + 3] for start in range(len(plain) - 2))
    return runs if len(runs) >= _FEWEST_RUNS else frozenset()
