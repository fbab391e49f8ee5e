"""Cuts a text that is too long for an app: between paragraphs, else lines, else sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from icu4py.breakers import CharacterBreaker, LineBreaker, SentenceBreaker

Fits = Callable[[str], bool]

_LONGEST = 20
"""Code points a character a reader sees may have; of an emoji of a family, a dozen."""

_INSIDE_A_NUMBER = re.compile(r"[\d+(][\s\u00a0().-]*$"), re.compile(r"^[\s\u00a0().-]*\d")
"""What stands before and after a place inside a telephone number or a sum."""


def split(text: str, fits: Fits, language: str) -> list[str]:
    """`text` in parts that each fit, in order, with nothing lost but blanks at the seams. A cut is
    as coarse as can be: paragraph, line, sentence, place where a line may break (as ICU has them
    for `language`), character; it is in a number only where a number alone is too long."""
    parts: list[str] = []
    current = ""
    for piece in _pieces(text, fits, language, 0):
        if current.strip() and not fits((current + piece).strip()):
            parts.append(current.strip())
            current = piece
        else:
            current += piece
    return [part for part in (*parts, current.strip()) if part]


def _pieces(text: str, fits: Fits, language: str, level: int) -> Iterator[str]:
    if fits(text.strip()) or level == len(_LEVELS):
        yield text
        return
    for piece in _LEVELS[level](text, language):
        yield from _pieces(piece, fits, language, level + 1)


def _paragraphs(text: str, language: str) -> Iterator[str]:
    yield from re.split(r"(?<=\n\n)(?=[^\n])", text)


def _lines(text: str, language: str) -> Iterator[str]:
    yield from text.splitlines(keepends=True)


def _sentences(text: str, language: str) -> Iterator[str]:
    yield from _outside_numbers(SentenceBreaker(text, _locale(language)))


def _words(text: str, language: str) -> Iterator[str]:
    yield from _outside_numbers(LineBreaker(text, _locale(language)))


def _characters(text: str, language: str) -> Iterator[str]:
    yield from CharacterBreaker(text, _locale(language))


_LEVELS = (_paragraphs, _lines, _sentences, _words, _characters)


def _outside_numbers(pieces: Iterable[str]) -> Iterator[str]:
    """`pieces`, those joined again between which a number would be cut in two."""
    before, after = _INSIDE_A_NUMBER
    current = ""
    for piece in pieces:
        if current and not (before.search(current) and after.search(piece)):
            yield current
            current = ""
        current += piece
    if current:
        yield current


def shortened(text: str, fits: Fits, language: str) -> str:
    """`text`, or as many of its characters as fit with a sign that there were more."""
    if fits(text):
        return text
    kept = ""
    for character in CharacterBreaker(text, _locale(language)):
        if not fits(f"{kept}{character}…"):
            break
        kept += character
    return f"{kept.rstrip()}…"


def beginning(text: str, count: int, language: str) -> str:
    """The first `count` characters of `text` as a reader sees them: a letter of Khmer or Burmese
    with its marks is one."""
    return "".join(islice(CharacterBreaker(text[: count * _LONGEST], _locale(language)), count))


def _locale(language: str) -> str:
    return language.partition("-")[0]
