"""What waits to be answered: each event once, in order for each person, who is in danger first.

:class:`MemoryQueue` is for one machine without Redis; what waits in it is lost when web ends.
:class:`web.channels.redis_queue.RedisQueue` survives that.
"""

from __future__ import annotations

import asyncio
import bisect
import contextlib
import heapq
import itertools
import time
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from web.channels.events import Event, What
from web.channels.people import Seal
from web.channels.rendering import Words

SEEN_SECONDS = 48 * 3600.0
"""How long a second delivery of an event is known: longer than any app goes on trying."""

LEASE_SECONDS = 60.0
"""How long an event belongs to who took it, from the last sign of life: then another may."""

MOST_WAITING = 50
"""Events of one person that may wait; a flood beyond it is dropped, but never a cry for help."""


class QueueDownError(Exception):
    """The queue cannot be reached: nothing was noted."""


@dataclass(frozen=True)
class Job:
    """An event that was taken. ``parts`` is the answer, where it was known when a worker died, and
    ``sent`` how many of them the app has; ``tries`` how often sending it failed. ``key`` is the
    event's, ``ticket`` tells this taking of it from a later one."""

    key: str
    ticket: str
    event: Event
    parts: list[Words] | None = None
    sent: int = 0
    tries: int = 0


class Queue(ABC):
    """Where events wait. Two workers never hold events of one person at once."""

    def __init__(self, seal: Seal) -> None:
        """Know events and messages by names that `seal` gives them."""
        self.seal = seal

    @abstractmethod
    async def put(self, event: Event, *, in_danger: bool) -> bool:
        """Take note of `event`; False where it was noted before.

        ``edited`` replaces the text of the message where it still waits; ``deleted`` drops it;
        ``left`` drops all that waits of the person, and waits itself.
        """

    @abstractmethod
    async def take(self) -> Job:
        """The next event, when there is one: of whoever is in danger, then of whoever waits
        longest; of one person in order."""

    @abstractmethod
    async def keep(self, job: Job, parts: list[Words]) -> bool:
        """Keep the answer to `job`; False where the event was dropped or taken by another since:
        nothing must be sent."""

    @abstractmethod
    async def sent(self, job: Job, count: int) -> bool:
        """Note that the app has `count` parts of the answer in all; False as for :meth:`keep`."""

    @abstractmethod
    async def later(self, job: Job, seconds: float) -> None:
        """Give `job` back, to be taken again after `seconds`; the person's others wait behind."""

    @abstractmethod
    async def done(self, job: Job) -> None:
        """Forget `job`."""

    @abstractmethod
    async def waiting(self) -> int:
        """How many events wait or are being answered."""

    async def close(self) -> None:
        """Let go of what is held open."""
        return

    def key(self, event: Event) -> str:
        """The name of `event`."""
        return self.seal.name("event", event.channel, event.id)

    def about(self, event: Event) -> str:
        """The name of the message `event` is about; empty where the app names none."""
        return (event.message and self.seal.name("message", event.person, event.message)) or ""


@dataclass(order=True)
class _Entry:
    order: float
    arrival: int
    job: Job = field(compare=False)
    about: str = field(compare=False)
    in_danger: bool = field(compare=False)


@dataclass
class _Line:
    """What waits of one person; the first is the one that is held while ``ticket`` says so."""

    entries: list[_Entry] = field(default_factory=list)
    ticket: str = ""
    lease: float = 0.0
    due: float = 0.0


