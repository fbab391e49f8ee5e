"""Countries: which ones a message names, where the person says he or she is, and whose passport.

A country is taken from what a person says, never from the language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.words import in_language
from forewarn.phrases import Phrase, Phrases, Sentence, compile_phrase, normalise
from forewarn.typed import well_spelled

_PLACE, _PEOPLE = "{place}", "{people}"
_LITTLE = 6
"""How many letters beside where somebody is still say nothing of their own."""

_FILLER = re.compile(r"[\s\W_]+")


@dataclass(frozen=True)
class Place:
    """What a message says of places.

    ``mentioned``: ISO codes of countries it names, in order of first mention. ``here``: the one
    where the writer says to be, or None. ``only``: the message is nothing but the name of a place.
    ``peoples``: countries for whose people it asks for something ("the Kenyan embassy").
    ``citizen_of``: the one whose passport the writer says to have, or None. ``told``: the message
    says nothing but where the writer is, or of which country.
    """

    mentioned: tuple[str, ...] = ()
    here: str | None = None
    only: bool = False
    peoples: tuple[str, ...] = ()
    citizen_of: str | None = None
    told: bool = False


_WORDS = re.compile(r"[^\s()|…]+")
"""The words of a name, without what a phrase would read as its own signs."""


@dataclass(frozen=True)
class _Called:
    """One country in one language: a phrase of all its names, one of its name and the words for its
    people, and the phrases of :class:`Countries` with these in them."""

    code: str
    names: Phrase
    people: Phrase
    here: tuple[Phrase, ...]
    come_from: tuple[Phrase, ...]
    one_of_them: tuple[Phrase, ...]
    embassy: tuple[Phrase, ...]


class Gazetteer:
    """Finds the countries and places of ``countries.yml`` in text."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Compile the names and phrases of ``knowledge.countries``.

        Raises:
            forewarn.phrases.PhraseError: a name or phrase is too short, or cannot be read.
        """
        known, self._door = knowledge.countries, knowledge.door
        self._called: list[_Called] = []
        self._whole: dict[str, str] = {}
        for code, country in known.countries.items():
            for language in knowledge.language_codes:
                name = in_language(country.name, language)
                names = (name, *country.places.get(language, []))
                said = (known.i_am_here, known.i_come_from, known.one_of_them, known.their_embassy)
                called = _called(
                    code,
                    names,
                    (name, *country.people.get(language, [])),
                    tuple(tuple(phrases.get(language, [])) for phrases in said),
                    spaces=knowledge.spaces[language],
                )
                self._called.append(called)
                self._whole |= {_squeezed(well_spelled(one)): code for one in names}
        self._names = Phrases(one.names for one in self._called)
        self._people = Phrases(one.people for one in self._called)
        self._somebody_else = _in_all_languages(known.somebody_else, knowledge)
        self._from_unless = _in_all_languages(known.i_come_from_unless, knowledge)

    def find(self, text: str) -> Place:
        """What ``text`` says of places."""
        text = self._door.read(text)
        if whole := self._whole.get(_squeezed(text)):
            return Place((whole,), whole, only=True)
        whole_text = Sentence.whole(text)
        mentioned = self._mentioned(whole_text)
        peoples = {number for number, _ in self._people.numbered(whole_text)}
        named = [
            one
            for number, one in enumerate(self._called)
            if one.code in mentioned or number in peoples
        ]
        if not named:
            return Place()
        written = Sentence.all_of(text)
        parts = [sentence.plain for sentence in written]
        others = [hit for one in written for hit in self._somebody_else.places(one)]
        unless = [*others, *(hit for one in written for hit in self._from_unless.places(one))]
        here = _said(parts, ((one.code, one.here) for one in named), others)
        come = _said(parts, ((one.code, one.come_from) for one in named), unless)
        alone = _said(parts[:1], ((one.code, one.one_of_them) for one in named), [])
        come += [one for one in alone if len(parts) == 1 and not one.left]
        asked = _said(parts, ((one.code, one.embassy) for one in named), [])
        return Place(
            mentioned=mentioned,
            here=_the_one(here),
            peoples=tuple(dict.fromkeys(one.code for one in asked if one.code not in mentioned)),
            citizen_of=_the_one(come),
            told=bool(parts) and all(_is_told(part, [*here, *come]) for part in parts),
        )

    def mentioned(self, text: str) -> tuple[str, ...]:
        """The ISO codes of the countries that ``text`` names, in order of first mention."""
        return self._mentioned(Sentence.whole(self._door.read(text)))

    def _mentioned(self, text: Sentence) -> tuple[str, ...]:
        first: dict[str, int] = {}
        for number, hit in self._names.numbered(text):
            code = self._called[number].code
            first[code] = min(hit.start(), first.get(code, hit.start()))
        return tuple(sorted(first, key=lambda code: first[code]))


@dataclass(frozen=True)
class _Said:
    """A ``phrase`` of the country ``code`` that stands in a sentence, ``part``, and where."""

    code: str
    phrase: Phrase
    part: str
    hit: re.Match[str]

    @property
    def left(self) -> int:
        """How many letters of the sentence stand beside it."""
        return len(_squeezed(self.part[: self.hit.start()] + self.part[self.hit.end() :]))


def _said(
    parts: Sequence[str],
    phrases: Iterable[tuple[str, Sequence[Phrase]]],
    unless: Sequence[re.Match[str]],
) -> list[_Said]:
    """Which of each country's ``phrases`` the sentences ``parts`` hold; what ``unless`` overlaps
    does not count."""
    return [
        _Said(code, phrase, part, hit)
        for code, several in phrases
        for phrase in several
        for part in parts
        for hit in phrase.places(part)
        if not any(_overlap(hit, other) for other in unless)
    ]


def _overlap(one: re.Match[str], other: re.Match[str]) -> bool:
    same = one.string == other.string
    return same and one.start() < other.end() and other.start() < one.end()


def _the_one(said: Iterable[_Said]) -> str | None:
    """The country that is spoken of, unless it is two."""
    found = {one.code for one in said}
    return found.pop() if len(found) == 1 else None


def _is_told(part: str, said: Iterable[_Said]) -> bool:
    """Whether what is ``said`` leaves next to nothing of the sentence ``part``: a "sir". What a
    phrase skips may be all that matters."""
    return any(one.part == part and one.left <= _LITTLE and not one.phrase.skips for one in said)


@lru_cache(maxsize=2000)
def _called(
    code: str,
    names: tuple[str, ...],
    people: tuple[str, ...],
    said: tuple[tuple[str, ...], ...],
    *,
    spaces: bool,
) -> _Called:
    """The country ``code`` in one language: its ``names``, the words for its ``people`` and what is
    ``said`` with them, compiled; kept, for nearly all are the same in the next version."""
    stands_for = {_PLACE: _either(names), _PEOPLE: _either(people)}

    def compiled(phrase: str) -> Phrase:
        for sign, alternatives in stands_for.items():
            phrase = phrase.replace(sign, alternatives)
        return compile_phrase(phrase, spaces=spaces)

    phrases = (tuple(map(compiled, some)) for some in said)
    return _Called(code, compiled(_PLACE), compiled(_PEOPLE), *phrases)


def _in_all_languages(phrases: Mapping[str, Sequence[str]], knowledge: Knowledge) -> Phrases:
    return Phrases(
        compile_phrase(phrase, spaces=knowledge.spaces[language])
        for language, some in phrases.items()
        for phrase in some
    )


def _either(names: Iterable[str]) -> str:
    return "|".join("_".join(_WORDS.findall(name)) for name in names)


def _squeezed(text: str) -> str:
    return _FILLER.sub("", normalise(text))
