"""Which of our languages a message is written in, told from its letters alone."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from forewarn.knowledge.schema import Language

SHORT = 2
"""A message with at most this many letters of one script does not change the language: a person
who writes in Thai may well answer "ok"."""

OTHER_SCRIPT = "other"
"""What a message is written in when none of our languages is written in its script."""

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

    Only scripts are looked at: between two languages of one script the first in
    ``languages.yml`` is taken.
    """
    by_script: dict[str, str] = {}
    for language in languages:
        by_script.setdefault(language.script, language.code)
    letters = Counter(_script(character) for character in text if character.isalpha())
    if not letters:
        return Identified(current, None)
    letters["Han"] *= _HAN_WEIGHT
    script, weight = letters.most_common(1)[0]
    if weight <= SHORT or (script == "Latin" and _is_one_word(text)):
        return Identified(current, None)
    code = by_script.get(script)
    return Identified(code or current, code or OTHER_SCRIPT)


def _is_one_word(text: str) -> bool:
    return len(text.split()) == 1


def _script(character: str) -> str:
    """The script of a letter, from its Unicode name (CJK UNIFIED IDEOGRAPH… is Han)."""
    name = unicodedata.name(character, "")
    return "Han" if name.startswith("CJK") else name.split(" ", 1)[0].capitalize()
