"""Work that goes on beside the rest."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def alongside(name: str, work: Callable[[threading.Event], None]) -> Iterator[None]:
    """Do ``work`` in a thread of that ``name`` until the end of the block. It is given the event
    that is then set, and has to return soon after."""
    over = threading.Event()
    thread = threading.Thread(target=work, args=(over,), name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
