"""Whether the bot can answer: its model is loaded, and retrieval speaks the same vectors."""

from __future__ import annotations

import time
from collections.abc import Callable

from bot.understanding import Retrieval

REMEMBERED = 2.0
"""Seconds for which retrieval's answer is believed, so that probes do not become load."""


class Readiness:
    """Answers one question: what are we waiting for?"""

    def __init__(
        self,
        retrieval: Retrieval,
        encoder: str,
        loaded: Callable[[], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._retrieval = retrieval
        self._encoder = encoder
        self._loaded = loaded
        self._clock = clock
        self._asked = -REMEMBERED
        self._answer: str | None = None

    async def waiting_for(self) -> str | None:
        """`model`, `retrieval` (not ready), `training` (retrieval's encoder is not the one the
        model was trained with), or None when all is well.
        """
        if not self._loaded():
            return "model"
        now = self._clock()
        if now - self._asked >= REMEMBERED:
            self._answer = await self._retrieval.encoder()
            self._asked = now
        if self._answer is None:
            return "retrieval"
        return None if self._answer == self._encoder else "training"
