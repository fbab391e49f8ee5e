"""Notices that files of the knowledge folder were saved, and when the saving is over."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path

from forewarn.alongside import alongside
from forewarn.knowledge.loader import files_in

State = dict[str, tuple[int, int, int]]
"""Of every knowledge file in a folder: when it was changed, its size, and which file it is."""

LOOK_SECONDS = 0.1
"""How often we look."""

QUIET_SECONDS = 0.2
"""How long nothing may change until the saving counts as over."""

SHARE = 0.2
"""The share of its time that a look may take: with very many files we look less often."""

AGAIN_SECONDS = 5.0
"""After how long an attempt that failed for want of disk or luck is made again."""


def scan(folder: Path) -> State:
    """The state of the knowledge files in ``folder``."""
    state: State = {}
    for name, entry in files_in(folder).items():
        with suppress(FileNotFoundError):  # removed this moment
            status = entry.stat()
            state[name] = (status.st_mtime_ns, status.st_size, status.st_ino)
    return state


class Watcher:
    """Calls ``saved`` once for each state that the files of a folder come to rest in, beginning
    with the one they are in at the start."""

    def __init__(self, folder: Path, saved: Callable[[], bool]) -> None:
        """Watch ``folder``. ``saved`` returns False where the same state is worth another try."""
        self._folder = folder
        self._saved = saved

    def watching(self) -> AbstractContextManager[None]:
        """Watch, in a thread of its own, until the end of the block."""
        return alongside("watch", self._watch)

    def _watch(self, over: threading.Event) -> None:
        dealt_with: State | None = None
        seen: State | None = None
        pause = again = 0.0
        while not over.wait(pause):
            began = time.monotonic()
            state = scan(self._folder)
            pause = max(LOOK_SECONDS, (time.monotonic() - began) / SHARE)
            if state == dealt_with and (not again or began < again):
                continue
            if state != seen:
                seen, pause = state, QUIET_SECONDS
                continue
            dealt_with = state
            again = 0.0 if self._saved() else time.monotonic() + AGAIN_SECONDS
