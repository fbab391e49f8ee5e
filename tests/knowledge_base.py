"""The real knowledge base, and the languages it speaks."""

from pathlib import Path

from forewarn.knowledge.loader import load

KNOWLEDGE = Path(__file__).parents[1] / "knowledge"
LANGUAGES = load(KNOWLEDGE).language_codes
