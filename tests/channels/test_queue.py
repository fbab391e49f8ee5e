"""The queue by itself, in memory and in Redis: once, in order, danger first, nothing lost."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from tests.channels.redis_server import RedisServer
from web.channels.events import Event, What
from web.channels.people import Seal
from web.channels.queue import MemoryQueue, Queue, QueueDownError
from web.channels.redis_queue import RedisQueue
from web.channels.rendering import Button, Shape, Words

LEASE = 3.0
"""Seconds; long enough for a busy machine to say that it lives."""

SEAL = Seal("a secret of the tests")
PARTS = [
    Words(text="one"),
    Words(text="two", shape=Shape.buttons, buttons=(Button(label="a", token="t"),)),
]

Made = Callable[[], Queue]


@pytest.fixture(params=["memory", "redis"])
def make(request: pytest.FixtureRequest, redis_server: RedisServer) -> Made:
    """Make the queue; in Redis one made again is the same."""
    if request.param == "memory":
        return lambda: MemoryQueue(SEAL, LEASE)
    prefix = f"test:{next(_numbers)}"
    return lambda: RedisQueue(SEAL, redis_server.url, 600, prefix, LEASE)


_numbers = itertools.count()


def event(number: int, text: str = "", person: str = "ann", **about: object) -> Event:
    fields = {
        "channel": "x",
        "id": str(number),
        "what": What.text,
        "person": person,
        "sealed": SEAL.close({"to": person}),
        "message": str(number),
        "text": text,
        "at": time.time(),
        "order": float(number),
    }
    return Event.model_validate({**fields, **about})


@asynccontextmanager
async def opened(make: Made) -> AsyncIterator[Queue]:
    queue = make()
    try:
        yield queue
    finally:
        await queue.close()


def ran(make: Made, test: Callable[[Queue], Awaitable[None]]) -> None:
    async def run() -> None:
        async with opened(make) as queue:
            await test(queue)

    asyncio.run(run())


async def put(queue: Queue, *events: Event, in_danger: bool = False) -> None:
    for one in events:
        assert await queue.put(one, in_danger=in_danger)


async def nothing(queue: Queue) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await queue.take()


async def emptied(queue: Queue) -> list[str]:
    """The texts of all that waits, in the order in which it is taken."""
    texts = []
    while await queue.waiting():
        job = await queue.take()
        texts.append(job.event.text)
        await queue.done(job)
    return texts


def test_an_event_comes_out_as_it_went_in_and_only_once(make: Made) -> None:
    async def test(queue: Queue) -> None:
        told = event(1, "hello")
        assert await queue.put(told, in_danger=False)
        assert not await queue.put(told, in_danger=False)
        job = await queue.take()
        assert (job.event, job.parts, job.sent, job.tries) == (told, None, 0, 0)
        await queue.done(job)
        assert not await queue.put(told, in_danger=False)
        assert await queue.waiting() == 0
        await nothing(queue)

    ran(make, test)


def test_one_persons_events_are_taken_in_the_order_of_the_app_one_at_a_time(make: Made) -> None:
    async def test(queue: Queue) -> None:
        await put(queue, event(3, "three"), event(1, "one"), event(2, "two"))
        await put(queue, event(4, "other", person="bob"))
        first, other = await queue.take(), await queue.take()
        assert {first.event.text, other.event.text} == {"one", "other"}
        await nothing(queue)
        await queue.done(first)
        await queue.done(other)
        assert await emptied(queue) == ["two", "three"]

    ran(make, test)


def test_who_is_in_danger_is_first_and_keeps_the_own_order(make: Made) -> None:
    async def test(queue: Queue) -> None:
        await put(queue, event(1, "a", person="ann"), event(2, "b", person="bob"))
        await put(queue, event(3, "c", person="cat"), event(4, "d", person="dan"))
        await put(queue, event(5, "help", person="cat"), in_danger=True)
        assert await emptied(queue) == ["c", "help", "a", "b", "d"]

    ran(make, test)


def test_who_comes_while_one_waits_is_taken_at_once(make: Made) -> None:
    async def test(queue: Queue) -> None:
        taking = asyncio.create_task(queue.take())
        await asyncio.sleep(0.02)
        await put(queue, event(1, "hello"))
        assert (await taking).event.text == "hello"

    ran(make, test)


def test_what_a_dead_worker_held_is_taken_again_with_its_answer(make: Made) -> None:
    async def test(queue: Queue) -> None:
        await put(queue, event(1, "hello"))
        dead = await queue.take()
        assert await queue.keep(dead, PARTS)
        assert await queue.sent(dead, 1)
        await nothing(queue)
        job = await asyncio.wait_for(queue.take(), 60)
        assert (job.event, job.parts, job.sent) == (dead.event, PARTS, 1)
        # Should the dead one wake up: it has no say any more.
        assert not await queue.sent(dead, 2)
        await queue.later(dead, 0)
        await queue.done(dead)
        assert await queue.waiting() == 1
        await queue.done(job)
        assert await queue.waiting() == 0

    ran(make, test)


def test_what_is_given_back_waits_its_time_and_so_do_the_persons_others(make: Made) -> None:
    async def test(queue: Queue) -> None:
        await put(queue, event(1, "one"), event(2, "two"))
        job = await queue.take()
        await queue.keep(job, PARTS)
        await queue.later(job, 2)
        await nothing(queue)
        again = await asyncio.wait_for(queue.take(), 60)
        assert (again.event.text, again.tries, again.parts) == ("one", 1, PARTS)
        await queue.done(again)
        assert await emptied(queue) == ["two"]

    ran(make, test)


def test_an_edited_message_that_waits_is_answered_as_it_is_now(make: Made) -> None:
    async def test(queue: Queue) -> None:
        await put(queue, event(1, "held"), event(2, "befor"), event(3, "after"))
        held = await queue.take()
        edited = event(4, "before", message="2", what=What.edited)
        await put(queue, edited)
        await queue.done(held)
        assert await emptied(queue) == ["before", "after"]

    ran(make, test)


def test_an_edited_message_that_was_answered_or_is_being_is_answered_as_a_new_one(
    make: Made,
) -> None:
    async def test(queue: Queue) -> None:
        await put(queue, event(1, "old"))
        held = await queue.take()
        await put(queue, event(2, "new", message="1", what=What.edited))
        assert await queue.keep(held, PARTS)
        await queue.done(held)
        assert await emptied(queue) == ["new"]
        await put(queue, event(3, "newest", message="1", what=What.edited))
        assert await emptied(queue) == ["newest"]

    ran(make, test)


def test_a_deleted_message_is_not_answered(make: Made) -> None:
    async def test(queue: Queue) -> None:
        await put(queue, event(1, "one"), event(2, "two"), event(3, "three"))
        await put(queue, event(4, message="2", what=What.deleted))
        held = await queue.take()
        await put(queue, event(5, message="1", what=What.deleted))
        assert not await queue.keep(held, PARTS)
        await queue.done(held)
        assert await emptied(queue) == ["three"]

    ran(make, test)


def test_of_who_has_left_nothing_waits_but_that(make: Made) -> None:
    async def test(queue: Queue) -> None:
        await put(queue, event(1, "one"), event(2, "two"), event(3, "bob's", person="bob"))
        await put(queue, event(4, "left", what=What.left))
        assert sorted(await emptied(queue)) == ["bob's", "left"]

    ran(make, test)


def test_a_flood_of_one_person_is_cut_off_but_a_cry_for_help_is_not(make: Made) -> None:
    async def test(queue: Queue) -> None:
        await put(queue, *(event(number, "flood") for number in range(100)))
        await put(queue, event(101, "help"), in_danger=True)
        await put(queue, event(102, "bob's", person="bob"))
        assert await emptied(queue) == [*["flood"] * 50, "help", "bob's"]

    ran(make, test)


def test_many_events_with_doubles_and_disorder_are_each_taken_once(make: Made) -> None:
    """Ten thousand are for `python -m bench channels`."""

    async def test(queue: Queue) -> None:
        dice = random.Random(7)  # noqa: S311
        events = [event(number, str(number), person=f"p{number % 100}") for number in range(2_000)]
        told = [*events, *dice.sample(events, 600)]
        dice.shuffle(told)
        new = [await queue.put(one, in_danger=False) for one in told]
        assert new.count(True) == 2_000
        by_person: dict[str, list[int]] = {}

        async def work() -> None:
            while True:
                job = await queue.take()
                by_person.setdefault(job.event.person, []).append(int(job.event.text))
                await queue.done(job)

        workers = [asyncio.create_task(work()) for _ in range(8)]
        while await queue.waiting():
            await asyncio.sleep(0.05)
        for worker in workers:
            worker.cancel()
        await asyncio.wait(workers)
        assert {person: sorted(one) for person, one in by_person.items()} == by_person
        assert sum(map(len, by_person.values())) == 2_000

    ran(make, test)


def test_the_queue_in_redis_goes_on_after_a_restart(redis_server: RedisServer) -> None:
    def made() -> Queue:
        return RedisQueue(SEAL, redis_server.url, 600, "test:restart", LEASE)

    async def before(queue: Queue) -> None:
        await put(queue, event(1, "one"), event(2, "two"))
        job = await queue.take()
        await queue.keep(job, PARTS)
        await queue.sent(job, 1)

    async def after(queue: Queue) -> None:
        job = await asyncio.wait_for(queue.take(), 60)
        assert (job.event.text, job.parts, job.sent) == ("one", PARTS, 1)
        await queue.done(job)
        assert not await queue.put(event(1, "one"), in_danger=False)
        assert await emptied(queue) == ["two"]

    ran(made, before)
    ran(made, after)


def test_nothing_readable_lies_in_redis_and_nothing_is_left_of_what_is_done(
    redis_server: RedisServer,
) -> None:
    def made() -> Queue:
        return RedisQueue(SEAL, redis_server.url, 600, "test:sealed", LEASE)

    async def test(queue: Queue) -> None:
        await put(queue, event(1, "a marker that is written"), event(2, "another marker"))
        job = await queue.take()
        await queue.keep(job, [Words(text="an answer with a marker")])
        lies = redis_server.everything()
        assert "marker" not in lies
        assert '"to"' not in lies
        for name, seconds in redis_server.lives("test:sealed:event:*").items():
            assert 0 < seconds <= 660, name
        await queue.done(job)
        assert await emptied(queue) == ["another marker"]
        left = {name.split(":")[2] for name in redis_server.lives("test:sealed:*")}
        assert left == {"seen", "arrivals", "takings"}

    ran(made, test)


def test_what_was_sealed_with_another_key_is_let_go(redis_server: RedisServer) -> None:
    async def test() -> None:
        url, prefix = redis_server.url, "test:rotated"
        async with opened(lambda: RedisQueue(Seal("an older secret"), url, 600, prefix)) as old:
            await put(old, event(1, "one"))
        async with opened(lambda: RedisQueue(SEAL, url, 600, prefix)) as new:
            await put(new, event(2, "two", person="bob"))
            assert (await new.take()).event.text == "two"
            assert await new.waiting() == 1

    asyncio.run(test())


def test_a_redis_that_is_not_there_is_said(redis_server: RedisServer) -> None:
    async def test(queue: Queue) -> None:
        with pytest.raises(QueueDownError, match=r"^the queue cannot be reached$"):
            await queue.put(event(1), in_danger=False)
        with pytest.raises(QueueDownError):
            await queue.take()

    ran(lambda: RedisQueue(SEAL, "redis://127.0.0.1:9", 600), test)
