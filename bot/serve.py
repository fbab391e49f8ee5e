"""Serve the conversation: `python -m bot.serve`, from the repository root.

Rasa's own server is not started: it would bring an API, CORS and a page of its own. This is the
agent, our channel, and nothing else.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from typing import TYPE_CHECKING, Any

from bot import frozen, logs
from bot.model import ModelError, Stamp, trained
from bot.settings import Settings, SettingsError

if TYPE_CHECKING:
    from pathlib import Path

    from sanic import Sanic
    from sanic.request import Request
    from sanic.response import HTTPResponse

logger = logging.getLogger("bot.serve")

SWEEP_SECONDS = 15.0
"""How long after its end an expired conversation may still be in memory."""


def main() -> int:
    """Run until stopped. 2 when the settings or the model are not there, with one clear line."""
    try:
        settings = Settings.from_environment(os.environ)
        path, stamp = trained(settings.var)
    except (SettingsError, ModelError) as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    logs.quieten()
    frozen.serve_without_tensorflow()
    app = create_app(settings, path, stamp)
    logger.info("listening on %s:%d", settings.host, settings.port)
    app.run(host=settings.host, port=settings.port, access_log=False, motd=False)
    return 0


def create_app(settings: Settings, model: Path, stamp: Stamp) -> Sanic:
    """The application: our channel under `/webhooks/forewarn`, and nothing else."""
    import aiohttp
    from rasa.core.channels.channel import register
    from sanic import Sanic

    from bot.channel import Forewarn
    from bot.conversations import Conversations
    from bot.message import LARGEST_BODY
    from bot.ready import Readiness
    from bot.turns import Handle, Turns
    from bot.understanding import Retrieval

    app = Sanic("forewarn_bot", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = LARGEST_BODY
    app.config.FALLBACK_ERROR_FORMAT = "json"
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = settings.deadline_turn
    conversations = Conversations(None, settings.conversation_minutes)

    retrieval = Retrieval(
        lambda: app.ctx.session, settings.retrieval_url, settings.deadline_retrieval
    )

    async def load(app: Sanic, _: Any) -> None:
        app.ctx.session = aiohttp.ClientSession()
        app.ctx.agent = load_agent(settings, model, conversations, app.ctx.session)
        app.ctx.sweeping = asyncio.create_task(sweep())

    async def close(app: Sanic, _: Any) -> None:
        app.ctx.sweeping.cancel()
        await app.ctx.session.close()

    async def sweep() -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            conversations.sweep()

    def turns(handle: Handle) -> Turns:
        return Turns(conversations, retrieval, handle, settings.deadline_turn)

    readiness = Readiness(retrieval, stamp.encoder, lambda: app.ctx.agent.is_ready())
    register([Forewarn(settings.secret, turns, readiness)], app, route="/webhooks/")
    app.error_handler.add(Exception, _unanswered)
    app.register_listener(load, "before_server_start")
    app.register_listener(close, "after_server_stop")
    return app


def load_agent(settings: Settings, model: Path, conversations: Any, session: Any) -> Any:
    """Rasa's agent with our store, our way to the action server and the repairs in place."""
    from rasa.core.agent import Agent

    frozen.mend()
    agent = Agent()
    # Rasa would wrap the store in one that falls back, without a word, to memory for ever.
    agent.tracker_store = conversations
    agent.action_endpoint = frozen.ActionServer(
        session, f"{settings.actions_url}/webhook", settings.deadline_actions
    )
    agent.processor = frozen.watched_processor(
        model_path=model,
        tracker_store=conversations,
        lock_store=agent.lock_store,
        action_endpoint=agent.action_endpoint,
        generator=agent.nlg,
    )
    agent.domain = conversations.domain = agent.processor.domain
    return agent


def _unanswered(_: Request, error: Exception) -> HTTPResponse:
    from bot.channel import refusal
    from bot.message import RequestError

    status = getattr(error, "status_code", 500)
    codes = {404: "not_found", 405: "not_found", 413: "too_large"}
    return refusal(
        RequestError(status, codes.get(status, "failed" if status >= 500 else "not_valid"))
    )


if __name__ == "__main__":
    sys.exit(main())
