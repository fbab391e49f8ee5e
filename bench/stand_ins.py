"""Stands in for Telegram, or for the bot, in a process of its own, for measuring web between them:

python -m bench.stand_ins telegram PORT
python -m bench.stand_ins bot PORT SECONDS_A_TURN
"""

from __future__ import annotations

import asyncio
import re
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

CALL_SECONDS = 0.05
"""How long the app takes for a call, so that a restart finds some under way."""

_ANSWER = "This is what we know about question {}. " + "We look at it with you, step by step. " * 10


def number(text: str) -> int | None:
    """The number of the question that ``text`` asks or answers; None where it names none."""
    found = re.search(r"question (\d+)", text)
    return int(found[1]) if found else None


def telegram() -> Starlette:
    """Takes every call; `/sent` tells which question each message answers, and when."""
    sent: list[tuple[int, float]] = []

    async def taken(request: Request) -> Response:
        came = time.monotonic()
        body = await request.json()
        await asyncio.sleep(CALL_SECONDS)
        answered = number(str(body.get("text", "")))
        if answered is not None:
            sent.append((answered, came))
        return JSONResponse({"ok": True, "result": True})

    async def told(_: Request) -> Response:
        return JSONResponse(sent)

    async def count(_: Request) -> Response:
        return JSONResponse(len(sent))

    return _served({"/{bot}/{method}": taken}, {"/sent": told, "/count": count})


def bot(seconds: float) -> Starlette:
    """Answers each message with the number of its question, one at a time in ``seconds``."""
    turn = asyncio.Lock()

    async def answered(request: Request) -> Response:
        body: dict[str, Any] = await request.json()
        async with turn:
            await asyncio.sleep(seconds)
        words = _ANSWER.format(number(body["text"]))
        text = {"type": "text", "text": words, "tone": "plain", "english": None}
        danger = {"level": "none", "kinds": []}
        return JSONResponse({"language": "en", "replies": [text], "danger": danger})

    async def ready(_: Request) -> Response:
        return JSONResponse({})

    return _served({"/webhooks/forewarn/message": answered}, {"/{path:path}": ready})


def _served(
    posts: dict[str, Callable[[Request], Awaitable[Response]]],
    gets: dict[str, Callable[[Request], Awaitable[Response]]],
) -> Starlette:
    return Starlette(
        routes=[
            *(Route(path, answer, methods=["POST"]) for path, answer in posts.items()),
            *(Route(path, answer, methods=["GET"]) for path, answer in gets.items()),
        ]
    )


def main() -> None:
    """Serve until stopped."""
    who, port, *more = sys.argv[1:]
    app = telegram() if who == "telegram" else bot(*map(float, more))
    uvicorn.run(app, port=int(port), access_log=False, log_config=None)


if __name__ == "__main__":
    main()
