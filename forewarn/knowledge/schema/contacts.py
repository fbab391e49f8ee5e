"""Whom people can turn to."""

from __future__ import annotations

import datetime
from enum import StrEnum

from pydantic import Field, model_validator

from forewarn.knowledge.schema.record import CountryCode, Id, PublishedDate, Record
from forewarn.knowledge.schema.texts import Localized, Text


class ContactKind(StrEnum):
    """What a contact is for."""

    police = "police"
    tourist_police = "tourist_police"
    medical = "medical"
    anti_trafficking = "anti_trafficking"
    anti_scam = "anti_scam"
    consular = "consular"
    crisis = "crisis"
    child_protection = "child_protection"
    job_check = "job_check"
    ngo = "ngo"


class PrintedBy(StrEnum):
    """Who printed the newest page that shows a contact's number."""

    authority = "authority"
    press = "press"
    data_set = "data_set"
    undated_page = "undated_page"


class Contact(Record):
    """One line, office or website people can turn to (``hotlines/<COUNTRY>.yml``).

    A short number is dialled only inside the country; ``dial_from_abroad`` is a full number in
    E.164 form or nothing, so that a short number can never be shown as reachable from abroad.
    """

    id: Id
    name: Localized
    name_local: Text | None = Field(
        default=None, description="its name in the language of the country, to show to somebody"
    )
    kind: ContactKind
    serves: str = Field(
        pattern=r"^(everyone|citizens of [A-Z]{2})$",
        description="`everyone` or `citizens of CN`: whom the line helps",
    )
    dial_inside: str | None = Field(
        default=None,
        pattern=r"^[\d][\d \-]*$",
        description="what to dial inside the country: digits, blanks and hyphens in quotes",
    )
    dial_from_abroad: str | None = Field(
        default=None, pattern=r"^\+\d{7,15}$", description="full number such as +6625728442"
    )
    press: str | None = Field(default=None, pattern=r"^\d+$", description="key to press")
    extension: str | None = Field(default=None, pattern=r"^\d+$")
    sms: str | None = Field(default=None, pattern=r"^\+?\d+$", description="number for SMS")
    whatsapp: str | None = Field(default=None, pattern=r"^\+\d{7,15}$")
    url: str | None = Field(default=None, pattern=r"^https?://\S+$")
    app: Text | None = Field(default=None, description="name of the app that reaches them")
    hours: Localized | None = None
    languages: Localized | None = Field(default=None, description="languages spoken there")
    purpose: Localized
    last_printed: PublishedDate | None = Field(
        description="the date of the newest page that prints the number, as exactly as known: "
        "2026, 2026-11 or 2026-11-20; null where no page has a date"
    )
    last_dialled: datetime.date | None = Field(
        description="the day one of us dialled it; null: not yet dialled by us"
    )
    printed_by: PrintedBy = Field(description="who printed that page")
    source: list[Text] = Field(
        min_length=1, description="the pages that print it: addresses or descriptions"
    )
    doubtful: bool = Field(
        default=False, description="true where it rests on one old page: hedged, and never first"
    )
    parent: Id | None = Field(
        default=None,
        description="the id of the authority above it, or of a surer line, to turn to instead",
    )
    emergency: bool = Field(
        default=False, description="true for the lines every fallback shows for this country"
    )

    @model_validator(mode="after")
    def _can_be_reached(self) -> Contact:
        if not any((self.dial_inside, self.dial_from_abroad, self.sms, self.url, self.whatsapp)):
            raise ValueError("a contact needs a number, an SMS number, WhatsApp or a website")
        return self

    @property
    def nationality(self) -> str | None:
        """The country whose citizens the line serves; None when it serves everyone."""
        return None if self.serves == "everyone" else self.serves.removeprefix("citizens of ")


class ContactFile(Record):
    """One file of contacts: the country in which all of them ring."""

    country: CountryCode
    hotlines: list[Contact] = Field(min_length=1)
    none_known: list[ContactKind] = Field(
        default_factory=list, description="kinds for which no line is known here: we say so"
    )
