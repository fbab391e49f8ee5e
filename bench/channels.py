"""Messaging apps: how soon web takes what an app tells, and how soon and how often it is answered.

Web runs as the stack starts it, between stand-ins (``bench.stand_ins``) of Telegram and of the bot;
each of them, and who tells (``bench.telling``), is a process of its own. The bot answers one
message at a time, as a bot of one process does.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import psutil

from bench.processes import free_ports, processor_ms, serving, stop
from bench.results_file import percentile
from bench.running import NotRunningError
from bench.starting import ROOT
from bench.telling import Told
from stack.parts import Part, parts
from stack.settings import StackSettings

GOAL = {"taken_p99_ms": 200.0, "backlog_s": 30.0, "answered_p95_s": 1.0, "lost": 0, "doubled": 0}
"""The most each may be."""

TURN_SECONDS = 0.035
"""How long the bot takes for a message: about as long as the whole stack for a turn (bench/results/
chat.json). In the run that loses nothing it is quick, so that web is what there is to wait for."""

_QUICK_SECONDS = 0.002
_SECRET = "a secret for measuring only"  # noqa: S105
_TOKEN = "1:a-token-for-measuring-only"  # noqa: S105

_WARM_UP = {"first": 0, "events": 20, "a_second": 10.0, "people": 20}
_STEADY = {"first": 1_000, "events": 300, "a_second": 10.0, "people": 100}
_BURST = {"first": 2_000, "events": 1_000, "a_second": 50.0, "people": 200, "cry": 2_500}
_MANY = {
    "first": 10_000,
    "events": 10_000,
    "a_second": 80.0,
    "people": 2_000,
    "twice": 0.1,
    "disorder": 50,
}

_LOOK_SECONDS = 0.2
_AFTER_SECONDS = 2.0
_PATIENCE_SECONDS = 30.0
"""How long none may be answered until the rest counts as lost: longer than web takes to start."""


def measure() -> dict[str, Any]:
    """A steady flow and a burst with each queue, and very many events with a restart of web.

    Raises:
        NotRunningError: one of the processes does not start, or there is no Redis.
    """
    queues: dict[str, Any] = {}
    for queue in ("memory", "redis"):
        with _between(queue, TURN_SECONDS) as between:
            between.run(_WARM_UP)
            queues[queue] = {
                "steady": steady(between.run(_STEADY)),
                "burst": burst(between.run(_BURST), int(_BURST["cry"])),
            }
    with _between("redis", _QUICK_SECONDS) as between:
        found = many(between.run(_MANY, half=between.restart))
    return {
        "goal": GOAL,
        "turn_ms": TURN_SECONDS * 1000,
        "plans": {"steady": _STEADY, "burst": _BURST, "many": _MANY},
        "queues": queues,
        "many": found,
    }


@dataclass(frozen=True)
class Run:
    """What was told; of each answer which question it answers and when it came (seconds of the
    machine's clock); and milliseconds of processor time that web took for it all."""

    told: Told
    answers: list[tuple[int, float]]
    web_ms: float

    def answered(self) -> dict[int, float]:
        """When each question was answered first."""
        first: dict[int, float] = {}
        for question, came in self.answers:
            first.setdefault(question, came)
        return first

    def waits(self) -> list[float]:
        """Seconds from telling each question to its answer."""
        return [came - self.told.told[question] for question, came in self.answered().items()]


def steady(run: Run) -> dict[str, Any]:
    """How soon events are taken and answered, where there is no more than can be done."""
    return {**_taken(run), **_answered(run), **_worked(run), **_kept(run)}


def burst(run: Run, cry: int) -> dict[str, Any]:
    """How soon events are taken where there are more than can be answered; how long after the last
    the last answer came; and how many of those who waited when the question ``cry`` was told were
    answered before it."""
    told, answered = run.told.told, run.answered()
    ahead = [
        came
        for question, came in answered.items()
        if told[question] < told[cry] < came and question != cry
    ]
    return {
        **_taken(run),
        **_answered(run),
        "backlog_s": round(max(0.0, max(answered.values()) - run.told.ended), 1),
        "cry_s": round(answered.get(cry, math.inf) - told[cry], 2),
        "waiting": len(ahead),
        "before_cry": sum(came < answered.get(cry, math.inf) for came in ahead),
        **_worked(run),
        **_kept(run),
    }


def many(run: Run) -> dict[str, Any]:
    """How many were lost and doubled, and how often web was not there to take an event."""
    return {"tellings": len(run.told.taken_ms), "refused": run.told.refused, **_kept(run)}


def _taken(run: Run) -> dict[str, Any]:
    taken = run.told.taken_ms
    return {
        "taken_p50_ms": round(percentile(taken, 0.5), 1),
        "taken_p99_ms": round(percentile(taken, 0.99), 1),
        "refused": run.told.refused,
    }


def _answered(run: Run) -> dict[str, float]:
    waits = run.waits()
    return {
        "answered_p50_s": round(percentile(waits, 0.5), 2),
        "answered_p95_s": round(percentile(waits, 0.95), 2),
    }


def _worked(run: Run) -> dict[str, float]:
    return {"web_ms": round(run.web_ms / len(run.told.told), 1)}


def _kept(run: Run) -> dict[str, int]:
    times = Counter(question for question, _ in run.answers)
    return {
        "events": len(run.told.told),
        "lost": len(run.told.told.keys() - times.keys()),
        "doubled": sum(count - 1 for count in times.values()),
    }


@dataclass
class _Between:
    """Web between its stand-ins."""

    part: Part
    telegram: str
    web: ExitStack
    processes: list[psutil.Process] = field(default_factory=list)

    def start(self) -> None:
        """Start web."""
        ready = f"http://127.0.0.1:{self.part.port}/health"
        started = serving(self.part.command, ready, ROOT, self.part.environment)
        self.processes = [self.web.enter_context(started)]

    def restart(self) -> None:
        """Stop web, as the stack does, and start it again."""
        self.web.close()
        self.start()

    def run(self, plan: Mapping[str, Any], half: Callable[[], None] = lambda: None) -> Run:
        """Tell all of ``plan``, calling ``half`` in the middle of it, and wait for the answers.

        Raises:
            NotRunningError: it could not be told, or none was taken or answered.
        """
        address, before = f"http://127.0.0.1:{self.part.port}", processor_ms(self.processes)
        command = [sys.executable, "-m", "bench.telling"]
        asked = json.dumps({"address": address, "secret": _SECRET, **plan})
        with subprocess.Popen(
            [*command, asked], cwd=ROOT, text=True, stdout=subprocess.PIPE
        ) as teller:
            # The first line is "half".
            lines = iter(teller.stdout or ())
            if next(lines, None):
                half()
            try:
                found = json.loads(next(lines, ""))
            except ValueError as error:
                raise NotRunningError("bench.telling failed") from error
        told = Told(**{**found, "told": {int(n): at for n, at in found["told"].items()}})
        answers = self._answers(told)
        if not told.taken_ms or not answers:
            raise NotRunningError("web takes nothing, or answers nothing")
        # Of a web that was started anew meanwhile, what it took from there on.
        return Run(told, answers, max(0.0, processor_ms(self.processes) - before))

    def _answers(self, told: Told) -> list[tuple[int, float]]:
        """All answers to what was ``told``, when no more can be waited for."""
        answers: list[tuple[int, float]] = []
        with httpx.Client(base_url=self.telegram, trust_env=False) as client:
            until = time.monotonic() + _PATIENCE_SECONDS
            while time.monotonic() < until:
                time.sleep(_LOOK_SECONDS)
                new = [(n, came) for n, came in client.get("/sent").json() if n in told.told]
                if len(new) > len(answers):
                    until = time.monotonic() + _PATIENCE_SECONDS
                answers = new
                if told.told.keys() <= {n for n, _ in answers}:
                    # A second answer would come right behind.
                    until = min(until, time.monotonic() + _AFTER_SECONDS)
        return answers


@contextlib.contextmanager
def _between(queue: str, turn_seconds: float) -> Iterator[_Between]:
    """Web with a ``queue`` (memory or redis) and a bot that takes ``turn_seconds``."""
    with ExitStack() as running:
        web, telegram, bot = free_ports(3)
        for who in (("telegram", str(telegram)), ("bot", str(bot), str(turn_seconds))):
            command = [sys.executable, "-m", "bench.stand_ins", *who]
            ready = f"http://127.0.0.1:{who[1]}/count"
            running.enter_context(serving(command, ready, ROOT, dict(os.environ)))
        settings = StackSettings(web_port=web, bot_port=bot, bot_secret=_SECRET, token_key=_SECRET)
        part = next(part for part in parts(settings) if part.name == "web")
        environment = {
            **part.environment,
            # Nothing that is published: web speaks from the files.
            "FOREWARN_VAR": running.enter_context(tempfile.TemporaryDirectory(prefix="channels-")),
            "FOREWARN_REDIS_URL": running.enter_context(_redis()) if queue == "redis" else "",
            "FOREWARN_TELEGRAM_BOT_TOKEN": _TOKEN,
            "FOREWARN_TELEGRAM_WEBHOOK_SECRET": _SECRET,
            "FOREWARN_TELEGRAM_API_URL": f"http://127.0.0.1:{telegram}",
        }
        between = _Between(
            replace(part, environment=environment),
            f"http://127.0.0.1:{telegram}",
            running.enter_context(ExitStack()),
        )
        between.start()
        yield between


@contextlib.contextmanager
def _redis() -> Iterator[str]:
    """The address of a Redis of our own, without a disk, that lives for the block.

    Raises:
        NotRunningError: there is none, or it does not start.
    """
    program = shutil.which("redis-server")
    if program is None:
        raise NotRunningError("install redis-server (python -m stack.debian)")
    (port,) = free_ports(1)
    command = [program, "--port", str(port), "--bind", "127.0.0.1"]
    command += ["--save", "", "--appendonly", "no"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + _PATIENCE_SECONDS
        while not _listens(port):
            if time.monotonic() > until or process.poll() is not None:
                raise NotRunningError("Redis did not start")
            time.sleep(_LOOK_SECONDS)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        stop(process)


def _listens(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0
