"""The HTTP surface of web."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse
from fastapi.staticfiles import StaticFiles
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response

from forewarn import replies
from forewarn.knowledge.loader import Knowledge, load
from forewarn.replies import VerdictBlock
from web import pages
from web.bot_client import BotClient, Caller, UnavailableError, bot_headers
from web.conversations import Conversations
from web.exchange import RESERVE_SECONDS, Exchange
from web.failures import Failures
from web.guide import Guide
from web.headers import Headers, LastNet
from web.intake import ChatBody, FeedbackBody, ForgetBody, OfferBody, OpenBody, clean, read
from web.known import JUDGED, Known
from web.limits import Limiter, Senders
from web.readiness import Part, Readiness
from web.refusals import RefusedError, Why
from web.settings import WebSettings

log = logging.getLogger(__name__)

SWEEP_SECONDS = 30.0


def create_app(settings: WebSettings, knowledge: Knowledge | None = None) -> FastAPI:
    """Web with `settings`, speaking from `knowledge`: by default what is in the folder they name.

    Raises:
        forewarn.knowledge.loader.KnowledgeError: the knowledge files are broken.
    """
    web = Web(settings, knowledge or load(settings.knowledge))
    app = FastAPI(
        title="Forewarn", lifespan=web.lifespan, docs_url=None, redoc_url=None, openapi_url=None
    )
    app.add_middleware(LastNet, answer=web.failures.fault)
    # Nothing in an answer repeats a request, so compression gives no secret away.
    app.add_middleware(GZipMiddleware, minimum_size=1_000, compresslevel=5)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=["Content-Type"],
        )
    app.add_middleware(Headers, frame_ancestors=settings.frame_ancestors, static="/widget/")
    app.add_exception_handler(RefusedError, web.failures.refused)
    app.add_exception_handler(UnavailableError, web.failures.unavailable)
    app.add_exception_handler(HTTPException, web.failures.mistaken)
    for method, path, endpoint in (
        ("POST", "/api/conversation", web.open),
        ("DELETE", "/api/conversation", web.forget),
        ("POST", "/api/chat", web.chat),
        ("POST", "/api/feedback", web.feedback),
        ("POST", "/api/offers/check", web.check_offer),
        ("GET", "/api/strings", web.strings),
        ("GET", "/api/schema", web.schema),
        ("GET", "/health", web.health),
        ("GET", "/ready", web.ready),
        ("GET", "/", web.demo_page),
        ("GET", "/help", web.help_page),
        ("GET", "/help/{language}", web.help_page),
        ("GET", "/help.css", web.help_style),
        ("GET", "/figures", web.figures_page),
        ("GET", "/figures/{language}", web.figures_page),
    ):
        app.add_api_route(path, endpoint, methods=[method], response_model=None)
    app.mount("/widget", StaticFiles(directory=pages.WIDGET), name="widget")
    return app


class Web:
    """The endpoints, and what they share."""

    def __init__(self, settings: WebSettings, knowledge: Knowledge) -> None:
        """Prepare every page from `knowledge`; nothing is sent to any other part yet."""
        self._settings = settings
        self._guide = Guide(knowledge, settings)
        self.failures = Failures(self._guide)
        self._pages = pages.Pages(self._guide, settings)
        self._strings = {code: self._guide.strings(code) for code in self._guide.languages}
        self._conversations = Conversations(
            settings.token_key.get_secret_value(),
            settings.conversation_minutes,
            settings.max_conversations,
        )
        bot = Caller(settings.bot_url, bot_headers(settings.bot_secret.get_secret_value()))
        actions = Caller(settings.actions_url)
        self._retrieval = Caller(settings.retrieval_url)
        self._callers = (bot, actions, self._retrieval)
        self._exchange = Exchange(
            settings, self._guide, self._conversations, BotClient(bot, self._guide.languages)
        )
        self._readiness = Readiness(
            [
                Part("bot", bot, "/webhooks/forewarn/ready"),
                Part("actions", actions, "/ready"),
                Part("retrieval", self._retrieval, "/ready"),
            ]
        )
        self._senders = Senders()
        self._limiter = Limiter(settings.rate_address_burst, settings.rate_address_per_second)
        self._helped = {True: 0, False: 0}

    @asynccontextmanager
    async def lifespan(self, app: FastAPI) -> AsyncIterator[None]:
        """Forget old conversations in time; close what was opened."""
        async with AsyncExitStack() as stack:
            for caller in self._callers:
                await stack.enter_async_context(caller)
            stack.push_async_callback(self._exchange.finish)
            sweeper = asyncio.create_task(self._sweep())
            stack.callback(sweeper.cancel)
            yield

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            self._conversations.sweep()

    # ----------------------------------------------------------------------------------- the API

    async def open(self, request: Request) -> Response:
        """`POST /api/conversation`."""
        deadline = asyncio.get_running_loop().time() + self._settings.deadline_web
        body = await read(request, OpenBody, self._settings.max_body)
        language = self._language(request, body.language)
        self._hold_back(request)
        if body.conversation is None:
            return JSONResponse(self._exchange.open(language).as_json(), 201)
        left = ChatBody(conversation=body.conversation, language=language)
        known = request.state.known = self._exchange.know(left, language)
        answer = await self._exchange.reopen(body.conversation, known, deadline)
        return JSONResponse(answer.as_json(), 201)

    async def chat(self, request: Request) -> Response:
        """`POST /api/chat`."""
        deadline = asyncio.get_running_loop().time() + self._settings.deadline_web
        body = await read(request, ChatBody, self._settings.max_body)
        known = self._exchange.know(body, self._preferred(request))
        request.state.known = known
        if not known.in_danger:
            self._hold_back(request)
        answer = await self._exchange.answer(body, known, deadline)
        return JSONResponse(answer.as_json())

    async def forget(self, request: Request) -> Response:
        """`DELETE /api/conversation`."""
        body = await read(request, ForgetBody, self._settings.max_body)
        self._exchange.forget(body.conversation)
        return Response(status_code=204)

    async def feedback(self, request: Request) -> Response:
        """`POST /api/feedback`: counted, and tied to nothing."""
        body = await read(request, FeedbackBody, self._settings.max_body)
        self._hold_back(request)
        self._exchange.conversation(body.conversation)
        self._helped[body.helpful] += 1
        log.info("answers that helped: %d yes, %d no", self._helped[True], self._helped[False])
        return Response(status_code=204)

    async def check_offer(self, request: Request) -> Response:
        """`POST /api/offers/check`."""
        deadline = self._settings.deadline_web - RESERVE_SECONDS
        body = await read(request, OfferBody, self._settings.max_offer_body)
        language = self._language(request, body.language, body.text[:JUDGED])
        request.state.known = Known(language, danger=self._guide.judge(body.text[:JUDGED]))
        if not request.state.known.in_danger:
            self._hold_back(request)
        if len(body.text) > self._settings.max_offer:
            raise RefusedError(Why.too_long, {"limit": self._settings.max_offer})
        offer = clean(body.text)
        if not offer:
            raise RefusedError(Why.empty)
        received = await self._retrieval.call(
            "POST", "/offers/check", deadline, {"text": offer, "language": language}
        )
        try:
            verdict = VerdictBlock.model_validate_json(received)
        except ValidationError:
            # The error quotes what it could not read, which quotes the offer: not chained.
            raise UnavailableError("unreadable") from None
        return JSONResponse(verdict.model_dump(mode="json"))

    async def strings(self, request: Request) -> Response:
        """`GET /api/strings`."""
        return JSONResponse(
            self._strings[self._language(request, request.query_params.get("language"))]
        )

    async def schema(self) -> Response:
        """`GET /api/schema`."""
        return JSONResponse(replies.json_schema())

    async def health(self) -> Response:
        """`GET /health`."""
        return JSONResponse({"alive": True})

    async def ready(self) -> Response:
        """`GET /ready`."""
        parts = await self._readiness.parts()
        ready = all(parts.values())
        return JSONResponse({"ready": ready, "parts": dict(parts)}, 200 if ready else 503)

    # --------------------------------------------------------------------------------- the pages

    async def demo_page(self, request: Request) -> Response:
        """`GET /`."""
        return HTMLResponse(self._pages.demo[self._preferred(request)])

    async def help_page(self, request: Request) -> Response:
        """`GET /help` and `GET /help/{language}`."""
        language = self._language(request, request.path_params.get("language"))
        return HTMLResponse(self._pages.help[language])

    async def figures_page(self, request: Request) -> Response:
        """`GET /figures` and `GET /figures/{language}`."""
        language = self._language(request, request.path_params.get("language"))
        return HTMLResponse(self._pages.figures[language])

    async def help_style(self) -> Response:
        """`GET /help.css`."""
        return FileResponse(pages.HELP / "help.css")

    # --------------------------------------------------------------------------------- shared bits

    def _preferred(self, request: Request) -> str:
        return self._guide.preferred(request.headers.get("accept-language", ""))

    def _language(self, request: Request, asked: str | None, text: str = "") -> str:
        if asked is None:
            return self._guide.written_in(text, self._preferred(request))
        language = self._guide.language(asked)
        if language is None:
            raise RefusedError(Why.language)
        return language

    def _hold_back(self, request: Request) -> None:
        """Refuse a flood from one address."""
        address = request.client.host if request.client else ""
        wait = self._limiter.wait(self._senders.name(address))
        if wait:
            raise RefusedError(Why.too_many, {"seconds": wait})
