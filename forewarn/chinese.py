"""Chinese in its two ways of writing: read as Simplified, answered as the person writes.

Conversion is that of OpenCC, with the characters of Taiwan and without its changes of vocabulary:
the words stay those that were reviewed.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from opencc import OpenCC
from pydantic import BaseModel

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")

_NEVER_CONVERTED = frozenset({"choice", "id", "slots", "source", "type", "url"})
"""What programs read: tokens, ids, meanings and addresses. Numbers have no Chinese in them."""


def simplified(text: str) -> str:
    """``text`` in Simplified characters."""
    return _converter("t2s").convert(text) if _HAN.search(text) else text


def traditional(value: Any) -> Any:
    """``value``, a text, a model or whatever JSON holds, with every text in Traditional
    characters."""
    if isinstance(value, BaseModel):
        return value.model_validate(traditional(value.model_dump()))
    if isinstance(value, str):
        return _converter("s2tw").convert(value) if _HAN.search(value) else value
    if isinstance(value, list):
        return [traditional(one) for one in value]
    if isinstance(value, dict):
        return {
            key: one if key in _NEVER_CONVERTED else traditional(one) for key, one in value.items()
        }
    return value


def is_traditional(text: str) -> bool | None:
    """Whether ``text`` is written in Traditional characters; None where it does not tell, as many
    characters are the same in both."""
    if not _HAN.search(text):
        return None
    older = _differences(text, simplified(text))
    newer = _differences(text, _converter("s2t").convert(text))
    return None if older == newer else older > newer


def _differences(text: str, converted: str) -> int:
    return sum(a != b for a, b in zip(text, converted, strict=False))


@cache
def _converter(name: str) -> OpenCC:
    """Made when first needed: it takes 13 MB."""
    return OpenCC(name)
