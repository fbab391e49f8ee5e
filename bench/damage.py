"""Translations damaged on purpose, as a careless or hurried hand might, to see what is noticed.

The same entry is always damaged in the same places: chance is drawn from its id.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from icu4py.breakers import WordBreaker

from forewarn.knowledge.schema.wording import Wording

RULES = Path(__file__).with_name("damage.yml")

EACH = 2
"""How many damaged translations of one kind are made of one entry, where it has the places."""

FEWEST_WORDS = 8
"""The fewest English words in a line that is cut in half: less is a heading."""

_DOMAIN = re.compile(r"\b(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/[\w./-]*)?(?![\w])", re.IGNORECASE)
_NAME = re.compile(r"(?<![A-Za-z0-9])(?=[A-Z0-9]*[A-Z][A-Z0-9]*[A-Z])[A-Z0-9]{3,}(?![A-Za-z0-9])")
_DIGITS = re.compile(r"(?<![A-Za-z\d.,])\d[\d,]*(?![A-Za-z\d])")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_STEP = re.compile(r"^(?:- |\d+\. )")
_BLANK = re.compile(r"(?<=\S)[  ,，、；;：:。။၊។]+(?=\S)")


class Damage(StrEnum):
    """What was done to a translation."""

    number = "number"
    date = "date"
    contact = "contact"
    step = "step"
    negation_dropped = "negation dropped"
    negation_added = "negation added"
    meaning = "meaning"
    omission = "omission"


@dataclass(frozen=True)
class Damaged:
    """One damaged translation: what was done, on which line of the text (from 1, blank lines
    counted), and the whole text afterwards."""

    kind: Damage
    line: int
    text: str


@dataclass(frozen=True)
class Source:
    """One translation to be damaged.

    Attributes:
        id: the entry's id, from which chance is drawn.
        language: the code of its language.
        english: the English text.
        text: the translation, line for line.
        wording: how its language writes months.
        strangers: lines of other entries in the same language.
    """

    id: str
    language: str
    english: str
    text: str
    wording: Wording
    strangers: Sequence[str] = field(default=(), repr=False)


@dataclass(frozen=True)
class _Place:
    """One way to damage one line: its number, and the line afterwards (None: taken out)."""

    line: int
    after: str | None


def damaged(source: Source, each: int = EACH) -> list[Damaged]:
    """At most ``each`` damaged translations of every kind that ``source`` has room for."""
    found = []
    for kind, find in _KINDS.items():
        chance = random.Random(f"{source.id}.{source.language}.{kind}")
        places = [place for place in find(source, chance) if _changes(source, place)]
        for place in chance.sample(places, min(each, len(places))):
            found.append(Damaged(kind, place.line, _with(source.text, place)))
    return found


def _changes(source: Source, place: _Place) -> bool:
    return source.text.splitlines()[place.line - 1] != place.after


def _with(text: str, place: _Place) -> str:
    lines = text.splitlines()
    lines[place.line - 1 : place.line] = [] if place.after is None else [place.after]
    return "\n".join(lines)


def _lines(source: Source) -> Iterator[tuple[int, str]]:
    return (
        (number, line)
        for number, line in enumerate(source.text.splitlines(), start=1)
        if line.strip()
    )


def _english(source: Source) -> Mapping[int, str]:
    """The English line of every line; empty where the two differ in their number of lines."""
    english = [line.strip() for line in source.english.splitlines() if line.strip()]
    own = [number for number, _ in _lines(source)]
    return dict(zip(own, english, strict=True)) if len(own) == len(english) else {}


def _put(line: str, hit: re.Match[str], new: str) -> str:
    return line[: hit.start()] + new + line[hit.end() :]


def _numbers(source: Source, chance: random.Random) -> Iterator[_Place]:
    """One digit becomes another one. Years, months and addresses have kinds of their own."""
    months = re.compile("|".join(_months(source.wording)))
    for number, line in _lines(source):
        taken = [hit.span() for one in (_DOMAIN, _YEAR, months) for hit in one.finditer(line)]
        start = _STEP.match(line)
        taken += [start.span()] if start else []
        for hit in _DIGITS.finditer(line):
            if any(hit.start() < end and begin < hit.end() for begin, end in taken):
                continue
            digits = [place for place, one in enumerate(hit[0]) if one.isdigit()]
            place = chance.choice(digits)
            others = [one for one in "123456789" if one != hit[0][place]]
            new = hit[0][:place] + chance.choice(others) + hit[0][place + 1 :]
            yield _Place(number, _put(line, hit, new))


def _dates(source: Source, chance: random.Random) -> Iterator[_Place]:
    """Another month, or a year up to nine years off."""
    months = _months(source.wording)
    names = [month.split("|")[0] for month in source.wording.months]
    for number, line in _lines(source):
        for hit in _YEAR.finditer(line):
            off = chance.choice([*range(-9, 0), *range(1, 10)])
            yield _Place(number, _put(line, hit, str(int(hit[0]) + off)))
        for month, pattern in enumerate(months):
            for hit in re.finditer(pattern, line):
                other = chance.choice([one for place, one in enumerate(names) if place != month])
                yield _Place(number, _put(line, hit, other))


def _months(wording: Wording) -> list[str]:
    """A pattern a month: the longest spelling first, and never inside a longer number or word."""
    return [
        r"(?<![\d一二十])(?:"
        + "|".join(re.escape(one) for one in sorted(names.split("|"), key=len, reverse=True))
        + r")(?!\d| M[ốộ]t| Hai)"
        for names in wording.months
    ]


def _contacts(source: Source, chance: random.Random) -> Iterator[_Place]:
    """An address or a name to look up with one letter changed, or taken out."""
    for number, line in _lines(source):
        names = [hit for hit in _NAME.finditer(line) if hit[0] in source.english]
        inside = [hit.span() for hit in _DOMAIN.finditer(line)]
        for hit in [*_DOMAIN.finditer(line), *names]:
            if hit in names and any(a <= hit.start() < b for a, b in inside):
                continue
            place = chance.choice([n for n, one in enumerate(hit[0]) if one.isalpha()])
            letters = "abcdefghijklmnopqrstuvwxyz"
            letters = letters if hit[0][place].islower() else letters.upper()
            other = chance.choice([one for one in letters if one != hit[0][place]])
            yield _Place(number, _put(line, hit, hit[0][:place] + other + hit[0][place + 1 :]))
            yield _Place(number, _put(line, hit, ""))


def _steps(source: Source, chance: random.Random) -> Iterator[_Place]:
    for number, line in _lines(source):
        if _STEP.match(line):
            yield _Place(number, None)


def _negations_dropped(source: Source, chance: random.Random) -> Iterator[_Place]:
    rules = _rules()["languages"].get(source.language, {})
    keep = re.compile("|".join(rules.get("keep", [])) or "(?!)", re.IGNORECASE)
    for number, line in _lines(source):
        kept = [hit.span() for hit in keep.finditer(line)]
        taken: list[tuple[int, int]] = []
        for pattern, after in rules.get("drop", []):
            for hit in re.finditer(pattern, line, re.IGNORECASE):
                if any(hit.start() < end and start < hit.end() for start, end in [*kept, *taken]):
                    continue
                taken.append(hit.span())
                yield _Place(number, _put(line, hit, hit.expand(after)))


def _negations_added(source: Source, chance: random.Random) -> Iterator[_Place]:
    rules = _rules()["languages"].get(source.language, {})
    for number, english in _english(source).items():
        if _STEP.sub("", english).split()[0].strip(",:") not in _rules()["steps"]:
            continue
        line = source.text.splitlines()[number - 1]
        start = _STEP.match(line)
        head, rest = (start[0], line[start.end() :]) if start else ("", line)
        if any(re.match(pattern, rest) for pattern, _ in rules.get("drop", [])):
            continue  # it begins with a "not" already
        if "end" in rules:
            pattern, after = rules["end"]
            yield _Place(number, head + re.sub(pattern, after, rest, count=1))
        elif "before" in rules:
            rest = re.sub(f"^(?:{rules['polite']})", "", rest, flags=re.IGNORECASE)
            before = rules["before"]
            new = before[0].upper() + before[1:] + rest[0].lower() + rest[1:]
            yield _Place(number, head + new)


def _meanings(source: Source, chance: random.Random) -> Iterator[_Place]:
    """Another entry's line: a list line for a list line, a paragraph for a paragraph."""
    own = set(source.text.splitlines())
    others = [line for line in source.strangers if line not in own]
    for number, line in _lines(source):
        alike = [one for one in others if bool(_STEP.match(one)) == bool(_STEP.match(line))]
        if alike:
            yield _Place(number, chance.choice(alike))


