"""The countries people may be in or come from."""

from __future__ import annotations

from pydantic import Field

from forewarn.knowledge.schema.record import CountryCode, Record
from forewarn.knowledge.schema.texts import Localized, LocalizedTexts, LocalizedTextsIfKnown


class Country(Record):
    """One country people may be in or come from (``countries.yml``)."""

    name: Localized
    region: bool = Field(description="whether its emergency lines are part of every fallback")
    calling_code: str = Field(pattern=r"^\+\d{1,3}$", description="such as +66")
    places: LocalizedTextsIfKnown = Field(
        default_factory=dict,
        description="other names people use for it and its cities, border towns and zones",
    )


class Countries(Record):
    """The whole of ``countries.yml``."""

    countries: dict[CountryCode, Country]
    i_am_here: LocalizedTexts = Field(
        description="how people say where they are; {place} stands for the name of the place"
    )
