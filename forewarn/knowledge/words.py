"""Words in the reader's language, where they stand in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from forewarn.knowledge.entries import BASE_LANGUAGE

W = TypeVar("W")


def in_language(words: Mapping[str, W], language: str) -> W:
    """The words in ``language``, or the English ones where that language lacks them."""
    return words[language] if language in words else words[BASE_LANGUAGE]
