"""The action server: Rasa's action protocol over HTTP, with every action registered by name.

rasa_sdk's own server listens on every address, has no time limit and returns the whole tracker in
its error bodies; here errors carry a code and nothing a person wrote.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from rasa_sdk.executor import ActionExecutor, ActionExecutorRunResult

from actions.affirm import Affirm
from actions.answer_question import AnswerQuestion
from actions.base import ForewarnAction
from actions.cannot_talk import CannotTalk
from actions.change_language import ChangeLanguage
from actions.check_offer import CheckOffer
from actions.composer import Composer
from actions.default_fallback import DefaultFallback
from actions.deny import Deny
from actions.end_danger import EndDanger
from actions.goodbye import Goodbye
from actions.greet import Greet
from actions.offer_question import OfferQuestion
from actions.open import Open
from actions.out_of_scope import OutOfScope
from actions.respond_to_danger import RespondToDanger
from actions.retrieval_client import RetrievalClient
from actions.settings import ActionsSettings
from actions.show_contacts import ShowContacts
from actions.show_topic import ShowTopic
from actions.take_feedback import TakeFeedback
from actions.talk_to_person import TalkToPerson
from actions.tell_country import TellCountry
from actions.thank import Thank
from actions.who_we_are import WhoWeAre
from forewarn.knowledge.loader import Knowledge
from forewarn.published import Follower

logger = logging.getLogger(__name__)

ACTIONS: tuple[type[ForewarnAction], ...] = (
    Affirm, AnswerQuestion, CannotTalk, ChangeLanguage, CheckOffer, DefaultFallback, Deny,
    EndDanger, Goodbye, Greet, OfferQuestion, Open, OutOfScope, RespondToDanger, ShowContacts,
    ShowTopic, TakeFeedback, TalkToPerson, TellCountry, Thank, WhoWeAre,
)  # fmt: skip
"""Every action there is; registered by hand, so that none is picked up by accident."""

_TOPICS = "action_show_topic"


def create_app(settings: ActionsSettings, client: httpx.AsyncClient | None = None) -> FastAPI:
    """The action server of ``settings``; ``client`` replaces the way to retrieval in tests.

    It speaks from the knowledge in service, and follows it.

    Raises:
        forewarn.knowledge.loader.KnowledgeError: the knowledge has errors.
    """
    http = client or httpx.AsyncClient(
        base_url=settings.retrieval_url, timeout=settings.deadline_retrieval, trust_env=False
    )
    retrieval = RetrievalClient(http)
    follower = Follower(
        settings.index_folder,
        settings.knowledge,
        partial(_registered, retrieval=retrieval, operator=settings.operator),
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        with follower.following():
            yield
        await http.aclose()

    app = FastAPI(title="Forewarn actions", lifespan=lifespan, docs_url=None, openapi_url=None)

    @app.post("/webhook")
    async def webhook(request: Request) -> JSONResponse:
        try:
            async with asyncio.timeout(settings.deadline_actions):
                call: dict[str, Any] = await request.json()
                result = await _run(call, follower)
        except TimeoutError:
            return _failed(504, "slow")
        except httpx.HTTPError as error:
            logger.error("retrieval failed: %s", type(error).__name__)
            return _failed(503, "retrieval")
        except Exception as error:  # noqa: BLE001  whatever it was, its text may quote a person
            logger.error("an action failed: %s", type(error).__name__)
            return _failed(500, "action")
        return JSONResponse(result.model_dump() if result else {"events": [], "responses": []})

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "alive", "knowledge": follower.now.knowledge}

    @app.get("/ready")
    async def ready() -> JSONResponse:
        is_ready = await retrieval.ready()
        content = {"ready": is_ready, "knowledge": follower.now.knowledge}
        return JSONResponse(content, status_code=200 if is_ready else 503)

    return app


def _registered(
    knowledge: Knowledge, retrieval: RetrievalClient, operator: dict[str, str]
) -> ActionExecutor:
    """Every action, speaking from ``knowledge`` for ``operator``."""
    composer = Composer(knowledge, operator=operator)
    executor = ActionExecutor()
    for action in ACTIONS:
        executor.register_action(action(composer, retrieval))
    return executor


async def _run(
    call: dict[str, Any], follower: Follower[ActionExecutor]
) -> ActionExecutorRunResult | None:
    """Run the action that is called, to its end from one state of the knowledge.

    What retrieval names may be of the next state already: then that is caught up with. What a
    button names may be there no more: then the topics are shown instead.
    """
    try:
        return await follower.now.made.run(call)
    except LookupError:
        await asyncio.to_thread(follower.look)
    try:
        return await follower.now.made.run(call)
    except LookupError as error:
        logger.error("an action named what is not there: %s", type(error).__name__)
    return await follower.now.made.run({**call, "next_action": _TOPICS})


def _failed(status: int, code: str) -> JSONResponse:
    return JSONResponse({"error": code}, status_code=status)
