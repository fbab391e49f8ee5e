"""Where the apps tell us what happened: verified, noted, acknowledged; the work is done later."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from web.channels.channel import ANOTHER_SHAPE, Channel
from web.channels.counts import Counts
from web.channels.doorway import Doorway
from web.channels.events import Event, What
from web.channels.queue import Queue, QueueDownError
from web.channels.talk import Talk
from web.intake import body
from web.refusals import RefusedError, Why

log = logging.getLogger(__name__)

TRY_AGAIN_SECONDS = "5"


class Endpoint:
    """`/channels/{name}`."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        queue: Queue,
        talk: Talk,
        counts: Counts,
        doorway: Doorway,
        *,
        answers: bool,
    ) -> None:
        """Put what the `channels` tell into `queue`, through the `doorway`; `talk` tells who is in
        danger, and greets where this web `answers` people."""
        self._channels = channels
        self._queue = queue
        self._talk = talk
        self._counts = counts
        self._doorway = doorway
        self._answers = answers

    async def challenged(self, request: Request) -> Response:
        """`GET`: the app makes sure that we are we."""
        channel = self._channel(request)
        answer = channel.challenge(request.query_params)
        if answer is None:
            self._counts.add(channel.name, "forged")
            return Response(status_code=403)
        return PlainTextResponse(answer)

    async def told(self, request: Request) -> Response:
        """`POST`: something happened."""
        channel = self._channel(request)
        try:
            raw = await body(request, channel.limits.webhook_bytes)
        except RefusedError as error:
            self._counts.add(channel.name, error.why.code)
            return Response(status_code=error.why.status)
        if not channel.verify(request.headers, request.query_params, raw):
            self._counts.add(channel.name, "forged")
            return Response(status_code=403)
        with self._doorway.entered():
            return await self._noted(channel, raw)

    async def _noted(self, channel: Channel, raw: bytes) -> Response:
        """Take note of what `raw` tells."""
        try:
            events = channel.events(raw)
        except ANOTHER_SHAPE:
            # Acknowledged, or the app would send it again for hours.
            self._counts.add(channel.name, "unreadable")
            events = []
        response: Response = PlainTextResponse(channel.acknowledgement)
        for event in events:
            if event.what in (What.nothing, What.undelivered):
                self._counts.add(channel.name, event.what)
                continue
            if event.what is What.opened:
                response = await self._greeted(channel, event) or response
                continue
            try:
                new = await self._queue.put(event, in_danger=self._talk.in_danger(event))
            except QueueDownError:
                # Not acknowledged: the app sends it again, and what was noted is known.
                log.error("the queue cannot be reached")
                return Response(status_code=503, headers={"Retry-After": TRY_AGAIN_SECONDS})
            self._counts.add(channel.name, event.what if new else "double")
        return response

    async def _greeted(self, channel: Channel, event: Event) -> Response | None:
        """The response that greets who opened the chat. A web that answers nobody is silent: the
        choices in it would be unknown to the one that does."""
        self._counts.add(channel.name, event.what)
        said = await self._talk.answer(event, channel) if self._answers else None
        if said is None:
            return None
        greeting = channel.greeting(self._talk.rendered(event, said)[0])
        self._talk.was_taken(event)
        return JSONResponse(greeting)

    def _channel(self, request: Request) -> Channel:
        channel = self._channels.get(request.path_params["name"])
        if channel is None:
            raise RefusedError(Why.not_found)
        return channel
