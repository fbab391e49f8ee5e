"""Which of our languages a message is written in, told from its letters alone."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from forewarn.knowledge.schema import Language

SHORT = 2
"""A message with at most this many letters of one script does not change the language: a person
who writes in Thai may well answer "ok"."""

OTHER_SCRIPT = "other"
"""What a message is written in when none of our languages is written in its script."""

TELLING_WORDS = 2
"""How many of a language's ``words`` tell it: one may be a name."""

_HAN_WEIGHT = 3
"""One Chinese character carries about as much as three Latin letters."""


@dataclass(frozen=True)
class Identified:
    """The language to answer in, and what the message itself looked like.

    ``written_in`` is one of our language codes, ``OTHER_SCRIPT``, or None when the message has too
    few letters to tell.
    """

    language: str
    written_in: str | None


def identify(text: str, languages: Iterable[Language], current: str) -> Identified:
    """Identify the language of ``text``; ``current`` is the conversation's and is kept in doubt.

    Scripts are looked at first. Between languages of one script, ``letters`` that only one of them
    has decide, then ``words`` people type without those letters, then the order of
    ``languages.yml``.
    """
    by_script: dict[str, list[Language]] = {}
    for language in languages:
        by_script.setdefault(language.script, []).append(language)
    letters = Counter(script_of(character) for character in text if character.isalpha())
    if not letters:
        return Identified(current, None)
    letters["Han"] *= _HAN_WEIGHT
    script, weight = letters.most_common(1)[0]
    among = by_script.get(script, [])
    told = _told_by_letters(text, among)
    if weight <= SHORT or (script == "Latin" and not told and _is_one_word(text)):
        return Identified(current, None)
    if not among:
        return Identified(current, OTHER_SCRIPT)
    code = told or _told_by_words(text, among) or among[0].code
    return Identified(code, code)


def _told_by_letters(text: str, among: Sequence[Language]) -> str | None:
    letters = set(unicodedata.normalize("NFC", text).lower())
    return next((one.code for one in among if letters & set(one.letters)), None)


def _told_by_words(text: str, among: Sequence[Language]) -> str | None:
    words = text.lower().split()
    for language in among:
        if sum(word.strip(".,!?") in language.words for word in words) >= TELLING_WORDS:
            return language.code
    return None


def _is_one_word(text: str) -> bool:
    return len(text.split()) == 1


@cache
def script_of(character: str) -> str:
    """The script of a letter, from its Unicode name (CJK UNIFIED IDEOGRAPH… is Han).

    Cached: texts repeat the same few hundred letters.
    """
    name = unicodedata.name(character, "")
    return "Han" if name.startswith("CJK") else name.split(" ", 1)[0].capitalize()
