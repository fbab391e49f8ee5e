"""How long it takes from nothing to an answer: a fresh clone, and a second start."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from bench.running import NotRunningError

ROOT = Path(__file__).resolve().parent.parent

_START_SECONDS = 180.0
_SETUP_SECONDS = 1800


def second_start() -> dict[str, Any]:
    """Start the prepared stack and wait until web says that every part is ready.

    Raises:
        NotRunningError: something listens on web's port already, or the stack does not get ready.
    """
    url = f"http://127.0.0.1:{os.environ.get('FOREWARN_WEB_PORT', '8000')}/ready"
    if _ready(url) is not None:
        raise NotRunningError("something runs on web's port already: stop it first")
    start = time.perf_counter()
    stack = subprocess.Popen(
        ["make", "run"], cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        while not _ready(url):
            if time.perf_counter() - start > _START_SECONDS or stack.poll() is not None:
                raise NotRunningError("the stack did not get ready")
            time.sleep(0.1)
        taken = time.perf_counter() - start
    finally:
        os.killpg(stack.pid, signal.SIGINT)
        stack.wait(timeout=30)
    return {"seconds": round(taken, 1)}


def fresh_clone() -> dict[str, Any]:
    """Clone the repository and run ``make demo`` in the clone: set-up, first answers, stop.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    with tempfile.TemporaryDirectory(prefix="fresh-") as folder:
        start = time.perf_counter()
        subprocess.run(["git", "clone", "--quiet", str(ROOT), folder], check=True)
        subprocess.run(
            ["make", "demo"],
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=_SETUP_SECONDS,
        )
        return {"seconds": round(time.perf_counter() - start)}


def _ready(url: str) -> bool | None:
    """Whether every part is ready; None when nothing listens."""
    try:
        return httpx.get(url, timeout=2).is_success
    except httpx.TransportError:
        return None
