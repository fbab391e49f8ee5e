"""What is made on a person's own device."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field, model_validator

from forewarn.knowledge.schema.contacts import ContactKind
from forewarn.knowledge.schema.record import Id, Record
from forewarn.knowledge.schema.texts import Localized, LocalizedTexts


class Paper(StrEnum):
    """What is made on a person's own device and never sent to us."""

    show = "show"
    trip = "trip"
    report = "report"


class LanguageName(Record):
    """What one of our languages is called (``cards.yml``)."""

    id: str = Field(description="its code, as in languages.yml")
    name: Localized


class Card(Record):
    """One sentence to show an officer, a clerk or a driver (``cards.yml``)."""

    id: Id
    name: Localized = Field(description="two or three words for the list above the cards")
    says: Localized = Field(
        description="the sentence as shown: polite, exact, true for whoever needs it, official "
        "enough to act on"
    )
    below: Literal["line", "language"] | None = Field(
        default=None, description="what follows it: a line to write on, or the reader's language"
    )
    foreign: bool = Field(
        default=False,
        description="true where it is said only to people who speak another language",
    )


class Cards(Record):
    """The whole of ``cards.yml``: what is shown in the language of the place, with the reader's own
    beneath."""

    title: Localized
    link: Localized = Field(description="what a link that leads there says")
    choose: Localized = Field(description="asks for the language of the place")
    intro: Localized
    unreviewed: Localized = Field(
        description="that nobody who grew up with {language} has read its words yet"
    )
    another: Localized = Field(description="the link to the other languages of the place")
    all_cards: Localized = Field(description="the link back to the list of the cards")
    languages: list[LanguageName] = Field(description="every language of ours, by its name")
    cards: list[Card] = Field(min_length=1)


class FormField(Record):
    """One thing to fill in on a form."""

    id: Id
    label: Localized
    lines: int = Field(default=1, ge=1, le=4, description="how many lines there are to write on")
    holds: Literal["text", "country", "home_country", "by_hand"] = Field(
        default="text",
        description="a text; a country whose contacts are then shown; the country whose citizen "
        "the person is; or what is only ever written on the printed page, such as a number of a "
        "passport",
    )


class FormPart(Record):
    """Some things that belong together on a form."""

    id: Id
    title: Localized
    says: LocalizedTexts = Field(default_factory=dict, description="lines that are always printed")
    fields: list[FormField] = Field(default_factory=list)
    contacts: list[ContactKind] = Field(
        default_factory=list, description="kinds of contact to show for the countries chosen"
    )


class Form(Record):
    """One page filled in on a person's own device and never sent to us (``forms/<id>.yml``)."""

    title: Localized
    link: Localized = Field(description="what a link that leads there says")
    intro: Localized = Field(description="for whom it is, and what to keep to")
    two_languages: bool = Field(
        description="whether it is also printed in the language of the place"
    )
    choose: Localized | None = Field(
        default=None, description="asks for that language, where there are two"
    )
    mark: Localized | None = Field(
        default=None, description="says whose words are in the boxes, where there are two"
    )
    parts: list[FormPart] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_complete(self) -> Form:
        if self.two_languages and (self.choose is None or self.mark is None):
            raise ValueError("a form in two languages needs choose and mark")
        return self
