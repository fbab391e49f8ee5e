"""The tracker store: what it keeps, what it forgets, and that nothing is left."""

from __future__ import annotations

import asyncio
import gc
from dataclasses import dataclass
from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.conversations import TURNS_KEPT, Conversations

CANARY = "my passport is with them"


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(domain: Domain, clock: Clock) -> Conversations:
    return Conversations(domain, minutes=30, clock=clock)


def _turn(store: Conversations, name: str, intent: str = "question", **slots: Any) -> None:
    tracker = asyncio.run(store.get_or_create_tracker(name, append_action_listen=False))
    tracker.update(UserUttered(CANARY, {"name": intent, "confidence": 1.0}))
    tracker.update(ActionExecuted("action_answer_question"))
    tracker.update(BotUttered(CANARY, {"custom": {"blocks": [CANARY]}}))
    for slot, value in slots.items():
        tracker.update(SlotSet(slot, value))
    tracker.update(ActionExecuted("action_listen"))
    asyncio.run(store.save(tracker))


def _get(store: Conversations, name: str) -> DialogueStateTracker | None:
    return asyncio.run(store.retrieve(name))


def _keys(store: Conversations) -> list[str]:
    return list(asyncio.run(store.keys()))


def _told(tracker: DialogueStateTracker | None) -> list[str]:
    assert tracker is not None
    return [
        event.action_name if isinstance(event, ActionExecuted) else event.type_name
        for event in tracker.events
    ]


def test_a_new_conversation_listens_and_is_not_kept(store: Conversations) -> None:
    tracker = asyncio.run(store.get_or_create_tracker("new", append_action_listen=False))

    assert _told(tracker) == ["action_session_start", "session_started", "action_listen"]
    assert _keys(store) == []


def test_slots_and_turns_come_back(store: Conversations) -> None:
    _turn(store, "a", country_now="TH", faq="entry", danger_kind="held")
    tracker = _get(store, "a")

    assert _told(tracker) == [
        "action_session_start",
        "session_started",
        "slot",
        "slot",
        "action_listen",
        "user",
        "action_answer_question",
        "action_listen",
    ]
    assert tracker is not None
    assert tracker.latest_message.intent_name == "question"
    slots = {name: value for name, value in tracker.current_slot_values().items() if value}
    assert slots == store.slots("a") == {"country_now": "TH", "danger_kind": "held"}


def test_only_the_last_turns_are_kept(store: Conversations) -> None:
    lengths = []
    for _ in range(40):
        _turn(store, "long", country_now="TH")
        lengths.append(len(_told(_get(store, "long"))))

    assert lengths[TURNS_KEPT - 1 :] == [4 + 3 * TURNS_KEPT] * (41 - TURNS_KEPT)
    assert 4 + 3 * TURNS_KEPT == 40


def test_no_words_are_kept(store: Conversations) -> None:
    _turn(store, "quiet", country_now="TH")

    assert CANARY not in repr(vars(store))
    assert CANARY not in str([event.as_dict() for event in _get(store, "quiet").events])


def test_a_conversation_ends_thirty_minutes_after_its_last_turn(
    store: Conversations, clock: Clock
) -> None:
    _turn(store, "a", country_now="TH")
    clock.now += 29 * 60
    _turn(store, "a")
    clock.now += 29 * 60
    alive = _get(store, "a")
    clock.now += 61

    assert (alive is not None, _get(store, "a"), store.slots("a")) == (True, None, {})


def test_nothing_is_left_after_sweeping(store: Conversations, clock: Clock) -> None:
    _turn(store, "old", last_faq="only-old")
    clock.now += 60
    _turn(store, "young", last_faq="only-young")
    clock.now += 29 * 60
    store.sweep()
    one = repr(vars(store))
    clock.now += 60
    store.sweep()
    gc.collect()

    assert ("only-old" in one, "only-young" in one) == (False, True)
    assert (_keys(store), "only" in repr(vars(store))) == ([], False)


def test_deleting_forgets_at_once_and_twice_is_no_error(store: Conversations) -> None:
    _turn(store, "a", country_now="TH")
    store.delete("a")
    store.delete("a")

    assert (_get(store, "a"), _keys(store)) == (None, [])


def test_the_quietest_goes_first_when_there_are_too_many(domain: Domain, clock: Clock) -> None:
    store = Conversations(domain, minutes=30, clock=clock, most=2)
    for name in ("a", "b", "a", "c"):
        _turn(store, name)

    assert _keys(store) == ["a", "c"]


def test_a_tracker_in_use_does_not_change_what_is_kept(store: Conversations) -> None:
    _turn(store, "a", country_now="TH")
    tracker = _get(store, "a")
    assert tracker is not None
    tracker.update(SlotSet("country_now", "KH"))

    assert store.slots("a") == {"country_now": "TH"}
