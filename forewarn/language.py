"""Which language a message is written in: one of ours, or another one.

The script is looked at first: it settles most of our languages, and nothing else tells them as
surely. Only where several languages share a script does a library decide: Compact Language
Detector 2 (``pycld2``), whose tables are part of it and take 7 MB and 30 µs a message.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import pycld2

from forewarn.knowledge.schema.languages import Language, OtherLanguage

SHORT = 2
"""A message with at most this many letters of one script does not change the language: a person
who writes in Thai may well answer "ok"."""

FRAGMENT = 3
"""Up to this many words in Latin letters are a fragment: "KK Park" and "customer service" stand in
Thai conversations too."""

OTHER = "other"
"""What a message is written in when it is none of our languages and we cannot tell which."""

TELLING_WORDS = 2
"""How many of a language's ``words`` tell it: one may be a name."""

_TELLING_SHARE = 4
"""One word in so many must have a telling letter: a name in an English sentence has some too."""

_HAN_WEIGHT, _OTHER_WEIGHT = 3, 2
"""What one letter of a script weighs against a Latin one. A Chinese character carries about as much
as three Latin letters; and names in Latin letters stand in messages of every language."""

_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]+")

_KANA = "Kana"
_FEWEST_KANA = 2
"""Kana among Han is Japanese; a single の is also an ornament in Chinese."""

_LONGEST = 1_000
"""Characters the library is shown: more do not make it surer."""


@dataclass(frozen=True)
class Identified:
    """The language to answer in, and what the message itself looked like.

    ``written_in`` is one of our language codes, the code of another language, ``OTHER``, or None
    when the message has too few letters to tell.
    """

    language: str
    written_in: str | None


def identify(
    text: str, ours: Sequence[Language], others: Sequence[OtherLanguage], current: str
) -> Identified:
    """Identify the language of ``text``; ``current`` is the conversation's and is kept in doubt.

    ``ours`` are the languages we speak, the first of them for people who speak none; ``others``
    those that we only recognise. Between languages of one script ``letters`` that only one of them
    has decide, then ``words`` people type in plain Latin letters, then the library.
    """
    plain = unicodedata.normalize("NFKC", text)
    script, letters = _script(plain)
    told = _told_by_letters(plain, [one for one in ours if one.script == script])
    is_latin, words = script == "Latin", len(plain.split())
    if letters <= SHORT or (is_latin and not told and words == 1):
        return Identified(current, None)
    among = [one for one in ours if one.script == script]
    strangers = [one for one in others if one.script == script]
    spelt = _told_by_words(plain, ours) if is_latin else None
    code = told or spelt or _between(plain, among, strangers)
    # A few Latin words stand in everybody's messages, and who writes in Latin letters what nobody
    # can tell may well write the language of the conversation so: that changes nothing.
    is_fragment = is_latin and words <= FRAGMENT
    is_guessed = is_latin and not told and not spelt and code != _told_by_library(plain, "")
    if is_guessed or (is_fragment and not told and not spelt):
        return Identified(current, code)
    return Identified(code if code in {one.code for one in ours} else ours[0].code, code)


def is_another(written_in: str | None, ours: Sequence[Language]) -> bool:
    """Whether ``written_in``, of an :class:`Identified`, is none of ``ours``."""
    return written_in is not None and written_in not in {one.code for one in ours}


def _script(text: str) -> tuple[str, int]:
    """The script ``text`` is written in, and how many letters of it there are, a Chinese character
    counted as three. Vowels that are written as marks count as Latin ones do."""
    letters = Counter(script_of(character) for character in text if character.isalpha())
    if not letters:
        return "", 0
    letters.update(
        script_of(each)
        for each in text
        if unicodedata.category(each)[0] == "M" and script_of(each) in letters
    )
    if "Han" in letters:
        letters["Han"] *= _HAN_WEIGHT
    if letters[_KANA] >= _FEWEST_KANA:
        letters[_KANA] += letters.pop("Han", 0)
    if len(letters) > 1 and len(_LATIN_WORD.findall(text)) == 1:
        del letters["Latin"]  # one word is a name, or "ok": beside others it tells nothing
    weigh = {"Latin": 1, "Han": 1}  # Han is weighed already
    script = max(letters, key=lambda one: letters[one] * weigh.get(one, _OTHER_WEIGHT))
    return script, letters[script]


def _between(text: str, among: Sequence[Language], strangers: Sequence[OtherLanguage]) -> str:
    """Which of ``among``, ours, and ``strangers``, all of one script, ``text`` is written in."""
    if not strangers and len(among) < 2:
        return among[0].code if among else OTHER
    code = _told_by_library(text, "")
    if not among:
        return code or strangers[0].code
    # A short text may look like anything, and so may one in a language the library has not heard
    # of: then it must still look so where ours is expected.
    is_fragment = len(text.split()) <= FRAGMENT
    is_known = code in {one.code for one in among} | {one.code for one in strangers}
    if is_known and not is_fragment:
        return code
    if not code or code != _told_by_library(text, among[0].code):
        return among[0].code
    if is_known:
        return code
    return among[0].code if is_fragment else OTHER


def _told_by_library(text: str, expected: str) -> str:
    """The code of the most likely language, where ``expected`` is a little more likely than the
    rest; empty where the library cannot tell."""
    # Letters and marks only: the library raises on some control characters, and addresses and
    # numbers tell it nothing.
    letters = "".join(
        each if each.isalpha() or each == "'" or unicodedata.category(each)[0] == "M" else " "
        for each in text[:_LONGEST]
    )
    _, _, found = pycld2.detect(
        letters, bestEffort=True, isPlainText=True, hintLanguage=expected or None
    )
    code: str = found[0][1]
    return "" if code == "un" else code


def _told_by_letters(text: str, among: Sequence[Language]) -> str | None:
    words = [set(word) for word in unicodedata.normalize("NFC", text).lower().split()]
    for one in among:
        letters = set(one.letters)
        with_letters = sum(not letters.isdisjoint(word) for word in words)
        if with_letters and with_letters * _TELLING_SHARE >= len(words):
            return one.code
    return None


def _told_by_words(text: str, ours: Sequence[Language]) -> str | None:
    """Which of ``ours`` is typed in plain Latin letters: Vietnamese without its marks, Thai, Lao,
    Khmer and Burmese by people without the keyboard."""
    words = [word.strip(".,!?") for word in text.lower().split()]
    told = {one.code: sum(word in one.words for word in words) for one in ours}
    code = max(told, key=lambda one: told[one])
    return code if told[code] >= TELLING_WORDS else None


@cache
def script_of(character: str) -> str:
    """The script of a letter, from its Unicode name (CJK UNIFIED IDEOGRAPH… is Han, the two
    Japanese syllabaries are Kana).

    Cached: texts repeat the same few hundred letters.
    """
    name = unicodedata.name(character, "")
    if name.startswith("CJK"):
        return "Han"
    if name.startswith(("HIRAGANA", "KATAKANA")):
        return _KANA
    return name.split(" ", 1)[0].capitalize()
