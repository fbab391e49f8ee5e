"""Reading pictures, seen from web: one process for each, ended with it, killed when it hangs."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from web.reading.outcomes import Outcome
from web.refusals import RefusedError, Why
from web.settings import WebSettings

log = logging.getLogger(__name__)

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

AT_ONCE = 1
"""Pictures read at once: the other parts need a core too."""

HELD = 6
"""Pictures held at once, with those that still arrive or wait: of the largest, 60 MB."""

MOST_ANSWER = 400_000
"""Bytes of an answer; a picture does not hold more text."""

_LIST_SECONDS = 10


class Reading(BaseModel):
    """What came of a picture: its lines, and what the codes in it hold."""

    model_config = ConfigDict(frozen=True)

    outcome: Outcome
    text: str = ""
    codes: tuple[str, ...] = ()


class Readers:
    """The processes that read pictures."""

    def __init__(self, settings: WebSettings) -> None:
        """Look for Tesseract and its language packs; say which are missing."""
        self._tesseract = shutil.which(settings.tesseract) if settings.tesseract else None
        self._seconds = settings.picture_seconds
        wanted: dict[str, list[str]] = yaml.safe_load((HERE / "packs.yml").read_text("utf-8"))
        here = self._installed()
        self._packs = {
            language: "+".join(names) for language, names in wanted.items() if here >= set(names)
        }
        missing = [language for language in wanted if language not in self._packs]
        if missing:
            log.warning("no reading of pictures in %s: Tesseract or a pack of its is missing",
                        ", ".join(missing))  # fmt: skip
        self._held = 0
        self._turns = asyncio.Semaphore(AT_ONCE)

    @property
    def languages(self) -> list[str]:
        """The codes of the languages in which pictures can be read here."""
        return list(self._packs)

    @contextlib.contextmanager
    def holding(self) -> Iterator[None]:
        """Hold a picture, from before its first byte has come until it is read.

        Raises:
            RefusedError: too many are held already.
        """
        if self._held >= HELD:
            raise RefusedError(Why.picture_busy, {"seconds": math.ceil(self._seconds)})
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1

    async def read(self, picture: bytes, language: str) -> Reading:
        """What stands in the file `picture`, whose words are in `language`. Nothing of it is left
        when this returns.

        Raises:
            KeyError: pictures in `language` cannot be read here.
        """
        packs = self._packs[language]
        async with self._turns:
            return await self._read(picture, packs)

    async def _read(self, picture: bytes, packs: str) -> Reading:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "web.reading.reader",
            str(math.ceil(self._seconds)), str(self._tesseract), packs,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            start_new_session=True,
        )  # fmt: skip
        try:
            async with asyncio.timeout(self._seconds):
                said = await _exchanged(process, picture)
        except TimeoutError:
            return Reading(outcome=Outcome.too_slow)
        finally:
            # The whole group, with Tesseract in it: also when the person has gone.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
        try:
            return Reading.model_validate_json(said)
        except ValidationError:
            # The error quotes what it could not read: not chained.
            return Reading(outcome=Outcome.broken)

    def _installed(self) -> set[str]:
        """The language packs of the Tesseract here."""
        if self._tesseract is None:
            return set()
        try:
            listed = subprocess.run(
                [self._tesseract, "--list-langs"],
                capture_output=True,
                text=True,
                timeout=_LIST_SECONDS,
                check=False,
            )
        except (OSError, subprocess.SubprocessError):
            return set()
        return set(listed.stdout.split())


async def _exchanged(process: asyncio.subprocess.Process, picture: bytes) -> bytes:
    """What `process` says to `picture`: not more of it than can be an answer."""
    given, told = process.stdin, process.stdout
    if given is None or told is None:
        raise ValueError("the process has no pipes")
    with contextlib.suppress(ConnectionError):  # it may have seen enough before the end
        given.write(picture)
        await given.drain()
    given.close()
    said = bytearray()
    while len(said) < MOST_ANSWER and (chunk := await told.read(MOST_ANSWER)):
        said += chunk
    return bytes(said)


def _environment() -> dict[str, str]:
    """What the process is told of ours: not the secrets, which the picture's bytes may be after."""
    passed = {name: os.environ[name] for name in ("PATH", "TESSDATA_PREFIX") if name in os.environ}
    # One thread: Tesseract's four make one picture hardly faster and take the cores of all.
    return {**passed, "PYTHONPATH": str(ROOT), "OMP_THREAD_LIMIT": "1"}
