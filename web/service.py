"""What the endpoints of web share: what it speaks from, whom it calls, what it remembers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI
from starlette.requests import Request

from forewarn.knowledge.loader import Knowledge
from forewarn.published import Edition, Follower
from web.background import Background
from web.bot_client import BotClient, Caller, bot_headers
from web.conversations import Conversations
from web.exchange import Exchange
from web.guide import Guide
from web.limits import Limiter, Senders
from web.readiness import Part, Readiness
from web.reading.readers import Readers
from web.refusals import RefusedError, Why
from web.settings import WebSettings
from web.spoken import Spoken

SWEEP_SECONDS = 30.0


class Service:
    """What every endpoint shares, from the start of web to its end."""

    def __init__(self, settings: WebSettings, knowledge: Knowledge | None) -> None:
        """Prepare every page from `knowledge`, or from what is in service; nothing is sent to any
        other part yet."""
        self.settings = settings
        self._conversations = Conversations(
            settings.token_key.get_secret_value(),
            settings.conversation_minutes,
            settings.max_conversations,
        )
        self._bot = Caller(settings.bot_url, bot_headers(settings.bot_secret.get_secret_value()))
        actions = Caller(settings.actions_url)
        self.retrieval = Caller(settings.retrieval_url)
        self._callers = (self._bot, actions, self.retrieval)
        self._turns = Limiter(
            settings.rate_conversation_burst, settings.rate_conversation_per_second
        )
        self._background = Background()
        self.readiness = Readiness(
            [
                Part("bot", self._bot, "/webhooks/forewarn/ready"),
                Part("actions", actions, "/ready"),
                Part("retrieval", self.retrieval, "/ready"),
            ],
            settings.version_seconds,
        )
        self.readers = Readers(settings)
        self._senders = Senders()
        self._limiter = Limiter(settings.rate_address_burst, settings.rate_address_per_second)
        self._follower: Follower[Spoken] | None = None
        if knowledge is None:
            self._follower = Follower(settings.index_folder, settings.knowledge, self._speak)
            self._first = self._follower.now
        else:
            self._first = Edition(knowledge.content_hash(), self._speak(knowledge))

    def _speak(self, knowledge: Knowledge) -> Spoken:
        guide = Guide(knowledge, self.settings)
        exchange = Exchange(
            self.settings,
            guide,
            self._conversations,
            BotClient(self._bot, knowledge.language_codes),
            self._turns,
            self._background,
        )
        return Spoken.of(guide, exchange, self.settings, self.readers.languages)

    @property
    def edition(self) -> Edition[Spoken]:
        """What web speaks from now."""
        return self._first if self._follower is None else self._follower.now

    def spoken(self, request: Request) -> Spoken:
        """What `request` is answered with: the newest there was when it began, to its end."""
        if not hasattr(request.state, "spoken"):
            request.state.spoken = self.edition.made
        spoken: Spoken = request.state.spoken
        return spoken

    def preferred(self, request: Request) -> str:
        """The language the browser asks for."""
        return self.spoken(request).guide.preferred(request.headers.get("accept-language", ""))

    def language(self, request: Request, asked: str | None, text: str = "") -> str:
        """The language `asked` for; else that of `text`, else the preferred one.

        Raises:
            RefusedError: there is no such language.
        """
        if asked is None:
            return self.spoken(request).guide.written_in(text, self.preferred(request))
        language = self.spoken(request).guide.language(asked)
        if language is None:
            raise RefusedError(Why.language)
        return language

    def hold_back(self, request: Request) -> None:
        """Refuse a flood from one address.

        Raises:
            RefusedError: too much came from it.
        """
        address = request.client.host if request.client else ""
        wait = self._limiter.wait(self._senders.name(address))
        if wait:
            raise RefusedError(Why.too_many, {"seconds": wait})

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
