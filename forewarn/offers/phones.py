"""Telephone numbers in a pasted text, and the country each belongs to.

Only numbers with a country's code say where they belong; of others nothing is guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers
from phonenumbers import Leniency, PhoneNumberMatcher

MOST_NUMBERS = 50
"""The most numbers of one text that are looked at."""

_DIALLED_OUT = re.compile(r"(?<![\d+])00(?=[1-9][\d \-]{7,})")
"""How a code of a country is written in many countries: 00855 for +855."""


@dataclass(frozen=True)
class Number:
    """One number as it is written, and the countries that share its code, by ISO 3166-1."""

    quote: str
    countries: frozenset[str]


def find_numbers(text: str) -> list[Number]:
    """The first :data:`MOST_NUMBERS` numbers with a country's code in ``text``, each once."""
    # Written as two signs, so that every place in the text stays where it is.
    plain = _DIALLED_OUT.sub(" +", text)
    matches = PhoneNumberMatcher(plain, None, Leniency.POSSIBLE, max_tries=MOST_NUMBERS * 4)
    found: dict[str, Number] = {}
    for match in matches:
        quote = text[match.start : match.end].strip()
        if plain[match.start : match.end] != text[match.start : match.end]:
            quote = text[match.start - 1 : match.end].strip()
        key = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
        found.setdefault(key, Number(quote, _countries(match.number)))
        if len(found) == MOST_NUMBERS:
            break
    return list(found.values())


def _countries(number: phonenumbers.PhoneNumber) -> frozenset[str]:
    """The country of ``number``; where the code is shared and its digits do not tell, all that
    share it."""
    region = phonenumbers.region_code_for_number(number)
    if region is not None:
        return frozenset({region})
    return frozenset(phonenumbers.region_codes_for_country_code(number.country_code or 0))
