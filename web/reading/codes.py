"""What the codes in a picture hold: text and links for the check, or what goes nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

_KINDS = yaml.safe_load((Path(__file__).parent / "codes.yml").read_text("utf-8"))


@dataclass(frozen=True)
class Codes:
    """The texts of codes that may be part of a message, and the names of the sentences to say of
    those that are left out."""

    texts: list[str]
    left_out: list[str]


def sort_out(held: Iterable[str]) -> Codes:
    """What to do with what the codes `held`."""
    kinds = [(_left_out(text.strip()), text.strip()) for text in dict.fromkeys(held)]
    return Codes(
        texts=[text for kind, text in kinds if kind is None],
        left_out=list(dict.fromkeys(kind for kind, _ in kinds if kind is not None)),
    )


def _left_out(text: str) -> str | None:
    """The name of the sentence to say instead of `text`; None where it may be read."""
    for sentence, kind in _KINDS.items():
        pattern = kind.get("holds")
        if text.lower().startswith(tuple(kind["begins"])) or (pattern and re.match(pattern, text)):
            return str(sentence)
    return None
