"""A retrieval service and an action server in this process, on ports of their own."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import socket
import threading
from typing import Any

from aiohttp import web

from bot.components.vectors import VectorFile


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


NOWHERE: dict[str, Any] = {
    "mentioned": [], "here": None, "only": False, "peoples": [], "citizen_of": None, "told": False,
}  # fmt: skip
"""What retrieval says of a text that names no place."""


class Fake:
    """An HTTP server in a thread that can be frozen, broken and taken away."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.asked: list[Any] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._site: web.TCPSite | None = None
        self.be_good()

    def be_good(self) -> None:
        """Forget every order given."""
        self.frozen = False
        self.status = 200
        self.body: Any = None
        self.asked.clear()
        if self._site is None:
            self.start()

    def routes(self) -> list[web.RouteDef]:
        raise NotImplementedError

    def start(self) -> None:
        """Listen."""
        if self._site is None:
            self._site = self._do(self._start())

    def stop(self) -> None:
        """Be gone: connections are refused."""
        if self._site is not None:
            self._do(self._stop(self._site))
            self._site = None

    async def answer(self, request: web.Request, good: Any) -> web.Response:
        """As ordered, or the good answer."""
        while self.frozen:
            await asyncio.sleep(0.02)
        if self.status != 200 or self.body is not None:
            return web.Response(
                status=self.status, text=self.body or "", content_type="application/json"
            )
        return web.json_response(good)

    async def _start(self) -> web.TCPSite:
        app = web.Application(client_max_size=10_000_000)
        app.add_routes(self.routes())
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", self.port)
        await site.start()
        self._runner = runner
        return site

    async def _stop(self, site: web.TCPSite) -> None:
        await self._runner.cleanup()

    def _do(self, task: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(task, self._loop).result(20)


class Retrieval(Fake):
    """Understands what the vectors file knows; everything else has no vector."""

    def __init__(self, file: VectorFile) -> None:
        self._file = file
        super().__init__()

    def be_good(self) -> None:
        super().be_good()
        self.said: dict[str, Any] = {}
        self.encoder = self._file.encoder

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/understand", self._understand), web.get("/ready", self._ready)]

    async def _understand(self, request: web.Request) -> web.Response:
        asked = await request.json()
        self.asked.append(asked)
        key = hashlib.sha256(asked["text"].encode()).hexdigest()
        known = self._file.by_hash.get(key)
        good = {
            "language": asked.get("language") or "en",
            "identified": True,
            "danger": {"level": "none", "kinds": [], "by": "none"},
            "place": NOWHERE,
            "vector": base64.b64encode(known.tobytes()).decode() if known is not None else "",
            "encoder": self.encoder,
            **self.said,
        }
        return await self.answer(request, good)

    async def _ready(self, request: web.Request) -> web.Response:
        return await self.answer(request, {"encoder": self.encoder, "knowledge": "hash"})


class Actions(Fake):
    """Answers every action with a text block that names it."""

    def be_good(self) -> None:
        super().be_good()
        self.events: list[dict[str, Any]] = []
        self.responses: list[dict[str, Any]] | None = None

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/webhook", self._webhook)]

    async def _webhook(self, request: web.Request) -> web.Response:
        call = json.loads(await request.text())
        self.asked.append(call)
        if self.responses is None:
            block = {"type": "text", "text": call["next_action"]}
            responses = [spoken({"blocks": [block]})]
        else:
            responses = self.responses
        return await self.answer(request, {"events": self.events, "responses": responses})


def spoken(custom: Any, text: str | None = None) -> dict[str, Any]:
    """A response in the form in which rasa-sdk 3.21 sends it."""
    return {
        "text": text,
        "buttons": [],
        "elements": [],
        "custom": custom,
        "template": None,
        "response": None,
        "image": None,
        "attachment": None,
    }
