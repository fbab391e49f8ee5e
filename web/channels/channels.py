"""The apps that are connected: made from their settings, and kept going as long as web runs."""

from __future__ import annotations

import asyncio
import importlib
import logging
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
from pydantic import ValidationError

from web.channels.channel import Channel, ChannelSettings
from web.channels.counts import Counts
from web.channels.doorway import Doorway
from web.channels.endpoint import Endpoint
from web.channels.limits import table
from web.channels.people import Seal
from web.channels.queue import MemoryQueue, Queue
from web.channels.redis_queue import RedisQueue
from web.channels.stores import FileStore
from web.channels.talk import Talk
from web.channels.worker import Worker
from web.service import Service

log = logging.getLogger(__name__)

TIDY_SECONDS = 60.0
"""How often it is logged what the channels did, and forgotten who is idle."""


class Channels:
    """Every app whose settings are there, and all they share."""

    def __init__(self, service: Service) -> None:
        """Read the settings of each app; nothing is sent yet."""
        self._service = service
        settings = service.settings
        seal = Seal(settings.token_key.get_secret_value())
        self.counts = Counts()
        self._http = httpx.AsyncClient(
            trust_env=False, follow_redirects=False, timeout=settings.channel_call_seconds
        )
        limits = table()
        self.on: dict[str, Channel] = {}
        for name, kind in kinds().items():
            wanted = settings_of(kind)
            if wanted is not None:
                # On the disk, also where events wait in Redis: that may forget, a token of Zalo's
                # must not. One web sends, so that one machine is enough.
                store = FileStore(settings.var / "secrets" / name)
                self.on[name] = kind(wanted, limits[name], seal, self._http, store)
        self.queue = self._queue(seal)
        if self.on:
            log.info("connected: %s", ", ".join(self.on))
        self.talk = Talk(service, limits)
        self._doorway = Doorway()
        answers = settings.channel_workers > 0
        self.endpoint = Endpoint(
            self.on, self.queue, self.talk, self.counts, self._doorway, answers=answers
        )

    def _queue(self, seal: Seal) -> Queue:
        settings = self._service.settings
        url = settings.redis_url.get_secret_value()
        if url:
            return RedisQueue(seal, url, settings.channel_answer_minutes * 60)
        if self.on:
            log.warning("no FOREWARN_REDIS_URL is set: events do not survive a restart")
        return MemoryQueue(seal)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answer what comes in, to the end of the block."""
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self._http.aclose)
            stack.push_async_callback(self.queue.close)
            for channel in self.on.values():
                stack.push_async_callback(channel.close)
            stack.callback(self.counts.tell)
            tasks = [self._tidy(), *self._workers()] if self.on else []
            stack.push_async_callback(_ended, [asyncio.create_task(task) for task in tasks])
            yield

    def _workers(self) -> Iterator[Coroutine[None, None, None]]:
        for _ in range(self._service.settings.channel_workers):
            worker = Worker(
                self._service, self.on, self.queue, self.talk, self.counts, self._doorway
            )
            yield worker.run()

    async def _tidy(self) -> None:
        while True:
            await asyncio.sleep(TIDY_SECONDS)
            self.counts.tell()
            self.talk.people.sweep()


async def _ended(tasks: list[asyncio.Task[None]]) -> None:
    """End `tasks`. A client in the middle of a call may take being cancelled for a failure of it:
    then it is said again."""
    while left := [task for task in tasks if not task.done()]:
        for task in left:
            task.cancel()
        await asyncio.wait(left, timeout=0.2)


def kinds() -> dict[str, type[Channel]]:
    """The class of each app of the table: the one channel in web/channels/<name>.py."""
    found = {}
    for name in table():
        module = importlib.import_module(f"web.channels.{name}")
        found[name] = next(one for one in vars(module).values() if _is_channel(one, name))
    return found


def _is_channel(found: object, name: str) -> bool:
    is_one = isinstance(found, type) and issubclass(found, Channel)
    return is_one and vars(found).get("name") == name


def settings_of(kind: type[Channel]) -> ChannelSettings | None:
    """The settings of an app; None where it is off, or cannot be connected, which is said."""
    try:
        settings = kind.Settings()
    except ValidationError as error:
        for problem in error.errors(include_input=False, include_url=False):
            name = "".join(map(str, problem["loc"]))
            prefix = kind.Settings.model_config.get("env_prefix", "")
            log.error("%s is off: %s: %s", kind.name, f"{prefix}{name}".upper(), problem["msg"])
        return None
    missing = settings.missing()
    if settings.is_on and missing:
        log.error("%s is off: set %s", kind.name, ", ".join(missing))
        return None
    return settings if settings.is_on else None
