"""What texts rest on: published documents, and the figures taken from them."""

from __future__ import annotations

import datetime

from pydantic import Field, model_validator

from forewarn.knowledge.schema.freshness import AgesLike
from forewarn.knowledge.schema.record import Id, PublishedDate, Record
from forewarn.knowledge.schema.texts import LocalizedIfKnown, Text


class Source(Record):
    """One published document a text rests on (``sources/<id>.yml``)."""

    title: Text | None = Field(default=None, description="the title as printed; null if none")
    description: LocalizedIfKnown | None = Field(
        default=None, description="what the document is, where it prints no title we know"
    )
    publisher: Text | None = Field(default=None, description="who published it; null if not given")
    date: PublishedDate | None = Field(default=None, description="when; null if not given")
    date_note: LocalizedIfKnown | None = Field(
        default=None, description="what is known of the time where no date is printed"
    )
    url: Text | None = Field(default=None, description="where it can be read; null if not given")

    @model_validator(mode="after")
    def _has_a_name(self) -> Source:
        if self.title is None and self.description is None:
            raise ValueError("a source needs a title, or a description where it prints no title")
        return self


class Figure(Record):
    """One figure that a text repeats (``figures/<id>.yml``), for the public page of figures."""

    figure: LocalizedIfKnown = Field(description="the number as reported, such as over 55,000")
    counts: LocalizedIfKnown = Field(description="what is counted, in one short sentence")
    said_by: LocalizedIfKnown = Field(description="who said it")
    date: PublishedDate | None = Field(
        default=None, description="when it was said; null where the document has no date"
    )
    place: LocalizedIfKnown = Field(description="where it applies")
    sources: list[Id] = Field(min_length=1)
    means_not: LocalizedIfKnown = Field(description="what it does not mean, in one sentence")
    changed: LocalizedIfKnown | None = Field(
        default=None, description="what changed since; left out where nothing is known"
    )
    reviewed: datetime.date = Field(description="the day it was last checked")
    ages_like: AgesLike = Field(description="the kind of fact, most often figure")
