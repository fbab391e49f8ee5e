"""Web as a process: what it says, what it keeps to itself, and when it refuses to start."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.web.conftest import KNOWLEDGE

ROOT = Path(__file__).resolve().parents[2]
SECRETS = {
    "FOREWARN_BOT_SECRET": "a secret of the tests",
    "FOREWARN_TOKEN_KEY": "another secret of the tests",
}


@contextmanager
def started(**environment: str) -> Iterator[subprocess.Popen[str]]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FOREWARN")}
    process = subprocess.Popen(
        [sys.executable, "-m", "web", "serve"],
        cwd=ROOT,
        env={
            **kept,
            "FOREWARN_KNOWLEDGE": str(KNOWLEDGE),
            "FOREWARN_VAR": "/nowhere",
            **environment,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def refused(**environment: str) -> list[str]:
    """The lines a process says before it ends without serving."""
    with started(**environment) as process:
        said, _ = process.communicate(timeout=60)
        assert process.returncode == 1
    return said.strip().split("\n")


def test_it_serves_says_nothing_of_who_asked_what_and_stops_when_told() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with started(FOREWARN_WEB_PORT=str(port), **SECRETS) as process:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if "running on" in line:
                break
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            response = client.post("/api/chat", json={"text": "a canary of mine"})
            client.get("/canary")
        assert response.status_code == 503
        assert "server" not in response.headers
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=30)
        assert process.returncode in {0, -signal.SIGTERM}
    log = "".join([*said, rest])
    assert "no answer could be had: down" in log
    assert re.search(r"canary|GET|POST|Traceback", log) is None


def test_without_secrets_it_says_which_are_missing() -> None:
    wanted = "set a secret of at least 16 random characters"
    assert refused() == [
        f"FOREWARN_BOT_SECRET: {wanted}",
        f"FOREWARN_TOKEN_KEY: {wanted}",
    ]


def test_with_broken_knowledge_it_names_the_file(tmp_path: Path) -> None:
    said = refused(FOREWARN_KNOWLEDGE=str(tmp_path), **SECRETS)
    assert any("languages.yml:1: error:" in line for line in said)
    assert not any("Traceback" in line for line in said)
