"""Starts the parts, waits until they are ready, restarts what dies, and stops all of it.

docs/decisions/0001-supervisor.md says why this is ours.
"""

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from stack.parts import Part

logger = logging.getLogger(__name__)

LEASH = Path(__file__).resolve().parent / "leash.py"
_LONGEST_LINE = 64 * 1024

Say = Callable[[str], None]


class PortInUseError(Exception):
    """Something else listens where a part should. The message says what to do."""


@dataclass(frozen=True)
class BackOff:
    """How long to wait before a part that died is started again, in seconds.

    The wait doubles from `first` to `longest`, and begins anew once a part has stayed up for
    `steady` seconds.
    """

    first: float = 0.5
    longest: float = 30.0
    steady: float = 30.0

    def wait(self, deaths: int) -> float:
        """Return the wait after so many deaths in a row."""
        return float(min(self.longest, self.first * 2 ** (deaths - 1)))


def check_ports(parts: Sequence[Part]) -> None:
    """Raise PortInUseError when a part's port is taken."""
    for part in parts:
        family = socket.AF_INET6 if ":" in part.host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as listener:
            # As the part itself will: a port just left by a stopped stack is free.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind((part.host, part.port))
            except OSError as failure:
                raise PortInUseError(
                    f"Port {part.port} on {part.host}, where {part.name} should listen, is not "
                    f"free: stop what uses it, or choose another with {part.port_setting}=PORT."
                ) from failure


class Supervisor:
    """Keeps the parts running until it is told to stop.

    `say` gets the supervisor's own sentences, `output` what the parts print, line by line with
    the name of the part in front. Neither is written to a file.
    """

    def __init__(
        self,
        parts: Sequence[Part],
        say: Say,
        output: Say,
        back_off: BackOff | None = None,
        stop_seconds: float = 5.0,
    ) -> None:
        self._parts = parts
        self._say = say
        self._output = output
        self._back_off = back_off or BackOff()
        self._stop_seconds = stop_seconds
        self._stopping = asyncio.Event()
        self._keepers: list[asyncio.Task[None]] = []
        self._running: dict[str, asyncio.subprocess.Process] = {}

    async def start(self) -> None:
        """Start every part and keep it running. Raises PortInUseError before starting any."""
        check_ports(self._parts)
        self._keepers = [asyncio.create_task(self._keep(part)) for part in self._parts]

    async def wait_ready(self, seconds: float) -> list[str]:
        """Wait until every part is ready; return the names of those that are not in time."""
        began = time.monotonic()
        waits = {asyncio.create_task(self._ready(part, began)): part for part in self._parts}
        try:
            done, _ = await asyncio.wait(waits, timeout=seconds)
        finally:
            for wait in waits:
                wait.cancel()
        return [part.name for wait, part in waits.items() if wait not in done]

    async def stop(self) -> None:
        """Stop every part: asked first, killed when it has not ended in time."""
        self._stopping.set()
        for process in self._running.values():
            _signal_group(process, signal.SIGTERM)
        if self._keepers:
            await asyncio.wait(self._keepers, timeout=self._stop_seconds)
        for name, process in list(self._running.items()):
            self._say(f"{name} did not end when asked and is killed")
            _signal_group(process, signal.SIGKILL)
        await asyncio.gather(*self._keepers)

    def pids(self) -> dict[str, int]:
        """Return the process ids of the parts that run now."""
        return {name: process.pid for name, process in self._running.items()}

    async def _keep(self, part: Part) -> None:
        deaths = 0
        while not self._stopping.is_set():
            began = time.monotonic()
            status = await self._run(part)
            if self._stopping.is_set():
                return
            steady = time.monotonic() - began >= self._back_off.steady
            deaths = 1 if steady else deaths + 1
            wait = self._back_off.wait(deaths)
            self._say(f"{part.name} ended ({_how(status)}); it is started again in {wait:g} s")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), wait)

    async def _run(self, part: Part) -> int:
        """Run a part once, to its end; return its status."""
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-IS",
                str(LEASH),
                str(os.getpid()),
                *part.command,
                env=dict(part.environment),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                # A group of its own: Ctrl-C reaches the supervisor alone, which stops them all.
                start_new_session=True,
            )
        except OSError as failure:
            self._say(f"{part.name} cannot be started: {failure.strerror}")
            return 127
        self._running[part.name] = process
        if self._stopping.is_set():  # told to stop while it was being started
            _signal_group(process, signal.SIGTERM)
        try:
            await self._relay(part.name, process)
            return await process.wait()
        finally:
            del self._running[part.name]
            # What the part itself started goes with it.
            _signal_group(process, signal.SIGKILL)

    async def _relay(self, name: str, process: asyncio.subprocess.Process) -> None:
        """Pass on what a part prints, whole lines at a time, until it closes its output."""
        assert process.stdout is not None  # noqa: S101 - it was asked for above
        ended = asyncio.create_task(process.wait())
        kept = b""
        while chunk := await _read(process.stdout, ended):
            *lines, kept = (kept + chunk).split(b"\n")
            if len(kept) > _LONGEST_LINE:
                lines, kept = [*lines, kept], b""
            for line in lines:
                self._output(f"{name:9} | {line.decode(errors='replace').rstrip()}")
        if kept:
            self._output(f"{name:9} | {kept.decode(errors='replace').rstrip()}")
        ended.cancel()

    async def _ready(self, part: Part, began: float) -> None:
        async with httpx.AsyncClient(timeout=2.0, trust_env=False) as client:
            while True:
                with contextlib.suppress(httpx.HTTPError):
                    if (await client.get(part.ready)).status_code == httpx.codes.OK:
                        break
                await asyncio.sleep(0.2)
        self._say(f"{part.name} is ready ({time.monotonic() - began:.0f} s)")


async def _read(stream: asyncio.StreamReader, ended: asyncio.Task[int]) -> bytes:
    """Read what there is; nothing once the process ended, even if a child holds its output."""
    reading = asyncio.create_task(stream.read(_LONGEST_LINE))
    await asyncio.wait({reading, ended}, return_when=asyncio.FIRST_COMPLETED)
    if not reading.done():
        # The process ended: what it had printed is there at once, or there is nothing more.
        await asyncio.wait({reading}, timeout=0.2)
    if reading.done():
        return reading.result()
    reading.cancel()
    return b""


def _signal_group(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _how(status: int) -> str:
    return f"signal {signal.Signals(-status).name}" if status < 0 else f"status {status}"
