"""Prepares the stack, runs it, and keeps it running until it is stopped."""

import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import AsyncIterator

import httpx

from stack.parts import parts
from stack.prepare import prepare, steps
from stack.settings import StackSettings
from stack.supervisor import Supervisor, check_ports

logger = logging.getLogger(__name__)


class NotReadyError(Exception):
    """A part did not become ready in time. The message names it."""


def to_screen(line: str) -> None:
    """Show one line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def announce(line: str) -> None:
    """Show one line of the stack's own, told apart from what its parts print."""
    to_screen(f"[stack] {line}")


def prepare_all(settings: StackSettings) -> None:
    """Bring encoder, index and bot up to date. Raises StepError."""
    stamps = settings.var / "prepared"
    if not prepare(steps(settings), stamps, announce, to_screen):
        announce("nothing to prepare: encoder, index and bot are up to date")


async def run(settings: StackSettings) -> None:
    """Run the stack until Ctrl-C or SIGTERM.

    A part that is late does not stop the others: web answers with the emergency lines by itself.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    supervisor = Supervisor(
        parts(settings), announce, to_screen, stop_seconds=settings.stop_seconds
    )
    await supervisor.start()
    try:
        stopped = asyncio.create_task(stop.wait())
        ready = asyncio.create_task(supervisor.wait_ready(settings.start_seconds))
        await asyncio.wait({stopped, ready}, return_when=asyncio.FIRST_COMPLETED)
        if ready.done():
            announce(_address(settings, ready.result()))
        await stopped
    finally:
        announce("stopping")
        await supervisor.stop()
        ready.cancel()


def _address(settings: StackSettings, late: list[str]) -> str:
    address = settings.url("web") + "/"
    if not late:
        return f"Forewarn is ready at {address} (Ctrl-C stops it)"
    return (
        f"Not ready after {settings.start_seconds:.0f} s: {', '.join(late)}. {address} answers "
        "with the emergency lines until it is (Ctrl-C stops everything)"
    )


@contextlib.asynccontextmanager
async def reachable(settings: StackSettings) -> AsyncIterator[str]:
    """Give the address of a stack that is ready: the one that runs already, or one of our own.

    One of our own is prepared first, prints only when it fails, and is stopped at the end.
    Raises StepError, PortInUseError or NotReadyError.
    """
    address = settings.url("web")
    if await _is_ready(address):
        yield address
        return
    made = parts(settings)
    check_ports(made)
    prepare_all(settings)
    printed: list[str] = []
    supervisor = Supervisor(made, announce, printed.append, stop_seconds=settings.stop_seconds)
    await supervisor.start()
    try:
        late = await supervisor.wait_ready(settings.start_seconds)
        if late:
            raise NotReadyError(
                f"Not ready after {settings.start_seconds:.0f} s: {', '.join(late)}; what the "
                "parts printed is above."
            )
        yield address
    except Exception:
        for line in printed:
            to_screen(line)
        raise
    finally:
        await supervisor.stop()


async def _is_ready(address: str) -> bool:
    async with httpx.AsyncClient(timeout=2.0, trust_env=False) as client:
        try:
            return (await client.get(f"{address}/ready")).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False
