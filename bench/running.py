"""Speed of a chat turn and memory of each part, of a stack that is running."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import httpx
import psutil

from bench.results_file import percentile
from retrieval import questions

PARTS = {"web": 8000, "retrieval": 8001, "bot": 5005, "actions": 5055}
"""The parts and the ports they listen on unless FOREWARN_<PART>_PORT says otherwise."""

CALIBRATION = Path(__file__).resolve().parent / "calibration"

_TURNS = 150
_WARM_UP = 10


class NotRunningError(RuntimeError):
    """The stack does not answer; start it with `make run` first."""


def chat() -> dict[str, Any]:
    """Ask questions one after the other, each in a fresh conversation, and time the replies.

    Raises:
        NotRunningError: web does not answer, or answers anything but 200.
    """
    texts = [
        (question.text, question.language)
        for path in sorted(CALIBRATION.glob("questions*.jsonl"))
        for question in questions.read(path)
    ]
    taken: list[float] = []
    with httpx.Client(base_url=f"http://127.0.0.1:{_port('web')}", timeout=10) as client:
        for number in range(_WARM_UP + _TURNS):
            text, language = texts[number % len(texts)]
            begun = post(client, "/api/conversation", {"language": language}, 201)
            message = {"text": text, "conversation": begun["conversation"]}
            start = time.perf_counter()
            post(client, "/api/chat", message, 200)
            if number >= _WARM_UP:
                taken.append((time.perf_counter() - start) * 1000)
            client.request(
                "DELETE", "/api/conversation", json={"conversation": begun["conversation"]}
            )
    return {
        "turns": len(taken),
        "p50_ms": round(percentile(taken, 0.5), 1),
        "p95_ms": round(percentile(taken, 0.95), 1),
        "slowest_ms": round(max(taken), 1),
    }


def memory() -> dict[str, Any]:
    """Memory of each part in MB: resident, and the share that is its own (PSS).

    Raises:
        NotRunningError: no process listens on a part's port.
    """
    found: dict[str, Any] = {}
    for part in PARTS:
        processes = _processes(part)
        full = [process.memory_full_info() for process in processes]
        found[part] = {
            "resident_mb": round(sum(one.rss for one in full) / 2**20),
            "proportional_mb": round(sum(one.pss for one in full) / 2**20),
        }
    return {
        "parts": found,
        "resident_mb": sum(one["resident_mb"] for one in found.values()),
        "proportional_mb": sum(one["proportional_mb"] for one in found.values()),
    }


def _processes(part: str) -> list[psutil.Process]:
    port = _port(part)
    for connection in psutil.net_connections("tcp"):
        if connection.status == psutil.CONN_LISTEN and connection.laddr[1:2] == (port,):
            process = psutil.Process(connection.pid)
            return [process, *process.children(recursive=True)]
    raise NotRunningError(f"nothing listens on port {port} ({part}): run `make run` first")


def _port(part: str) -> int:
    return int(os.environ.get(f"FOREWARN_{part.upper()}_PORT", PARTS[part]))


def post(client: httpx.Client, path: str, sent: dict[str, str], status: int) -> Any:
    """What is answered to ``sent``, JSON as it is.

    Raises:
        NotRunningError: nothing answers there, or with another status.
    """
    try:
        reply = client.post(path, json=sent)
    except httpx.TransportError as error:
        raise NotRunningError(f"{client.base_url} does not answer") from error
    if reply.status_code != status:
        raise NotRunningError(f"{path} answered {reply.status_code}, not {status}")
    return reply.json()
