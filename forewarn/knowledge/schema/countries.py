"""The countries people may be in or come from."""

from __future__ import annotations

from pydantic import Field

from forewarn.knowledge.schema.record import CountryCode, Id, Record
from forewarn.knowledge.schema.texts import Localized, LocalizedTexts, LocalizedTextsIfKnown


class Country(Record):
    """One country people may be in or come from (``countries.yml``)."""

    name: Localized
    region: bool = Field(description="whether its emergency lines are part of every fallback")
    calling_code: str = Field(pattern=r"^\+\d{1,3}$", description="such as +66")
    check_job: Id | None = Field(
        default=None, description="the entry on how to check a job for who leaves from it"
    )
    places: LocalizedTextsIfKnown = Field(
        default_factory=dict,
        description="other names people use for it and its cities, border towns and zones",
    )
    people: LocalizedTextsIfKnown = Field(
        default_factory=dict,
        description="words for its people and what is theirs (Thai, Filipino), where those are "
        "other words than its name; they never say where anybody is",
    )


class Countries(Record):
    """The whole of ``countries.yml``."""

    countries: dict[CountryCode, Country]
    i_am_here: LocalizedTexts = Field(
        description="how people say where they are; {place} stands for the name of the place"
    )
    i_come_from: LocalizedTexts = Field(
        description="how people say whose passport they have; {place} stands for the name of the "
        "place, {people} for the country's own name or a word for its people"
    )
    one_of_them: LocalizedTextsIfKnown = Field(
        default_factory=dict,
        description="a whole answer that says no more than whose passport it is, with {people}",
    )
    their_embassy: LocalizedTextsIfKnown = Field(
        default_factory=dict,
        description="how people ask for what is there for a people, with {people}",
    )
    somebody_else: LocalizedTextsIfKnown = Field(
        default_factory=dict,
        description="others whom a sentence is about: what it says where they overlap with "
        "i_am_here or i_come_from is not said of the writer",
    )
    i_come_from_unless: LocalizedTextsIfKnown = Field(
        default_factory=dict,
        description="what others do to the writer, or say of them: likewise, for i_come_from alone",
    )
