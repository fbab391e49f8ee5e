"""A whole turn beside a turn of bare Rasa, as shipped and with our repairs, in one run.

The bare bot (``bench/bare/``) knows one rule, finds intents by keyword and calls an action that
does nothing; its action server and its REST channel are Rasa's own. All are asked the same, turn
by turn in changing order, over HTTP, so that whatever else the machine does disturbs them alike.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import httpx
import numpy as np
import psutil
from numpy.typing import NDArray

from bench.processes import free_ports, processor_ms, serving
from bench.results_file import percentile
from bench.running import CALIBRATION, NotRunningError, post
from bench.starting import ROOT
from retrieval import questions
from stack.parts import ORDER, python
from stack.settings import StackSettings

Bot = Literal["shipped", "repaired", "ours"]
BOTS: tuple[Bot, ...] = ("shipped", "repaired", "ours")

GOAL = {"times_shipped": 0.6, "above_repaired_ms": 30.0, "fortieth_times_second": 1.3}
"""The most each may be."""

BARE = Path(__file__).resolve().parent / "bare"

_TURNS = 40
_CONVERSATIONS = 12
_WARM_UP = 1
_TRAIN_SECONDS = 180


def measure() -> dict[str, Any]:
    """Train and start the bots, and the whole stack; have the same conversations with each.

    Raises:
        NotRunningError: one of them does not start, or answers anything but 200.
        subprocess.SubprocessError: the stack could not be prepared, or training took too long.
    """
    prepare = [sys.executable, "-m", "stack", "prepare"]
    subprocess.run(prepare, cwd=ROOT, check=True, stdout=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="turns-") as folder:
        work = Path(folder) / "bare"
        shutil.copytree(BARE, work)
        model = _train(work)
        with _running(work, model) as bots:
            taken = _talk(bots, _texts())
    return {"conversations": _CONVERSATIONS, "turns": _TURNS, "goal": GOAL, **summary(taken)}


@dataclass(frozen=True)
class Taken:
    """Milliseconds by bot, a row for a conversation and a column for a turn of it: ``waited`` for
    the reply, and ``used`` of the processor by all processes of the bot."""

    waited: dict[Bot, NDArray[np.float64]]
    used: dict[Bot, NDArray[np.float64]]


def summary(taken: Taken) -> dict[str, Any]:
    """Medians of what is compared turn by turn, never of two runs; of processor time, means: it is
    counted in steps of 10 ms."""
    waited = taken.waited
    ours = waited["ours"]
    return {
        "turn_ms": {
            bot: {
                "p50": round(float(np.median(every)), 1),
                "p95": round(percentile(every.ravel().tolist(), 0.95), 1),
                "second": round(float(np.median(every[:, 1])), 1),
                "last": round(float(np.median(every[:, -1])), 1),
                "processor": round(float(np.mean(taken.used[bot])), 1),
            }
            for bot, every in waited.items()
        },
        "times_shipped": round(float(np.median(ours / waited["shipped"])), 2),
        "above_repaired_ms": round(float(np.median(ours - waited["repaired"])), 1),
        "fortieth_times_second": round(float(np.median(ours[:, -1] / ours[:, 1])), 2),
    }


def _train(work: Path) -> Path:
    """Train the bare bot in the folder ``work``, as Rasa's own command does."""
    command = ["train", "--config", "config.yml", "--domain", "domain.yml", "--data", "data.yml"]
    done = subprocess.run(
        [str(_python()), "-m", "rasa", *command, "--fixed-model-name", "bare"],
        cwd=work,
        env=_environment(),
        capture_output=True,
        timeout=_TRAIN_SECONDS,
    )
    model = work / "models" / "bare.tar.gz"
    if done.returncode or not model.is_file():
        raise NotRunningError(f"Rasa trained no bare bot: {done.stderr.decode()[-500:]}")
    return model


@dataclass(frozen=True)
class _Bot:
    """A bot that runs: its address, and the processes of which it is made."""

    address: str
    processes: list[psutil.Process]


