"""Whether knowledge may be served: everything that fails, sought only where something changed.

What was sound and has not changed is still sound; each narrowed check is given the knowledge with
just those records that can have made a difference, and finds the errors it would find in all of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import TypeVar

from forewarn.knowledge import validate
from forewarn.knowledge.checks.answers import answers
from forewarn.knowledge.checks.parity import parity
from forewarn.knowledge.checks.phrases import phrases
from forewarn.knowledge.checks.questions import questions
from forewarn.knowledge.checks.translations import languages
from forewarn.knowledge.checks.writing import writing
from forewarn.knowledge.entries import Faq
from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.problems import Problem
from forewarn.phrases import normalise

V = TypeVar("V")

Narrow = Callable[[Knowledge, Knowledge | None], Knowledge]
"""What a check must see of the first knowledge, when the second, if any, is known to be sound."""


def errors(knowledge: Knowledge, sound: Knowledge | None) -> list[Problem]:
    """Every error of ``knowledge``, whose files can be read one by one; ``sound`` has none."""
    found: set[Problem] = set()
    for check in validate.CHECKS:
        narrow = _NARROW.get(check)
        seen = knowledge if narrow is None else narrow(knowledge, sound)
        found.update(problem for problem in check(seen) if problem.severity == "error")
    return sorted(found)


def _phrases(knowledge: Knowledge, sound: Knowledge | None) -> Knowledge:
    """Phrases are proved by their own record's sentences, read as messages are; names of places
    only have to be readable. Flags without phrases are found by known addresses and countries."""
    if sound is None or knowledge.languages != sound.languages:
        return knowledge
    flags = _changed(knowledge.red_flags, sound.red_flags)
    if knowledge.addresses != sound.addresses:
        flags |= {name: one for name, one in knowledge.red_flags.items() if not one.phrases}
    found_by_phrases = all(flag.phrases for flag in flags.values())
    same_places = knowledge.countries == sound.countries and found_by_phrases
    narrowed = replace(
        knowledge,
        countries=Knowledge(knowledge.folder).countries if same_places else knowledge.countries,
        dangers=_changed(knowledge.dangers, sound.dangers),
        red_flags=flags,
    )
    narrowed.door = knowledge.door  # it takes words apart by the phrases of all records
    return narrowed


def _writing(knowledge: Knowledge, sound: Knowledge | None) -> Knowledge:
    """Each text is looked at by itself."""
    if sound is None or knowledge.languages != sound.languages:
        return knowledge
    return replace(
        _phrases(knowledge, sound),
        faq=_changed(knowledge.faq, sound.faq),
        articles=_changed(knowledge.articles, sound.articles),
        messages=_changed(knowledge.messages, sound.messages),
    )


def _parity(knowledge: Knowledge, sound: Knowledge | None) -> Knowledge:
    """Each translation is compared with its own English."""
    if sound is None or knowledge.wording != sound.wording:
        return knowledge
    return _writing(knowledge, sound)


def _questions(knowledge: Knowledge, sound: Knowledge | None) -> Knowledge:
    """A question is an error where it stands twice; that it is much like another is not, and to
    compare all with all takes too long for very many."""
    changed = knowledge.faq if sound is None else _changed(knowledge.faq, sound.faq)
    standing = Counter(plain for entry in knowledge.faq.values() for plain in _asked(entry))
    plains = (plain for entry in changed.values() for plain in _asked(entry))
    twice = {plain for plain in plains if standing[plain] > 1}
    kept = {name: one for name, one in knowledge.faq.items() if not twice.isdisjoint(_asked(one))}
    return replace(knowledge, faq=kept)


def _answers(knowledge: Knowledge, sound: Knowledge | None) -> Knowledge:
    """Each answer is looked at by itself, for the numbers of contacts too."""
    if sound is None or knowledge.contacts != sound.contacts:
        return knowledge
    return replace(knowledge, faq=_changed(knowledge.faq, sound.faq))


def _languages(knowledge: Knowledge, sound: Knowledge | None) -> Knowledge:
    """Each record is looked at by itself; countries tell how near a contact is."""
    if sound is None or knowledge.languages != sound.languages:
        return knowledge
    same_places = knowledge.countries == sound.countries
    return replace(
        _writing(knowledge, sound),
        countries=Knowledge(knowledge.folder).countries if same_places else knowledge.countries,
        contacts=(
            _changed(knowledge.contacts, sound.contacts) if same_places else knowledge.contacts
        ),
        pages=_changed(knowledge.pages, sound.pages),
        forms=_changed(knowledge.forms, sound.forms),
    )


_NARROW: Mapping[validate.Check, Narrow] = {
    phrases: _phrases,
    answers: _answers,
    languages: _languages,
    writing: _writing,
    parity: _parity,
    questions: _questions,
}


def _asked(entry: Faq) -> Iterator[str]:
    for text in entry.texts.values():
        for question in (text.question, *text.also_asked, *text.check_with):
            yield _plain(question)


@cache
def _plain(question: str) -> str:
    """A question of staff's, normalised; kept, since nearly all are the same the next time."""
    return normalise(question)


def _changed(now: dict[str, V], before: Mapping[str, V]) -> dict[str, V]:
    """The records of ``now`` that ``before`` does not have just so."""
    return {name: one for name, one in now.items() if before.get(name) != one}
