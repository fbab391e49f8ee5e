"""Whether a translation says what the English says: the same numbers, dates, names to look up and
steps, and every "not" kept.

Lines are compared one by one: translations keep the paragraphs and list lines of the English. What
words mean is compared in ``retrieval/parity.py``, which has the encoder. How a language writes
numbers, months and "not" stands in ``knowledge/wording/``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import cache, lru_cache
from itertools import islice
from typing import Final

from forewarn.knowledge.entries import BASE_LANGUAGE
from forewarn.knowledge.schema.wording import Wording


class Kind(StrEnum):
    """What a translation may have lost or changed."""

    number = "number"
    date = "date"
    contact = "contact"
    name = "name"
    step = "step"
    negation = "negation"
    meaning = "meaning"
    length = "length"


@dataclass(frozen=True)
class Difference:
    """One thing a translation says otherwise: where (line of the text, from 1, blank lines not
    counted), and what."""

    kind: Kind
    line: int
    detail: str


NEGATIONS_ADDED: Final = 2
"""By how many more negations a line is accused that forbids nothing: one may be worded in."""

GAP: Final = 12
"""How many characters ``…`` stands for at most; none of them is a blank or a stop."""

SYLLABLE: Final = "(?=[က-အ](?!့?[်္]))"
"""What ``°`` stands for: a consonant that is not the end of the syllable before it."""

_DIGITS = {
    code: str(unicodedata.digit(chr(code)))
    for code in range(128, 0x10000)
    if unicodedata.category(chr(code)) == "Nd"
}
_GAP_MARK = "\0"  # NFKC would make three full stops of it
_DOMAIN = re.compile(r"\b(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/[\w./-]*\w)?\b", re.IGNORECASE | re.ASCII)
_NAME = re.compile(r"(?<![A-Za-z0-9])(?=[A-Z0-9]*[A-Z][A-Z0-9]*[A-Z])[A-Z0-9]{3,}(?![A-Za-z0-9])")
_NUMBER = re.compile(r"(?<![A-Za-z\d])(?<![^\W\d_]-)\d+(?:\.\d+)?")
_THOUSANDS = re.compile(r"(?<!\d)(?<!\d[.,])\d{1,3}(?:[,.]\d{3})+(?!\d|[.,]\d)")
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")
_SLASHED = re.compile(r"(?<!\d)(\d{1,2})/(\d{1,2})/(\d{4})(?!\d)")
_STEP = re.compile(r"^(?:- |\d+\. )")
_SENTENCE_HEAD = re.compile(r"(?:^|[.!?]\s)$")
_CLAUSE = re.compile(r"(?<=[.!?;:,])\s")
_CONDITION = re.compile(r"(?:If|When|Where|Whoever|Before|After|Until|Unless|Once|In|At|On|For)\b")
_SENTENCE = re.compile(r"(?<=[.!?])\s")
_SENTENCES = re.compile(r"""\S.*?(?:[.!?]["”’)]*(?=\s|$)|[。！？။។]["”’」』)）]*|$)""")
_INNER_STOP = re.compile("[။;:]")
_HEAD = re.compile(r"^(?:- |\d+\. )?[\s\"'“”「‘]*")


def lines(text: str) -> list[str]:
    """The paragraphs and list lines of ``text``."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def sentences(line: str) -> list[str]:
    """The sentences of a line, where its script marks their ends."""
    return _SENTENCES.findall(line)


def comparers(wording: Mapping[str, Wording]) -> dict[str, Comparer]:
    """What compares each language of ``wording`` with English, which is one of them."""
    readers = {language: _Reader(own) for language, own in wording.items()}
    return {language: Comparer(readers[BASE_LANGUAGE], own) for language, own in readers.items()}


