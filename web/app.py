"""The HTTP surface of web."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from fastapi import FastAPI
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response

from forewarn import replies
from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.schema import Paper
from forewarn.published import Edition, Follower
from web import pages, texts
from web.background import Background
from web.bot_client import BotClient, Caller, UnavailableError, bot_headers
from web.check.checks import Checks
from web.conversations import Conversations
from web.exchange import Exchange
from web.guide import Guide
from web.headers import Headers, LastNet
from web.intake import ChatBody, FeedbackBody, ForgetBody, OpenBody, read
from web.kept import kept
from web.known import Known
from web.limits import Limiter
from web.readiness import Part, Readiness
from web.reading.readers import Readers
from web.reception import Reception
from web.refusals import RefusedError, Why
from web.settings import WebSettings
from web.sheets import UnknownSheetError
from web.spoken import Spoken

log = logging.getLogger(__name__)

SWEEP_SECONDS = 30.0


def create_app(settings: WebSettings, knowledge: Knowledge | None = None) -> FastAPI:
    """Web with `settings`, speaking from `knowledge`: by default what is in service, whenever that
    changes.

    Raises:
        forewarn.knowledge.loader.KnowledgeError: the knowledge files are broken.
    """
    web = Web(settings, knowledge)
    app = FastAPI(
        title="Forewarn", lifespan=web.lifespan, docs_url=None, redoc_url=None, openapi_url=None
    )
    app.add_middleware(LastNet, answer=web.fault)
    # No answer holds a secret beside what the request said, so compression gives none away.
    app.add_middleware(GZipMiddleware, minimum_size=1_000, compresslevel=5)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=["Content-Type"],
        )
    app.add_middleware(Headers, frame_ancestors=settings.frame_ancestors, static="/widget/")
    app.add_exception_handler(RefusedError, web.refused)
    app.add_exception_handler(UnavailableError, web.unavailable)
    app.add_exception_handler(UnknownSheetError, web.unknown_sheet)
    app.add_exception_handler(HTTPException, web.mistaken)
    for method, path, endpoint in (
        ("POST", "/api/conversation", web.open),
        ("DELETE", "/api/conversation", web.forget),
        ("POST", "/api/chat", web.chat),
        ("POST", "/api/feedback", web.feedback),
        ("GET", "/api/strings", web.strings),
        ("GET", "/api/schema", web.schema),
        ("GET", "/health", web.health),
        ("GET", "/ready", web.ready),
        ("GET", "/", web.demo_page),
        ("GET", "/help", web.help_page),
        ("GET", "/help.css", web.help_style),
        ("GET", "/help/keep.js", web.keep_script),
        ("GET", "/help/worker.js", web.keep_worker),
        ("GET", "/help/{language}", web.help_page),
        ("GET", "/help/{language}/{sheet}.png", web.contacts_picture),
        ("GET", "/help/{language}/{sheet}", web.contacts_page),
        ("GET", "/help/{language}/{sheet}/save", web.contacts_file),
        ("GET", "/help/{language}/{sheet}/keep", web.keep_page),
        ("GET", "/figures", web.figures_page),
        ("GET", "/figures/{language}", web.figures_page),
        ("GET", "/privacy", web.privacy_page),
        ("GET", "/privacy/{language}", web.privacy_page),
        ("GET", "/recipes", web.recipes_page),
        ("GET", "/recipes/{language}", web.recipes_page),
    ):
        app.add_api_route(path, endpoint, methods=[method], response_model=None)
    for method, path, check in web.checks.routes:
        app.add_api_route(path, check, methods=[method], response_model=None)
    for paper in Paper:
        for rest in ("", "/{language}", "/{language}/{place}"):
            app.add_api_route(
                f"/{paper}{rest}", partial(web.paper_page, paper), response_model=None
            )
    app.mount("/widget", StaticFiles(directory=pages.WIDGET), name="widget")
    app.mount("/recipes/look", StaticFiles(directory=texts.RECIPES / "look"), name="recipes")
    return app


class Web:
    """The endpoints, and what they share."""

    def __init__(self, settings: WebSettings, knowledge: Knowledge | None) -> None:
        """Prepare every page from `knowledge`, or from what is in service; nothing is sent to any
        other part yet."""
        self._settings = settings
        self._conversations = Conversations(
            settings.token_key.get_secret_value(),
            settings.conversation_minutes,
            settings.max_conversations,
        )
        self._bot = Caller(settings.bot_url, bot_headers(settings.bot_secret.get_secret_value()))
        actions = Caller(settings.actions_url)
        self._retrieval = Caller(settings.retrieval_url)
        self._callers = (self._bot, actions, self._retrieval)
        self._turns = Limiter(
            settings.rate_conversation_burst, settings.rate_conversation_per_second
        )
        self._background = Background()
        self._readiness = Readiness(
            [
                Part("bot", self._bot, "/webhooks/forewarn/ready"),
                Part("actions", actions, "/ready"),
                Part("retrieval", self._retrieval, "/ready"),
            ],
            settings.version_seconds,
        )
        self._readers = Readers(settings)
        self._reception = Reception(settings, lambda: self._edition.made)
        self.checks = Checks(settings, self._reception, self._retrieval, self._readers)
        self._helped = {True: 0, False: 0}
        self._follower: Follower[Spoken] | None = None
        if knowledge is None:
            self._follower = Follower(settings.index_folder, settings.knowledge, self._speak)
            self._first = self._follower.now
        else:
            self._first = Edition(knowledge.content_hash(), self._speak(knowledge))

    def _speak(self, knowledge: Knowledge) -> Spoken:
        guide = Guide(knowledge, self._settings)
        exchange = Exchange(
            self._settings,
            guide,
            self._conversations,
            BotClient(self._bot, knowledge.language_codes),
            self._turns,
            self._background,
        )
        return Spoken.of(guide, exchange, self._settings, self._readers.languages)

    @property
    def _edition(self) -> Edition[Spoken]:
        return self._first if self._follower is None else self._follower.now

    @asynccontextmanager
    async def lifespan(self, app: FastAPI) -> AsyncIterator[None]:
        """Follow what is published; forget old conversations in time; close what was opened."""
        async with AsyncExitStack() as stack:
            if self._follower is not None:
                stack.enter_context(self._follower.following())
            for caller in self._callers:
                await stack.enter_async_context(caller)
            stack.push_async_callback(self._background.finish)
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
        language = self._reception.language(request, body.language)
        self._reception.hold_back(request)
        if body.conversation is None:
            return JSONResponse(
                self._reception.spoken(request).exchange.open(language).as_json(), 201
            )
        left = ChatBody(conversation=body.conversation, language=language)
        exchange = self._reception.spoken(request).exchange
        known = request.state.known = exchange.know(left, language)
        answer = await exchange.reopen(body.conversation, known, deadline)
        return JSONResponse(answer.as_json(), 201)

    async def chat(self, request: Request) -> Response:
        """`POST /api/chat`."""
        deadline = asyncio.get_running_loop().time() + self._settings.deadline_web
        body = await read(request, ChatBody, self._settings.max_body)
        exchange = self._reception.spoken(request).exchange
        known = exchange.know(body, self._reception.preferred(request))
        request.state.known = known
        if not known.in_danger:
            self._reception.hold_back(request)
        answer = await exchange.answer(body, known, deadline)
        return JSONResponse(answer.as_json())

    async def forget(self, request: Request) -> Response:
        """`DELETE /api/conversation`."""
        body = await read(request, ForgetBody, self._settings.max_body)
        self._reception.spoken(request).exchange.forget(body.conversation)
        return Response(status_code=204)

    async def feedback(self, request: Request) -> Response:
        """`POST /api/feedback`: counted, and tied to nothing."""
        body = await read(request, FeedbackBody, self._settings.max_body)
        self._reception.hold_back(request)
        self._reception.spoken(request).exchange.conversation(body.conversation)
        self._helped[body.helpful] += 1
        log.info("answers that helped: %d yes, %d no", self._helped[True], self._helped[False])
        return Response(status_code=204)

    async def strings(self, request: Request) -> Response:
        """`GET /api/strings`."""
        language = self._reception.language(request, request.query_params.get("language"))
        return JSONResponse(self._reception.spoken(request).strings[language])

    async def schema(self) -> Response:
        """`GET /api/schema`."""
        return JSONResponse(replies.json_schema())

    async def health(self) -> Response:
        """`GET /health`."""
        return JSONResponse({"alive": True, "knowledge": self._edition.knowledge})

    async def ready(self) -> Response:
        """`GET /ready`."""
        state = await self._readiness.state(self._edition.knowledge)
        return JSONResponse(state.as_json(), 200 if state.ready else 503)

    # ------------------------------------------------------------------------------- the failures

    async def refused(self, request: Request, error: Exception) -> Response:
        """A request is not taken."""
        return await self._reception.spoken(request).failures.refused(request, error)

    async def unavailable(self, request: Request, error: Exception) -> Response:
        """A part is missing."""
        return await self._reception.spoken(request).failures.unavailable(request, error)

    async def mistaken(self, request: Request, error: Exception) -> Response:
        """The framework itself refuses a request."""
        return await self._reception.spoken(request).failures.mistaken(request, error)

    async def unknown_sheet(self, request: Request, error: Exception) -> Response:
        """There is no such help page: all there are, with the emergency numbers."""
        page = self._reception.spoken(request).pages.help[request.state.known.language]
        return HTMLResponse(page, 404)

    async def fault(self, request: Request) -> Response:
        """A fault of ours."""
        return await self._reception.spoken(request).failures.fault(request)

    # --------------------------------------------------------------------------------- the pages

    async def demo_page(self, request: Request) -> Response:
        """`GET /`."""
        return HTMLResponse(
            self._reception.spoken(request).pages.demo[self._reception.preferred(request)]
        )

    async def help_page(self, request: Request) -> Response:
        """`GET /help` and `GET /help/{language}`."""
        asked = request.path_params.get("language")
        page = HTMLResponse(
            self._reception.spoken(request).pages.help[self._reception.language(request, asked)]
        )
        return page if asked is None else kept(request, page)

    async def contacts_page(self, request: Request) -> Response:
        """`GET /help/{language}/{sheet}`."""
        language, sheet = self._asked(request)
        page = self._reception.spoken(request).pages.contacts(sheet, language)
        return kept(request, HTMLResponse(page))

    async def contacts_file(self, request: Request) -> Response:
        """`GET /help/{language}/{sheet}/save`: the page as a file of a name that tells nothing."""
        language, sheet = self._asked(request)
        page = self._reception.spoken(request).pages.contacts(sheet, language, whole=True)
        headers = {"Content-Disposition": 'attachment; filename="notes.html"'}
        return kept(request, HTMLResponse(page, headers=headers))

    async def contacts_picture(self, request: Request) -> Response:
        """`GET /help/{language}/{sheet}.png`: the page as a picture, where there are fonts."""
        language, sheet = self._asked(request)
        pictures = self._reception.spoken(request).pictures
        if not pictures.offered(language):
            raise RefusedError(Why.not_found)
        picture = await pictures.picture(sheet, language)
        headers = {"Content-Disposition": 'inline; filename="notes.png"'}
        return kept(request, Response(picture, headers=headers, media_type="image/png"))

    async def keep_page(self, request: Request) -> Response:
        """`GET /help/{language}/{sheet}/keep`."""
        language, sheet = self._asked(request)
        request.state.trusted_types = "keep"
        return HTMLResponse(self._reception.spoken(request).pages.keep(sheet, language))

    async def keep_script(self) -> Response:
        """`GET /help/keep.js`."""
        return FileResponse(pages.HELP / "keep.js")

    async def keep_worker(self) -> Response:
        """`GET /help/worker.js`."""
        return FileResponse(pages.HELP / "worker.js")

    async def figures_page(self, request: Request) -> Response:
        """`GET /figures` and `GET /figures/{language}`."""
        language = self._reception.language(request, request.path_params.get("language"))
        return HTMLResponse(self._reception.spoken(request).pages.figures[language])

    async def paper_page(self, paper: Paper, request: Request) -> Response:
        """`GET /show`, `/trip` and `/report`, `…/{language}` and `…/{language}/{place}`."""
        asked, place = request.path_params.get("language"), request.path_params.get("place")
        language = self._reception.language(request, asked)
        there = None if place is None else self._reception.language(request, place)
        page = self._reception.spoken(request).papers.page(paper, language, there)
        if page is None:
            raise HTTPException(404)
        return page.answer(request, self._settings.frame_ancestors, named=asked is not None)

    async def privacy_page(self, request: Request) -> Response:
        """`GET /privacy` and `GET /privacy/{language}`."""
        language = self._reception.language(request, request.path_params.get("language"))
        return HTMLResponse(self._reception.spoken(request).texts.privacy[language])

    async def recipes_page(self, request: Request) -> Response:
        """`GET /recipes` and `GET /recipes/{language}`: where Leave leads."""
        language = self._reception.language(request, request.path_params.get("language"))
        return HTMLResponse(self._reception.spoken(request).texts.recipes[language])

    async def help_style(self, request: Request) -> Response:
        """`GET /help.css`."""
        return kept(request, Response(pages.STYLE.read_bytes(), media_type="text/css"))

    # --------------------------------------------------------------------------------- shared bits

    def _asked(self, request: Request) -> tuple[str, str]:
        """The language and the sheet in the address of a help page."""
        language = self._reception.language(request, request.path_params["language"])
        request.state.known = Known(language)
        return language, self._reception.spoken(request).sheets.named(request.path_params["sheet"])
