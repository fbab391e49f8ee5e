"""Who comes in goes before who is answered, but does not keep anyone out for good."""

from __future__ import annotations

import asyncio
import time

from web.channels.doorway import MOST_SECONDS, Doorway


def test_whoever_waits_goes_on_when_the_last_has_come_in() -> None:
    async def test() -> list[str]:
        doorway, order = Doorway(), list[str]()

        async def enter(name: str, seconds: float) -> None:
            with doorway.entered():
                await asyncio.sleep(seconds)
            order.append(name)

        async def answer() -> None:
            await doorway.free()
            order.append("answer")

        coming = [asyncio.create_task(enter("first", 0)), asyncio.create_task(enter("last", 0.01))]
        await asyncio.sleep(0)
        await asyncio.gather(answer(), *coming)
        await doorway.free()
        return order

    assert asyncio.run(test()) == ["first", "last", "answer"]


def test_a_flood_without_end_puts_nobody_off_for_good() -> None:
    async def test() -> float:
        doorway = Doorway()
        with doorway.entered():
            began = time.monotonic()
            await doorway.free()
            return time.monotonic() - began

    assert asyncio.run(test()) >= MOST_SECONDS * 0.9
