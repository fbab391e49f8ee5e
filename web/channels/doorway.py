"""Who comes in goes before who is answered.

All of web is one loop: on a busy machine the work of answering would keep an app waiting for our
acknowledgement, and what it does not get in time it sends again.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from contextlib import contextmanager

MOST_SECONDS = 0.2
"""How long an answer is put off at most: in a flood without a gap people must be answered too."""


class Doorway:
    """Knows whether events are being taken note of. Used by one event loop."""

    def __init__(self) -> None:
        """Begin with nobody in it."""
        self._inside = 0
        self._free = asyncio.Event()
        self._free.set()

    @contextmanager
    def entered(self) -> Iterator[None]:
        """The block in which events are taken note of."""
        self._inside += 1
        self._free.clear()
        try:
            yield
        finally:
            self._inside -= 1
            if not self._inside:
                self._free.set()

    async def free(self) -> None:
        """Wait until nobody is in it, but for no longer than `MOST_SECONDS`."""
        if self._inside:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(MOST_SECONDS):
                    await self._free.wait()
