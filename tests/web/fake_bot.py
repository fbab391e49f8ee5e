"""A bot that answers as told, or fails in every way a process can fail.

Real sockets, so that what web does about a frozen peer is really tried.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import Callable
from typing import Any, Self

Reply = Callable[[dict[str, Any]], dict[str, Any]]

FROZEN_SECONDS = 60


def answer(*blocks: dict[str, Any], language: str = "en") -> dict[str, Any]:
    """A reply as the bot's contract has it."""
    return {
        "language": language,
        "replies": list(blocks),
        "danger": {"level": "none", "kinds": []},
    }


def text(words: str) -> dict[str, Any]:
    """A text block."""
    return {"type": "text", "text": words, "tone": "plain", "english": None}


def choices(*labels: str, intent: str = "question") -> dict[str, Any]:
    """Choices whose meaning names their label."""
    return {
        "type": "choices",
        "items": [
            {"label": label, "means": {"intent": intent, "slots": {"faq": label}}}
            for label in labels
        ],
    }


class FakeBot:
    """Listens on a free port of the loopback; `behave` chooses what happens to requests.

    `answer`, `frozen` (accepts, never answers), `trickle` (a byte at a time), `slow`,
    `status 500`, `status 504`, `empty`, `no_replies`, `blank`, `garbage`, `other_language`,
    `huge`, `hang_up` (closes at once).
    """

    def __init__(self, reply: Reply | None = None) -> None:
        self.behave = "answer"
        self.reply: Reply = reply or (lambda body: answer(text("A grounded answer.")))
        self.state: dict[str, Any] = {}
        self.requests: list[tuple[str, str, dict[str, str], dict[str, Any] | None]] = []
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The bodies of the messages that arrived, in order."""
        return [body for method, _, _, body in self.requests if method == "POST" and body]

    def __enter__(self) -> Self:
        started = threading.Event()

        async def start() -> None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]
            started.set()

        self._thread.start()
        asyncio.run_coroutine_threadsafe(start(), self._loop)
        started.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def kill(self) -> None:
        """Stop listening and drop every connection, as a killed process does."""

        async def stop() -> None:
            if self._server:
                self._server.close()
            for connection in list(self._connections):
                connection.cancel()
            await asyncio.gather(*self._connections, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(stop(), self._loop).result()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)
        try:
            with contextlib.suppress(
                ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError
            ):
                await self._exchange(reader, writer)
        finally:
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        request_line, *lines = head.strip().split("\r\n")
        method, path, _ = request_line.split(" ")
        headers = {name.lower(): value for name, _, value in (x.partition(": ") for x in lines)}
        received = await reader.readexactly(int(headers.get("content-length", 0)))
        body = json.loads(received) if received else None
        self.requests.append((method, path, headers, body))
        status, payload = self._payload(method, body)
        sent = (
            f"HTTP/1.1 {status} X\r\nContent-Length: {len(payload)}\r\nConnection: close\r\n\r\n"
        ).encode() + payload
        if self.behave == "hang_up":
            return
        if self.behave == "frozen":
            await asyncio.sleep(FROZEN_SECONDS)
        if self.behave == "slow":
            await asyncio.sleep(0.2)
        if self.behave == "trickle":
            for byte in sent:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(0.5)
        writer.write(sent)
        await writer.drain()

    def _payload(self, method: str, body: dict[str, Any] | None) -> tuple[int, bytes]:
        if self.behave.startswith("status"):
            return int(self.behave.split()[1]), b'{"error": "x"}'
        if method == "DELETE":
            return 204, b""
        if method == "GET" or body is None:
            return 200, json.dumps(self.state).encode()
        odd: dict[str, bytes] = {
            "empty": b"",
            "no_replies": json.dumps(answer()).encode(),
            "blank": json.dumps(answer(text("  "))).encode(),
            "garbage": b"<html>\xff not json",
            "other_language": json.dumps(answer(text("Bonjour"), language="fr")).encode(),
            "huge": json.dumps(answer(text("x" * 2_000_000))).encode(),
        }
        return 200, odd.get(self.behave) or (
            b"" if self.behave == "empty" else json.dumps(self.reply(body)).encode()
        )