class Comparer:
    """Compares texts in one language with their English."""

    def __init__(self, english: _Reader, own: _Reader) -> None:
        """Know how numbers, months and negations are written in both languages."""
        self._english = english
        self._own = own

    def differences(self, english: str, translation: str) -> list[Difference]:
        """Everything that can be seen without knowing what the words mean."""
        ours, theirs = lines(english), lines(translation)
        if len(ours) != len(theirs):
            detail = f"{len(ours)} paragraphs and list lines in English, {len(theirs)} here"
            whole = self._facts(1, english, translation)
            return [Difference(Kind.step, 1, detail), *whole]
        return [
            difference
            for number, pair in enumerate(zip(ours, theirs, strict=True), start=1)
            for difference in (*self._shape(number, *pair), *self._line(number, *pair))
        ]

    def _shape(self, number: int, english: str, translation: str) -> Iterator[Difference]:
        if bool(_STEP.match(english)) != bool(_STEP.match(translation)):
            yield Difference(Kind.step, number, "a list line in one of the two only")

    def _line(self, number: int, english: str, translation: str) -> Iterator[Difference]:
        yield from self._facts(number, english, translation)
        yield from self._negations(number, english, translation)

    def _negations(self, number: int, english: str, translation: str) -> Iterator[Difference]:
        """What is said of a line, or else of the first of its sentences: one "not" too many hides
        one that is lost in another sentence."""
        pairs = [(english, translation)]
        ours, theirs = sentences(english), sentences(translation)
        if len(ours) == len(theirs) > 1:
            pairs += zip(ours, theirs, strict=True)
        details = filter(None, (self._negation(*pair) for pair in pairs))
        yield from (Difference(Kind.negation, number, detail) for detail in islice(details, 1))

    def _negation(self, english: str, translation: str) -> str | None:
        """What is wrong with the negations."""
        wanted, found = self._english.negations(english), self._own.negations(translation)
        if wanted.fewest > found.most:
            return f"{wanted.fewest} negations in English, {found.most} here"
        if found.fewest - wanted.most >= NEGATIONS_ADDED:
            return f"{wanted.most} negations in English, {found.fewest} here"
        if found.forbidden > wanted.fewest + wanted.forbidden:
            return "forbids what the English does not"
        if self._forbids_first(english, translation):
            return "begins by forbidding, the English does not"
        return None

    def _forbids_first(self, english: str, translation: str) -> bool:
        """Whether the first thing told is not to do something, and the English does not say so."""
        told = self._own.forbids_first(translation)
        if told is None:
            return False
        plain = _HEAD.sub("", english)
        end = _SENTENCE if _CONDITION.match(plain) else told
        first = self._english.negations(end.split(plain)[0])
        return first.fewest + first.forbidden == 0

    def _facts(self, number: int, english: str, translation: str) -> Iterator[Difference]:
        addresses, own_addresses = _addresses(english), _addresses(translation)
        if addresses != own_addresses:
            yield Difference(Kind.contact, number, _both(addresses, own_addresses))
        english, translation = _DOMAIN.sub(" ", english), _DOMAIN.sub(" ", translation)
        yield from self._names(number, english, translation)
        months, own_months = self._english.months(english), self._own.months(translation)
        if months != own_months:
            said = _both(map(str, sorted(months)), map(str, sorted(own_months)))
            yield Difference(Kind.date, number, f"months {said}")
        numbers, own_numbers = self._english.numbers(english), self._own.numbers(translation)
        lost = numbers - own_numbers
        lost |= self._numerals(english) - own_numbers - self._own.numerals(translation)
        added = own_numbers - numbers - self._english.numerals(english)
        if lost or added:
            said = _both(map(_number, sorted(lost)), map(_number, sorted(added)))
            yield Difference(Kind.number, number, said)

    def _numerals(self, english: str) -> set[float]:
        """The numbers that the English writes as words and the translation must have."""
        known = self._own.named_numbers
        return {value for value in self._english.numerals(english) if value in known}

    def _names(self, number: int, english: str, translation: str) -> Iterator[Difference]:
        """Names in capitals that are missing, or spelt differently."""
        names, own_names = set(_NAME.findall(english)), set(_NAME.findall(translation))
        lost = names - own_names
        missing = lost - self._english.own_spelling - self._own.own_spelling
        strange = {name for name in own_names - names if get_close_matches(name, lost, 1)}
        if missing or strange:
            yield Difference(Kind.name, number, _both(missing or lost, strange))


def _addresses(text: str) -> set[str]:
    return {name.lower() for name in _DOMAIN.findall(text)}


