"""What an action needs to know of the conversation, read once from Rasa's tracker."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from rasa_sdk import Tracker

from forewarn.hotlines import Person
from forewarn.knowledge.schema.dangers import DangerLevel

UNKNOWN = "unknown"
"""What a slot holds when a person was asked and does not know."""

MORE = "more"
"""What the slot of a country holds when a person wants to see more countries to choose from."""

SEEN_IN = "seen_in"
"""The slot that holds where someone was last seen."""

PLACES = ("country_now", "nationality", SEEN_IN)
"""The slots that hold a country."""

CLEARED_EACH_TURN = (
    "faq", "topic", "helpful", "offer_answer",
    "danger_kind", "danger_second", "danger_answer", "place", "asked",
)  # fmt: skip
"""Slots that hold for one turn only: left standing they would speak for the next message too."""


@dataclass(frozen=True)
class Conversation:
    """One turn of a conversation: what was written or tapped, and what is known so far.

    ``text`` is empty for a tap. ``more_countries`` is whether the person asked to see more of them.
    ``danger_level``, ``danger_kind`` and ``danger_second`` are of
    this message; ``dangers_in_force`` are those seen so far, the newest first, until the person
    ends them. ``told`` is the slot that a place written as an answer belongs in;
    ``names_a_place`` is whether the message is nothing but a place while nothing was asked;
    ``named`` are the countries this message names, wherever in it; ``peoples`` those it names by
    their people, as in "the Thai embassy".
    """

    text: str
    language: str
    person: Person
    countries_asked: frozenset[str]
    more_countries: bool
    told: dict[str, str]
    named: tuple[str, ...]
    peoples: tuple[str, ...]
    danger_level: DangerLevel
    dangers_in_force: tuple[str, ...]
    danger_kind: str | None
    danger_second: str | None
    danger_answer: int | None
    faq: str | None
    last_faq: str | None
    names_a_place: bool
    topic: str | None
    helpful: str | None
    offer_answer: str | None
    offer_state: dict[str, list[str]]

    @classmethod
    def of(cls, tracker: Tracker, default_language: str) -> Conversation:
        """Read ``tracker``; a conversation without a language yet is in ``default_language``."""
        slots: dict[str, Any] = tracker.slots
        asked, place = slots.get("asked"), slots.get("place")
        told = {asked if asked in PLACES else PLACES[0]: place} if place else {}
        places = {name: told.get(name) or slots.get(name) for name in PLACES}
        known = {
            name: None if value in (UNKNOWN, MORE) else value for name, value in places.items()
        }
        answer = slots.get("danger_answer")
        latest = tracker.latest_message
        return cls(
            text=(latest.get("text") or "").strip(),
            language=slots.get("language") or default_language,
            person=Person(known["country_now"], known["nationality"], known["seen_in"]),
            countries_asked=frozenset(
                name for name, value in places.items() if value and value != MORE
            ),
            more_countries=MORE in places.values(),
            told=told,
            named=_found(latest, "mentioned"),
            peoples=_found(latest, "peoples"),
            danger_level=DangerLevel(slots.get("danger_level") or DangerLevel.none),
            dangers_in_force=tuple((slots.get("danger_in_force") or "").split()),
            danger_kind=slots.get("danger_kind"),
            danger_second=slots.get("danger_second"),
            danger_answer=int(answer) if answer else None,
            faq=slots.get("faq"),
            last_faq=slots.get("last_faq"),
            names_a_place=bool(place) and not asked,
            topic=slots.get("topic"),
            helpful=slots.get("helpful"),
            offer_answer=slots.get("offer_answer"),
            offer_state=json.loads(slots.get("offer_state") or "{}"),
        )

    def looking_in(self, country: str) -> Conversation:
        """This conversation, once it is known where someone was last seen."""
        return replace(
            self,
            person=replace(self.person, seen_in=country),
            countries_asked=self.countries_asked | {SEEN_IN},
        )

    @property
    def after(self) -> str | None:
        """The entry or article that a message may go on from: the last one answered. In danger
        nothing is guessed from what was asked before."""
        return None if self.in_danger else self.last_faq

    @property
    def in_danger(self) -> bool:
        """Whether danger is told of now, or was and has not been ended."""
        return self.danger_in_force or self.danger_level is DangerLevel.danger

    @property
    def danger_in_force(self) -> bool:
        """Whether danger was seen that the person has not ended."""
        return bool(self.dangers_in_force)


def _found(latest: dict[str, Any], how: str) -> tuple[str, ...]:
    """The countries that retrieval found in the latest message, ``how`` it names them."""
    understanding = (latest.get("metadata") or {}).get("understanding") or {}
    return tuple((understanding.get("place") or {}).get(how, ()))
