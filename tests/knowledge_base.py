"""The real knowledge base, and the languages it speaks."""

from pathlib import Path

from forewarn.knowledge.loader import load

KNOWLEDGE = Path(__file__).parents[1] / "knowledge"
LOADED = load(KNOWLEDGE)
LANGUAGES = LOADED.language_codes

ORDINARY = {
    language: text.question for language, text in LOADED.faq["protect-yourself"].texts.items()
}
"""A question without danger, in every language."""
