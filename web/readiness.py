"""Whether every part behind web is ready to serve, and all of them speak from one state of the
knowledge."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from web.bot_client import Caller, UnavailableError

PART_SECONDS = 1.0
KEPT_SECONDS = 1.0
"""For so long an answer is given again, so that asking often does not load the other parts."""


@dataclass(frozen=True)
class Part:
    """One part: how it is called and where it says that it is ready."""

    name: str
    caller: Caller
    path: str


@dataclass(frozen=True)
class Answer:
    """What one part says of itself: whether it is ready, and the content hash of the knowledge it
    speaks from, if it speaks from any."""

    ready: bool
    knowledge: str | None = None


@dataclass(frozen=True)
class State:
    """Whether all is ready; for each part, whether it is; and the knowledge of each that has one,
    web included."""

    ready: bool
    parts: Mapping[str, bool]
    knowledge: Mapping[str, str]

    def as_json(self) -> dict[str, object]:
        """The body of the response."""
        return {"ready": self.ready, "parts": self.parts, "knowledge": self.knowledge}


class Readiness:
    """Asks all parts at once."""

    def __init__(
        self, parts: list[Part], patience: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Ask `parts`. For `patience` seconds they may differ in what they speak from: a new
        version reaches one after the other."""
        self._parts = parts
        self._patience = patience
        self._clock = clock
        self._asking = asyncio.Lock()
        self._until = float("-inf")
        self._last: Mapping[str, Answer] = {}
        self._differ: tuple[frozenset[str], float] | None = None

    async def state(self, knowledge: str) -> State:
        """The state of all parts, while web itself speaks from `knowledge`."""
        answers = await self._answers()
        spoken = {"web": knowledge}
        spoken |= {name: one.knowledge for name, one in answers.items() if one.knowledge}
        parts = {name: one.ready for name, one in answers.items()}
        ready = all(parts.values()) and not self._differ_for_long(frozenset(spoken.values()))
        return State(ready, parts, spoken)

    def _differ_for_long(self, versions: frozenset[str]) -> bool:
        if len(versions) == 1:
            self._differ = None
            return False
        if self._differ is None or self._differ[0] != versions:
            self._differ = (versions, self._clock())
        return self._clock() - self._differ[1] > self._patience

    async def _answers(self) -> Mapping[str, Answer]:
        async with self._asking:
            if self._clock() >= self._until:
                answers = await asyncio.gather(*(self._answer(part) for part in self._parts))
                names = (part.name for part in self._parts)
                self._last = dict(zip(names, answers, strict=True))
                self._until = self._clock() + KEPT_SECONDS
            return self._last

    async def _answer(self, part: Part) -> Answer:
        try:
            received = await part.caller.call("GET", part.path, PART_SECONDS)
        except UnavailableError:
            return Answer(ready=False)
        try:
            content = json.loads(received)
        except ValueError:
            content = None
        knowledge = content.get("knowledge") if isinstance(content, dict) else None
        return Answer(ready=True, knowledge=knowledge if isinstance(knowledge, str) else None)
