"""What a locked screen may show of a reply: nothing that tells others what it is about."""

import re
from collections.abc import Iterator

import pytest

from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.messages import Messages
from tests.knowledge_base import LANGUAGES

SHOWN = 40
"""Characters of a message that an app may show on a locked screen."""

NEVER_FIRST = re.compile(
    r"^(kind_|serves_|widget_|help_|figures_|contact_|\w+_button$|legal_note$)"
)
"""Sentences that never begin a reply: names within one, labels of the page, and what is put under
an answer."""


def openings(knowledge: Knowledge, language: str) -> Iterator[tuple[str, str]]:
    """Every text that may open a reply, with its name."""
    for name in set(Messages.model_fields):
        if not NEVER_FIRST.match(name):
            yield f"message {name}", getattr(knowledge.messages[language], name)
    for kind, danger in knowledge.dangers.items():
        yield f"danger {kind}", danger.reply[language]
        yield f"mention of {kind}", danger.mention[language]
        for answer in danger.question.answers if danger.question else ():
            yield f"danger {kind}, {answer.label[language]}", answer.reply[language]
    for name, entry in knowledge.faq.items():
        if language in entry.texts:
            yield f"entry {name}", entry.texts[language].answer
    for name, article in knowledge.articles.items():
        if language in article.texts:
            told = article.texts[language]
            yield f"article {name}", f"{told.title}\n\n{told.body}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_reply_opens_with_a_word_that_gives_its_reader_away(
    knowledge: Knowledge, language: str
) -> None:
    alarming = re.compile("|".join(knowledge.wording[language].alarming), re.IGNORECASE)
    found = [
        f"{name}: {text[:SHOWN]}"
        for name, text in openings(knowledge, language)
        if alarming.search(text[:SHOWN])
    ]
    assert found == []