class MemoryQueue(Queue):
    """In the memory of this process."""

    def __init__(self, seal: Seal, lease_seconds: float = LEASE_SECONDS) -> None:
        """Let nobody hold an event for longer than `lease_seconds` without a sign of life."""
        super().__init__(seal)
        self._lease = lease_seconds
        self._clock = time.monotonic
        self._seen: OrderedDict[str, float] = OrderedDict()
        self._lines: dict[str, _Line] = {}
        # Who may be next, best first, with stale places: who is not is skipped when met.
        self._next: list[tuple[bool, int, str]] = []
        self._later: list[tuple[float, str]] = []
        self._arrivals = itertools.count()
        self._wake = asyncio.Event()

    async def put(self, event: Event, *, in_danger: bool) -> bool:
        """Take note of `event`; False where it was noted before."""
        now, key = self._clock(), self.key(event)
        while self._seen and next(iter(self._seen.values())) <= now - SEEN_SECONDS:
            self._seen.popitem(last=False)
        if key in self._seen:
            return False
        self._seen[key] = now
        line = self._lines.setdefault(event.person, _Line())
        if event.what is What.left:
            self._drop(line, lambda entry: True)
        about = self.about(event)
        if event.what is What.deleted:
            self._drop(line, lambda entry: entry.about == about != "")
        elif not (event.what is What.edited and self._edit(line, about, event, in_danger)):
            self._append(line, _Entry(event.order, next(self._arrivals), Job(key, "", event),
                                      about, in_danger))  # fmt: skip
        self._offer(event.person, line)
        return True

    async def take(self) -> Job:
        """The next event, when there is one."""
        while True:
            now = self._clock()
            self._wake.clear()
            self._due(now)
            while self._next:
                _, _, person = heapq.heappop(self._next)
                line = self._lines.get(person)
                if line and line.entries and not line.ticket and line.due <= now:
                    return self._hold(line, now)
            until = self._later[0][0] - now if self._later else None
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(until):
                    await self._wake.wait()

    async def keep(self, job: Job, parts: list[Words]) -> bool:
        """Keep the answer to `job`; False where nothing must be sent."""
        return self._change(job, parts=parts)

    async def sent(self, job: Job, count: int) -> bool:
        """Note that the app has `count` parts in all; False where no more must be sent."""
        return self._change(job, sent=count)

    async def later(self, job: Job, seconds: float) -> None:
        """Give `job` back, to be taken again after `seconds`."""
        line = self._lines.get(job.event.person)
        if line and line.ticket == job.ticket:
            self._change(job, tries=job.tries + 1)
            line.ticket, line.due = "", self._clock() + seconds
            self._offer(job.event.person, line)

    async def done(self, job: Job) -> None:
        """Forget `job`."""
        line = self._lines.get(job.event.person)
        if line and line.ticket == job.ticket:
            self._drop(line, lambda entry: entry.job.key == job.key)
            line.ticket = ""
            self._offer(job.event.person, line)

    async def waiting(self) -> int:
        """How many events wait or are being answered."""
        return sum(len(line.entries) for line in self._lines.values())

    # ---------------------------------------------------------------------------- one person

    def _append(self, line: _Line, entry: _Entry) -> None:
        if len(line.entries) >= MOST_WAITING and not entry.in_danger:
            return
        bisect.insort(line.entries, entry, lo=1 if line.ticket and line.entries else 0)

    def _edit(self, line: _Line, about: str, event: Event, in_danger: bool) -> bool:
        """Replace the text of a message that waits; False where it does not."""
        for entry in line.entries[1 if line.ticket else 0 :]:
            if about and entry.about == about:
                entry.job = replace(entry.job, event=event)
                entry.in_danger = in_danger
                return True
        return False

    def _drop(self, line: _Line, which: Callable[[_Entry], bool]) -> None:
        line.entries = [entry for entry in line.entries if not which(entry)]

    def _hold(self, line: _Line, now: float) -> Job:
        entry = line.entries[0]
        line.ticket, line.lease = str(next(self._arrivals)), now + self._lease
        heapq.heappush(self._later, (line.lease, entry.job.event.person))
        entry.job = replace(entry.job, ticket=line.ticket)
        return entry.job

    def _change(self, job: Job, **what: object) -> bool:
        line = self._lines.get(job.event.person)
        if line is None or line.ticket != job.ticket:
            return False
        for entry in line.entries:
            if entry.job.key == job.key:
                entry.job = replace(entry.job, **what)  # type: ignore[arg-type]
                line.lease = self._clock() + self._lease
                return True
        return False

    # ------------------------------------------------------------------------------ everyone

    def _offer(self, person: str, line: _Line) -> None:
        """Let `person` be taken, now or when it is due."""
        if not line.entries and not line.ticket:
            self._lines.pop(person, None)
            return
        if line.ticket or not line.entries:
            return
        if line.due > self._clock():
            heapq.heappush(self._later, (line.due, person))
        else:
            in_danger = any(entry.in_danger for entry in line.entries)
            heapq.heappush(self._next, (not in_danger, line.entries[0].arrival, person))
        self._wake.set()

    def _due(self, now: float) -> None:
        """Offer whose waiting is over, and whose lease has run out."""
        while self._later and self._later[0][0] <= now:
            _, person = heapq.heappop(self._later)
            line = self._lines.get(person)
            if line is None:
                continue
            if line.ticket and line.lease <= now:
                line.ticket = ""
            elif line.ticket:
                heapq.heappush(self._later, (line.lease, person))
                continue
            self._offer(person, line)
