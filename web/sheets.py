"""What a help page, the file of it and the picture of it all show: the contacts of one country.

A sheet for citizens of another country shows them the emergency lines of the place and what is for
them alone: in Thailand nobody needs eight embassies. What is too much for one page goes on on a
second: a page is to load on a slow phone, and to fit on one sheet of paper and in one picture.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from forewarn.hotlines import Hotlines
from forewarn.knowledge.entries import BASE_LANGUAGE
from forewarn.knowledge.messages import Messages
from forewarn.replies import HotlineItem
from web.guide import Guide

MOST_LINES = 12
"""The most contacts of one sheet. In Burmese, whose letters take three bytes each, the page of them
stays under 20,000 bytes."""


class UnknownSheetError(LookupError):
    """No sheet has this address. It is not repeated: a person may have written it."""


class _Shown(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Way(_Shown):
    """One way to reach a contact: from where or with what, the number or address, where a tap on
    it leads, and what to do once the call is answered."""

    how: str | None
    reach: str
    url: str | None = None
    then: str = ""


class Line(_Shown):
    """One contact. Its country is shown before everything else."""

    country: str
    name: str
    name_local: str | None
    hedge: str | None
    purpose: str | None
    serves: str | None
    ways: list[Way]
    fresh: str


class Other(_Shown):
    """Another sheet of the same country."""

    slug: str
    name: str


class Sheet(_Shown):
    """A page of contacts.

    ``slug`` is its address: TH, TH-2 for what did not fit there, or TH-CN for citizens of China in
    TH. ``more`` are the other sheets for the same reader, ``citizens`` those for citizens of other
    countries.
    """

    slug: str
    title: str
    lines: list[Line]
    none_known: list[str]
    more: list[Other]
    citizens: list[Other]
    made: str


@dataclass(frozen=True)
class _Place:
    """What a sheet is about: a country, for citizens of another; how many sheets come before."""

    country: str
    citizens_of: str | None
    number: int

    @property
    def slug(self) -> str:
        number = str(self.number + 1) if self.number else None
        return "-".join(filter(None, (self.country, self.citizens_of, number)))


class Sheets:
    """Every sheet there is, in every language."""

    def __init__(
        self, guide: Guide, today: Callable[[], datetime.date] = datetime.date.today
    ) -> None:
        """Show the contacts of `guide`; `today` tells the day on which they are shown."""
        self._guide = guide
        self.today = today
        self._hotlines = Hotlines(guide.knowledge, today)
        known = guide.knowledge.contacts
        self.countries = [code for code in guide.knowledge.countries.countries if code in known]
        self._places = {place.slug: place for place in self._all()}

    def _all(self) -> Iterator[_Place]:
        for country in self.countries:
            for citizens_of in (None, *self._hotlines.citizens_listed(country)):
                lines = len(self._hotlines.listed(country, BASE_LANGUAGE, citizens_of))
                for number in range(-(-lines // MOST_LINES)):
                    yield _Place(country, citizens_of, number)

    @property
    def slugs(self) -> list[str]:
        """The address of each sheet."""
        return list(self._places)

    def named(self, slug: str) -> str:
        """The sheet that `slug` stands for, in whatever case.

        Raises:
            UnknownSheetError: there is none.
        """
        if slug.upper() not in self._places:
            raise UnknownSheetError
        return slug.upper()

    def country_name(self, country: str, language: str) -> str:
        """What `country` is called."""
        names = self._guide.knowledge.countries.countries[country].name
        return self._guide.written(language, names[self._guide.of(language)])

    def police(self, language: str) -> str:
        """The first emergency number of each country of the region, each after its country."""
        return self._guide.written(language, self._hotlines.one_line(self._guide.of(language)))

    def sheet(self, slug: str, language: str) -> Sheet:
        """The sheet at the address `slug`, as it is today.

        Raises:
            KeyError: there is none.
        """
        place = self._places[slug]
        messages = self._guide.messages(language)
        country = self.country_name(place.country, language)
        items = self._guide.written(
            language,
            self._hotlines.listed(place.country, self._guide.of(language), place.citizens_of),
        )[place.number * MOST_LINES : (place.number + 1) * MOST_LINES]
        none_known = self._guide.knowledge.none_known.get(place.country, [])
        beside = [
            other
            for other in self._places.values()
            if other.country == place.country and other != place
        ]
        return Sheet(
            slug=slug,
            title=self._title(place, language),
            lines=[line(item, messages) for item in items],
            none_known=[]
            if place.citizens_of
            else [
                messages.no_line_known.format(country=country, kinds=messages.kind(kind))
                for kind in none_known
            ],
            more=[
                Other(slug=other.slug, name=self._title(other, language))
                for other in beside
                if other.citizens_of in (None, place.citizens_of)
            ],
            citizens=[
                Other(slug=other.slug, name=self.country_name(other.citizens_of, language))
                for other in beside
                if other.citizens_of and not other.number and not place.citizens_of
            ],
            made=messages.help_made.format(date=self.today().isoformat()),
        )

    def _title(self, place: _Place, language: str) -> str:
        title = self.country_name(place.country, language)
        if place.citizens_of:
            citizens = self._guide.messages(language).serves_citizens
            title += " · " + citizens.format(country=self.country_name(place.citizens_of, language))
        return f"{title} · {place.number + 1}" if place.number else title


def line(item: HotlineItem, messages: Messages) -> Line:
    dialled = item.last_dialled and messages.widget_last_dialled.format(date=item.last_dialled)
    return Line(
        country=item.country_name,
        name=item.name,
        name_local=item.name_local if item.name_local != item.name else None,
        hedge=item.hedge,
        purpose=item.purpose,
        serves=None if item.serves == messages.serves_everyone else item.serves,
        ways=list(_ways(item, messages)),
        fresh=" · ".join(filter(None, (item.hours, _printed(item, messages), dialled))),
    )


def _printed(item: HotlineItem, messages: Messages) -> str | None:
    """When it was last printed, where the hedge does not say so already."""
    hedge = item.hedge or ""
    if item.last_printed:
        said = item.last_printed in hedge
        return None if said else messages.widget_last_printed.format(date=item.last_printed)
    said = messages.contact_undated in hedge
    return None if said else messages.widget_last_printed_unknown


def _ways(item: HotlineItem, messages: Messages) -> list[Way]:
    press = item.press and messages.widget_press.format(key=item.press)
    extension = item.extension and messages.widget_extension.format(number=item.extension)
    then = "".join(f" · {step}" for step in (press, extension) if step)
    country = item.country_name
    ways = []
    if item.dial_inside:
        how = messages.widget_inside.format(country=country)
        ways.append(_call("tel", how, item.dial_inside, then))
    if item.dial_from_abroad:
        how = f"{messages.widget_from_abroad} ({country})"
        ways.append(_call("tel", how, item.dial_from_abroad, then))
    if item.sms:
        ways.append(_call("sms", messages.widget_sms.format(country=country), item.sms))
    if item.whatsapp:
        ways.append(Way(how=f"{messages.widget_whatsapp} ({country})", reach=item.whatsapp))
    if item.app:
        ways.append(Way(how=None, reach=messages.widget_app.format(name=item.app)))
    if item.url:
        ways.append(Way(how=messages.widget_website, reach=item.url, url=item.url))
    return ways


def _call(scheme: str, how: str, number: str, then: str = "") -> Way:
    """A number to dial: digits, and the plus sign of a full number."""
    dialled = "".join(character for character in number if character in "+0123456789")
    return Way(how=how, reach=number, url=f"{scheme}:{dialled}", then=then)
