"""Whether an answer leaves phone numbers to the contacts, and dates lie in the past."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from forewarn.knowledge.entries import BASE_LANGUAGE, Article, Faq
from forewarn.knowledge.freshness import first_day
from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.problems import Problem, problem_at

_LONG_NUMBER = re.compile(r"\+\d[\d -]{6,}\d|\b0\d[\d -]{5,}\d\b|\b\d{2,4}-\d{3,4}-\d{3,4}\b")
_FOUR_DIGITS = re.compile(r"\b\d{4}\b")


def answers(knowledge: Knowledge) -> Iterator[Problem]:
    """Every phone number among the words of an answer: it would not be checked, dated or kept to
    the reader's country, as contacts are."""
    lines = {
        contact.dial_inside
        for many in knowledge.contacts.values()
        for contact in many
        if contact.dial_inside and _FOUR_DIGITS.fullmatch(contact.dial_inside)
    }
    for entry in knowledge.faq.values():
        for text in entry.texts.values():
            found = _LONG_NUMBER.findall(text.answer)
            found += [one for one in _FOUR_DIGITS.findall(text.answer) if one in lines]
            for number in dict.fromkeys(found):
                yield problem_at(
                    knowledge.folder,
                    text.path,
                    "answer",
                    f"the phone number {number} stands in it",
                    "Take it out and name the kind of contact in `contacts:` of the English file",
                )


def dates(knowledge: Knowledge) -> Iterator[Problem]:
    """Every date in the future: a mistyped year would keep an old fact fresh for ever."""
    today = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=1)
    for path, field, date in _dates(knowledge):
        if date > today:
            yield problem_at(
                knowledge.folder,
                path,
                field,
                f"the date {date} has not come yet",
                "Write the day it was checked, printed or dialled",
                severity="warning",
            )


def _dates(knowledge: Knowledge) -> Iterator[tuple[str, str, datetime.date]]:
    entries: list[Faq | Article] = [*knowledge.faq.values(), *knowledge.articles.values()]
    for entry in entries:
        yield entry.texts[BASE_LANGUAGE].path, "reviewed", entry.header.reviewed
    for code, many in knowledge.contacts.items():
        path = f"hotlines/{code}.yml"
        for contact in many:
            if contact.last_printed:
                yield path, f"{contact.id}.last_printed", first_day(contact.last_printed)
            if contact.last_dialled:
                yield path, f"{contact.id}.last_dialled", contact.last_dialled
