"""The folder of versions: folders that never change, and one pointer to the one in service."""

from __future__ import annotations

import datetime
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from forewarn.published import CURRENT
from retrieval.folders import point, sync
from retrieval.record import IndexRefusedError, Record

KEPT = 3
"""Versions kept, the one in service included, so that an older one can be put back."""

_LOCK = ".lock"
_HELD_BACK = ".held-back"
_BUILDING = ".building-"


class OvertakenError(RuntimeError):
    """Another version went into service while this one was made; nothing was changed."""


class Versions:
    """The versions in one folder. Several processes may use it at once."""

    def __init__(self, folder: Path) -> None:
        """Use ``folder``, which need not exist yet."""
        self.folder = folder

    def current(self) -> Path:
        """The folder of the version in service.

        Raises:
            IndexRefusedError: nothing was ever published.
        """
        link = self.folder / CURRENT
        if not link.is_dir():
            raise IndexRefusedError(
                f"there is no index in {self.folder}: run `python -m retrieval build`"
            )
        return self.folder / link.readlink()

    def name(self) -> str | None:
        """The name of the version in service; None while there is none."""
        try:
            return self.current().name
        except IndexRefusedError:
            return None

    @contextmanager
    def building(self) -> Iterator[Path]:
        """A place beside the versions for one in the making; gone at the end of the block, or, if
        the process is killed before that, at the next :meth:`sweep`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=_BUILDING, dir=self.folder))
        with _locked(work):
            try:
                yield work / "version"
            finally:
                shutil.rmtree(work, ignore_errors=True)

    def put(self, made: Path, knowledge: str, instead_of: str | None) -> Path:
        """Put the folder ``made``, of the knowledge with that hash, into service; returns where it
        lies now. All of it is on the disk before the pointer moves.

        Raises:
            OvertakenError: the version in service is no longer the one named ``instead_of``.
        """
        sync(made)
        with self._alone():
            if self.name() != instead_of:
                raise OvertakenError("another version was published meanwhile; nothing was changed")
            stamp = datetime.datetime.now(datetime.UTC).strftime("%Y%m%dT%H%M%S%f")
            version = self.folder / f"{stamp}-{knowledge[:12]}"
            made.rename(version)
            point(self.folder / CURRENT, version)
        return version

    def back(self, knowledge: str) -> tuple[Path, Path]:
        """Put the version before the one in service back; returns the two, the newer one first.
        Knowledge with that content hash is held back from now on.

        Raises:
            IndexRefusedError: there is none before it.
        """
        with self._alone():
            newer = self.current()
            older = self._before(newer)
            if older is None:
                raise IndexRefusedError(
                    "there is no older version to go back to: the one in service is the first of "
                    "those that are kept"
                )
            self.hold_back(knowledge)
            point(self.folder / CURRENT, older)
        return newer, older

    def hold_back(self, knowledge: str | None) -> None:
        """Remember that the knowledge with that content hash was rolled back, and is not to be
        published again by itself; None forgets it."""
        path = self.folder / _HELD_BACK
        if knowledge is None:
            path.unlink(missing_ok=True)
            return
        fresh = path.with_name(f"{_HELD_BACK}-new")
        fresh.write_text(knowledge + "\n", "ascii")
        fresh.replace(path)

    def held_back(self) -> str | None:
        """The content hash of the knowledge that was rolled back, if any."""
        try:
            return (self.folder / _HELD_BACK).read_text("ascii").strip()
        except OSError:
            return None

    def sweep(self) -> None:
        """Remove what processes that were killed left half made."""
        for work in self.folder.glob(f"{_BUILDING}*"):
            with suppress(OSError), _locked(work):
                shutil.rmtree(work, ignore_errors=True)

    def _before(self, version: Path) -> Path | None:
        """The version that was in service before ``version``, if it is kept and can be read."""
        try:
            after = Record.read(version).after
            if after is None:
                return None
            Record.read(self.folder / after)
            return self.folder / after
        except IndexRefusedError:
            return None

    def forget_oldest(self) -> None:
        """Delete all versions but the one in service and those that can be gone back to."""
        with self._alone():
            kept: set[str] = set()
            version: Path | None = self.current()
            while version is not None and len(kept) < KEPT:
                kept.add(version.name)
                version = self._before(version)
            for path in self.folder.iterdir():
                is_version = path.is_dir() and not path.is_symlink() and path.name[0] != "."
                if is_version and path.name not in kept:
                    shutil.rmtree(path, ignore_errors=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """While the pointer is moved; the lock of a process that is killed is released."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / _LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Say that ``folder`` is being worked in.

    Raises:
        BlockingIOError: somebody else has said so.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)
