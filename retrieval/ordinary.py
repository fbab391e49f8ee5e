"""Everyday messages that belong to no entry and are no danger: what both must be told from."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

_FILE = Path(__file__).with_name("ordinary.yml")


@cache
def by_language() -> Mapping[str, tuple[str, ...]]:
    """The messages of each language."""
    messages: dict[str, list[str]] = YAML(typ="safe", pure=True).load(_FILE)
    return {language: tuple(some) for language, some in messages.items()}


def messages() -> tuple[str, ...]:
    """The messages of every language."""
    return tuple(text for some in by_language().values() for text in some)
