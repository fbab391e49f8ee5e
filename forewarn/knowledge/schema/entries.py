"""Questions with their answers, articles, and the topics they belong to."""

from __future__ import annotations

import datetime

from pydantic import Field

from forewarn.knowledge.schema.contacts import ContactKind
from forewarn.knowledge.schema.freshness import AgesLike
from forewarn.knowledge.schema.record import Id, Record
from forewarn.knowledge.schema.texts import Localized, Text


class Topic(Record):
    """One topic a question belongs to (``topics.yml``); its id is a folder in ``faq/``."""

    id: Id
    name: Localized = Field(description="what people read on a button")
    first: Id = Field(description="the entry that answers the topic as a whole")
    on_menu: bool = Field(description="whether the topic is offered as a button")


class FaqWords(Record):
    """What the front matter of every FAQ file holds, in any language."""

    question: Text = Field(description="the question as a person would ask it")
    also_asked: list[Text] = Field(min_length=3, description="at least three other ways to ask it")
    check_with: list[Text] = Field(
        min_length=1, description="questions that must find this entry; never indexed"
    )


class FaqHeader(FaqWords):
    """The front matter of an English FAQ file: the facts of an entry live here, once."""

    sources: list[Id] = Field(
        min_length=1,
        description="the sources the answer rests on: names of files in `sources/`, without .yml",
    )
    reviewed: datetime.date = Field(description="the day the facts were last checked")
    ages_like: AgesLike = Field(
        description="the kind of fact; `freshness.yml` says after how long to look again"
    )
    contacts: list[ContactKind] = Field(
        default_factory=list, description="kinds of contact to show under the answer, in order"
    )
    related: list[Id] = Field(
        default_factory=list, max_length=3, description="entries to offer as buttons"
    )
    legal: bool = Field(
        default=False, description="true where the answer speaks about law: adds the legal note"
    )


class FaqTranslationHeader(FaqWords):
    """The front matter of a translated FAQ file: words only."""

    translated_from: datetime.date = Field(
        description="the `reviewed` date of the English file this translation follows"
    )
    native_review: bool = Field(
        description="true once a native speaker has read it; until then the reader sees a mark"
    )


class ArticleHeader(Record):
    """The front matter of an English article: what one source document reported."""

    title: Text
    source: Id = Field(description="the document it tells of")
    reviewed: datetime.date = Field(description="the day the facts were last checked")
    ages_like: AgesLike = Field(
        description="the kind of fact; `freshness.yml` says after how long to look again"
    )


class ArticleTranslationHeader(Record):
    """The front matter of a translated article."""

    title: Text
    translated_from: datetime.date
    native_review: bool
