"""What the red flags of an offer add up to. Never that it is safe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.messages import Messages
from forewarn.knowledge.schema.offers import RedFlag, VerdictRule
from forewarn.offers.flags import FlagFinder, FoundFlag
from forewarn.replies import FlagItem, VerdictBlock, VerdictLevel

_HAN_FIRST, _HAN_LAST, _HAN_WEIGHT = "\u4e00", "\u9fff", 3


class OfferCheck:
    """Checks offers by the red flags of a knowledge base."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Use the red flags, lures, weights and messages of ``knowledge``.

        Raises:
            ValueError: the knowledge has no ``verdict.yml``.
            forewarn.phrases.PhraseError: a phrase cannot be read.
        """
        if knowledge.verdict is None:
            raise ValueError("the knowledge has no verdict.yml")
        self._rule: VerdictRule = knowledge.verdict
        self._knowledge = knowledge
        self._finder = FlagFinder(knowledge)

    def check(self, text: str, language: str, *, holds_something: bool = False) -> VerdictBlock:
        """The verdict on the message ``text``, in ``language``.

        ``holds_something``: the recruiter already has the person's passport, money or address;
        then no question to send back is given, since challenging them can do harm.
        """
        return self.verdict(self._finder.find(text), language, holds_something=holds_something)

    def is_an_offer(self, text: str) -> bool:
        """Whether ``text`` is itself an offer rather than a request to check one."""
        letters = sum(
            _HAN_WEIGHT if _HAN_FIRST <= character <= _HAN_LAST else 1
            for character in text
            if character.isalpha()
        )
        return letters >= self._rule.shortest_offer or bool(self._finder.find(text))

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
