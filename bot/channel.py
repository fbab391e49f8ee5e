"""The one way in: web's messages over HTTP, behind a shared secret."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from bot.message import RequestError, read
from bot.ready import Readiness
from bot.turns import CHANNEL, Handle, Turns

logger = logging.getLogger(__name__)

SECRET_HEADER = "X-Forewarn-Secret"  # noqa: S105  the header's name


class Forewarn(InputChannel):  # type: ignore[misc]  # Rasa publishes no types
    """Rasa's input channel `forewarn`.

    Web is the only caller and has checked the person's message; what is checked again here is
    what would hurt if web were wrong or somebody else reached the port.
    """

    def __init__(self, secret: str, turns: Callable[[Handle], Turns], readiness: Readiness) -> None:
        self._secret = secret.encode()
        self._make_turns = turns
        self._readiness = readiness
        self._turns: Turns | None = None

    @classmethod
    def name(cls) -> str:
        """The part of the address after `/webhooks/`."""
        return CHANNEL

    def blueprint(self, on_new_message: Handle) -> Blueprint:
        """The channel's addresses."""
        addresses = Blueprint(CHANNEL)
        turns = self._make_turns(on_new_message)

        async def message(request: Request) -> HTTPResponse:
            self._admit(request)
            reply = await turns.take(read(request.body))
            return json_response(reply.as_dict())

        async def conversation(request: Request, conversation: str) -> HTTPResponse:
            self._admit(request)
            await turns.forget(conversation)
            return HTTPResponse(status=204)

        async def health(_: Request) -> HTTPResponse:
            return json_response({"status": "alive"})

        async def ready(_: Request) -> HTTPResponse:
            waiting_for = await self._readiness.waiting_for()
            if waiting_for:
                return json_response({"error": "not_ready", "waiting_for": waiting_for}, 503)
            return json_response({"status": "ready"})

        addresses.add_route(answered(message), "/message", methods=["POST"])
        addresses.add_route(
            answered(conversation), "/conversation/<conversation:str>", methods=["DELETE"]
        )
        addresses.add_route(answered(health), "/health", methods=["GET"])
        addresses.add_route(answered(ready), "/ready", methods=["GET"])
        return addresses

    def _admit(self, request: Request) -> None:
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._secret):
            raise RequestError(401, "not_allowed")


def answered(
    handler: Callable[..., Awaitable[HTTPResponse]],
) -> Callable[..., Coroutine[Any, Any, HTTPResponse]]:
    """Wrap a handler so that every failure leaves as a status and a code, with nothing said."""

    async def wrapped(*arguments: Any, **named: Any) -> HTTPResponse:
        try:
            return await handler(*arguments, **named)
        except RequestError as refused:
            if refused.status >= 500:
                logger.warning("refused: %s", refused.code)
            return refusal(refused)
        except SanicException:
            raise
        except Exception as error:
            logger.exception("a turn raised %s", type(error).__name__)
            return refusal(RequestError(500, "failed"))

    wrapped.__name__ = handler.__name__
    return wrapped


def refusal(refused: RequestError) -> HTTPResponse:
    """The answer to a request that is refused."""
    body = {"error": refused.code}
    if refused.where:
        body["field"] = refused.where
    return json_response(body, refused.status)