def _both(english: Iterable[str], own: Iterable[str]) -> str:
    def said(values: Iterable[str]) -> str:
        return ", ".join(sorted(values) if isinstance(values, set) else values) or "none"

    return f"{said(english)} in English, {said(own)} here"


def _number(value: float) -> str:
    return f"{value:.12g}"


@dataclass(frozen=True)
class _Negations:
    """How many negations a line has at least and at most, and how many words that forbid."""

    fewest: int
    most: int
    forbidden: int


class _Reader:
    """Finds names, numbers, months and negations in texts of one language."""

    def __init__(self, wording: Wording) -> None:
        self.own_spelling = set(wording.own_spelling)
        self._months = _Months(wording.months)
        self._multipliers = wording.multipliers
        longest = sorted(map(re.escape, wording.multipliers), key=len, reverse=True)
        self._multiplier = re.compile(rf"\s*({'|'.join(longest) or '(?!)'})")
        self._numerals = {_plain(word).lower(): n for word, n in wording.numerals.items()}
        names = sorted(self._numerals, key=len, reverse=True)
        whole = [re.escape(name) for name in names if _is_latin(name[0])]
        others = [re.escape(name) for name in names if not _is_latin(name[0])]
        self._numeral = re.compile(_either(whole, others))
        self.named_numbers = set(self._numerals.values())
        self._says_not = _Phrases(
            {
                **dict.fromkeys(wording.perhaps_negations, (0, 1)),
                **dict.fromkeys(wording.negations, (1, 1)),
                **dict.fromkeys(wording.no_negations, (0, 0)),
            }
        )
        self._forbids = _Phrases(
            {
                **dict.fromkeys(wording.forbids, (1, 1)),
                **dict.fromkeys(wording.no_negations, (0, 0)),
            }
        )
        # A line of English is compared with one of each language.
        self.months = cache(self._months_in)
        self.numbers = cache(self._numbers_in)
        self.numerals = cache(self._numerals_in)
        self.negations = cache(self._negations_in)

    def _months_in(self, text: str) -> set[int]:
        plain = _plain(text)
        slashed = {int(hit[2]) for hit in _SLASHED.finditer(plain)}
        return slashed | {month for month, _ in self._months.find(plain)}

    def _numbers_in(self, text: str) -> set[float]:
        plain = _SLASHED.sub(r"\1 \3", _plain(text))
        for _, (start, end) in self._months.find(plain):
            plain = plain[:start] + " " * (end - start) + plain[end:]
        plain = _THOUSANDS.sub(lambda hit: re.sub("[,.]", "", hit[0]), plain)
        plain = _DECIMAL_COMMA.sub(".", plain)
        return {self._times(float(hit[0]), plain[hit.end() :]) for hit in _NUMBER.finditer(plain)}

    def _numerals_in(self, text: str) -> set[float]:
        """Numbers written as words."""
        plain = _plain(text).lower()
        return {
            self._times(float(self._numerals[hit[0]]), plain[hit.end() :])
            for hit in self._numeral.finditer(plain)
        }

    def _negations_in(self, text: str) -> _Negations:
        plain = _plain(text)
        found = list(self._says_not.find(plain))
        return _Negations(
            fewest=sum(fewest for _, (fewest, _) in found),
            most=sum(most for _, (_, most) in found),
            forbidden=sum(fewest for _, (fewest, _) in self._forbids.find(plain)),
        )

    def forbids_first(self, text: str) -> re.Pattern[str] | None:
        """Where the English of the first thing told ends, if that forbids: it begins with a word
        that forbids, or is a sentence that ends with one."""
        plain = _HEAD.sub("", _plain(text))
        for (start, end), (fewest, _) in self._forbids.find(plain):
            if fewest and start == 0:
                return _CLAUSE
            if fewest and plain[end : end + 1] == "။" and not _INNER_STOP.search(plain[:start]):
                return _SENTENCE
        return None

    def _times(self, value: float, after: str) -> float:
        """``value`` times the words that follow it: 4 หมื่น ล้าน is 4 times 10,000 times a million.

        Rounded, so that 5.4 million is the same number however it was reckoned.
        """
        hit = self._multiplier.match(after)
        while hit:
            value *= self._multipliers[hit[1]]
            after = after[hit.end() :]
            hit = self._multiplier.match(after)
        return round(value, 6)


