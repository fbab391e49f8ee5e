"""What decides about an offer where no sign stands in it, and what decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from forewarn.countries import Gazetteer
from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.schema.deciding import DecidingAnswer
from forewarn.knowledge.words import in_language
from forewarn.offers.flags import FoundFlag
from forewarn.phrases import PhraseSet
from forewarn.replies import AnswerItem, CheckItem, QuestionItem

MOST_COUNTRIES = 3
"""The most countries for which is said how to check: the first that are named."""


@dataclass(frozen=True)
class Facts:
    """What a text tells of the facts that decide.

    ``about_work``: it offers work. ``countries``: those it names, by ISO 3166-1, in order.
    ``told``: the ids of the questions that need no asking. ``leans``: it names a licence, a
    contract or the like.
    """

    about_work: bool = False
    countries: tuple[str, ...] = ()
    told: frozenset[str] = frozenset()
    leans: bool = False


class Decider:
    """Asks what decides, one question at a time, and says where the rest can be checked."""

    def __init__(self, knowledge: Knowledge, places: Gazetteer) -> None:
        """Compile the patterns of ``knowledge.deciding``; without it nothing is asked.

        Raises:
            forewarn.phrases.PhraseError: a pattern cannot be read.
        """
        self._knowledge = knowledge
        self._deciding = deciding = knowledge.deciding
        self._places = places
        if deciding is None:
            return
        spaces = knowledge.spaces
        self._about = PhraseSet(deciding.about, {}, spaces)
        self._leans_on = PhraseSet(deciding.leans_on, {}, spaces)
        self._told = {one.id: PhraseSet(one.told, {}, spaces) for one in deciding.questions}

    def facts(self, text: str) -> Facts:
        """What ``text`` tells itself."""
        if self._deciding is None:
            return Facts()
        plain = self._knowledge.door.read(text)
        countries = self._places.find(text).mentioned
        told = {
            one.id
            for one in self._deciding.questions
            if (one.told_by_place and countries) or self._told[one.id].find(plain)
        }
        leans = bool(self._leans_on.find(plain))
        return Facts(bool(self._about.find(plain)), countries, frozenset(told), leans)

    def asks(self, name: str) -> bool:
        """Whether ``name`` is one of the deciding questions."""
        return self._deciding is not None and any(
            one.id == name for one in self._deciding.questions
        )

    def ours(self, answers: Mapping[str, str]) -> dict[str, str]:
        """Those of ``answers`` that we offer: what else a form or a program sends is dropped."""
        return {question: answer.id for question, answer in self._given(answers)}

    def after(self, facts: Facts, answers: Mapping[str, str]) -> Facts:
        """``facts`` once the ``answers`` (each the id of one, by question) are known."""
        given = dict(self._given(answers))
        settled = {name for answer in given.values() for name in answer.settles}
        return Facts(
            facts.about_work or bool(given),
            facts.countries,
            facts.told | given.keys() | settled,
            facts.leans or any(answer.no_proof for answer in given.values()),
        )

    def flags(self, answers: Mapping[str, str]) -> list[FoundFlag]:
        """The red flags that ``answers`` stand for; what is no answer of ours stands for none."""
        raised = (answer.raises for _, answer in self._given(answers))
        return [FoundFlag(name, None) for name in dict.fromkeys(filter(None, raised))]

    def question(self, facts: Facts, language: str) -> QuestionItem | None:
        """The first question that is open, for an offer of work."""
        if self._deciding is None or not facts.about_work:
            return None
        for one in self._deciding.questions:
            if one.id not in facts.told:
                answers = [
                    AnswerItem(id=answer.id, label=in_language(answer.label, language))
                    for answer in one.answers
                ]
                ask = in_language(one.ask, language)
                return QuestionItem(id=one.id, ask=ask, answers=answers)
        return None

    def no_proof(self, facts: Facts, language: str) -> list[str]:
        """That what the offer leans on proves nothing, where it is about work."""
        if self._deciding is None or not (facts.leans and facts.about_work):
            return []
        return [in_language(self._deciding.no_proof, language)]

    def checks(self, facts: Facts, language: str) -> list[CheckItem]:
        """How to check the offer in the countries it names, or whom to ask where there is no list;
        each entry once."""
        if self._deciding is None or not facts.about_work:
            return []
        checks: dict[str, CheckItem] = {}
        known = self._knowledge.countries.countries
        for code in [code for code in facts.countries if code in known][:MOST_COUNTRIES]:
            entry = known[code].check_job or self._deciding.check_otherwise
            if entry not in checks:
                question = in_language(self._knowledge.faq[entry].texts, language).question
                name = in_language(known[code].name, language)
                checks[entry] = CheckItem(
                    country=code, country_name=name, entry=entry, question=question
                )
        return list(checks.values())

    def _given(self, answers: Mapping[str, str]) -> Iterable[tuple[str, DecidingAnswer]]:
        for question in self._deciding.questions if self._deciding else ():
            for answer in question.answers:
                if answers.get(question.id) == answer.id:
                    yield question.id, answer
