"""What an action needs to know of the conversation, read once from Rasa's tracker."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker

from forewarn.hotlines import Person
from forewarn.knowledge.schema import DangerLevel

UNKNOWN = "unknown"
"""What a slot holds when a person was asked and does not know."""

CLEARED_EACH_TURN = ("faq", "topic", "helpful", "offer_answer", "danger_answer")
"""Slots a tap sets for one turn only: left standing they would answer the next message too."""


@dataclass(frozen=True)
class Conversation:
    """One turn of a conversation: what was written or tapped, and what is known so far.

    ``text`` is empty for a tap. ``danger_level`` is of this message; ``danger_in_force`` says
    that danger was seen and the person has not ended it.
    """

    text: str
    intent: str
    language: str
    person: Person
    countries_asked: frozenset[str]
    danger_level: DangerLevel
    danger_in_force: bool
    danger_kind: str | None
    danger_second: str | None
    danger_answer: int | None
    faq: str | None
    last_faq: str | None
    topic: str | None
    helpful: str | None
    offer_answer: str | None
    offer_state: dict[str, list[str]]

    @classmethod
    def of(cls, tracker: Tracker, default_language: str) -> Conversation:
        """Read ``tracker``; a conversation without a language yet is in ``default_language``."""
        slots: dict[str, Any] = tracker.slots
        places = {name: slots.get(name) for name in ("country_now", "nationality", "seen_in")}
        known = {name: None if value == UNKNOWN else value for name, value in places.items()}
        answer = slots.get("danger_answer")
        latest = tracker.latest_message
        return cls(
            text=(latest.get("text") or "").strip(),
            intent=(latest.get("intent") or {}).get("name") or "",
            language=slots.get("language") or default_language,
            person=Person(known["country_now"], known["nationality"], known["seen_in"]),
            countries_asked=frozenset(name for name, value in places.items() if value),
            danger_level=DangerLevel(slots.get("danger_level") or DangerLevel.none),
            danger_in_force=slots.get("danger_in_force") == "yes",
            danger_kind=slots.get("danger_kind"),
            danger_second=slots.get("danger_second"),
            danger_answer=int(answer) if answer else None,
            faq=slots.get("faq"),
            last_faq=slots.get("last_faq"),
            topic=slots.get("topic"),
            helpful=slots.get("helpful"),
            offer_answer=slots.get("offer_answer"),
            offer_state=json.loads(slots.get("offer_state") or "{}"),
        )
