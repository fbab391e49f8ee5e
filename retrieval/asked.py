"""Searches for what a message asks: one thing or two, by itself or going on from an answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from forewarn.asking import LONGEST_GOING_ON
from forewarn.knowledge.words import in_language
from retrieval.search import Found, Weighed
from retrieval.served import Served
from retrieval.space import Vectors

OWN_WEIGHT, OWN_WEIGHT_OF_COUNTRY = 0.6, 0.3
"""What a message counts that goes on from an answer, and one that names another country than the
question before it did; the rest is that question. Chosen on ``bench/calibration/follow-ups.jsonl``
(docs/decisions/0016-follow-ups.md)."""

HALF_SAID = 0.5
"""How sure a choice must be that is offered to who goes on in few words ("and my sister?"), beside
one for a whole question. Chosen likewise."""

AMONG_THE_WHOLE = 4
"""Two answers must both be among this many best of the whole message: a part of one question may
by itself look like another."""


@dataclass(frozen=True)
class Asked(Found):
    """``answers``: how many of the hits, from the first, to answer with; two where the message
    asks two things."""

    answers: int

    @classmethod
    def one(cls, found: Found, top: int) -> Asked:
        """What was ``found`` for a message that asks one thing."""
        return cls(found.outcome, found.hits[:top], int(found.outcome == "answer"))


@dataclass(frozen=True)
class Asker:
    """Searches for one person: a reader of ``language``, who is shown ``top`` entries at most.

    ``vector`` gives the meaning of a text.
    """

    served: Served
    vector: Callable[[str], Vectors]
    language: str
    top: int

    def ask(self, text: str, after: str | None = None) -> Asked:
        """The entries for ``text``, written when the entry or article ``after`` was answered last.
        What the reader's language would write with marks is read with them.

        Raises:
            ValueError: a vector has another length than the index, or a number that is none.
        """
        text = self.served.with_marks(text, self.language)
        whole = self._search(text)
        return (
            self._two(text, whole)
            or self._going_on(text, whole, after)
            or Asked.one(whole, self.top)
        )

    def _two(self, text: str, whole: Found) -> Asked | None:
        """Both answers, where ``text`` asks two things and both are known."""
        near = {hit.id for hit in whole.hits[:AMONG_THE_WHOLE]}
        for one, other in self.served.asking.in_two(text):
            first = self._search(one)
            if first.outcome != "answer" or first.hits[0].id not in near:
                continue
            second = self._search(other)
            if second.outcome != "answer":
                second = self._going_on(other, second, first.hits[0].id) or second
            answers = [first.hits[0], *second.hits[:1]]
            names = {hit.id for hit in answers}
            if second.outcome == "answer" and len(names) == 2 and names <= near:
                others = [hit for hit in whole.hits if hit.id not in names]
                return Asked("answer", [*answers, *others][: max(self.top, 2)], 2)
        return None

    def _going_on(self, text: str, alone: Found, after: str | None) -> Asked | None:
        """The entries for ``text`` together with the question before it, where that is how it is
        meant: where its words say so, or where that makes it clearer."""
        if after is None or after not in self.served.entries or len(text) > LONGEST_GOING_ON:
            return None
        own = self.served.asking.goes_on(text)
        if own is None and alone.outcome == "answer":
            return None
        together = self._together(own or text, after)
        if own:
            return Asked.one(self._half_said(together), self.top)
        return Asked.one(together, self.top) if _best(together) > _best(alone) else None

    def _half_said(self, found: Found) -> Found:
        """What was ``found`` for words that say they go on, and little else."""
        confidence = self.served.index.confidence
        if found.outcome != "unknown" or confidence is None:
            return found
        enough = _best(found) >= HALF_SAID * confidence.choose_from
        return replace(found, outcome="choose") if enough else found

    def _together(self, text: str, after: str) -> Found:
        question = self._question(after)
        elsewhere = self._elsewhere(question, text)
        own = OWN_WEIGHT_OF_COUNTRY if elsewhere else OWN_WEIGHT
        text = self.served.asking.explained(text)
        before = elsewhere or f"{question} {text}"
        texts = [
            Weighed(text, self.vector(text), own),
            Weighed(before, self.vector(before), 1 - own),
        ]
        return self.served.searcher.search_together(texts, self.language, self.top, without=after)

    def _question(self, name: str) -> str:
        """What the entry or article ``name`` answers, in the words the person saw."""
        knowledge = self.served.knowledge
        if name in knowledge.faq:
            return in_language(knowledge.faq[name].texts, self.language).question
        return in_language(knowledge.articles[name].texts, self.language).title

    def _elsewhere(self, question: str, text: str) -> str | None:
        """``question`` with its country exchanged for the one that ``text`` names."""
        countries = self.served.knowledge.countries.countries
        asked, before = (self.served.gazetteer.find(one).mentioned for one in (text, question))
        if len(asked) == 1 and asked[0] not in before:
            for country in before:
                for language, name in countries[country].name.items():
                    if name in question:
                        return question.replace(name, countries[asked[0]].name[language])
        return None

    def _search(self, text: str) -> Found:
        depth = max(self.top, AMONG_THE_WHOLE)
        text = self.served.asking.explained(text)
        return self.served.searcher.search(text, self.vector(text), self.language, depth)


def _best(found: Found) -> float:
    return found.hits[0].confidence if found.hits else 0.0
