"""What is searched: every way a question is asked, and every passage that may answer one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from forewarn.knowledge.loader import Knowledge

Kind = Literal["faq", "article"]
Part = Literal["question", "passage"]
PARTS: tuple[Part, ...] = ("question", "passage")


class Row(NamedTuple):
    """One text to be found, and the entry it leads to: a tuple, for very many are compared."""

    entry: str
    kind: Kind
    language: str
    part: Part
    text: str


def rows(knowledge: Knowledge) -> list[Row]:
    """The rows of ``knowledge``, in a fixed order.

    ``check_with`` is left out on purpose: those questions test the search.
    """
    return [*_faq_rows(knowledge), *_article_rows(knowledge)]


def _faq_rows(knowledge: Knowledge) -> Iterator[Row]:
    for name, entry in sorted(knowledge.faq.items()):
        for language, text in sorted(entry.texts.items()):
            for variant in dict.fromkeys((text.question, *text.also_asked)):
                yield Row(name, "faq", language, "question", variant)
            yield Row(name, "faq", language, "passage", text.answer)


def _article_rows(knowledge: Knowledge) -> Iterator[Row]:
    for name, article in sorted(knowledge.articles.items()):
        for language, text in sorted(article.texts.items()):
            for paragraph in paragraphs(text.body):
                yield Row(name, "article", language, "passage", paragraph)


def paragraphs(body: str) -> list[str]:
    """The paragraphs of a body, without empty ones."""
    return [part.strip() for part in body.split("\n\n") if part.strip()]
