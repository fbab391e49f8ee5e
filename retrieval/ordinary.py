"""Everyday messages that belong to no entry and are no danger: what both must be told from."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

_FILE = Path(__file__).with_name("ordinary.yml")


@cache
def messages() -> tuple[str, ...]:
    """The messages of every language."""
    by_language: dict[str, list[str]] = YAML(typ="safe", pure=True).load(_FILE)
    return tuple(text for many in by_language.values() for text in many)
