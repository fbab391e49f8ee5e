"""Starts what is measured, on free ports, and stops it again."""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import httpx
import psutil

from bench.running import NotRunningError

_LOOK_SECONDS = 0.1
_STOP_SECONDS = 30.0


@contextlib.contextmanager
def serving(
    command: Sequence[str],
    ready: str,
    folder: Path,
    environment: Mapping[str, str],
    patience: float = 120.0,
) -> Iterator[psutil.Process]:
    """Run ``command`` in ``folder`` until the end of the block, which begins once the address
    ``ready`` answers 200.

    Raises:
        NotRunningError: it does not within ``patience`` seconds, or the process ends.
    """
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + patience
        while not _answers(ready):
            if time.monotonic() > until or process.poll() is not None:
                raise NotRunningError(f"{' '.join(command[1:4])} did not start")
            time.sleep(_LOOK_SECONDS)
        yield psutil.Process(process.pid)
    finally:
        stop(process)


def processor_ms(processes: Iterable[psutil.Process]) -> float:
    """Milliseconds of processor time that ``processes`` and all they started have used so far."""
    every = [one for process in processes for one in (process, *process.children(recursive=True))]
    times = [one.cpu_times() for one in every]
    return sum(one.user + one.system for one in times) * 1000


def stop(process: subprocess.Popen[bytes]) -> None:
    """End ``process`` and all that it started."""
    if process.poll() is not None:
        return
    children = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    _, left = psutil.wait_procs(children, _STOP_SECONDS)
    for child in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()


def free_ports(count: int) -> list[int]:
    """As many ports of the loopback as are asked for, free this moment and all different."""
    with contextlib.ExitStack() as held:
        listeners = [held.enter_context(socket.socket()) for _ in range(count)]
        for listener in listeners:
            listener.bind(("127.0.0.1", 0))
        return [int(listener.getsockname()[1]) for listener in listeners]


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=2, trust_env=False).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False
