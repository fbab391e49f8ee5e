"""How much one sender may ask: token buckets, in memory, keyed without keeping addresses."""

from __future__ import annotations

import hashlib
import ipaddress
import math
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable

MOST_BUCKETS = 100_000
"""Senders remembered at once. The one unseen for longest is forgotten first: its bucket is full
again by then, so forgetting it changes nothing."""

_IPV6_NETWORK = 64
"""An IPv6 customer gets a whole network of this prefix length; single addresses mean nothing."""


class Limiter:
    """A token bucket for each sender."""

    def __init__(
        self, burst: int, per_second: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Allow `burst` requests at once and `per_second` on average; a burst of 0: no limit."""
        self._burst = burst
        self._per_second = per_second
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, sender: str) -> int:
        """Take one token of `sender`: 0 when there was one, else the seconds until there is."""
        if self._burst == 0:
            return 0
        now = self._clock()
        tokens, then = self._buckets.pop(sender, (float(self._burst), now))
        tokens = min(self._burst, tokens + (now - then) * self._per_second)
        allowed = tokens >= 1
        self._buckets[sender] = (tokens - 1 if allowed else tokens, now)
        if len(self._buckets) > MOST_BUCKETS:
            self._buckets.popitem(last=False)
        return 0 if allowed else math.ceil((1 - tokens) / self._per_second)


class Senders:
    """Names for client addresses that cannot be turned back into them.

    The key lives as long as the process: a dump of the buckets names nobody, and two runs cannot
    be joined.
    """

    def __init__(self) -> None:
        """Make the key of this process."""
        self._key = secrets.token_bytes(32)

    def name(self, address: str) -> str:
        """A name for the sender at `address`, the same for a whole IPv6 network."""
        try:
            ip = ipaddress.ip_address(address)
        except ValueError:
            network = address
        else:
            if ip.version == 6:
                prefix = ipaddress.ip_network((ip, _IPV6_NETWORK), strict=False)
                network = str(prefix.network_address)
            else:
                network = str(ip)
        return hashlib.blake2b(network.encode(), key=self._key, digest_size=16).hexdigest()
