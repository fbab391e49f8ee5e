"""Where the newest tokens of an app are kept: one text, which only one may change at a time."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import tempfile
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

WAIT_SECONDS = 30.0
"""How long it is waited for another who is alone."""

LOOK_SECONDS = 0.05


class StoreError(Exception):
    """What is kept cannot be read, or nothing can be kept."""


class Store(ABC):
    """Keeps one text. What :meth:`write` has returned from is there after a crash."""

    @abstractmethod
    def alone(self) -> AbstractAsyncContextManager[None]:
        """The block in which no other task or process that shares the store is in theirs.

        Raises:
            StoreError: another does not come out of its own, or the store cannot be reached.
        """

    @abstractmethod
    async def read(self) -> str:
        """The text; empty where there is none.

        Raises:
            StoreError: it cannot be read.
        """

    @abstractmethod
    async def write(self, text: str) -> None:
        """Put `text` in its place, wholly or not at all.

        Raises:
            StoreError: it cannot be kept.
        """

    async def close(self) -> None:
        """Let go of what is held open."""
        return


class MemoryStore(Store):
    """In this process: for what can be had again at any time."""

    def __init__(self) -> None:
        """Hold nothing yet."""
        self._text = ""
        self._lock = asyncio.Lock()

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """The block in which no other task is in theirs."""
        async with self._lock:
            yield

    async def read(self) -> str:
        """The text; empty where there is none."""
        return self._text

    async def write(self, text: str) -> None:
        """Put `text` in its place."""
        self._text = text


class FileStore(Store):
    """In a file that its owner alone can read, beside it the one that is locked."""

    def __init__(self, path: Path) -> None:
        """Keep the text at `path`; folders are made when they are needed."""
        self._path = path

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """The block in which no other task or process of this machine is in theirs.

        Raises:
            StoreError: another does not come out, or the file cannot be made.
        """
        handle = _reached(self._opened)
        try:
            await _lock(handle)
            yield
        finally:
            os.close(handle)  # which unlocks it, as the end of a process does

    async def read(self) -> str:
        """The text; empty where there is none.

        Raises:
            StoreError: it cannot be read.
        """
        return await asyncio.to_thread(_reached, self._read)

    async def write(self, text: str) -> None:
        """Put `text` in its place, wholly or not at all.

        Raises:
            StoreError: it cannot be kept.
        """
        await asyncio.to_thread(_reached, lambda: self._write(text))

    def _opened(self) -> int:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = self._path.with_name(f"{self._path.name}.lock")
        return os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)

    def _read(self) -> str:
        try:
            return self._path.read_text("utf-8")
        except FileNotFoundError:
            return ""

    def _write(self, text: str) -> None:
        # mkstemp makes it with mode 600. The name changes only when the text is on the disk, and
        # the change of the name is on the disk when this returns.
        folder = self._path.parent
        handle, name = tempfile.mkstemp(dir=folder, prefix=f".{self._path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, self._path)
        except BaseException:
            os.unlink(name)
            raise
        entry = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(entry)
        finally:
            os.close(entry)


def _reached(do: Callable[[], T]) -> T:
    try:
        return do()
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(type(error).__name__) from None


async def _lock(handle: int) -> None:
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                with contextlib.suppress(BlockingIOError):
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    return
                await asyncio.sleep(LOOK_SECONDS)
    except TimeoutError:
        raise StoreError("another holds it") from None
