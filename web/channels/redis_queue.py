"""The queue in Redis: it survives a restart, and several webs may share it.

An event lies there sealed as a whole, until it is answered or too old to be. Names of events,
messages and people are keyed hashes. Each operation is one script, so that nothing is ever half
done.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from web.channels.events import Event
from web.channels.people import Seal, SealError
from web.channels.queue import (
    LEASE_SECONDS,
    MOST_WAITING,
    SEEN_SECONDS,
    Job,
    Queue,
    QueueDownError,
)
from web.channels.rendering import Words

_SCRIPT = Path(__file__).with_name("queue.lua").read_text("utf-8")

PREFIX = "forewarn:channels"

CALL_SECONDS = 2.0
"""How long Redis may take: it answers in less than a millisecond, or something is wrong."""

LOOK_SECONDS = 0.05
"""How often it is looked for events that another web took note of, by one worker for all."""

MORE_SECONDS = 60
"""How much longer an event lies there than it may be answered."""


class RedisQueue(Queue):
    """In a Redis, version 6 or newer."""

    def __init__(
        self,
        seal: Seal,
        url: str,
        answer_seconds: float,
        prefix: str = PREFIX,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        """Use the Redis at `url`, with names that begin with `prefix`. An event is gone by itself
        a minute after `answer_seconds`."""
        super().__init__(seal)
        self._redis = Redis.from_url(
            url,
            decode_responses=True,
            socket_timeout=CALL_SECONDS,
            socket_connect_timeout=CALL_SECONDS,
        )
        self._script = self._redis.register_script(_SCRIPT)
        self._prefix = prefix
        self._lease = lease_seconds
        self._life = round(answer_seconds) + MORE_SECONDS
        self._looking = asyncio.Lock()
        self._wake = asyncio.Event()

    async def put(self, event: Event, *, in_danger: bool) -> bool:
        """Take note of `event`; False where it was noted before.

        Raises:
            QueueDownError: Redis cannot be reached.
        """
        new = await self._run(
            "put", self.key(event), event.person, event.order, self.about(event),
            int(in_danger), event.what, self.seal.close(event.model_dump(mode="json")),
            round(SEEN_SECONDS), self._life, MOST_WAITING,
        )  # fmt: skip
        self._wake.set()
        return bool(new)

    async def take(self) -> Job:
        """The next event, when there is one.

        Raises:
            QueueDownError: Redis cannot be reached.
        """
        async with self._looking:
            while True:
                self._wake.clear()
                taken = await self._run("take", self._lease)
                if taken:
                    job = await self._opened(taken)
                    if job:
                        return job
                    continue
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_SECONDS):
                        await self._wake.wait()

    async def _opened(self, taken: list[str]) -> Job | None:
        """The job `taken`; None where it was sealed with a key that is no longer ours: nobody can
        answer it."""
        key, person, ticket, sealed, parts, sent, tries = taken
        try:
            event = Event.model_validate(self.seal.open(sealed))
            kept = [Words.model_validate(one) for one in self.seal.open(parts)] if parts else None
        except (SealError, ValueError):
            await self._run("done", person, key, ticket)
            return None
        return Job(key, ticket, event, kept, int(sent), int(tries))

    async def keep(self, job: Job, parts: list[Words]) -> bool:
        """Keep the answer to `job`; False where nothing must be sent.

        Raises:
            QueueDownError: Redis cannot be reached.
        """
        sealed = self.seal.close([part.model_dump(mode="json") for part in parts])
        return await self._change(job, "parts", sealed)

    async def sent(self, job: Job, count: int) -> bool:
        """Note that the app has `count` parts in all; False where no more must be sent.

        Raises:
            QueueDownError: Redis cannot be reached.
        """
        return await self._change(job, "sent", count)

    async def later(self, job: Job, seconds: float) -> None:
        """Give `job` back, to be taken again after `seconds`.

        Raises:
            QueueDownError: Redis cannot be reached.
        """
        await self._run("later", job.event.person, job.key, job.ticket, seconds)

    async def done(self, job: Job) -> None:
        """Forget `job`.

        Raises:
            QueueDownError: Redis cannot be reached.
        """
        await self._run("done", job.event.person, job.key, job.ticket)
        self._wake.set()

    async def waiting(self) -> int:
        """How many events wait or are being answered.

        Raises:
            QueueDownError: Redis cannot be reached.
        """
        return int(await self._run("waiting"))

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()

    async def _change(self, job: Job, field: str, value: Any) -> bool:
        changed = await self._run(
            "change", job.event.person, job.key, job.ticket, self._lease, field, value
        )
        return bool(changed)

    async def _run(self, operation: str, *how: Any) -> Any:
        async with _reached():
            return await self._script(keys=[self._prefix], args=[operation, *how])


@asynccontextmanager
async def _reached() -> AsyncIterator[None]:
    try:
        yield
    except (RedisError, OSError):
        # Its text may quote what was sent: not chained.
        raise QueueDownError("the queue cannot be reached") from None
