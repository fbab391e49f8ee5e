"""A messaging app on the loopback: takes what we send, checks it, and fails as real ones do."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

HANG_SECONDS = 30.0
SLOW_SECONDS = 0.3


@dataclass(frozen=True)
class Call:
    """One request to the app's API."""

    method: str
    path: str
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        """The body, which is JSON."""
        return json.loads(self.raw)


@dataclass(frozen=True)
class Reply:
    """What the app answers."""

    status: int
    raw: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def has(body: dict[str, Any], fields: dict[str, type]) -> None:
    """`body` has exactly these fields, of these types."""
    assert {name: type(value) for name, value in body.items()} == fields


def reply(body: Any, status: int = 200, **headers: str) -> Reply:
    """A reply of JSON."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, json.dumps(body).encode(), {"Content-Type": "application/json", **named})


class StandIn:
    """Listens on a free port of the loopback. ``answer`` makes the replies; each of ``instead`` is
    used up first, by one call that sends a message: a reply; "hang up", which closes the
    connection; "hang", for longer than anyone waits; or "slow", which takes the message at once and
    says so later."""

    def __init__(self, answer: Callable[[Call], Reply], is_message: Callable[[Call], bool]) -> None:
        self.calls: list[Call] = []
        self.instead: list[Reply | str] = []
        self.wrong: list[Exception] = []
        self._stop = threading.Event()
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                call = Call(self.command, self.path, headers, self.rfile.read(length))
                given = stand_in._given(call, answer, is_message)
                if given is None:
                    self.close_connection = True
                    return
                self.send_response(given.status)
                for name, value in given.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(given.raw)))
                self.end_headers()
                self.wfile.write(given.raw)

            do_GET = do_PUT = do_DELETE = do_POST  # noqa: N815

            def log_message(self, *_: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _given(
        self, call: Call, answer: Callable[[Call], Reply], is_message: Callable[[Call], bool]
    ) -> Reply | None:
        try:
            if is_message(call) and self.instead:
                instead = self.instead.pop(0)
                if isinstance(instead, Reply):
                    return instead
                if instead == "hang up":
                    return None
                if instead == "slow":
                    given = answer(call)
                    self.calls.append(call)
                    self._stop.wait(SLOW_SECONDS)
                    return given
                self._stop.wait(HANG_SECONDS)
                return Reply(500)
            given = answer(call)
        except Exception as error:  # noqa: BLE001 told to the test, which fails
            self.wrong.append(error)
            return Reply(400)
        self.calls.append(call)
        return given


def until(true: Callable[[], Any], seconds: float = 60.0) -> Any:
    """Wait until `true` is: for longer than a busy machine takes for anything."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)
    return found
