"""Words that people read, in one language or in each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, GetJsonSchemaHandler, StringConstraints
from pydantic_core import CoreSchema

_MARKUP = re.compile(r"<[A-Za-z/!?]|javascript:\S", re.IGNORECASE)
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufeff]")

TODO = "TODO"
"""How a text begins that is still to be written."""

PLACEHOLDER = re.compile(r"\{[a-z_]+\}")
"""A value filled in when a message is said, such as ``{country}``."""


def plain_text(text: str) -> str:
    """``text`` itself, where it is text alone.

    Raises:
        ValueError: it is still to be written, or holds HTML, script, or characters nobody sees
            that turn or hide what is read: a number could be shown backwards.
    """
    if text.startswith(TODO):
        raise ValueError("this is still to be written")
    if _MARKUP.search(text):
        raise ValueError("HTML and script are not allowed here")
    if _HIDDEN.search(text):
        raise ValueError("there is an invisible control character in it")
    return text


Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1),
    AfterValidator(plain_text),
]
"""A sentence or more that a person may read."""

WORDS = "x-words"
"""The key that marks words in the JSON Schema."""


@dataclass(frozen=True)
class PerLanguage:
    """Marks a field that holds the same words in each language, keyed by language code.

    In the files the English stands in the record itself and each other language in the file beside
    it: see ``forewarn/knowledge/side_by_side.py``. Where it is not ``required``, a language that
    lacks the words shows the English ones.
    """

    required: bool = True

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """What editors check: the words of one language."""
        words: dict[str, Any] = handler(core)["additionalProperties"]
        return {**words, WORDS: True}


Localized = Annotated[dict[str, Text], PerLanguage()]
"""A text in every language."""

LocalizedTexts = Annotated[dict[str, list[Text]], PerLanguage()]
"""Several texts in every language."""

LocalizedIfKnown = Annotated[dict[str, Text], PerLanguage(required=False)]
"""A text in English, and in those languages that have it."""

LocalizedTextsIfKnown = Annotated[dict[str, list[Text]], PerLanguage(required=False)]
"""Several texts in English, and in those languages that have them."""
