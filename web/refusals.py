"""What web says when it cannot take a request: one code, one status, one sentence for each case.

Nothing a person wrote is ever repeated in a refusal.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum


class Why(Enum):
    """Why a request is refused: code, HTTP status, and the message that says it kindly."""

    empty = ("empty", 422, "error_empty")
    no_words = ("no_words", 422, "not_understood")
    too_long = ("too_long", 413, "error_too_long")
    too_large = ("too_large", 413, "error_too_large")
    unreadable = ("unreadable", 400, "error_unreadable")
    language = ("language_unknown", 422, "error_language")
    country = ("country_unknown", 422, "error_country")
    conversation_forged = ("conversation_unknown", 403, "error_conversation")
    conversation_ended = ("conversation_ended", 410, "error_conversation")
    choice = ("choice_unknown", 409, "error_choice")
    too_many = ("too_many", 429, "error_too_many")
    not_found = ("not_found", 404, "error_not_found")
    method = ("method_not_allowed", 405, "error_not_found")

    def __init__(self, code: str, status: int, message: str) -> None:
        self.code = code
        self.status = status
        self.message = message


class RefusedError(Exception):
    """A request that is not taken.

    ``values`` fill the sentence that says why; ``instead`` is what is offered in its place, as
    the fields of an ordinary answer.
    """

    def __init__(
        self,
        why: Why,
        values: Mapping[str, object] | None = None,
        instead: dict[str, object] | None = None,
    ) -> None:
        super().__init__(why.code)
        self.why = why
        self.values = dict(values or {})
        self.instead = instead
