"""Starts the real stack for tests: the same command a person runs, on ports that are free."""

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import psutil

from bench.processes import free_ports
from stack.parts import ORDER
from stack.settings import ROOT

READY = "Forewarn is ready at "

# How long the stack may take to start while the machine is busy with other tests, in seconds.
PATIENCE = 240


@dataclass
class WholeStack:
    """A running stack: its address, and the processes behind it."""

    address: str
    process: "subprocess.Popen[str]"
    ports: dict[str, int]
    lines: list[str] = field(default_factory=list)

    def part(self, name: str) -> psutil.Process:
        """Return the process of a part. Raises LookupError when it does not run now."""
        words = ["-m", "bot.serve"] if name == "bot" else ["-m", name, "serve"]
        for child in psutil.Process(self.process.pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if child.cmdline()[1:] == words:
                    return child
        raise LookupError(name)

    def memory(self) -> int:
        """Return the bytes that all processes of the stack hold, shared pages counted once each."""
        processes = psutil.Process(self.process.pid).children(recursive=True)
        return sum(process.memory_full_info().pss for process in processes)


@contextlib.contextmanager
def running(*, ready: bool = True, **settings: str) -> Iterator[WholeStack]:
    """Run the stack until the context ends; give it once it has said that it is ready.

    Without `ready` it is given at once, while its parts are still being started.

    Raises RuntimeError with what it printed when it is not ready in time.
    """
    ports = dict(zip(ORDER, free_ports(len(ORDER)), strict=True))
    environment = {
        **os.environ,
        **{f"FOREWARN_{name.upper()}_PORT": str(port) for name, port in ports.items()},
        # A test says in seconds what people say in hours.
        "FOREWARN_RATE_ADDRESS_BURST": "0",
        "FOREWARN_RATE_CONVERSATION_BURST": "0",
        **settings,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "stack", "run"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    stack = WholeStack(f"http://127.0.0.1:{ports['web']}", process, ports)
    arrived: queue.Queue[str | None] = queue.Queue()

    def listen() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            stack.lines.append(line.rstrip("\n"))
            arrived.put(line)
        arrived.put(None)

    listener = threading.Thread(target=listen)
    listener.start()
    try:
        if ready:
            _wait_ready(arrived, stack)
        yield stack
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        listener.join()
        assert process.stdout is not None
        process.stdout.close()


def _wait_ready(arrived: "queue.Queue[str | None]", stack: WholeStack) -> None:
    while True:
        try:
            line = arrived.get(timeout=PATIENCE)
        except queue.Empty:
            line = None
        if line is None:
            raise RuntimeError("the stack did not get ready:\n" + "\n".join(stack.lines))
        if READY in line:
            return
