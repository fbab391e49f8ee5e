"""What the red flags of an offer add up to. Never that it is safe."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from forewarn.countries import Gazetteer
from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.messages import Messages
from forewarn.knowledge.schema.contacts import ContactKind
from forewarn.knowledge.schema.offers import RedFlag, Severity, VerdictRule
from forewarn.offers.deciding import Decider, Facts
from forewarn.offers.flags import FlagFinder, FoundFlag, Meaning, strongest
from forewarn.offers.reached import Reached
from forewarn.replies import FlagItem, VerdictBlock, VerdictLevel

_HAN_FIRST, _HAN_LAST, _HAN_WEIGHT = "\u4e00", "\u9fff", 3

NO_MEANING = Meaning()
"""Where no encoder is at hand: phrases decide alone."""

NO_ANSWERS: Mapping[str, str] = MappingProxyType({})
"""No deciding question was answered yet."""


@dataclass(frozen=True)
class Line:
    """One line of the sum: a flag, and what it adds."""

    flag: FoundFlag
    weight: float


@dataclass(frozen=True)
class Weighed:
    """How a verdict came about, line by line: the flags, the heaviest first, what the ``whole`` of
    the message adds, and the sum, which decides the level; from ``careful_from`` on it says to be
    careful. As a whole the message reads most like ``lure``, where it reads like any."""

    lines: tuple[Line, ...]
    whole: float
    total: float
    careful_from: float
    level: VerdictLevel
    lure: str | None


class OfferCheck:
    """Checks offers by the red flags of a knowledge base."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Use the red flags, lures, weights and messages of ``knowledge``.

        Raises:
            ValueError: the knowledge has no ``verdict.yml``.
            forewarn.phrases.PhraseError: a phrase or the name of a place cannot be read.
        """
        if knowledge.verdict is None:
            raise ValueError("the knowledge has no verdict.yml")
        self.rule: VerdictRule = knowledge.verdict
        self._knowledge = knowledge
        places = Gazetteer(knowledge)
        self._reached = Reached(knowledge, places)
        self._finder = FlagFinder(knowledge, self._reached)
        self.decider = Decider(knowledge, places)

    def check(
        self,
        text: str,
        language: str,
        meaning: Meaning = NO_MEANING,
        *,
        holds_something: bool = False,
        answers: Mapping[str, str] = NO_ANSWERS,
    ) -> VerdictBlock:
        """The verdict on the message ``text``, in ``language``; ``meaning`` is what its meaning
        says, where that is known, and ``answers`` are those given to deciding questions, by
        question.

        ``holds_something``: the recruiter already has the person's passport, money or address;
        then no question to send back is given, since challenging them can do harm.
        """
        weighed = self.weigh(text, meaning, answers)
        block = self.say(weighed, language, holds_something=holds_something)
        return self.with_facts(block, text, language, answers)

    def weigh(
        self, text: str, meaning: Meaning = NO_MEANING, answers: Mapping[str, str] = NO_ANSWERS
    ) -> Weighed:
        """What the flags in ``text``, its ``meaning`` and the ``answers`` add up to."""
        found = [*self._finder.find(text), *meaning.flags, *self.decider.flags(answers)]
        if _letters(text) < self.rule.shortest_tone:
            meaning = replace(
                meaning, likeness=min(meaning.likeness, 0.0), wording=min(meaning.wording, 0.0)
            )
        return self._weighed(found, meaning)

    def with_facts(
        self, block: VerdictBlock, text: str, language: str, answers: Mapping[str, str] = NO_ANSWERS
    ) -> VerdictBlock:
        """``block`` with what ``text`` and the ``answers`` tell beside its flags."""
        facts = self.decider.after(self.decider.facts(text), answers)
        return self.beside(block, facts, language, self._reached.noticed(text, language))

    def beside(
        self, block: VerdictBlock, facts: Facts, language: str, noticed: Sequence[str] = ()
    ) -> VerdictBlock:
        """``block`` with what stands beside a verdict: what was noticed, how to check the offer in
        the countries it names, and the question that decides, where the verdict is open."""
        still_open = block.level is VerdictLevel.unclear
        return block.model_copy(
            update={
                "noticed": [*noticed, *self.decider.no_proof(facts, language)],
                "checks": self.decider.checks(facts, language),
                "question": self.decider.question(facts, language) if still_open else None,
            }
        )

    def is_an_offer(self, text: str) -> bool:
        """Whether ``text`` is itself an offer rather than a request to check one."""
        enough = _letters(text) >= self.rule.shortest_offer or self._reached.holds_any(text)
        return enough or bool(self._finder.find(text))

    def verdict(
        self, found: Sequence[FoundFlag], language: str, *, holds_something: bool = False
    ) -> VerdictBlock:
        """The verdict on a message with the flags ``found``, the heaviest first."""
        weighed = self._weighed(found, NO_MEANING)
        return self.say(weighed, language, holds_something=holds_something)

    def say(
        self, weighed: Weighed, language: str, *, holds_something: bool = False
    ) -> VerdictBlock:
        """What was weighed, in the words of ``language``."""
        messages = self._knowledge.messages[language]
        flags = [line.flag for line in weighed.lines]
        # Where nothing is warned of, no kind of lure is put to the message either.
        warned = weighed.level is not VerdictLevel.unclear
        lure = self.likely_lure(weighed) if warned else None
        return VerdictBlock(
            level=weighed.level,
            headline=_headline(weighed.level, messages),
            note=_note(weighed, messages),
            kind=None if lure is None else self._knowledge.lures[lure].name[language],
            flags=[
                FlagItem(
                    id=flag.id,
                    name=self._flag(flag).name[language],
                    quote=flag.quote,
                    why=self._flag(flag).why[language],
                )
                for flag in flags
            ],
            ask_back=self._ask_back(flags, messages, language, holds_something),
            next_moves=None if lure is None else self._knowledge.lures[lure].next_moves[language],
        )

    def contacts(self, block: VerdictBlock, language: str) -> list[ContactKind]:
        """The kinds of contact that fit the kind of lure in ``block``, said in ``language``; empty
        where it is of none."""
        lures = self._knowledge.lures.values()
        return next((list(one.contacts) for one in lures if one.name[language] == block.kind), [])

    def sources(self, block: VerdictBlock) -> list[str]:
        """The ids of the sources behind a verdict, each once."""
        flags = self._knowledge.red_flags
        return list(dict.fromkeys(s for flag in block.flags for s in flags[flag.id].sources))

    def likely_lure(self, weighed: Weighed) -> str | None:
        """The kind of lure the message reads most like; where that is not known, the one most of
        the weight speaks for: a flag's first lure is its own, the others share it and count half.
        """
        if weighed.lure is not None:
            return weighed.lure
        votes: dict[str, float] = defaultdict(float)
        for line in weighed.lines:
            own, *shared = self._flag(line.flag).lures
            votes[own] += line.weight
            for other in shared:
                votes[other] += line.weight / 2
        return max(votes, key=votes.__getitem__, default=None)

    def _ask_back(
        self, ranked: Sequence[FoundFlag], messages: Messages, language: str, withheld: bool
    ) -> str | None:
        if withheld:
            return messages.verdict_ask_back_withheld
        return self._flag(ranked[0]).ask_back[language] if ranked else None

    def _flag(self, found: FoundFlag) -> RedFlag:
        return self._knowledge.red_flags[found.id]

    def _weighed(self, found: Sequence[FoundFlag], meaning: Meaning) -> Weighed:
        known = [flag for flag in strongest(found) if flag.id in self._knowledge.red_flags]
        if all(self._flag(flag).severity is Severity.context for flag in known):
            # A town or a zone says nothing alone: most people there are honest.
            known = []
        lines = [
            Line(flag, self.rule.weights[self._flag(flag).severity] * flag.share) for flag in known
        ]
        lines.sort(key=lambda line: line.weight, reverse=True)
        whole = self.rule.whole * meaning.likeness + self.rule.wording * meaning.wording
        told = any(flag.quote is None for flag in known)
        if told:
            # What a person was told outweighs an honest tone: recruiters can write, too.
            whole = max(0.0, whole)
        total = round(whole + sum(line.weight for line in lines), 6)
        # A tone without a sign, or a sign of which no tone is known, is one witness alone and has
        # to be surer; what a person was told is no guess and needs no second.
        careful_from = self.rule.careful_from
        if not lines:
            careful_from = self.rule.tone_careful_from
        elif meaning == NO_MEANING and not told:
            careful_from = self.rule.sign_careful_from
        level = self._level(total, careful_from)
        return Weighed(tuple(lines), whole, total, careful_from, level, meaning.lure)

    def _level(self, total: float, careful_from: float) -> VerdictLevel:
        if total >= self.rule.lure_from:
            return VerdictLevel.lure
        return VerdictLevel.careful if total >= careful_from else VerdictLevel.unclear


def _letters(text: str) -> int:
    """How many letters ``text`` has, a Chinese character counting for three."""
    return sum(
        _HAN_WEIGHT if _HAN_FIRST <= character <= _HAN_LAST else 1
        for character in text
        if character.isalpha()
    )


def _note(weighed: Weighed, messages: Messages) -> str:
    if not weighed.lines and weighed.level is VerdictLevel.unclear:
        return messages.verdict_no_flags
    if weighed.whole > 0 and weighed.level is not VerdictLevel.unclear:
        return f"{messages.verdict_like_known} {messages.verdict_about_message}"
    return messages.verdict_about_message


def _headline(level: VerdictLevel, messages: Messages) -> str:
    return {
        VerdictLevel.lure: messages.verdict_lure,
        VerdictLevel.careful: messages.verdict_careful,
        VerdictLevel.unclear: messages.verdict_unclear,
    }[level]
