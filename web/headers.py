"""The headers of every answer, and the last net under every request.

The pages hold words of frightened people: nothing from elsewhere may run in them, nothing may
frame them, no address may travel on, and no browser may keep what the API said.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)

STATIC_SECONDS = 600

_CONTENT_SECURITY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types {types}"
)
_NOT_NEEDED = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen",
    "geolocation", "gyroscope", "magnetometer", "microphone", "midi", "payment",
    "picture-in-picture", "publickey-credentials-get", "screen-wake-lock", "usb",
    "xr-spatial-tracking",
)  # fmt: skip
_PERMISSIONS = ", ".join(f"{feature}=()" for feature in _NOT_NEEDED)


def framed_by(ancestors: list[str]) -> str:
    """The part of a policy that says who may show a page in a frame: only the origins named."""
    named = " ".join(ancestors) or "'none'"
    return f"frame-ancestors {named}"


class Headers:
    """ASGI middleware that sets them.

    A page may bring a stricter policy of its own, and say itself how long it may be kept; an
    endpoint may leave the name of the one trusted type its page may make in
    `request.state.trusted_types`.
    """

    def __init__(self, app: ASGIApp, frame_ancestors: list[str], static: str) -> None:
        """Wrap `app`; `static` is the path under which files may be kept for a while."""
        self._app = app
        self._static = static
        self._policy = f"{_CONTENT_SECURITY}; {framed_by(frame_ancestors)}"
        self._fixed = {
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Permissions-Policy": _PERMISSIONS,
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "cross-origin" if frame_ancestors else "same-origin",
            "X-Robots-Tag": "noarchive",
        }
        if not frame_ancestors:
            self._fixed["X-Frame-Options"] = "DENY"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and complete the headers of its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_static = scope["path"].startswith(self._static)

        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._fixed.items():
                    headers[name] = value
                types = scope.get("state", {}).get("trusted_types", "'none'")
                headers.setdefault("Content-Security-Policy", self._policy.format(types=types))
                kept = is_static and message["status"] in (200, 304)
                headers.setdefault(
                    "Cache-Control", f"public, max-age={STATIC_SECONDS}" if kept else "no-store"
                )
            await send(message)

        await self._app(scope, receive, complete)


class LastNet:
    """ASGI middleware that turns a fault of ours into help.

    Only the kind and place of the fault are logged: its text, and the values around it, may be
    what a person wrote.
    """

    def __init__(self, app: ASGIApp, answer: Callable[[Request], Awaitable[Response]]) -> None:
        """Wrap `app`; `answer` words what is sent when it fails."""
        self._app = app
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; answer in its stead when it fails before it has begun to."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception as error:  # noqa: BLE001 the last net: whatever it is, a person waits
            log.error("a fault of ours: %s at %s", type(error).__name__, place(error))
            if not started:
                response = await self._answer(Request(scope, receive))
                await response(scope, receive, send)


def place(error: BaseException) -> str:
    """Where in our files `error` was raised: all of it that may be logged."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "nowhere"
