"""Whether the search still finds what it must before a version goes live: every ``check_with``
question its own entry among the first few, in every language.

After a small change only the questions it can have moved are asked again: those of the entries that
changed, and those nearest in meaning to what came or went. A version built anew asks all of them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from retrieval.index import Index
from retrieval.questions import Question
from retrieval.rows import PARTS, Row
from retrieval.search import Searcher
from retrieval.space import Vectors

BARS = Path(__file__).with_name("bars.json")
"""The bars. They are part of the program, reviewed with the confidence."""

NEAR = 30
"""How many questions of other entries are asked again after a small change."""

_WORST = 5
"""How many entries a refusal names."""

Answers = Mapping[Question, bool]
"""For each question whether it found its entry."""


class BelowBarError(RuntimeError):
    """The search finds too little; ``problems`` has one sentence for each set of questions."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Bars:
    """How much must be found: the share of each language's questions whose entry is among the
    first ``top``."""

    top: int
    least: Mapping[str, float]
    least_elsewhere: float

    @classmethod
    def load(cls, path: Path = BARS) -> Bars:
        """Read the file ``path``."""
        return cls(**json.loads(path.read_text("utf-8"))["check_with"])

    def of(self, language: str) -> float:
        """The least share in ``language``."""
        return self.least.get(language, self.least_elsewhere)


@dataclass(frozen=True)
class Before:
    """A version and what it answered."""

    index: Index
    answers: Answers


def ask(
    index: Index, searcher: Searcher, top: int, before: Before | None = None
) -> dict[Question, bool]:
    """Which of the questions that ``index`` is checked with find their entry among the first
    ``top``.

    What ``before`` answered in the same space is taken over, but for questions that what changed
    since can have moved.
    """
    questions = index.checks
    known: dict[Question, bool] = {}
    if before is not None and before.index.space is index.space:
        known = {one: before.answers[one] for one in questions if one in before.answers}
        for one in _moved(before.index, index, list(known)):
            del known[one]
    due = [one for one in questions if one not in known]
    vectors = index.remembered.of("question", [one.text for one in due])
    asked = [(one.text, one.language) for one in due]
    for one, ranked in zip(due, searcher.rank_all(asked, vectors, top), strict=True):
        known[one] = any(entry.id in one.expect for entry in ranked)
    return known


def hold(answers: Answers, bars: Bars, before: Answers) -> list[str]:
    """Check ``answers`` against ``bars``; returns a sentence for each set that is below its bar and
    was so ``before``.

    Raises:
        BelowBarError: a set fell below its bar, or fell further.
    """
    fallen, low = [], []
    for language in sorted({one.language for one in answers}):
        found = _of(language, answers)
        share, bar = _share(found), bars.of(language)
        if share >= bar:
            continue
        old = _of(language, before)
        sentence = _sentence(language, found, old, bars)
        if old and _share(old) < bar and share >= _share(old):
            low.append(sentence)
        else:
            fallen.append(sentence)
    if fallen:
        raise BelowBarError(fallen)
    return low


def _of(language: str, answers: Answers) -> dict[Question, bool]:
    return {one: found for one, found in answers.items() if one.language == language}


def _share(found: Answers) -> float:
    return sum(found.values()) / len(found)


def _sentence(language: str, found: Answers, old: Answers, bars: Bars) -> str:
    """Which set fell, by how much, and because of which entries."""
    was = f"; the version in service: {_percent(_share(old))}" if old else ""
    return (
        f"check_with in {language}: {_percent(_share(found))} find their entry among the first "
        f"{bars.top} ({sum(found.values())} of {len(found)}); the bar is "
        f"{_percent(bars.of(language))}{was}. Worst: {', '.join(_worst(found, old))}."
    )


def _worst(found: Answers, old: Answers) -> list[str]:
    """The entries that lost most, then those with most missed."""
    missed: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for one, right in found.items():
        for entry in one.expect:
            asked[entry] += 1
            missed[entry] += not right
            lost[entry] += not right and old.get(one, False)
    order = sorted(+missed, key=lambda entry: (-lost[entry], -missed[entry], entry))
    return [f"{name} ({missed[name]} of {asked[name]} missed)" for name in order[:_WORST]]


def _percent(share: float) -> str:
    return f"{share:.1%}".replace("%", " %")


def _moved(old: Index, new: Index, questions: Sequence[Question]) -> set[Question]:
    """Those of ``questions`` that may be answered otherwise by ``new`` than by ``old``."""
    before, now = _rows(old), _rows(new)
    went, came = before - now, now - before
    if not (went or came) or not questions:
        return set()
    entries = {row.entry for row in (*went, *came)}
    own = {one for one in questions if one.expect & entries}
    others = [one for one in questions if one not in own]
    if not others:
        return own
    asked = new.space.questions(new.remembered.of("question", [one.text for one in others]))
    mapped = np.concatenate([_mapped(old, went), _mapped(new, came)])
    nearest = (asked @ mapped.T).max(axis=1)
    return own | {others[number] for number in np.argsort(-nearest)[:NEAR]}


def _mapped(index: Index, some: set[Row]) -> Vectors:
    """The vectors of ``some`` rows of ``index``, in its space."""
    maps = {"question": index.space.questions, "passage": index.space.passages}
    texts = {part: sorted({row.text for row in some if row.part == part}) for part in PARTS}
    return np.concatenate([maps[part](index.remembered.of(part, texts[part])) for part in PARTS])


def _rows(index: Index) -> set[Row]:
    return {row for shelf in index.shelves.values() for row in shelf.rows}
