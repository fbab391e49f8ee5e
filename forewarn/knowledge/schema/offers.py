"""Warning signs in an offer, the lures they belong to, and what they add up to."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field, model_validator

from forewarn.knowledge.schema.phrases import Phrases
from forewarn.knowledge.schema.record import Id, Record
from forewarn.knowledge.schema.texts import Localized


class Severity(StrEnum):
    """How much a red flag weighs when an offer is judged, lightest first."""

    notice = "notice"
    serious = "serious"
    grave = "grave"


class RedFlag(Phrases):
    """One warning sign in an offer (``red_flags/<id>.yml``; its id is the file name)."""

    severity: Severity
    lures: list[Id] = Field(min_length=1, description="the kinds of lure it belongs to")
    name: Localized
    why: Localized = Field(description="why it matters, in one or two sentences")
    ask_back: Localized = Field(description="a question to send back, and an honest answer to it")
    ask: Localized = Field(description="the same sign as a yes-or-no question to the person")
    on_tap_check: bool = Field(description="whether the check by taps asks it")
    sources: list[Id] = Field(min_length=1)


class VerdictRule(Record):
    """How red flags add up (``verdict.yml``)."""

    weights: dict[Severity, int]
    careful_from: int = Field(ge=1, description="the sum from which we say: be very careful")
    lure_from: int = Field(ge=2, description="the sum from which we say: this looks like a lure")
    shortest_offer: int = Field(
        ge=1, description="a flagless text with fewer letters (Han counts threefold) is no offer"
    )

    @model_validator(mode="after")
    def _is_complete(self) -> VerdictRule:
        if set(self.weights) != set(Severity):
            raise ValueError("every severity needs a weight: notice, serious, grave")
        if self.lure_from <= self.careful_from:
            raise ValueError("lure_from must be greater than careful_from")
        return self


class Lure(Record):
    """One kind of lure (``lures.yml``)."""

    id: Id
    name: Localized
    next_moves: Localized = Field(description="what such recruiters usually do next")
    entry: Id = Field(description="the FAQ entry that explains it")
    sources: list[Id] = Field(min_length=1)
