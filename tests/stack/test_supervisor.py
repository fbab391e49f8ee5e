"""What the supervisor promises: what dies comes back, ever later, and nothing is left behind."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from stack.parts import Part
from stack.settings import ROOT
from stack.supervisor import BackOff, PortInUseError, Supervisor, check_ports

Make = Callable[..., Part]

DIES = "import sys; sys.exit(3)"

COUNTS = """
import os, pathlib, sys
count = pathlib.Path(os.environ["HERE"], "count")
count.write_text(str(int(count.read_text()) + 1) if count.exists() else "1")
sys.exit(3)
"""

STUBBORN = """
import os, pathlib, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import signal, time\\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\\ntime.sleep(600)"])
pathlib.Path(os.environ["HERE"], "child").write_text(str(child.pid))
time.sleep(600)
"""


class Heard:
    """Collects what a supervisor says and what its parts print."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.printed: list[str] = []

    def supervisor(self, *parts: Part, **options: object) -> Supervisor:
        return Supervisor(parts, self.said.append, self.printed.append, **options)  # type: ignore[arg-type]


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something is so; a test that waits for ever is ended by asyncio's time limit."""
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.02)


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_back_off_doubles_to_its_longest() -> None:
    back_off = BackOff(first=0.5, longest=30.0)
    waits = [back_off.wait(deaths) for deaths in range(1, 10)]
    assert waits == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]


def test_a_dying_part_is_started_again_and_waited_for_longer_each_time(
    part: Make, tmp_path: Path
) -> None:
    heard = Heard()

    async def scenario() -> None:
        supervisor = heard.supervisor(part(COUNTS), back_off=BackOff(first=0.01, longest=0.04))
        await supervisor.start()
        await until(lambda: len(heard.said) >= 5)
        await supervisor.stop()

    asyncio.run(scenario())
    assert heard.said[:5] == [
        f"web ended (status 3); it is started again in {wait} s"
        for wait in ("0.01", "0.02", "0.04", "0.04", "0.04")
    ]
    assert int((tmp_path / "count").read_text()) >= 5


def test_the_wait_begins_anew_once_a_part_stayed_up(part: Make) -> None:
    heard = Heard()

    async def scenario() -> None:
        # Every run counts as long enough: the wait never grows.
        back_off = BackOff(first=0.01, longest=10.0, steady=0.0)
        supervisor = heard.supervisor(part(DIES), back_off=back_off)
        await supervisor.start()
        await until(lambda: len(heard.said) >= 3)
        await supervisor.stop()

    asyncio.run(scenario())
    assert heard.said[:3] == ["web ended (status 3); it is started again in 0.01 s"] * 3


def test_a_killed_part_comes_back_and_is_ready_again(part: Make) -> None:
    heard = Heard()

    async def scenario() -> None:
        supervisor = heard.supervisor(part(), back_off=BackOff(first=0.01))
        await supervisor.start()
        assert await supervisor.wait_ready(30) == []
        first = supervisor.pids()["web"]
        os.kill(first, signal.SIGKILL)
        await until(lambda: supervisor.pids().get("web", first) != first)
        assert await supervisor.wait_ready(30) == []
        await supervisor.stop()
        assert supervisor.pids() == {}

    asyncio.run(scenario())
    assert "web ended (signal SIGKILL); it is started again in 0.01 s" in heard.said


def test_what_a_part_prints_carries_its_name(part: Make) -> None:
    heard = Heard()

    async def scenario() -> None:
        supervisor = heard.supervisor(part())
        await supervisor.start()
        await supervisor.wait_ready(30)
        await supervisor.stop()

    asyncio.run(scenario())
    assert heard.printed == ["web       | a part speaks"]


def test_a_part_that_is_not_ready_in_time_is_named(part: Make) -> None:
    heard = Heard()

    async def scenario() -> list[str]:
        supervisor = heard.supervisor(part("import time; time.sleep(600)", name="bot"))
        await supervisor.start()
        late = await supervisor.wait_ready(0.3)
        await supervisor.stop()
        return late

    assert asyncio.run(scenario()) == ["bot"]


def test_a_part_that_cannot_be_started_is_tried_again(free_port: int) -> None:
    heard = Heard()
    broken = Part("bot", ("/nowhere/python",), "127.0.0.1", free_port, "http://127.0.0.1:9/", {})

    async def scenario() -> None:
        supervisor = heard.supervisor(broken, back_off=BackOff(first=0.01, longest=0.01))
        await supervisor.start()
        await until(lambda: len(heard.said) >= 2)
        await supervisor.stop()

    asyncio.run(scenario())
    assert heard.said[:2] == ["bot ended (status 1); it is started again in 0.01 s"] * 2


def test_a_part_that_does_not_end_is_killed_with_what_it_started(
    part: Make, tmp_path: Path
) -> None:
    heard = Heard()

    async def scenario() -> int:
        supervisor = heard.supervisor(part(STUBBORN), stop_seconds=0.3)
        await supervisor.start()
        await until((tmp_path / "child").exists)
        pid = supervisor.pids()["web"]
        await supervisor.stop()
        child = int((tmp_path / "child").read_text())
        await until(lambda: gone(child))
        return pid

    pid = asyncio.run(scenario())
    assert heard.said == ["web did not end when asked and is killed"]
    assert gone(pid)


def test_no_part_outlives_a_supervisor_that_is_killed_outright(
    tmp_path: Path,
) -> None:
    program = f"""
import asyncio, sys
from stack.parts import Part
from stack.supervisor import Supervisor
sleeper = Part("web", (sys.executable, "-c", "import time; time.sleep(600)"), "127.0.0.1",
    {_port()}, "http://127.0.0.1:9/", {{}})
async def main():
    supervisor = Supervisor([sleeper], print, print)
    await supervisor.start()
    while not supervisor.pids():
        await asyncio.sleep(0.01)
    print(supervisor.pids()["web"], flush=True)
    await asyncio.sleep(600)
asyncio.run(main())
"""
    supervisor = subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert supervisor.stdout is not None
    pid = int(supervisor.stdout.readline())
    with contextlib.closing(supervisor.stdout):
        supervisor.kill()
        supervisor.wait()
    deadline = time.monotonic() + 30
    while not gone(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert gone(pid)


def _port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def test_a_port_in_use_is_told_in_one_sentence(part: Make, free_port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", free_port))
        other.listen()
        with pytest.raises(PortInUseError) as refused:
            check_ports([part()])
    assert str(refused.value) == (
        f"Port {free_port} on 127.0.0.1, where web should listen, is not free: "
        "stop what uses it, or choose another with FOREWARN_WEB_PORT=PORT."
    )


def test_nothing_is_started_when_a_port_is_in_use(part: Make, free_port: int) -> None:
    heard = Heard()

    async def scenario() -> dict[str, int]:
        supervisor = heard.supervisor(part())
        with pytest.raises(PortInUseError):
            await supervisor.start()
        return supervisor.pids()

    with socket.socket() as other:
        other.bind(("127.0.0.1", free_port))
        other.listen()
        assert asyncio.run(scenario()) == {}
