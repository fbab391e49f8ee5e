"""What is old: which contacts and facts to look at again, and what to say of them meanwhile.

Nothing expires into silence. An old contact is shown with a hedge and the authority above it, an
old answer with its age.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from forewarn.knowledge.entries import BASE_LANGUAGE
from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.schema.contacts import Contact, PrintedBy
from forewarn.knowledge.schema.freshness import AgesLike, Freshness


@dataclass(frozen=True, order=True)
class Due:
    """One thing to look at again; sorts the worst first."""

    rank: int
    since: datetime.date
    path: str
    name: str
    why: str

    def __str__(self) -> str:
        return f"{self.path}: {self.name}: {self.why}"


class Age:
    """Tells, on one day, what is old."""

    def __init__(self, freshness: Freshness, today: datetime.date) -> None:
        """Measure by ``freshness`` on the day ``today``."""
        self._days = freshness
        self.today = today

    def look_again(self, reviewed: datetime.date, kind: AgesLike) -> datetime.date:
        """The day by when a fact of that ``kind`` should be checked again."""
        return reviewed + datetime.timedelta(days=self._days.facts[kind])

    def is_old(self, reviewed: datetime.date, kind: AgesLike) -> bool:
        """Whether that day is past."""
        return self.look_again(reviewed, kind) < self.today

    def contact_until(self, contact: Contact) -> datetime.date | None:
        """The day until which a contact counts as fresh; None where no date is known at all."""
        days = [
            contact.last_dialled + datetime.timedelta(days=self._days.dialled)
            if contact.last_dialled
            else None,
            first_day(contact.last_printed)
            + datetime.timedelta(days=self._days.printed[contact.kind])
            if contact.last_printed
            else None,
        ]
        return max((day for day in days if day), default=None)

    def is_dialled(self, contact: Contact) -> bool:
        """Whether one of us has called lately."""
        day = contact.last_dialled
        return day is not None and day + datetime.timedelta(days=self._days.dialled) >= self.today

    def is_hedged(self, contact: Contact) -> bool:
        """Whether a contact is doubtful or too old to be shown without saying so."""
        until = self.contact_until(contact)
        if contact.doubtful:
            return True
        if until is None:
            return contact.printed_by is not PrintedBy.data_set
        return until < self.today


def first_day(date: str) -> datetime.date:
    """The first day of a year, month or day as a source prints it: to be on the careful side."""
    year, month, day = (*map(int, date.split("-")), 1, 1)[:3]
    return datetime.date(year, month, day)


def due(knowledge: Knowledge, today: datetime.date) -> list[Due]:
    """What somebody should look at, the worst first: emergency lines of the region that nobody has
    dialled, then hedged contacts, then old answers, articles and figures.

    Raises:
        ValueError: the knowledge has no ``freshness.yml``.
    """
    if knowledge.freshness is None:
        raise ValueError("there is no freshness.yml")
    age = Age(knowledge.freshness, today)
    return sorted([*_contacts(knowledge, age), *_facts(knowledge, age)])


def hedged_shares(knowledge: Knowledge, today: datetime.date) -> dict[str, float]:
    """The share of each country's contacts that is hedged on the day ``today``."""
    if knowledge.freshness is None:
        raise ValueError("there is no freshness.yml")
    age = Age(knowledge.freshness, today)
    return {
        code: sum(map(age.is_hedged, contacts)) / len(contacts)
        for code, contacts in sorted(knowledge.contacts.items())
    }


def _contacts(knowledge: Knowledge, age: Age) -> Iterator[Due]:
    for code, contacts in knowledge.contacts.items():
        country = knowledge.countries.countries.get(code)
        home = country is not None and country.region
        for contact in contacts:
            path = f"hotlines/{code}.yml"
            printed = contact.last_printed
            since = first_day(printed) if printed else datetime.date.min
            said = f"last printed {printed}" if printed else "no date of printing known"
            if home and contact.emergency and not age.is_dialled(contact):
                why = f"a first line of a home country, not dialled by us lately ({said})"
                yield Due(0, since, path, contact.id, why)
            elif age.is_hedged(contact):
                why = f"{'doubtful' if contact.doubtful else 'old'}, shown with a hedge ({said})"
                yield Due(1 if home else 2, since, path, contact.id, why)


def _facts(knowledge: Knowledge, age: Age) -> Iterator[Due]:
    for entry in knowledge.faq.values():
        header = entry.header
        path = entry.texts[BASE_LANGUAGE].path
        yield from _fact(age, path, entry.id, header.reviewed, header.ages_like)
    for article in knowledge.articles.values():
        about = article.header
        path = article.texts[BASE_LANGUAGE].path
        yield from _fact(age, path, article.id, about.reviewed, about.ages_like)
    for name, figure in knowledge.figures.items():
        path = f"figures/{name}.yml"
        yield from _fact(age, path, name, figure.reviewed, figure.ages_like)


def _fact(age: Age, path: str, name: str, reviewed: datetime.date, kind: AgesLike) -> Iterator[Due]:
    if age.is_old(reviewed, kind):
        by = age.look_again(reviewed, kind)
        why = f"{kind.value}: last checked {reviewed}, to look at again by {by}"
        yield Due(3, reviewed, path, name, why)
