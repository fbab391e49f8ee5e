"""Is this person in danger, and in which? Judged before anything else is done with a message.

Reviewed phrases decide alone when no meaning vector is at hand, so the judgement works with every
other part down. With a vector, known examples decide too. A message is in danger when either says
so, but for a phrase in a message unlike every cry, also around it: that is *perhaps*, or nothing
(docs/decisions/0007-danger-by-meaning.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.schema.dangers import DangerLevel
from forewarn.phrases import Match, PhraseSet, Sentence, width

_STRENGTH = {DangerLevel.none: 0, DangerLevel.perhaps: 1, DangerLevel.danger: 2}


@dataclass(frozen=True)
class Judgement:
    """How sure we are, which kinds fit (the one to serve first comes first), and what told us:
    "meaning" also where it spoke against every phrase, "none" where nothing spoke at all."""

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

    def at_most(self, level: DangerLevel) -> Judgement:
        """The same, but no stronger than ``level``, which was told by meaning."""
        if _STRENGTH[self.level] <= _STRENGTH[level]:
            return self
        none = Judgement(DangerLevel.none, (), "meaning")
        return none if level is DangerLevel.none else replace(self, level=level)


NO_DANGER = Judgement(DangerLevel.none, (), "none")


PHRASE_WORTH = 0.3
"""What a phrase of a kind adds to how well that kind fits by meaning."""

GRAVE_WORTH = 0.15
"""By how much a grave kind may fit less than another and be served before it: to read another
kind's text first costs these people most."""

FITS = 0.45
"""From which sum on a kind is named beside the one served first."""

AROUND, MOST_PARTS = 30, 3
"""How many letters on either side of a phrase are judged with it, where it is not heard in full
because of all the rest; and in how many places at most: each takes a pass of the encoder."""

Encode = Callable[[str], Sequence[float]]
"""Gives the meaning of a text."""


@dataclass(frozen=True)
class Meaning:
    """What the meaning of a message says: the level, how well each kind would fit (together 1),
    and the most that a phrase alone may make of it: the less it is like any cry, the less."""

    level: DangerLevel
    kinds: Mapping[str, float]
    by_phrase: DangerLevel


class MeaningClassifier(Protocol):
    """Judges a meaning vector by known examples; retrieval has the one that does."""

    def judge(self, vector: Sequence[float]) -> Meaning:
        """What the meaning says."""
        ...

    def judge_part(self, vector: Sequence[float]) -> Meaning:
        """What the meaning of a part of a message says, of which a phrase is known."""
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
        self._grave = {name for name, danger in knowledge.dangers.items() if danger.grave}
        self._levels = {name: danger.level for name, danger in knowledge.dangers.items()}
        self._phrases = {
            name: PhraseSet(danger.phrases, danger.unless, knowledge.spaces)
            for name, danger in knowledge.dangers.items()
        }
        self._meaning = meaning

    def judge(
        self, text: str, vector: Sequence[float] | None = None, encode: Encode | None = None
    ) -> Judgement:
        """Judge ``text``; ``vector`` is its meaning, unit length, where one could be made.

        ``encode`` gives the meaning of a part: a cry in the same breath as an offer stands in a
        message that as a whole is unlike every cry, so what is around its phrase is judged too.
        """
        said = Sentence.all_of(self._door.read(text))
        by_phrase, matches = self._by_phrase(said)
        if vector is None or self._meaning is None:
            return by_phrase
        meaning = self._meaning.judge(vector)
        if encode is not None and by_phrase.at_most(meaning.by_phrase) != by_phrase:
            parts = map(self._meaning.judge_part, map(encode, _parts(said, matches)))
            meaning = max([meaning, *parts], key=_how_strong)
        return self._together(by_phrase, meaning)

    def _together(self, by_phrase: Judgement, meaning: Meaning) -> Judgement:
        by_phrase = by_phrase.at_most(meaning.by_phrase)
        told = by_phrase.stronger(Judgement(meaning.level, (), "meaning"))
        if told.level is DangerLevel.none or not meaning.kinds:
            return by_phrase
        fits = {
            kind: meaning.kinds.get(kind, 0.0) + PHRASE_WORTH * (kind in by_phrase.kinds)
            for kind in {*meaning.kinds, *by_phrase.kinds}
        }
        need = {kind: worth + GRAVE_WORTH * (kind in self._grave) for kind, worth in fits.items()}
        first = max(served_first(need, self._order), key=need.__getitem__)
        others = {kind for kind, worth in fits.items() if worth >= FITS} | {*by_phrase.kinds}
        named = served_first(others - {first}, self._order)
        return Judgement(told.level, (first, *named), told.by)

    def _by_phrase(self, said: Sequence[Sentence]) -> tuple[Judgement, list[Match]]:
        """What phrases make of the sentences ``said``, and where they stand."""
        hits = {name: phrases.find_in(said) for name, phrases in self._phrases.items()}
        found = [name for name, matches in hits.items() if matches]
        if not found:
            return NO_DANGER, []
        level = max((self._levels[name] for name in found), key=lambda one: _STRENGTH[one])
        strong = [name for name in found if self._levels[name] is level]
        matches = [match for name in found for match in hits[name]]
        return self._sorted(Judgement(level, tuple(strong), "phrase")), matches

    def _sorted(self, judgement: Judgement) -> Judgement:
        return Judgement(judgement.level, served_first(judgement.kinds, self._order), judgement.by)


def _parts(said: Sequence[Sentence], matches: Iterable[Match]) -> list[str]:
    """What stands around each of ``matches`` in the sentences ``said``, but for all there is."""
    parts = dict.fromkeys(map(_around, matches))
    if len(said) == 1:
        parts.pop(said[0].written, None)
    return list(parts)[:MOST_PARTS]


def _around(match: Match) -> str:
    start = match.sentence.index(match.quote)
    end = start + len(match.quote)
    # AROUND counts as width does: a Chinese character says as much as three letters.
    reach = round(AROUND * len(match.sentence) / width(match.sentence))
    return match.sentence[max(0, start - reach) : end + reach]


def _how_strong(meaning: Meaning) -> tuple[int, int]:
    return _STRENGTH[meaning.level], _STRENGTH[meaning.by_phrase]


def served_first(kinds: Iterable[str], order: dict[str, int]) -> tuple[str, ...]:
    """``kinds`` in the order in which people in several dangers are served."""
    return tuple(sorted(kinds, key=lambda kind: order.get(kind, len(order) + 1)))
