"""The private HTTP interface of the retrieval service."""

from __future__ import annotations

import asyncio
import base64
import logging
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, TypeVar

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from retrieval.publishing import Publishing
from retrieval.service import Service, UnknownLanguageError
from retrieval.settings import RetrievalSettings

MOST_CHARACTERS = 20_000
"""The longest text that is looked at; web lets far less through."""

FORGET_SECONDS = 5.0
"""How often old vectors are dropped."""

_LOG = logging.getLogger(__name__)

_HTTP_ERRORS = {404: "not_found", 405: "method_not_allowed"}

T = TypeVar("T")

Text = Annotated[str, StringConstraints(min_length=1, max_length=MOST_CHARACTERS)]
Code = Annotated[str, StringConstraints(min_length=2, max_length=10)]
Entry = Annotated[str, StringConstraints(min_length=1, max_length=80)]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    text: Text


class UnderstandRequest(_Asked):
    """A message, and the language of its conversation."""

    language: Code | None = None


class SearchRequest(_Asked):
    """A question, the language of the person who asks, and the entry answered last."""

    language: Code
    after: Entry | None = None
    top: int = Field(default=5, ge=1, le=20)


class OfferRequest(_Asked):
    """An offer to be checked, the language to say it in, whether the recruiter already holds the
    person's passport, money or address, and the answers given to deciding questions."""

    language: Code | None = None
    holds_something: bool = False
    answers: dict[Entry, Entry] = Field(default_factory=dict, max_length=10)


class DangerReply(BaseModel):
    """How sure we are that the person is in danger."""

    level: str
    kinds: list[str]
    by: str


class PlaceReply(BaseModel):
    """What a message says of places, as :class:`forewarn.countries.Place`."""

    mentioned: list[str]
    here: str | None
    only: bool
    peoples: list[str]
    citizen_of: str | None
    told: bool


class UnderstandReply(BaseModel):
    """All that is known about one message; the vector is little-endian float32 in base64."""

    language: str
    identified: str | None
    danger: DangerReply
    place: PlaceReply
    vector: str
    encoder: str


class HitReply(BaseModel):
    """One entry that may answer."""

    id: str
    kind: str
    language: str
    score: float
    confidence: float


class SearchReply(BaseModel):
    """What to do, and the entries, best first; ``answers`` of them are answers: two where two
    things are asked."""

    outcome: str
    answers: int
    hits: list[HitReply]


class ReadyReply(BaseModel):
    """What is in service: the fingerprint of the encoder and the hash of the knowledge."""

    encoder: str
    knowledge: str


class HealthReply(BaseModel):
    """That the service lives, and with which knowledge."""

    alive: bool
    knowledge: str


class PublishReply(BaseModel):
    """What is live, what the last attempt to publish came to and when, and whether all of what is
    live is being learnt from anew."""

    knowledge: str
    version: str | None
    outcome: str
    problems: list[str]
    at: str
    learning: bool


