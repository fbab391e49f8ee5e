"""Which knowledge is in service: one pointer that every part follows.

Retrieval publishes each version as a folder that never changes afterwards, and moves the link
``current`` to it. A part that follows the pointer loads the version's own copy of the knowledge
beside the one it speaks from, and swaps it in whole: whoever is being answered meanwhile is
answered to the end from the version it began with.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from forewarn.alongside import alongside
from forewarn.garbage import undisturbed
from forewarn.knowledge.loader import Knowledge, content_hash, read
from forewarn.knowledge.parse_cache import ParseCache
from forewarn.knowledge.problems import KnowledgeError, Problem

log = logging.getLogger(__name__)

T = TypeVar("T")

CURRENT = "current"
"""The pointer: a symbolic link, in the folder of versions, to the version in service."""

RECORD = "index.json"
"""In every version: what it was made of; ``knowledge`` is the content hash of its knowledge."""

COPY = "knowledge"
"""In every version: the knowledge files it was made of."""

LOOK_SECONDS = 0.05
"""How often a part looks where the pointer leads: reading one link takes microseconds."""


class NotPublishedError(Exception):
    """There is no version where the pointer leads, or it cannot be read."""


@dataclass(frozen=True)
class Version:
    """A published version: its folder and the content hash of its knowledge."""

    folder: Path
    knowledge: str

    @property
    def files(self) -> Path:
        """The folder of its knowledge files."""
        return self.folder / COPY


def in_service(versions: Path) -> Version | None:
    """The version in service in the folder ``versions``; None while nothing was ever published.

    Raises:
        NotPublishedError: the pointer leads nowhere, or to something that is no version.
    """
    target = _target(versions)
    return None if target is None else _version(versions / target)


def _target(versions: Path) -> Path | None:
    """Where the pointer leads, without a look at what is there; None while there is none."""
    try:
        return (versions / CURRENT).readlink()
    except OSError:
        return None


def _version(folder: Path) -> Version:
    try:
        record = json.loads((folder / RECORD).read_text("utf-8"))
        return Version(folder, str(record["knowledge"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotPublishedError(f"there is no version in {folder.name}") from error


class Reader:
    """Reads states of the knowledge one after the other, in one folder or in several, and parses
    only files that are other ones than the last time."""

    def __init__(self) -> None:
        """Have read nothing yet."""
        self._cache = ParseCache()
        self._last: Path | None = None

    def content_hash(self, folder: Path) -> str:
        """What :func:`forewarn.knowledge.loader.content_hash` says of ``folder``."""
        return content_hash(folder, self._cache)

    def read(self, folder: Path) -> tuple[Knowledge, list[Problem]]:
        """Whatever can be loaded from ``folder``, with every problem met on the way."""
        if self._last is not None and self._last != folder:
            # Unchanged files of two versions are one file of the disk under two names.
            old, new = f"{self._last}/", f"{folder}/"
            self._cache.kept = {
                tuple(new + name.removeprefix(old) for name in names): value
                for names, value in self._cache.kept.items()
            }
        self._last = folder
        return read(folder, self._cache)

    def load(self, folder: Path) -> Knowledge:
        """The knowledge in ``folder``.

        Raises:
            KnowledgeError: any file cannot be read or breaks the schema.
        """
        knowledge, problems = self.read(folder)
        if problems:
            raise KnowledgeError(problems)
        return knowledge


@dataclass(frozen=True)
class Edition(Generic[T]):
    """What a part made of one state of the knowledge, and the content hash of that state."""

    knowledge: str
    made: T


class Follower(Generic[T]):
    """What a part speaks from: made of the knowledge in service, and made anew when that changes.

    While nothing was ever published it is made of the knowledge folder itself.
    """

    def __init__(self, versions: Path, knowledge: Path, make: Callable[[Knowledge], T]) -> None:
        """Load the version in service, else ``knowledge``, and ``make`` something of it.

        Raises:
            forewarn.knowledge.problems.KnowledgeError: the knowledge has errors.
        """
        self._versions = versions
        self._make = make
        self._reader = Reader()
        self._looking = threading.Lock()
        self._led_to: Path | None = None
        self._problem: str | None = None
        self._now = self._newest() or Edition(
            content_hash(knowledge), make(self._reader.load(knowledge))
        )

    @property
    def now(self) -> Edition[T]:
        """What to speak from; take it once for each request."""
        return self._now

    @property
    def problem(self) -> str | None:
        """Why the version in service is not the one spoken from; None where it is."""
        return self._problem

    def look(self) -> None:
        """Catch up with the pointer, if it has moved. A version that cannot be loaded changes
        nothing, and is said once."""
        with self._looking:
            self._now = self._newest() or self._now

    def following(self) -> AbstractContextManager[None]:
        """Follow the pointer, in a thread of its own, until the end of the block."""
        return alongside("published", self._follow)

    def _follow(self, over: threading.Event) -> None:
        while not over.wait(LOOK_SECONDS):
            self.look()

    def _newest(self) -> Edition[T] | None:
        """What the pointer leads to, if that is news and can be used."""
        target = _target(self._versions)
        if target is None or target == self._led_to:
            return None
        self._led_to = target
        try:
            version = _version(self._versions / target)
            with undisturbed():
                edition = Edition(version.knowledge, self._make(self._reader.load(version.files)))
        except Exception as error:  # noqa: BLE001  whatever it is, the next version may be better
            # What is wrong with published files was written by staff, not by people in need.
            self._problem = f"{target.name} cannot be followed: {error}"
            log.error("%s", self._problem)
            return None
        self._problem = None
        return edition
