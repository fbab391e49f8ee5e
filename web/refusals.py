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
    picture_large = ("picture_too_large", 413, "error_picture_large")
    picture_pdf = ("picture_is_pdf", 415, "error_picture_pdf")
    picture_heic = ("picture_is_heic", 415, "error_picture_heic")
    picture_kind = ("picture_kind_unknown", 415, "error_picture_kind")
    picture_moving = ("picture_moves", 415, "error_picture_moving")
    picture_broken = ("picture_broken", 422, "error_picture_broken")
    picture_no_text = ("picture_without_text", 422, "error_picture_no_text")
    picture_slow = ("picture_too_slow", 422, "error_picture_slow")
    picture_busy = ("pictures_busy", 503, "error_picture_busy")
    picture_off = ("pictures_not_read", 501, "error_picture_off")
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
