"""Where conversations live: in memory, for minutes, and then nothing is left.

Rasa's own stores keep every event for ever, replay them all on every turn, and cannot delete.
This one keeps the slots and, of the last few turns, which intent led to which actions. It keeps
no words: the rules do not need them, and what is not kept cannot be taken from a seized machine.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

TURNS_KEPT = 12
"""About 40 events, so that a fortieth turn costs what a twelfth does."""

MOST_CONVERSATIONS = 50_000
"""Beyond these the one quiet for longest goes first. A few kilobytes each."""

SLOTS_OF_ONE_TURN = frozenset({"danger_answer", "faq", "helpful", "offer_answer", "place", "topic"})
"""What a tap, or a place name alone, said holds for that message only."""

Turn = tuple[str, ...]
"""An intent and the actions that answered it."""


@dataclass(frozen=True)
class Remembered:
    """All that is kept of one conversation."""

    slots: dict[str, Any]
    turns: tuple[Turn, ...]
    expires: float
    """On the store's clock, seconds."""


class Conversations(TrackerStore):  # type: ignore[misc]  # Rasa publishes no types
    """Rasa's tracker store, in memory, with an end."""

    def __init__(
        self,
        domain: Domain | None,
        minutes: float,
        clock: Callable[[], float] = time.monotonic,
        most: int = MOST_CONVERSATIONS,
    ) -> None:
        """A store that forgets a conversation `minutes` after its last turn."""
        super().__init__(domain)
        self._seconds = minutes * 60
        self._clock = clock
        self._most = most
        # In the order of their last turns, so the first is the next to expire.
        self._kept: OrderedDict[str, Remembered] = OrderedDict()

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep what a finished turn changed, and begin its minutes anew."""
        slots = {
            name: value
            for name, value in tracker.current_slot_values().items()
            if value is not None and name not in SLOTS_OF_ONE_TURN
        }
        turns = tuple(_turns(tracker.events)[-TURNS_KEPT:])
        self._kept.pop(tracker.sender_id, None)
        self._kept[tracker.sender_id] = Remembered(slots, turns, self._clock() + self._seconds)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The conversation as Rasa works with it; None when there is none or it has expired."""
        self.sweep()
        kept = self._kept.get(sender_id)
        return None if kept is None else self._tracker(sender_id, kept)

    async def create_tracker(
        self, sender_id: str, append_action_listen: bool = True
    ) -> DialogueStateTracker:
        """A new conversation, already listening, so that Rasa runs no session start of its own.

        Nothing is stored until its first turn succeeds.
        """
        return self._tracker(sender_id, Remembered({}, (), 0.0))

    async def keys(self) -> Iterable[str]:
        """Ids of the conversations that have not expired."""
        self.sweep()
        return list(self._kept)

    def slots(self, sender_id: str) -> dict[str, Any]:
        """Slot values after the last turn."""
        kept = self._kept.get(sender_id)
        return {} if kept is None else dict(kept.slots)

    def delete(self, sender_id: str) -> None:
        """Forget a conversation now. Forgetting an unknown one is no error."""
        self._kept.pop(sender_id, None)

    def sweep(self) -> None:
        """Forget every conversation whose minutes are over."""
        now = self._clock()
        while self._kept:
            oldest = next(iter(self._kept))
            if self._kept[oldest].expires > now:
                break
            del self._kept[oldest]

    def _tracker(self, sender_id: str, kept: Remembered) -> DialogueStateTracker:
        tracker = self.init_tracker(sender_id)
        for event in _events(kept):
            tracker.update(event)
        return tracker


def _turns(events: Iterable[Any]) -> list[Turn]:
    turns: list[Turn] = []
    for event in events:
        if isinstance(event, UserUttered):
            turns.append((event.intent_name or "",))
        elif (
            turns
            and isinstance(event, ActionExecuted)
            and event.action_name not in (ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME)
        ):
            turns[-1] += (event.action_name,)
    return turns


def _events(kept: Remembered) -> Iterable[Any]:
    yield ActionExecuted(ACTION_SESSION_START_NAME)
    yield SessionStarted()
    for name, value in kept.slots.items():
        yield SlotSet(name, value)
    yield ActionExecuted(ACTION_LISTEN_NAME)
    for intent, *actions in kept.turns:
        yield UserUttered(None, {"name": intent, "confidence": 1.0})
        for action in actions:
            yield ActionExecuted(action)
        yield ActionExecuted(ACTION_LISTEN_NAME)
