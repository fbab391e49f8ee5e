"""Whether every part behind web is ready to serve."""

from __future__ import annotations

import asyncio
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


class Readiness:
    """Asks all parts at once."""

    def __init__(self, parts: list[Part], clock: Callable[[], float] = time.monotonic) -> None:
        """Ask `parts`."""
        self._parts = parts
        self._clock = clock
        self._asking = asyncio.Lock()
        self._until = float("-inf")
        self._last: Mapping[str, bool] = {}

    async def parts(self) -> Mapping[str, bool]:
        """For each part, whether it is ready."""
        async with self._asking:
            if self._clock() >= self._until:
                answers = await asyncio.gather(*(self._is_ready(part) for part in self._parts))
                names = (part.name for part in self._parts)
                self._last = dict(zip(names, answers, strict=True))
                self._until = self._clock() + KEPT_SECONDS
            return self._last

    async def _is_ready(self, part: Part) -> bool:
        try:
            await part.caller.call("GET", part.path, PART_SECONDS)
        except UnavailableError:
            return False
        return True
