"""Remembers the vectors of the last few messages, so that a search after understanding is quick."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections import OrderedDict

from retrieval.space import Vectors


class VectorCache:
    """A few vectors for a short time, never the text they were made of. Safe to be called from
    several threads.

    The key is a keyed hash with a key this process makes up: neither a dump of the memory nor a
    guess at common messages tells what somebody wrote.
    """

    def __init__(self, most: int = 256, seconds: float = 60.0) -> None:
        """Keep at most ``most`` vectors, each for ``seconds``."""
        self._key = secrets.token_bytes(32)
        self._most = most
        self._seconds = seconds
        self._kept: OrderedDict[bytes, tuple[float, Vectors]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, text: str) -> Vectors | None:
        """The vector of ``text``, if it is still kept."""
        self.drop_old()
        with self._lock:
            kept = self._kept.get(self._name(text))
        return None if kept is None else kept[1]

    def put(self, text: str, vector: Vectors) -> None:
        """Keep the ``vector`` of ``text``."""
        with self._lock:
            self._kept[self._name(text)] = (time.monotonic(), vector)
            self._kept.move_to_end(self._name(text))
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def drop_old(self) -> None:
        """Forget every vector whose time is over."""
        limit = time.monotonic() - self._seconds
        with self._lock:
            while self._kept:
                name, (since, _) = next(iter(self._kept.items()))
                if since >= limit:
                    return
                del self._kept[name]

    def _name(self, text: str) -> bytes:
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=self._key).digest()
