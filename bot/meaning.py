"""What a message means to the rules: an intent, and entities that fill the slots.

Danger and place names are decided in retrieval, by reviewed phrases and by meaning. Nothing here
overrules them: a cry for help must not depend on what a small model makes of it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from bot.message import Danger, Incoming

SOURCE = "forewarn"


def entity(name: str, value: str) -> dict[str, Any]:
    """An entity in Rasa's form. It stands for the whole message, so it has no place in it."""
    return {"entity": name, "value": value, "start": 0, "end": 0, "extractor": SOURCE}


def decided_intent(understanding: Mapping[str, Any]) -> str | None:
    """The intent that retrieval's judgement settles, or None when the classifier is to say."""
    if understanding["danger"]["level"] == "danger":
        return "danger"
    if understanding["place"]["only"] or understanding["place"]["told"]:
        return "tell_country"
    return None


def says_something(text: str) -> bool:
    """Whether there is a letter, a digit or a symbol in it. What else there is (invisible
    characters, punctuation) has a vector too, and it would mean something by accident."""
    return any(unicodedata.category(each)[0] in "LNS" for each in text)


def text_entities(
    understanding: Mapping[str, Any], country: str | None, in_force: Sequence[str]
) -> list[dict[str, Any]]:
    """Entities of a typed message. `country` is what the person told the widget before, `in_force`
    the kinds of danger told of before."""
    danger, place = understanding["danger"], understanding["place"]
    found = [
        entity("language", understanding["language"]),
        entity("danger_level", danger["level"]),
    ]
    if danger["level"] == "danger":
        # The first is served, the second named; they come gravest first.
        names = ("danger_kind", "danger_second")
        found += [entity(name, kind) for name, kind in zip(names, danger["kinds"], strict=False)]
    # Nothing but a name answers whatever was asked last: the action knows what that was.
    named = _only_place(place)
    if named:
        found.append(entity("place", named))
    here = country if place["only"] else place["here"] or country
    if here:
        found.append(entity("country_now", here))
    if place["citizen_of"]:
        found.append(entity("nationality", place["citizen_of"]))
    if in_force:
        found.append(entity("danger_in_force", " ".join(in_force)))
    return found


def choice_data(incoming: Incoming) -> tuple[dict[str, Any], Danger]:
    """What Rasa's NLU would have said of a tap, and the danger it tells of.

    Raises:
        ValueError: when the message is no tap.
    """
    choice = incoming.choice
    if choice is None:
        raise ValueError("not a choice")
    danger = incoming.danger
    if choice.intent == "danger":
        kind = choice.slots.get("danger_kind")
        danger = Danger("danger", (kind,) if kind else ()).or_graver(danger)
    slots = {"danger_level": danger.level, **choice.slots}
    if incoming.language:
        slots.setdefault("language", incoming.language)
    if incoming.country:
        slots.setdefault("country_now", incoming.country)
    if incoming.in_force:
        slots["danger_in_force"] = " ".join(incoming.in_force)
    data = {
        "text": "",
        "intent": {"name": choice.intent, "confidence": 1.0},
        "entities": [entity(name, value) for name, value in slots.items()],
    }
    return data, danger


def _only_place(place: Mapping[str, Any]) -> str | None:
    # "Mae Sot" alone names one country; "Mae Sot or Poipet" does not.
    if place["only"] and len(place["mentioned"]) == 1:
        return str(place["mentioned"][0])
    return None
