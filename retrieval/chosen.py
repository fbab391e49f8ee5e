"""An even choice where there is too much of something, the same in every process."""

from __future__ import annotations

import hashlib


def place(name: str) -> float:
    """A number from 0 to 1 that depends on ``name`` alone: what lies below a share is chosen."""
    digest = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64