def _omissions(source: Source, chance: random.Random) -> Iterator[_Place]:
    """Half a line, cut where a phrase ends or, without one near the middle, a word."""
    for number, english in _english(source).items():
        if len(english.split()) < FEWEST_WORDS:
            continue
        line = source.text.splitlines()[number - 1]
        start = _STEP.match(line)
        head, rest = (start[0], line[start.end() :]) if start else ("", line)
        cut = _middle(rest)
        first, second = rest[:cut].rstrip(" ,，、；;၊"), rest[cut:].lstrip(" ,，、；;။၊។.")
        yield _Place(number, head + (first if chance.random() < 1 / 2 else second))


def _middle(text: str) -> int:
    """The border nearest to the middle of ``text``."""
    half = len(text) / 2
    phrases = [hit.end() for hit in _BLANK.finditer(text)]
    near = [place for place in phrases if abs(place - half) <= len(text) / 8]
    if near:
        return min(near, key=lambda place: abs(place - half))
    borders, place = [], 0
    for word in WordBreaker(text, "root"):
        place += len(word)
        borders.append(place)
    return min(borders, key=lambda border: abs(border - half))


_KINDS = {
    Damage.number: _numbers,
    Damage.date: _dates,
    Damage.contact: _contacts,
    Damage.step: _steps,
    Damage.negation_dropped: _negations_dropped,
    Damage.negation_added: _negations_added,
    Damage.meaning: _meanings,
    Damage.omission: _omissions,
}


@cache
def _rules() -> dict[str, Any]:
    rules: dict[str, Any] = yaml.safe_load(RULES.read_text("utf-8"))
    return rules
