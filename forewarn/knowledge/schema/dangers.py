"""The kinds of danger, and what is said in each."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from forewarn.knowledge.schema.contacts import ContactKind
from forewarn.knowledge.schema.papers import Paper
from forewarn.knowledge.schema.phrases import Phrases
from forewarn.knowledge.schema.record import Id, Record
from forewarn.knowledge.schema.texts import Localized, LocalizedTexts, LocalizedTextsIfKnown


class DangerLevel(StrEnum):
    """How sure we are that a person is in danger, weakest first."""

    none = "none"
    perhaps = "perhaps"
    danger = "danger"


class DangerAnswer(Record):
    """One button under the question of a danger, and what is then said."""

    label: Localized
    reply: Localized


class DangerQuestion(Record):
    """The one question asked of a person in this danger."""

    ask: Localized
    answers: list[DangerAnswer] = Field(
        min_length=2, max_length=2, description="what a yes means, then what a no means"
    )


class Danger(Phrases):
    """One kind of danger (``danger/<id>.yml``; its id is the file name)."""

    order: int = Field(ge=1, description="who is served first when several fit: 1 before 2")
    grave: bool = Field(
        default=False, description="whether its people must never read another danger's text first"
    )
    level: DangerLevel = Field(description="what a matched phrase means: danger or perhaps")
    name: Localized = Field(description="what people read on a button, in the first person")
    contacts: list[ContactKind] = Field(min_length=1, description="kinds of contact, in order")
    examples: LocalizedTexts = Field(
        description="more sentences people in this danger write, for recognition by meaning"
    )
    ordinary: LocalizedTextsIfKnown = Field(
        default_factory=dict,
        description="messages that sound like it and come from nobody in danger, likewise",
    )
    reply: Localized = Field(description="at most three short sentences: do, reach, do not")
    mention: Localized = Field(description="one line used when another danger is served first")
    on_menu: bool = Field(default=True, description="whether it is offered as a button")
    related: list[Id] = Field(
        default_factory=list, description="entries to offer as the last buttons under the reply"
    )
    about: Literal["me", "someone"] = Field(
        description="whether the country asked for is the writer's or a missing person's"
    )
    question: DangerQuestion | None = Field(
        default=None, description="a question asked before the country, where one matters more"
    )
    paper: Paper | None = Field(
        default=None,
        description="what to offer under the reply that stays on the person's own device",
    )
