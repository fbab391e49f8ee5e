"""A Redis of the tests: on a port of its own, without a disk."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from typing import Any, Self

import redis


class RedisServer:
    """A Redis that lives for the block."""

    def __init__(self) -> None:
        program = shutil.which("redis-server")
        assert program, "install redis-server (python -m stack.debian)"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._command = [
            program, "--port", str(self.port), "--bind", "127.0.0.1",
            "--save", "", "--appendonly", "no", "--daemonize", "no",
        ]  # fmt: skip

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def other_url(self) -> str:
        """Another database of it, in which no other web looks for events."""
        return f"redis://127.0.0.1:{self.port}/1"

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        self._client = redis.Redis(port=self.port, decode_responses=True)
        for _ in range(500):
            try:
                self._client.ping()
            except redis.ConnectionError:
                time.sleep(0.02)
            else:
                return self
        raise AssertionError("Redis did not start")

    def __exit__(self, *_: object) -> None:
        self._client.close()
        self._process.terminate()
        self._process.wait()

    def everything(self) -> str:
        """All that lies there, with all names."""
        held: list[Any] = []
        for name in self._client.keys("*"):
            match self._client.type(name):
                case "hash":
                    held.append((name, self._client.hgetall(name)))
                case "zset":
                    held.append((name, self._client.zrange(name, 0, -1, withscores=True)))
                case _:
                    held.append((name, self._client.get(name)))
        return repr(held)

    def lives(self, pattern: str) -> dict[str, int]:
        """The names that fit `pattern`, each with its seconds to live (-1: for good)."""
        return {name: self._client.ttl(name) for name in self._client.keys(pattern)}
