"""Is this person in danger, and in which? Judged before anything else is done with a message.

Reviewed phrases decide alone when no meaning vector is at hand, so the judgement works with every
other part down. With a vector, nearest examples decide too, and the stronger of the two wins: a
message may be wrongly *perhaps*; it must never be missed by both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.schema import DangerLevel
from forewarn.phrases import PhraseSet

_STRENGTH = {DangerLevel.none: 0, DangerLevel.perhaps: 1, DangerLevel.danger: 2}


@dataclass(frozen=True)
class Judgement:
    """How sure we are, which kinds fit (the one to serve first comes first), and what told us."""

    level: DangerLevel
    kinds: tuple[str, ...]
    by: Literal["phrase", "meaning", "none"]

    def stronger(self, other: Judgement) -> Judgement:
        """The stronger of two judgements of one message; kinds of an equally strong one are kept
        too, after one's own."""
        if _STRENGTH[other.level] > _STRENGTH[self.level]:
            return other
        if _STRENGTH[other.level] < _STRENGTH[self.level] or self.level is DangerLevel.none:
            return self
        return Judgement(self.level, tuple(dict.fromkeys((*self.kinds, *other.kinds))), self.by)


NO_DANGER = Judgement(DangerLevel.none, (), "none")


class MeaningClassifier(Protocol):
    """Judges a meaning vector by the nearest examples; retrieval has the one that does."""

    def judge(self, vector: Sequence[float]) -> tuple[DangerLevel, tuple[str, ...]]:
        """The level, and the kinds that fit, most likely first."""
        ...


class Judge:
    """Judges messages by the phrases and, where one is given, the examples of a knowledge base."""

    def __init__(self, knowledge: Knowledge, meaning: MeaningClassifier | None = None) -> None:
        """Compile the phrases of ``knowledge.dangers``.

        Raises:
            forewarn.phrases.PhraseError: a phrase cannot be read.
        """
        self._door = knowledge.door
        self._order = {name: danger.order for name, danger in knowledge.dangers.items()}
        self._levels = {name: danger.level for name, danger in knowledge.dangers.items()}
        self._phrases = {
            name: PhraseSet(danger.phrases, danger.unless, knowledge.spaces)
            for name, danger in knowledge.dangers.items()
        }
        self._meaning = meaning

    def judge(self, text: str, vector: Sequence[float] | None = None) -> Judgement:
        """Judge ``text``; ``vector`` is its meaning, unit length, where one could be made."""
        by_phrase = self._by_phrase(text)
        if vector is None or self._meaning is None:
            return by_phrase
        level, kinds = self._meaning.judge(vector)
        if level is DangerLevel.none:
            return by_phrase
        return self._sorted(by_phrase.stronger(Judgement(level, kinds, "meaning")))

    def _by_phrase(self, text: str) -> Judgement:
        plain = self._door.read(text)
        found = [name for name, phrases in self._phrases.items() if phrases.find(plain)]
        if not found:
            return NO_DANGER
        level = max((self._levels[name] for name in found), key=lambda one: _STRENGTH[one])
        strong = [name for name in found if self._levels[name] is level]
        return self._sorted(Judgement(level, tuple(strong), "phrase"))

    def _sorted(self, judgement: Judgement) -> Judgement:
        return Judgement(judgement.level, served_first(judgement.kinds, self._order), judgement.by)


def served_first(kinds: Iterable[str], order: dict[str, int]) -> tuple[str, ...]:
    """``kinds`` in the order in which people in several dangers are served."""
    return tuple(sorted(kinds, key=lambda kind: order.get(kind, len(order) + 1)))
