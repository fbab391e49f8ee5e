"""Pages of words on the site."""

from __future__ import annotations

from pydantic import Field

from forewarn.knowledge.schema.record import Id, Record
from forewarn.knowledge.schema.texts import Localized, LocalizedIfKnown


class Section(Record):
    """One part of a page."""

    id: Id = Field(description="its name in every language's file")
    heading: Localized
    text: Localized = Field(
        description="paragraphs, a blank line between them; steps as lines that begin with “- ”"
    )


class Page(Record):
    """A page of words on the site (``pages/<id>.yml``; its id is the file name)."""

    title: Localized
    intro: LocalizedIfKnown = Field(default_factory=dict, description="what stands above the rest")
    sections: list[Section] = Field(min_length=1)
