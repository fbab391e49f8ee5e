"""What is offered by tap."""

from __future__ import annotations

from pydantic import Field

from forewarn.knowledge.schema.contacts import ContactKind
from forewarn.knowledge.schema.record import Id, Record
from forewarn.knowledge.schema.texts import Localized


class TapAnswer(Record):
    """One button under a question, and what tapping it means."""

    label: Localized
    intent: str
    slots: dict[str, str] = Field(default_factory=dict)


class Menus(Record):
    """What is offered by tap (``menus.yml``)."""

    first_screen: list[TapAnswer] = Field(min_length=1, description="the buttons of the start")
    about_us: Id = Field(description="the entry that says who we are")
    under_verdict: list[TapAnswer] = Field(description="the buttons under a verdict on an offer")
    emergency_kinds: list[ContactKind] = Field(
        min_length=1, description="kinds shown when nothing is known of the need"
    )
    written_kinds: list[ContactKind] = Field(
        min_length=1, description="kinds tried for someone who cannot speak"
    )
    person_kinds: list[ContactKind] = Field(
        min_length=1, description="kinds shown to someone who wants to talk to a person"
    )
    offer_kinds: list[ContactKind] = Field(
        min_length=1, description="kinds shown under the verdict on an offer"
    )
