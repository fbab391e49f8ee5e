"""Work that nobody waits for."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

MOST_SECONDS = 5.0
"""How long it may take when web stops."""


class Background:
    """Tasks that are under way."""

    def __init__(self) -> None:
        """Begin with none."""
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, work: Coroutine[None, None, None]) -> None:
        """Do `work` later."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self) -> None:
        """Let all of it come to its end before web stops."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=MOST_SECONDS)
