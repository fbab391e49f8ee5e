"""Warning signs in an offer, the lures they belong to, and what they add up to."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field, model_validator

from forewarn.knowledge.schema.contacts import ContactKind
from forewarn.knowledge.schema.phrases import Phrases
from forewarn.knowledge.schema.record import Id, Record
from forewarn.knowledge.schema.texts import Localized, LocalizedTexts, LocalizedTextsIfKnown


class Severity(StrEnum):
    """How much a red flag weighs when an offer is judged, lightest first. ``context`` only adds to
    other flags: alone it is nothing, as a town is none."""

    context = "context"
    notice = "notice"
    serious = "serious"
    grave = "grave"


class Raised(StrEnum):
    """What finds a red flag in an offer."""

    phrases = "phrases"
    look_alike = "look-alike"
    shortened = "shortened"
    bare = "bare"
    foreign_number = "foreign-number"


class RedFlag(Phrases):
    """One warning sign in an offer (``red_flags/<id>.yml``; its id is the file name)."""

    severity: Severity
    raised_by: Raised = Field(
        default=Raised.phrases,
        description="what finds it: `phrases`, or for links and numbers one of the finders of "
        "`forewarn/offers`: look-alike, shortened, bare, foreign-number",
    )
    phrases: LocalizedTexts = Field(
        default_factory=dict, description="patterns; none where a finder raises it"
    )
    lures: list[Id] = Field(min_length=1, description="the kinds of lure it belongs to")
    name: Localized
    why: Localized = Field(description="why it matters, in one or two sentences")
    ask_back: Localized = Field(description="a question to send back, and an honest answer to it")
    ask: Localized = Field(description="the same sign as a yes-or-no question to the person")
    on_tap_check: bool = Field(description="whether the check by taps asks it")
    sources: list[Id] = Field(min_length=1)
    examples: LocalizedTextsIfKnown = Field(
        default_factory=dict,
        description="more sentences recruiters write, for recognition by meaning: half of them in "
        "other words than the phrases",
    )

    @model_validator(mode="after")
    def _is_found_one_way(self) -> RedFlag:
        if (self.raised_by is Raised.phrases) is not bool(self.phrases):
            raise ValueError("a red flag has either phrases or a finder that raises it")
        return self


class HonestOffers(Record):
    """What honest people write, which lures must be told from (``honest_offers.yml``); each
    language has its own."""

    sentences: LocalizedTextsIfKnown = Field(
        default_factory=dict,
        description="single sentences of honest offers and messages, many of them close to a red "
        "flag: an embassy's fee, a hotel's airport shuttle, wages paid into one's own account",
    )
    messages: LocalizedTextsIfKnown = Field(
        default_factory=dict,
        description="whole honest messages, some of them from border towns, zones and customs that "
        "are often smeared",
    )


class VerdictRule(Record):
    """How red flags add up (``verdict.yml``)."""

    weights: dict[Severity, float] = Field(
        description="what a flag adds; one that only the meaning of a sentence comes near to adds "
        "a part of it"
    )
    whole: float = Field(
        ge=0,
        description="what is added where the whole message reads like known lures, and taken off "
        "where it reads like honest messages; mostly a part of it",
    )
    wording: float = Field(
        ge=0,
        description="likewise for the very words and turns of the message, letter by letter, "
        "whatever they mean",
    )
    even: float = Field(
        description="the sum at which, on the offers it was fitted on, a lure is as likely as an "
        "honest message; each more makes it 2.7 times as likely"
    )
    careful_from: float = Field(
        gt=0,
        description="the sum from which we say: be very careful; where only a sign speaks and no "
        "tone is known, it must also reach `even`; a grave sign is enough",
    )
    tone_careful_from: float = Field(
        description="the same where only the tone of a message speaks, without a sign"
    )
    lure_from: float = Field(description="the sum from which we say: this looks like a lure")
    shortest_tone: int = Field(
        ge=0,
        description="a text with fewer letters (Han counts threefold) is not warned of for its "
        "tone: a greeting has none",
    )
    shortest_offer: int = Field(
        ge=1, description="a flagless text with fewer letters (Han counts threefold) is no offer"
    )

    @model_validator(mode="after")
    def _is_complete(self) -> VerdictRule:
        if set(self.weights) != set(Severity):
            raise ValueError(f"every severity needs a weight: {', '.join(Severity)}")
        if min(self.weights.values()) < 0:
            raise ValueError("no flag may speak for an offer: weights cannot be below 0")
        if self.lure_from <= self.careful_from:
            raise ValueError("lure_from must be greater than careful_from")
        if self.tone_careful_from < self.careful_from:
            raise ValueError("tone_careful_from cannot be below careful_from")
        return self

    @property
    def sign_careful_from(self) -> float:
        """From where we say so when no tone is known: one grave sign is always enough."""
        return max(self.careful_from, min(self.even, self.weights[Severity.grave]))


class Lure(Record):
    """One kind of lure (``lures.yml``)."""

    id: Id
    name: Localized
    next_moves: Localized = Field(description="what such recruiters usually do next")
    examples: LocalizedTextsIfKnown = Field(
        default_factory=dict,
        description="whole messages of this kind, to learn from; nobody reads them",
    )
    entry: Id = Field(description="the FAQ entry that explains it")
    contacts: list[ContactKind] = Field(
        min_length=1, description="kinds of contact to show under a verdict of this kind, in order"
    )
    sources: list[Id] = Field(min_length=1)
