"""What the channels did, in numbers: the only thing about them that is logged."""

from __future__ import annotations

import logging
from collections import Counter

log = logging.getLogger(__name__)


class Counts:
    """Counts what happened to events, by app."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._counted: Counter[tuple[str, str]] = Counter()
        self._told: Counter[tuple[str, str]] = Counter()

    def add(self, channel: str, what: str) -> None:
        """Count one `what` in `channel`."""
        self._counted[channel, what] += 1

    def of(self, channel: str) -> dict[str, int]:
        """All that was counted in `channel`."""
        return {what: count for (name, what), count in self._counted.items() if name == channel}

    def tell(self) -> None:
        """Log what came since the last time, if anything did."""
        new = self._counted - self._told
        self._told = self._counted.copy()
        for name in sorted({channel for channel, _ in new}):
            told = ", ".join(f"{what} {n}" for (one, what), n in sorted(new.items()) if one == name)
            log.info("%s: %s", name, told)
