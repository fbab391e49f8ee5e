"""Countries: which ones a message names, and where the person says he or she is.

A country is taken from what a person says, never from the language.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.words import in_language
from forewarn.phrases import Phrase, compile_phrase, normalise, sentences
from forewarn.typed import well_spelled

_PLACE = "{place}"
_FILLER = re.compile(r"[\s\W_]+")


@dataclass(frozen=True)
class Place:
    """What a message says of places.

    ``mentioned``: ISO codes of countries it names, in order of first mention. ``here``: the one
    where the writer says to be, or None. ``only``: the message is nothing but the name of a place.
    """

    mentioned: tuple[str, ...]
    here: str | None
    only: bool


_WORDS = re.compile(r"[^\s()|…]+")
"""The words of a name, without what a phrase would read as its own signs."""


@dataclass(frozen=True)
class _Called:
    """One country in one language: a phrase of all its names, phrases that say to be there, and
    each name without blanks."""

    names: Phrase
    here: tuple[Phrase, ...]
    whole: tuple[str, ...]


class Gazetteer:
    """Finds the countries and places of ``countries.yml`` in text."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Compile the names and phrases of ``knowledge.countries``.

        Raises:
            forewarn.phrases.PhraseError: a name or phrase is too short, or cannot be read.
        """
        self._door = knowledge.door
        spaces = knowledge.spaces
        self._names: dict[str, Phrase] = {}
        self._whole: dict[str, str] = {}
        self._here: dict[str, list[Phrase]] = defaultdict(list)
        for code, country in knowledge.countries.countries.items():
            for language in knowledge.language_codes:
                called = _called(
                    (in_language(country.name, language), *country.places.get(language, [])),
                    tuple(knowledge.countries.i_am_here.get(language, [])),
                    spaces=spaces[language],
                )
                self._whole |= dict.fromkeys(called.whole, code)
                self._names[f"{code} {language}"] = called.names
                self._here[code] += called.here

    def find(self, text: str) -> Place:
        """What ``text`` says of places."""
        text = self._door.read(text)
        mentioned = self._mentioned(text)
        here = {
            code
            for sentence in map(normalise, sentences(text))
            for code in mentioned
            if any(phrase.search(sentence) for phrase in self._here.get(code, ()))
        }
        whole = self._whole.get(_squeezed(text))
        if whole:
            return Place((whole,), whole, only=True)
        return Place(mentioned, here.pop() if len(here) == 1 else None, only=False)

    def mentioned(self, text: str) -> tuple[str, ...]:
        """The ISO codes of the countries that ``text`` names, in order of first mention."""
        return self._mentioned(self._door.read(text))

    def _mentioned(self, text: str) -> tuple[str, ...]:
        plain = normalise(text)
        first: dict[str, int] = {}
        for key, pattern in self._names.items():
            if hit := pattern.search(plain):
                code = key.split()[0]
                first[code] = min(hit.start(), first.get(code, hit.start()))
        return tuple(sorted(first, key=lambda code: first[code]))


@lru_cache(maxsize=2000)
def _called(names: tuple[str, ...], here: tuple[str, ...], *, spaces: bool) -> _Called:
    """A country's ``names`` and the phrases ``here`` of a language, compiled; kept, for nearly all
    are the same in the next version."""
    alternatives = "|".join("_".join(_WORDS.findall(name)) for name in names)
    return _Called(
        compile_phrase(alternatives, spaces=spaces),
        tuple(compile_phrase(one.replace(_PLACE, alternatives), spaces=spaces) for one in here),
        tuple(_squeezed(well_spelled(name)) for name in names),
    )


def _squeezed(text: str) -> str:
    return _FILLER.sub("", normalise(text))
