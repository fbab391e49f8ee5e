"""The real knowledge base, and the languages it speaks."""

import re
from pathlib import Path

from forewarn.knowledge.loader import Knowledge, load

KNOWLEDGE = Path(__file__).parents[1] / "knowledge"
LOADED = load(KNOWLEDGE)
LANGUAGES = LOADED.language_codes

ORDINARY = {
    language: text.question for language, text in LOADED.faq["protect-yourself"].texts.items()
}
"""A question without danger, in every language."""


def alarming_words(knowledge: Knowledge) -> re.Pattern[str]:
    """The words, of every language, that give away what somebody asks about."""
    words = {word for wording in knowledge.wording.values() for word in wording.alarming}
    return re.compile("|".join(map(re.escape, sorted(words))), re.IGNORECASE)
