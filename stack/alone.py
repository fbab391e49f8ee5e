"""Lets one process at a time write into a folder: two set-ups at once would spoil each other."""

import contextlib
import fcntl
from pathlib import Path
from typing import Callable, Iterator


@contextlib.contextmanager
def alone(folder: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock of `folder`, which is made if it is not there; wait for whoever holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"another process is at work in {folder}: waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
