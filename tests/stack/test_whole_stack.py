"""Everything running, as `make run` and `make demo` run it."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import httpx
import psutil
import pytest

from stack import chat, demo
from stack.parts import ORDER
from stack.settings import ROOT
from tests.whole_stack import READY, WholeStack, running

# The whole stack may hold this much memory, in bytes.
MEMORY = 1_800_000_000


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_the_demo_gets_every_answer(whole_stack: WholeStack) -> None:
    said: list[str] = []
    asyncio.run(demo.show(whole_stack.address, demo.script(), said.append))
    for turn in demo.script():
        assert f"> {turn.say}\n" in said


def test_the_demo_names_what_a_reply_lacks(whole_stack: WholeStack) -> None:
    turn = demo.Turn(title="A greeting", language="en", say="Hello", expect=["text", "verdict"])
    with pytest.raises(demo.UnansweredError) as unanswered:
        asyncio.run(demo.show(whole_stack.address, [turn], lambda line: None))
    assert str(unanswered.value) == "A greeting: the reply has no verdict"


@pytest.mark.parametrize("language", ["en", "th", "zh"])
def test_a_chat_in_the_terminal_shows_choices_and_takes_their_numbers(
    whole_stack: WholeStack, language: str
) -> None:
    said: list[str] = []
    shown_before: list[int] = []
    typed = iter(["1", "2", ""])

    def ask(prompt: str) -> str:
        shown_before.append(len(said))
        return next(typed)

    asyncio.run(chat.talk(whole_stack.address, language, said.append, ask))
    first, second, third = shown_before
    # Every reply offers something to tap, and each number led to another reply.
    for shown in (said[:first], said[first:second], said[second:third]):
        assert any(line.startswith("  [1] ") for line in shown), shown
    assert said[:first] != said[first:second]


def test_a_chat_that_the_terminal_ends_is_over(whole_stack: WholeStack) -> None:
    said: list[str] = []

    def ask(prompt: str) -> str:
        raise EOFError

    asyncio.run(chat.talk(whole_stack.address, "en", said.append, ask))
    assert said


def test_the_last_line_names_the_address(whole_stack: WholeStack) -> None:
    (line,) = [line for line in whole_stack.lines if READY in line]
    assert line == f"[stack] {READY}{whole_stack.address}/ (Ctrl-C stops it)"


def test_memory_stays_within_its_bound(whole_stack: WholeStack) -> None:
    assert whole_stack.memory() < MEMORY


@pytest.mark.parametrize("name", ["retrieval", "actions", "bot"])
def test_a_part_that_dies_is_replaced_and_people_get_the_lines_meanwhile(
    whole_stack: WholeStack, name: str
) -> None:
    died = whole_stack.part(name)
    died.kill()
    died.wait(10)
    with httpx.Client(base_url=whole_stack.address, timeout=10, trust_env=False) as client:
        answer = client.post("/api/chat", json={"text": "What can I do?", "language": "en"})
        body = answer.json()
        if answer.status_code == httpx.codes.OK:  # what died was not needed, or is back already
            assert body["replies"]
        else:
            assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE
            assert body["message"]
            assert body["hotlines"]
        until(lambda: _answers(client))
        until(lambda: client.get("/ready").status_code == httpx.codes.OK)
    assert whole_stack.part(name).pid != died.pid


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_however_it_is_stopped(number: signal.Signals) -> None:
    with running(ready=False) as stack:
        until(lambda: all(_runs(stack, name) for name in ORDER))
        processes = [stack.part(name) for name in ORDER]
        os.kill(stack.process.pid, number)
        status = stack.process.wait(30)
        until(lambda: not any(_alive(process) for process in processes))
    assert status == (-signal.SIGKILL if number == signal.SIGKILL else 0)


def test_a_second_stack_on_the_same_ports_is_told_in_one_sentence(whole_stack: WholeStack) -> None:
    ports = {f"FOREWARN_{name.upper()}_PORT": str(whole_stack.ports[name]) for name in ORDER}
    second = subprocess.run(
        [sys.executable, "-m", "stack", "run"],
        cwd=ROOT,
        env={**os.environ, **ports},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (second.returncode, second.stdout, second.stderr) == (
        1,
        "",
        f"Port {whole_stack.ports['bot']} on 127.0.0.1, where bot should listen, is not free: "
        "stop what uses it, or choose another with FOREWARN_BOT_PORT=PORT.\n",
    )


def _runs(stack: WholeStack, name: str) -> bool:
    try:
        return stack.part(name).is_running()
    except LookupError:
        return False


def _answers(client: httpx.Client) -> bool:
    answer = client.post("/api/chat", json={"text": "What can I do?", "language": "en"})
    return answer.status_code == httpx.codes.OK and bool(answer.json()["replies"])


def _alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
