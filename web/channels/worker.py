"""Answers what waits: takes an event, asks the bot, sends what it says, tries again."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import Coroutine, Mapping

from web.channels.channel import Channel, PlatformError
from web.channels.counts import Counts
from web.channels.doorway import Doorway
from web.channels.events import Event, What
from web.channels.people import SealError
from web.channels.queue import Job, Queue
from web.channels.rendering import Words
from web.channels.talk import Said, Talk
from web.headers import place
from web.service import Service

log = logging.getLogger(__name__)

MOST_TRIES = 6

TYPING_SECONDS = 1.0

ONE_AT_MOST = 50.0
"""Seconds one event may take at a time: less than the lease on it."""

QUEUE_WAIT = 1.0
"""Seconds until a queue that failed is asked again."""


class Worker:
    """Answers events, one at a time."""

    def __init__(
        self,
        service: Service,
        channels: Mapping[str, Channel],
        queue: Queue,
        talk: Talk,
        counts: Counts,
        doorway: Doorway,
    ) -> None:
        """Answer what waits in `queue` with `talk`, through `channels`, while the `doorway` is
        free."""
        self._service = service
        self._channels = channels
        self._queue = queue
        self._talk = talk
        self._counts = counts
        self._doorway = doorway

    async def run(self) -> None:
        """Answer events without end. Nothing that goes wrong ends it but being cancelled."""
        while True:
            try:
                await self._doorway.free()
                await self._one(await self._queue.take())
            except Exception as error:  # noqa: BLE001 who writes next must be answered
                _tell(error)
                await asyncio.sleep(QUEUE_WAIT)

    async def _one(self, job: Job) -> None:
        channel = self._channels.get(job.event.channel)
        if channel is None:
            await self._end(job, "off")
        elif self._age(job.event) > self._window:
            await self._end(job, "late")
        else:
            try:
                async with asyncio.timeout(ONE_AT_MOST):
                    await self._answer(channel, job)
            except PlatformError as error:
                await self._again(job, error)
            except SealError:
                await self._end(job, "sealed")
            except TimeoutError:
                await self._again(job, PlatformError("too slow"))
            except asyncio.CancelledError:
                # Web ends: whoever comes next need not wait for the lease to run out.
                await self._queue.later(job, 0)
                raise

    async def _answer(self, channel: Channel, job: Job) -> None:
        parts = job.parts
        if parts is None:
            said = await self._said(channel, job.event)
            if said is None:
                await self._end(job, "silent")
                return
            parts = self._talk.rendered(job.event, said)
            if not await self._queue.keep(job, parts):
                self._counts.add(channel.name, "dropped")
                await self._queue.done(job)
                return
        sent = job.sent
        while batch := parts[sent : sent + channel.limits.at_once]:
            sent += len(batch)
            noted = await _undivided(self._deliver(channel, job, batch, sent, len(parts)))
            if not noted:
                await self._end(job, "dropped")
                return

    async def _deliver(
        self, channel: Channel, job: Job, batch: list[Words], sent: int, parts: int
    ) -> bool:
        """Send `batch`, and note that the app then has `sent` of the `parts`; False where no more
        must be sent."""
        await channel.send(job.event, batch)
        if sent < parts:
            return await self._queue.sent(job, sent)
        self._talk.was_taken(job.event)
        await self._end(job, "answered")
        return True

    async def _said(self, channel: Channel, event: Event) -> Said | None:
        typing = asyncio.create_task(self._type(channel, event))
        try:
            said = await self._talk.answer(event, channel)
            # Before the answer, or it would look as if there were more to come.
            await typing
            return said
        except (PlatformError, SealError):
            raise
        except Exception as error:  # noqa: BLE001 the last net: whatever it is, a person waits
            _tell(error)
            return self._talk.fallback(event)
        finally:
            typing.cancel()

    async def _type(self, channel: Channel, event: Event) -> None:
        """Show that an answer is being written, which nobody waits for: an app that hangs here
        may still take the answer."""
        if event.what is What.left or (event.in_group and not event.addressed):
            return
        with contextlib.suppress(PlatformError, SealError, TimeoutError):
            async with asyncio.timeout(TYPING_SECONDS):
                await channel.typing(event)

    async def _again(self, job: Job, error: PlatformError) -> None:
        """Try again within the time in which we answer at all, then give up; the conversation
        stays."""
        first = self._service.settings.channel_retry_seconds
        # Give or take a quarter, so that those who failed together do not come back together.
        wait = first * 2**job.tries * random.uniform(0.75, 1.25)  # noqa: S311
        wait = max(wait, error.seconds or 0)
        if error.for_good:
            await self._end(job, "refused")
        elif job.tries + 1 >= MOST_TRIES or self._age(job.event) + wait > self._window:
            await self._end(job, "given up")
        else:
            self._counts.add(job.event.channel, "again")
            await self._queue.later(job, wait)

    async def _end(self, job: Job, how: str) -> None:
        self._counts.add(job.event.channel, how)
        await self._queue.done(job)

    def _age(self, event: Event) -> float:
        return time.time() - event.at

    @property
    def _window(self) -> float:
        return self._service.settings.channel_answer_minutes * 60


async def _undivided(work: Coroutine[None, None, bool]) -> bool:
    """What `work` comes to: done to its end also where web ends meanwhile, however often that is
    said. What an app took and nobody noted would be sent again."""
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait([task])
        if not task.cancelled():
            task.exception()  # it is taken up again by whoever comes next
        raise


def _tell(error: Exception) -> None:
    """Log the kind and the place of a fault: its text may be what a person wrote."""
    log.error("a fault in answering: %s at %s", type(error).__name__, place(error))
