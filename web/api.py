"""The endpoints that programs call."""

from __future__ import annotations

import asyncio
import logging

from fastapi.responses import JSONResponse
from starlette.requests import Request
from starlette.responses import Response

from forewarn import replies
from web.intake import ChatBody, FeedbackBody, ForgetBody, OpenBody, read
from web.service import Service

log = logging.getLogger(__name__)


class Api:
    """The conversation, the labels, and how web is."""

    def __init__(self, service: Service) -> None:
        """Answer with what `service` holds."""
        self._service = service
        self._helped = {True: 0, False: 0}

    async def open(self, request: Request) -> Response:
        """`POST /api/conversation`."""
        deadline = asyncio.get_running_loop().time() + self._service.settings.deadline_web
        body = await read(request, OpenBody, self._service.settings.max_body)
        language = self._service.language(request, body.language)
        self._service.hold_back(request)
        if body.conversation is None:
            return JSONResponse(
                self._service.spoken(request).exchange.open(language).as_json(), 201
            )
        left = ChatBody(conversation=body.conversation, language=language)
        exchange = self._service.spoken(request).exchange
        known = request.state.known = exchange.know(left, language)
        answer = await exchange.reopen(body.conversation, known, deadline)
        return JSONResponse(answer.as_json(), 201)

    async def chat(self, request: Request) -> Response:
        """`POST /api/chat`."""
        deadline = asyncio.get_running_loop().time() + self._service.settings.deadline_web
        body = await read(request, ChatBody, self._service.settings.max_body)
        exchange = self._service.spoken(request).exchange
        known = exchange.know(body, self._service.preferred(request))
        request.state.known = known
        if not known.in_danger:
            self._service.hold_back(request)
        answer = await exchange.answer(body, known, deadline)
        return JSONResponse(answer.as_json())

    async def forget(self, request: Request) -> Response:
        """`DELETE /api/conversation`."""
        body = await read(request, ForgetBody, self._service.settings.max_body)
        self._service.spoken(request).exchange.forget(body.conversation)
        return Response(status_code=204)

    async def feedback(self, request: Request) -> Response:
        """`POST /api/feedback`: counted, and tied to nothing."""
        body = await read(request, FeedbackBody, self._service.settings.max_body)
        self._service.hold_back(request)
        self._service.spoken(request).exchange.conversation(body.conversation)
        self._helped[body.helpful] += 1
        log.info("answers that helped: %d yes, %d no", self._helped[True], self._helped[False])
        return Response(status_code=204)

    async def strings(self, request: Request) -> Response:
        """`GET /api/strings`."""
        language = self._service.language(request, request.query_params.get("language"))
        return JSONResponse(self._service.spoken(request).strings[language])

    async def schema(self) -> Response:
        """`GET /api/schema`."""
        return JSONResponse(replies.json_schema())

    async def health(self) -> Response:
        """`GET /health`."""
        return JSONResponse({"alive": True, "knowledge": self._service.edition.knowledge})

    async def ready(self) -> Response:
        """`GET /ready`."""
        state = await self._service.readiness.state(self._service.edition.knowledge)
        return JSONResponse(state.as_json(), 200 if state.ready else 503)