def create_app(settings: RetrievalSettings | None = None) -> FastAPI:
    """The service as an ASGI app; loads the encoder and the index at once.

    Raises:
        EncoderError: there is no usable encoder.
        IndexRefusedError: there is no usable index.
    """
    settings = settings or RetrievalSettings()
    service = Service(settings)
    publishing = Publishing(settings, service)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        forgetting = asyncio.create_task(_forget(service))
        with publishing.running():
            yield
        forgetting.cancel()

    app = FastAPI(
        title="Forewarn retrieval",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    _answer_messages(app, service, settings.deadline_retrieval)
    _answer_staff(app, service, publishing)
    _handle_errors(app)
    return app


async def _forget(service: Service) -> None:
    """Keep the promise of the privacy page, also while nobody writes."""
    while True:
        await asyncio.sleep(FORGET_SECONDS)
        service.forget_old()


def _answer_messages(app: FastAPI, service: Service, deadline: float) -> None:
    async def in_time(work: Callable[[], T]) -> T:
        """Run ``work`` in a thread, for no longer than the deadline."""
        async with asyncio.timeout(deadline):
            return await asyncio.to_thread(work)

    @app.post("/understand")
    async def understand(asked: UnderstandRequest) -> UnderstandReply:
        found = await in_time(lambda: service.understand(asked.text, asked.language))
        return UnderstandReply(
            language=found.language,
            identified=found.identified,
            danger=DangerReply(
                level=found.danger.level, kinds=list(found.danger.kinds), by=found.danger.by
            ),
            place=PlaceReply.model_validate(asdict(found.place)),
            vector=base64.b64encode(found.vector.astype("<f4").tobytes()).decode("ascii"),
            encoder=service.served.index.made.encoder,
        )

    @app.post("/search")
    async def search(asked: SearchRequest) -> SearchReply:
        found = await in_time(
            lambda: service.search(asked.text, asked.language, asked.top, asked.after)
        )
        hits = [HitReply.model_validate(hit, from_attributes=True) for hit in found.hits]
        return SearchReply(outcome=found.outcome, answers=found.answers, hits=hits)

    @app.post("/offers/check")
    async def check_offer(asked: OfferRequest) -> Response:
        verdict = await in_time(
            lambda: service.check_offer(
                asked.text,
                asked.language,
                holds_something=asked.holds_something,
                answers=asked.answers,
            )
        )
        return Response(verdict.model_dump_json(), media_type="application/json")


def _answer_staff(app: FastAPI, service: Service, publishing: Publishing) -> None:
    @app.post("/publish")
    async def publish() -> Response:
        # No deadline: this takes as long as the texts that changed, and no person waits for it.
        attempt = await asyncio.to_thread(publishing.publish)
        if attempt is None:
            return JSONResponse({"error": "already_publishing"}, 409)
        if attempt.outcome != "live":
            status = 503 if attempt.outcome == "failed" else 422
            return JSONResponse({"error": attempt.outcome, "problems": attempt.problems}, status)
        return JSONResponse(ready().model_dump())

    @app.get("/publish")
    async def published() -> PublishReply:
        served = service.served
        return PublishReply(
            knowledge=served.index.made.knowledge,
            version=None if served.folder is None else served.folder.name,
            learning=publishing.is_learning,
            **asdict(publishing.last),
        )

    @app.get("/health")
    async def health() -> HealthReply:
        return HealthReply(alive=True, knowledge=service.served.index.made.knowledge)

    @app.get("/ready")
    async def is_ready() -> ReadyReply:
        return ready()

    def ready() -> ReadyReply:
        made = service.served.index.made
        return ReadyReply(encoder=made.encoder, knowledge=made.knowledge)


def _handle_errors(app: FastAPI) -> None:
    """Errors name what was wrong, never what was sent: the text may be a cry for help, and an
    error is copied into logs by every part it passes."""
    ours = {name for model in (UnderstandRequest, SearchRequest) for name in model.model_fields}

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        # A field we do not know is named by the sender: its name may be a message too.
        named = {str(one["loc"][1]) for one in error.errors() if len(one["loc"]) > 1}
        fields = sorted(name if name in ours else "body" for name in named or {"body"})
        return JSONResponse({"error": "invalid_request", "fields": sorted(set(fields))}, 422)

    @app.exception_handler(UnknownLanguageError)
    async def unknown_language(_: Request, __: Exception) -> JSONResponse:
        return JSONResponse({"error": "unknown_language"}, 422)

    @app.exception_handler(HTTPException)
    async def refused(_: Request, error: HTTPException) -> JSONResponse:
        return JSONResponse(
            {"error": _HTTP_ERRORS.get(error.status_code, "bad_request")}, error.status_code
        )

    @app.exception_handler(TimeoutError)
    async def too_slow(_: Request, __: Exception) -> JSONResponse:
        return JSONResponse({"error": "timeout"}, 504)

    app.add_middleware(_Scrubbed)


class _Scrubbed:
    """Ends every other fault here: the server would log the exception's message, and with it
    perhaps the person's words."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:  # noqa: BLE001 - whatever it is, its message must not be logged
            _LOG.error("request failed: %s in %s", type(error).__name__, _places(error))
            if scope["type"] == "http" and not started:
                await JSONResponse({"error": "internal"}, 500)(scope, receive, send)


def _places(error: BaseException) -> str:
    """Where it happened: functions and lines, no messages, no variables."""
    frames = traceback.extract_tb(error.__traceback__)
    return " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames[-4:])
