"""Tiny parts that stand in for the real ones: each is a Python program of a few lines."""

import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from stack.parts import Part

# Answers /ready, writes one line, and ends when it is asked to.
SERVER = """
import http.server, os, sys
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
    def log_message(self, *ignored): pass
print("a part speaks", flush=True)
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Ready).serve_forever()
"""


@pytest.fixture
def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def part(free_port: int, tmp_path: Path) -> Callable[..., Part]:
    """Make a part that runs the given program in `tmp_path`."""

    def make(program: str = SERVER, name: str = "web") -> Part:
        script = tmp_path / f"{name}.py"
        script.write_text(program)
        return Part(
            name=name,
            command=(sys.executable, str(script)),
            host="127.0.0.1",
            port=free_port,
            ready=f"http://127.0.0.1:{free_port}/ready",
            environment={"PATH": os.defpath, "PORT": str(free_port), "HERE": str(tmp_path)},
        )

    return make
