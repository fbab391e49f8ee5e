"""Entries and articles: the facts of their English file, and their texts by language."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from forewarn.knowledge.schema.entries import ArticleHeader, FaqHeader, FaqWords

BASE_LANGUAGE = "en"
"""The language whose files hold the facts; all others are translations of it."""


@dataclass(frozen=True)
class FaqText:
    """One entry in one language."""

    question: str
    also_asked: tuple[str, ...]
    check_with: tuple[str, ...]
    answer: str
    native_review: bool
    translated_from: datetime.date | None
    path: str

    @classmethod
    def of(
        cls,
        words: FaqWords,
        answer: str,
        path: str,
        *,
        native_review: bool,
        translated_from: datetime.date | None = None,
    ) -> FaqText:
        """The text of a file with the front matter ``words``."""
        return cls(
            question=words.question,
            also_asked=tuple(words.also_asked),
            check_with=tuple(words.check_with),
            answer=answer,
            native_review=native_review,
            translated_from=translated_from,
            path=path,
        )


@dataclass(frozen=True)
class Faq:
    """One question, its facts (from the English file) and its texts by language."""

    id: str
    topic: str
    header: FaqHeader
    texts: dict[str, FaqText]


@dataclass(frozen=True)
class ArticleText:
    """One article in one language; paragraphs are separated by blank lines."""

    title: str
    body: str
    native_review: bool
    translated_from: datetime.date | None
    path: str


@dataclass(frozen=True)
class Article:
    """What one source document reported, in our own words."""

    id: str
    header: ArticleHeader
    texts: dict[str, ArticleText]
