"""Whether contacts can be dialled, stand only once, and leave no country without a line."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers
from phonenumbers import NumberParseException, ValidationResult

from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.problems import Problem, problem_at
from forewarn.knowledge.schema.contacts import Contact

_SHORT = range(2, 7)
"""How many digits a number has that is dialled inside its country only. Which of them exist is
known to no data set: an authority's page is the only proof."""

_NUMBER_IN_WORDS = re.compile(r"\+\d[\d -]{6,}\d|\b\d[\d -]{6,}\d\b")


def contacts(knowledge: Knowledge) -> Iterator[Problem]:
    """Everything wrong with the contacts of all countries."""
    seen: dict[str, str] = {}
    for code, many in knowledge.contacts.items():
        path = f"hotlines/{code}.yml"
        if knowledge.countries.countries and code not in knowledge.countries.countries:
            yield problem_at(
                knowledge.folder,
                path,
                "country",
                f"“{code}” is not in countries.yml",
                "Add the country there first",
            )
        for contact in many:
            if contact.id in seen:
                yield problem_at(
                    knowledge.folder,
                    path,
                    "id",
                    f"“{contact.id}” stands in {seen[contact.id]} too",
                    "Give each contact its own id",
                )
            seen[contact.id] = path
            yield from _one(knowledge, path, code, contact)
        for kind in set(knowledge.none_known[code]) & {contact.kind for contact in many}:
            yield problem_at(
                knowledge.folder,
                path,
                "none_known",
                f"“{kind}” is said to be unknown, yet a contact of that kind is listed",
                "Remove one of the two",
            )
    yield from _emergency(knowledge)


def _emergency(knowledge: Knowledge) -> Iterator[Problem]:
    for code, country in knowledge.countries.countries.items():
        if any(path.startswith(f"hotlines/{code}.") for path in knowledge.broken):
            continue
        if country.region and not any(c.emergency for c in knowledge.contacts.get(code, [])):
            yield problem_at(
                knowledge.folder,
                "countries.yml",
                code,
                "a country of the region has no emergency line",
                f"Mark one contact of hotlines/{code}.yml with emergency: true",
            )


def _one(knowledge: Knowledge, path: str, code: str, contact: Contact) -> Iterator[Problem]:
    for field, problem in _undialable(code, contact):
        yield problem_at(
            knowledge.folder,
            path,
            field,
            f"“{contact.id}”: {problem}",
            "Compare it with the page that prints it, digit by digit",
        )
    if contact.doubtful and contact.parent is None:
        yield problem_at(
            knowledge.folder,
            path,
            "doubtful",
            f"“{contact.id}” is doubtful and names no parent",
            "Add parent: the id of the surer line to turn to instead",
        )
    for words in (contact.name, contact.purpose, contact.hours or {}):
        for text in words.values():
            if _NUMBER_IN_WORDS.search(text):
                yield problem_at(
                    knowledge.folder,
                    path,
                    "purpose",
                    f"“{contact.id}” has a number among its words",
                    "Put it in a field of its own, where it can be tapped and checked",
                )


def _undialable(code: str, contact: Contact) -> Iterator[tuple[str, str]]:
    inside = contact.dial_inside
    if inside is not None:
        digits = re.sub(r"\D", "", inside)
        if len(digits) not in _SHORT and not _is_possible(digits, code):
            yield "dial_inside", f"{inside} cannot be dialled in {code}"
    for field in ("dial_from_abroad", "whatsapp"):
        number = getattr(contact, field)
        if number is not None and not _is_complete(number):
            yield field, f"{number} cannot be dialled"


def _is_complete(number: str) -> bool:
    """Whether ``number`` can be dialled from another country."""
    try:
        reason = phonenumbers.is_possible_number_with_reason(phonenumbers.parse(number))
    except NumberParseException:
        return False
    return bool(reason == ValidationResult.IS_POSSIBLE)


def _is_possible(digits: str, code: str) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(digits, code))
    except NumberParseException:
        return False
