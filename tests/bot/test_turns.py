"""Order within a conversation, apart from HTTP."""

from __future__ import annotations

import asyncio

import pytest

from bot.turns import Order


def test_first_come_first_served() -> None:
    served: list[int] = []

    async def turn(order: Order, number: int) -> None:
        async with order.of("one"):
            await asyncio.sleep(0.01 if number == 0 else 0)
            served.append(number)

    async def all_turns() -> None:
        order = Order()
        await asyncio.gather(*(turn(order, number) for number in range(8)))

    asyncio.run(all_turns())

    assert served == list(range(8))


def test_a_turn_that_is_cancelled_or_fails_lets_the_next_one_in_and_leaves_nothing() -> None:
    async def hang(order: Order) -> None:
        async with order.of("one"):
            await asyncio.sleep(60)

    async def fail(order: Order) -> None:
        async with order.of("one"):
            raise ZeroDivisionError

    async def all_turns() -> dict[str, asyncio.Lock]:
        order = Order()
        hanging = asyncio.create_task(hang(order))
        waiting = asyncio.create_task(hang(order))
        await asyncio.sleep(0)
        waiting.cancel()
        hanging.cancel()
        await asyncio.gather(hanging, waiting, return_exceptions=True)
        with pytest.raises(ZeroDivisionError):
            await fail(order)
        async with order.of("one"):
            pass
        return order._locks

    assert asyncio.run(all_turns()) == {}