class _Months:
    """Finds months by name, the longest spelling first.

    Names in capitals are found in capitals only, and at the head of a sentence only before a
    number: English begins questions with May.
    """

    def __init__(self, months: list[str]) -> None:
        self._numbers = {
            _plain(name): number
            for number, names in enumerate(months, start=1)
            for name in names.split("|")
        }
        self._capital = all(name[0].isupper() for name in self._numbers)
        if not self._capital:
            self._numbers = {name.lower(): number for name, number in self._numbers.items()}
        longest = sorted(map(re.escape, self._numbers), key=len, reverse=True)
        self._pattern = re.compile("|".join(longest))
        self._known: dict[str, list[tuple[int, tuple[int, int]]]] = {}

    def find(self, plain: str) -> list[tuple[int, tuple[int, int]]]:
        """The number and the place of every month in ``plain``."""
        if plain not in self._known:
            text = plain if self._capital else plain.lower()
            self._known[plain] = [
                (self._numbers[hit[0]], hit.span())
                for hit in self._pattern.finditer(text)
                if self._is_month(text, *hit.span())
            ]
        return self._known[plain]

    def _is_month(self, text: str, start: int, end: int) -> bool:
        before, last, after = text[:start], text[end - 1], text[end : end + 1]
        if before[-1:].isdigit() and text[start].isdigit():
            return False
        if (last.isdigit() and after.isdigit()) or (_is_latin(last) and after.isalnum()):
            return False
        if not self._capital:
            return True
        if before[-1:].isalnum():
            return False
        return not _SENTENCE_HEAD.search(before) or bool(re.match(r"\s*\d", text[end:]))


class _Phrases:
    """Finds words and phrases, each with what it counts for, the longest first.

    ``…`` stands for a short gap, ``~`` for any letter that is the same on both sides of a word,
    ``°`` for a Burmese consonant that begins a syllable. Words in Latin letters are whole words.
    """

    def __init__(self, counts: Mapping[str, tuple[int, int]]) -> None:
        ordered = sorted(counts, key=len, reverse=True)
        self._marked: list[tuple[int, int]] = []
        self._counts: dict[str, tuple[int, int]] = {}
        words: list[str] = []
        patterns: list[str] = []
        for phrase in ordered:
            if set(phrase) & set("…~°"):
                number = len(self._marked)
                self._marked.append(counts[phrase])
                patterns.append(f"(?P<p{number}>{self._phrase(phrase, number)})")
                continue
            plain = _plain(phrase).lower()
            self._counts[plain] = counts[phrase]
            (words if _is_latin(plain[0]) else patterns).append(re.escape(plain))
        self._pattern = re.compile(_either(words, patterns))

    def find(self, plain: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
        """Where each phrase stands, and what it counts for."""
        for hit in self._pattern.finditer(plain.lower()):
            marked = hit.lastgroup
            yield hit.span(), self._marked[int(marked[1:])] if marked else self._counts[hit[0]]

    @staticmethod
    def _phrase(phrase: str, number: int) -> str:
        plain = unicodedata.normalize("NFKC", phrase.replace("…", _GAP_MARK))
        if plain.startswith("~"):
            return rf"(?P<s{number}>\w){re.escape(plain.strip('~'))}(?P=s{number})"
        first, *rest = (re.escape(part).replace("°", SYLLABLE) for part in plain.split(_GAP_MARK))
        gap = rf"(?:(?!{first})[^\s။၊។]){{1,{GAP}}}?"
        return gap.join([first, *rest])


def _either(whole: list[str], others: list[str]) -> str:
    """A pattern that finds any of these patterns, the first that fits: ``whole`` as whole words."""
    return "|".join([*others, *([rf"\b(?:{'|'.join(whole)})(?!\w)"] if whole else [])]) or "(?!)"


@lru_cache(maxsize=8192)  # a line of English is read once for each language
def _plain(text: str) -> str:
    """``text`` with the digits of every script as ASCII ones."""
    return unicodedata.normalize("NFKC", text).translate(_DIGITS)


@lru_cache(maxsize=1024)
def _is_latin(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith("LATIN")