@contextlib.contextmanager
def _running(work: Path, model: Path) -> Iterator[dict[Bot, _Bot]]:
    """The three bots, while they run."""
    with contextlib.ExitStack() as running:

        def bare(command: list[str], folder: Path) -> _Bot:
            """A bare bot, with an action server of its own."""
            port, actions = free_ports(2)
            address, calls = (f"http://127.0.0.1:{each}" for each in (port, actions))
            environment = {
                **_environment(),
                "BARE_ACTIONS_URL": calls,
                "FOREWARN_ACTIONS_URL": calls,
                "FOREWARN_BOT_PORT": str(port),
                "FOREWARN_BOT_SECRET": "a secret for measuring only",
            }
            server = [str(_python()), "-m", "rasa_sdk", "--actions", "actions"]
            processes = [
                running.enter_context(
                    serving([*server, "--port", str(actions)], f"{calls}/health", work, environment)
                ),
                running.enter_context(
                    serving(
                        [str(_python()), *(part.format(port=port) for part in command)],
                        f"{address}/webhooks/rest/",
                        folder,
                        environment,
                    )
                ),
            ]
            return _Bot(address, processes)

        shipped = ["-m", "rasa", "run", "--model", str(model), "--endpoints", "endpoints.yml"]
        shipped += ["--credentials", "credentials.yml", "--interface", "127.0.0.1"]
        yield {
            "shipped": bare([*shipped, "--port", "{port}"], work),
            "repaired": bare(["-m", "bench.bare.repaired", str(model)], ROOT),
            "ours": _ours(running),
        }


def _ours(running: contextlib.ExitStack) -> _Bot:
    """The whole stack, with no limit on how much one may ask."""
    ports = dict(zip(ORDER, free_ports(len(ORDER)), strict=True))
    address = f"http://127.0.0.1:{ports['web']}"
    environment = {
        **os.environ,
        **{f"FOREWARN_{name.upper()}_PORT": str(port) for name, port in ports.items()},
        "FOREWARN_RATE_ADDRESS_BURST": "0",
        "FOREWARN_RATE_CONVERSATION_BURST": "0",
    }
    command = [sys.executable, "-m", "stack", "run"]
    stack = running.enter_context(serving(command, f"{address}/ready", ROOT, environment))
    return _Bot(address, [stack])


def _talk(bots: dict[Bot, _Bot], texts: list[str]) -> Taken:
    """Have the conversations; milliseconds by bot, conversation and turn."""
    waited = {bot: np.empty((_CONVERSATIONS, _TURNS)) for bot in BOTS}
    used = {bot: np.empty((_CONVERSATIONS, _TURNS)) for bot in BOTS}
    with contextlib.ExitStack() as held:
        clients = {
            name: held.enter_context(
                httpx.Client(base_url=bot.address, timeout=20, trust_env=False)
            )
            for name, bot in bots.items()
        }
        for number in range(-_WARM_UP, _CONVERSATIONS):
            begun = post(clients["ours"], "/api/conversation", {"language": "en"}, 201)
            mine = {"conversation": str(begun["conversation"])}
            for turn in range(_TURNS):
                text = _said(texts, number + _WARM_UP, turn)
                for place in range(len(BOTS)):
                    name = BOTS[(place + turn + number) % len(BOTS)]
                    if name == "ours":
                        path, sent = "/api/chat", {"text": text, **mine}
                    else:
                        path = "/webhooks/rest/webhook"
                        sent = {"sender": f"person {number}", "message": text}
                    before = processor_ms(bots[name].processes)
                    start = time.perf_counter()
                    post(clients[name], path, sent, 200)
                    taken = (time.perf_counter() - start) * 1000
                    if number >= 0:
                        waited[name][number, turn] = taken
                        used[name][number, turn] = processor_ms(bots[name].processes) - before
    return Taken(waited, used)


def _said(texts: list[str], number: int, turn: int) -> str:
    """What is said in a turn. The last asks what the second did, so that only its place differs;
    no text comes twice, or retrieval would remember its vector."""
    asked = 1 if turn == _TURNS - 1 else turn
    return f"{texts[(7 * number + asked) % len(texts)]} {_TURNS * number + turn}"


def _texts() -> list[str]:
    """English questions that have an answer, none of them held out."""
    asked = questions.read(CALIBRATION / "questions.en.jsonl")
    return [question.text for question in asked if question.expect]


def _python() -> Path:
    return python(StackSettings(), "bot")


def _environment() -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONWARNINGS": "ignore",
    }
