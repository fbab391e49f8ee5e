"""Word patterns, and the sentences that prove them."""

from __future__ import annotations

from pydantic import Field

from forewarn.knowledge.schema.record import Record
from forewarn.knowledge.schema.texts import LocalizedTexts, LocalizedTextsIfKnown


class Phrases(Record):
    """Word patterns and the sentences that prove them.

    A phrase is written as plain words. ``a|b`` means either; a word in ``(round brackets)`` may
    be missing; ``…`` stands for up to 30 other characters. See ``forewarn/phrases.py``.
    """

    phrases: LocalizedTexts = Field(description="patterns")
    unless: LocalizedTextsIfKnown = Field(
        default_factory=dict,
        description="patterns that cancel a match close by in the same sentence",
    )
    must_match: LocalizedTexts = Field(description="sentences that must be recognised")
    must_not_match: LocalizedTexts = Field(description="sentences that must not")
