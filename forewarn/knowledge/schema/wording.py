"""How a language writes and asks."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from forewarn.knowledge.schema.record import Record
from forewarn.knowledge.schema.texts import Text

_GOING_ON = re.compile(r"…[^…]+|[^…]+…")


def _has_one_gap(text: str) -> str:
    if not _GOING_ON.fullmatch(text):
        raise ValueError("it needs one “…”, at its beginning or at its end")
    return text


GoingOn = Annotated[Text, AfterValidator(_has_one_gap)]
"""Words before or after what a message asks about, which is written ``…``."""


class Wording(Record):
    """How a language writes numbers, months and "not", which a translation is compared by, and how
    it asks (``wording/<lang>.yml``)."""

    months: list[Text] = Field(
        min_length=12, max_length=12, description="the twelve months; `|` between other spellings"
    )
    multipliers: dict[Text, int] = Field(
        default_factory=dict, description="words that multiply a number, such as million: 1000000"
    )
    numerals: dict[Text, int] = Field(
        default_factory=dict, description="numbers written as words, such as two: 2"
    )
    negations: list[Text] = Field(
        min_length=1,
        description="words that say not; `…` is a short gap, `~` the same letter on both sides, "
        "`°` a Burmese consonant that begins a syllable",
    )
    perhaps_negations: list[Text] = Field(
        default_factory=list,
        description="words that the other language may say with a not, such as only or forbid",
    )
    no_negations: list[Text] = Field(
        default_factory=list, description="words that hold one of them and say something else"
    )
    forbids: list[Text] = Field(
        default_factory=list, description="words that tell a reader not to do something"
    )
    own_spelling: list[Text] = Field(
        default_factory=list,
        description="names in capitals that this language writes its own way; in English: any",
    )
    asks: list[Text] = Field(
        min_length=1, description="words that make a question, such as what, how or is"
    )
    joins: list[Text] = Field(
        min_length=1, description="words between two questions, such as and or also"
    )
    goes_on: list[GoingOn] = Field(
        min_length=1,
        description="how a message goes on from the answer before it, such as what about …; "
        "`…` stands for what is asked about and is the beginning or the end",
    )
    code_words: dict[Text, Text] = Field(
        default_factory=dict,
        description="words of the trade that few know, such as 水房, and what each means, in words "
        "that entries use; the search reads it behind the word, unless an entry is asked for "
        "with the word itself",
    )
    alarming: list[Text] = Field(
        min_length=1,
        description="letters of words that no message shows in its first 40 characters, which a "
        "locked screen may show",
    )
