"""The questions that check the search: ``check_with`` of every entry, which is never indexed."""

from __future__ import annotations

from collections.abc import Iterator

from forewarn.knowledge.loader import Knowledge
from retrieval.chosen import place
from retrieval.questions import Question

MOST = 2000
"""About so many are asked where there are more: their share is known to a percent then."""


def every_check(knowledge: Knowledge) -> list[Question]:
    """The questions of every entry, in every language."""
    return list(_questions(knowledge))


def checks(knowledge: Knowledge) -> list[Question]:
    """Those that are asked: all, or an even choice that is the same each time."""
    every = every_check(knowledge)
    if len(every) <= MOST:
        return every
    return [one for one in every if place(one.text) < MOST / len(every)]


def _questions(knowledge: Knowledge) -> Iterator[Question]:
    for name, entry in sorted(knowledge.faq.items()):
        for language, words in sorted(entry.texts.items()):
            for number, text in enumerate(words.check_with):
                yield Question(f"{name}.{language}.{number}", text, language, frozenset([name]))
