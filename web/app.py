"""The HTTP surface of web: every path, and what answers it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response

from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.schema.papers import Paper
from web import pages, texts
from web.api import Api
from web.bot_client import UnavailableError
from web.channels.channels import Channels
from web.check.checks import Checks
from web.headers import Headers, LastNet
from web.refusals import RefusedError
from web.service import Service
from web.settings import WebSettings
from web.sheets import UnknownSheetError
from web.site import Site


def create_app(settings: WebSettings, knowledge: Knowledge | None = None) -> FastAPI:
    """Web with `settings`, speaking from `knowledge`: by default what is in service, whenever that
    changes.

    Raises:
        forewarn.knowledge.loader.KnowledgeError: the knowledge files are broken.
    """
    service = Service(settings, knowledge)
    api, site, failed = Api(service), Site(service), Failed(service)
    checks, channels = Checks(service), Channels(service)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with service.lifespan(app), channels.running():
            yield

    app = FastAPI(
        title="Forewarn", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None
    )
    app.add_middleware(LastNet, answer=failed.fault)
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
    app.add_exception_handler(RefusedError, failed.refused)
    app.add_exception_handler(UnavailableError, failed.unavailable)
    app.add_exception_handler(UnknownSheetError, failed.unknown_sheet)
    app.add_exception_handler(HTTPException, failed.mistaken)
    for method, path, endpoint in (
        ("POST", "/api/conversation", api.open),
        ("DELETE", "/api/conversation", api.forget),
        ("POST", "/api/chat", api.chat),
        ("POST", "/api/feedback", api.feedback),
        ("GET", "/api/strings", api.strings),
        ("GET", "/api/schema", api.schema),
        ("GET", "/channels/{name}", channels.endpoint.challenged),
        ("POST", "/channels/{name}", channels.endpoint.told),
        ("GET", "/health", api.health),
        ("GET", "/ready", api.ready),
        ("GET", "/", site.demo_page),
        ("GET", "/help", site.help_page),
        ("GET", "/help.css", site.help_style),
        ("GET", "/help/keep.js", site.keep_script),
        ("GET", "/help/worker.js", site.keep_worker),
        ("GET", "/help/{language}", site.help_page),
        ("GET", "/help/{language}/{sheet}.png", site.contacts_picture),
        ("GET", "/help/{language}/{sheet}", site.contacts_page),
        ("GET", "/help/{language}/{sheet}/save", site.contacts_file),
        ("GET", "/help/{language}/{sheet}/keep", site.keep_page),
        ("GET", "/figures", site.figures_page),
        ("GET", "/figures/{language}", site.figures_page),
        ("GET", "/privacy", site.privacy_page),
        ("GET", "/privacy/{language}", site.privacy_page),
        ("GET", "/recipes", site.recipes_page),
        ("GET", "/recipes/{language}", site.recipes_page),
    ):
        app.add_api_route(path, endpoint, methods=[method], response_model=None)
    for method, path, check in checks.routes:
        app.add_api_route(path, check, methods=[method], response_model=None)
    for paper in Paper:
        for rest in ("", "/{language}", "/{language}/{place}"):
            app.add_api_route(
                f"/{paper}{rest}", partial(site.paper_page, paper), response_model=None
            )
    app.mount("/widget", StaticFiles(directory=pages.WIDGET), name="widget")
    app.mount("/recipes/look", StaticFiles(directory=texts.RECIPES / "look"), name="recipes")
    return app


class Failed:
    """What is answered instead, in the words the request began with."""

    def __init__(self, service: Service) -> None:
        """Speak with what `service` prepared."""
        self._service = service

    async def refused(self, request: Request, error: Exception) -> Response:
        """A request is not taken."""
        return await self._service.spoken(request).failures.refused(request, error)

    async def unavailable(self, request: Request, error: Exception) -> Response:
        """A part is missing."""
        return await self._service.spoken(request).failures.unavailable(request, error)

    async def mistaken(self, request: Request, error: Exception) -> Response:
        """The framework itself refuses a request."""
        return await self._service.spoken(request).failures.mistaken(request, error)

    async def unknown_sheet(self, request: Request, error: Exception) -> Response:
        """There is no such help page: all there are, with the emergency numbers."""
        page = self._service.spoken(request).pages.help[request.state.known.language]
        return HTMLResponse(page, 404)

    async def fault(self, request: Request) -> Response:
        """A fault of ours."""
        return await self._service.spoken(request).failures.fault(request)
