"""What the red flags of an offer add up to. Never that it is safe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from forewarn.countries import Gazetteer
from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.messages import Messages
from forewarn.knowledge.schema.contacts import ContactKind
from forewarn.knowledge.schema.offers import RedFlag, VerdictRule
from forewarn.offers.deciding import Decider, Facts
from forewarn.offers.flags import FlagFinder, FoundFlag
from forewarn.offers.reached import Reached
from forewarn.replies import FlagItem, VerdictBlock, VerdictLevel

_HAN_FIRST, _HAN_LAST, _HAN_WEIGHT = "\u4e00", "\u9fff", 3

NO_ANSWERS: Mapping[str, str] = MappingProxyType({})
"""No deciding question was answered yet."""


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
        self._rule: VerdictRule = knowledge.verdict
        self._knowledge = knowledge
        places = Gazetteer(knowledge)
        self._reached = Reached(knowledge, places)
        self._finder = FlagFinder(knowledge, self._reached)
        self.decider = Decider(knowledge, places)

    def check(
        self,
        text: str,
        language: str,
        *,
        holds_something: bool = False,
        answers: Mapping[str, str] = NO_ANSWERS,
    ) -> VerdictBlock:
        """The verdict on the message ``text``, in ``language``; ``answers`` are those given to
        deciding questions, by question.

        ``holds_something``: the recruiter already has the person's passport, money or address;
        then no question to send back is given, since challenging them can do harm.
        """
        found = [*self._finder.find(text), *self.decider.flags(answers)]
        block = self.verdict(found, language, holds_something=holds_something)
        noticed = self._reached.noticed(text, language)
        facts = self.decider.after(self.decider.facts(text), answers)
        return self.beside(block, facts, language, noticed)

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
        letters = sum(
            _HAN_WEIGHT if _HAN_FIRST <= character <= _HAN_LAST else 1
            for character in text
            if character.isalpha()
        )
        enough = letters >= self._rule.shortest_offer or self._reached.holds_any(text)
        return enough or bool(self._finder.find(text))

    def verdict(
        self, found: Sequence[FoundFlag], language: str, *, holds_something: bool = False
    ) -> VerdictBlock:
        """The verdict on a message with the flags ``found``, the heaviest first."""
        messages = self._knowledge.messages[language]
        ranked = sorted(found, key=self._weight, reverse=True)
        level = self._level(sum(map(self._weight, found)))
        lure = self._likely_lure(ranked)
        return VerdictBlock(
            level=level,
            headline=_headline(level, messages),
            note=messages.verdict_about_message if found else messages.verdict_no_flags,
            kind=None if lure is None else self._knowledge.lures[lure].name[language],
            flags=[
                FlagItem(
                    id=flag.id,
                    name=self._flag(flag).name[language],
                    quote=flag.quote,
                    why=self._flag(flag).why[language],
                )
                for flag in ranked
            ],
            ask_back=self._ask_back(ranked, messages, language, holds_something),
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

    def _ask_back(
        self, ranked: Sequence[FoundFlag], messages: Messages, language: str, withheld: bool
    ) -> str | None:
        if withheld:
            return messages.verdict_ask_back_withheld
        return self._flag(ranked[0]).ask_back[language] if ranked else None

    def _flag(self, found: FoundFlag) -> RedFlag:
        return self._knowledge.red_flags[found.id]

    def _weight(self, found: FoundFlag) -> int:
        return self._rule.weights[self._flag(found).severity]

    def _level(self, weight: int) -> VerdictLevel:
        if weight >= self._rule.lure_from:
            return VerdictLevel.lure
        return VerdictLevel.careful if weight >= self._rule.careful_from else VerdictLevel.unclear

    def _likely_lure(self, ranked: Sequence[FoundFlag]) -> str | None:
        """The kind of lure most of the weight speaks for; a flag's first lure is its own, the
        others share it and count half."""
        votes: Counter[str] = Counter()
        for flag in ranked:
            own, *shared = self._flag(flag).lures
            votes[own] += 2 * self._weight(flag)
            votes.update(dict.fromkeys(shared, self._weight(flag)))
        return votes.most_common(1)[0][0] if votes else None


def _headline(level: VerdictLevel, messages: Messages) -> str:
    return {
        VerdictLevel.lure: messages.verdict_lure,
        VerdictLevel.careful: messages.verdict_careful,
        VerdictLevel.unclear: messages.verdict_unclear,
    }[level]
