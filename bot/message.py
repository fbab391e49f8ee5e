"""What web may send: one strict schema, and refusals that never repeat what was sent."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from jsonschema import Draft7Validator

LARGEST_BODY = 40_000
"""Bytes. Web refuses long texts in plain words; this only bounds what a faulty web can do."""

LEVELS = ("none", "perhaps", "danger")
"""Levels of danger, weakest first."""

# A choice is a tap on something we offered. Only these may be reached by a tap, and only with
# slot values of these shapes: text that a person typed never becomes an intent.
CHOICE_INTENTS = (
    "affirm",
    "cannot_talk",
    "change_language",
    "check_offer",
    "contact_wanted",
    "danger",
    "deny",
    "end_danger",
    "feedback",
    "goodbye",
    "greet",
    "offer_answer",
    "open",
    "question",
    "show_topic",
    "talk_to_person",
    "tell_country",
    "thank",
    "who_are_you",
)
_NAME = "^[a-z0-9][a-z0-9_-]{0,79}$"
_COUNTRY = "^[A-Z]{2}$"
_COUNTRY_TAPPED = "^([A-Z]{2}|more|other|unknown)$"
_LANGUAGE = "^[a-z]{2,3}(-[A-Za-z]{2,4})?$"
CHOICE_SLOTS = {
    "country_now": _COUNTRY_TAPPED,
    "danger_answer": "^[0-9]{1,2}$",
    "danger_kind": _NAME,
    "faq": _NAME,
    "helpful": "^(yes|no)$",
    "language": _LANGUAGE,
    "nationality": _COUNTRY_TAPPED,
    "offer_answer": "^[a-z0-9][a-z0-9_-]{0,79}:[a-z0-9][a-z0-9-]{0,39}$",
    "seen_in": _COUNTRY_TAPPED,
    "topic": _NAME,
}


def _anchored(pattern: str) -> str:
    # Python's `$` also matches before a final line break.
    return pattern[:-1] + r"\Z"


def _text(pattern: str) -> dict[str, Any]:
    return {"type": "string", "pattern": _anchored(pattern)}


SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["conversation"],
    "oneOf": [{"required": ["text"]}, {"required": ["choice"]}],
    "properties": {
        "conversation": _text("^[A-Za-z0-9_.:-]{1,200}$"),
        "text": {"type": "string", "pattern": r"\S"},
        "choice": {
            "type": "object",
            "additionalProperties": False,
            "required": ["intent"],
            "properties": {
                "intent": {"enum": list(CHOICE_INTENTS)},
                "slots": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {name: _text(form) for name, form in CHOICE_SLOTS.items()},
                },
            },
        },
        "language": {"oneOf": [{"type": "null"}, _text(_LANGUAGE)]},
        "country": {"oneOf": [{"type": "null"}, _text(_COUNTRY)]},
        "in_force": {"type": "array", "maxItems": 20, "items": _text(_NAME)},
        "danger": {
            "type": "object",
            "additionalProperties": False,
            "required": ["level", "kinds"],
            "properties": {
                "level": {"enum": list(LEVELS)},
                "kinds": {"type": "array", "maxItems": 20, "items": _text(_NAME)},
            },
        },
    },
}
_VALIDATOR = Draft7Validator(SCHEMA)


class RequestError(Exception):
    """A request that cannot be served: an HTTP status, a code, and the field it concerns."""

    def __init__(self, status: int, code: str, where: str | None = None) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.where = where


@dataclass(frozen=True)
class Danger:
    """How grave a message is, and of which kinds, gravest first."""

    level: str = "none"
    kinds: tuple[str, ...] = ()

    def or_graver(self, other: Danger) -> Danger:
        """The graver of the two; where they are equal, the kinds of both."""
        mine, theirs = LEVELS.index(self.level), LEVELS.index(other.level)
        if mine != theirs:
            return self if mine > theirs else other
        added = tuple(kind for kind in other.kinds if kind not in self.kinds)
        return Danger(self.level, self.kinds + added)

    def as_dict(self) -> dict[str, Any]:
        """As it travels in JSON."""
        return {"level": self.level, "kinds": list(self.kinds)}


@dataclass(frozen=True)
class Choice:
    """A tap: the intent it stands for and the slots it sets."""

    intent: str
    slots: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Incoming:
    """One message from web: a text or a choice, never both."""

    conversation: str
    text: str | None
    choice: Choice | None
    language: str | None
    country: str | None
    danger: Danger
    in_force: tuple[str, ...] = ()


def read(body: bytes) -> Incoming:
    """Read and check one message.

    Raises:
        RequestError: 413 for a body over LARGEST_BODY bytes, 400 for anything that is not JSON in
            UTF-8 or does not fit the schema. It carries a field's name, never its value.
    """
    if len(body) > LARGEST_BODY:
        raise RequestError(413, "too_large")
    try:
        sent = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise RequestError(400, "not_json") from None
    error = next(iter(sorted(_VALIDATOR.iter_errors(sent), key=lambda e: len(e.path))), None)
    if error is not None:
        raise RequestError(400, "not_valid", _field(error.path))
    return _incoming(sent)


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _field(path: Any) -> str | None:
    # Names of declared fields only: an unknown field's name is something somebody sent.
    known = ("choice", "country", "conversation", "danger", "in_force", "language", "text")
    first = next(iter(path), None)
    return first if first in known else None


def _incoming(sent: dict[str, Any]) -> Incoming:
    text = sent.get("text")
    if text is not None:
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:  # half a surrogate pair, written as an escape
            raise RequestError(400, "not_valid", "text") from None
    choice = sent.get("choice")
    danger = sent.get("danger") or {"level": "none", "kinds": []}
    return Incoming(
        conversation=sent["conversation"],
        text=text,
        choice=Choice(choice["intent"], dict(choice.get("slots", {}))) if choice else None,
        language=sent.get("language"),
        country=sent.get("country"),
        danger=Danger(danger["level"], tuple(danger["kinds"])),
        in_force=tuple(sent.get("in_force", ())),
    )
