"""Tells web what people write in Telegram, as Telegram does: run by ``bench.channels`` as a process
of its own, with nothing else in it. Takes a :class:`Plan` as JSON; writes ``half`` when half of it
is told, then one JSON object.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import random
import sys
import time
from typing import Any

import httpx

AGAIN_SECONDS = 0.5
"""When an event is told again that was not taken: apps wait longer."""

CALL_SECONDS = 10.0

PATIENCE_SECONDS = 60.0
"""How long an event is told again and again until it counts as lost: longer than web takes to
start."""


@dataclasses.dataclass(frozen=True)
class Plan:
    """What is told: ``events`` questions, numbered from ``first``, so many ``a_second``, by
    ``people`` in turn. The one numbered ``cry``, by someone else, is a cry for help. The share
    ``twice`` is told again later, and each up to ``disorder`` places from its own."""

    address: str
    secret: str
    first: int
    events: int
    a_second: float
    people: int
    cry: int | None = None
    twice: float = 0.0
    disorder: int = 0

    def order(self) -> list[int]:
        """The numbers of the questions, as they are told."""
        chance = random.Random(0)
        every = range(self.first, self.first + self.events)
        again = chance.sample(every, round(self.twice * self.events))
        places = [(n + chance.uniform(0, self.disorder), n) for n in every]
        places += [(n + chance.uniform(0, 2 * self.disorder), n) for n in again]
        return [n for _, n in sorted(places)]

    def update(self, question: int) -> dict[str, Any]:
        """Telegram's update that tells ``question``."""
        words, person = f"is the job of question {question} real?", 1000 + question % self.people
        if question == self.cry:
            words, person = f"help me, they locked me up, question {question}", 1
        user = {"id": person, "is_bot": False, "first_name": "Ann", "language_code": "en"}
        message = {
            "message_id": question + 1,
            "date": int(time.time()),
            "from": user,
            "chat": {"id": person, "type": "private", "first_name": "Ann"},
            "text": words,
        }
        return {"update_id": 10**9 + question, "message": message}


@dataclasses.dataclass
class Told:
    """What came of it: of each telling the milliseconds until web took it, of each question when it
    was told first, when the last was taken, and how often web did not take one."""

    taken_ms: list[float] = dataclasses.field(default_factory=list)
    told: dict[int, float] = dataclasses.field(default_factory=dict)
    ended: float = 0.0
    refused: int = 0


async def tell(plan: Plan) -> Told:
    """Tell everything, each event again until it is taken."""
    found, order = Told(), plan.order()
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=100)
    async with httpx.AsyncClient(
        base_url=plan.address, limits=limits, timeout=CALL_SECONDS, trust_env=False,
        headers={"X-Telegram-Bot-Api-Secret-Token": plan.secret},
    ) as client, asyncio.TaskGroup() as tasks:  # fmt: skip
        begun = time.monotonic()
        for place, question in enumerate(order):
            await asyncio.sleep(begun + place / plan.a_second - time.monotonic())
            tasks.create_task(_told(client, plan.update(question), question, found))
            if place == len(order) // 2:
                print("half", flush=True)  # noqa: T201 what runs us waits for it
    found.ended = time.monotonic()
    return found


async def _told(client: httpx.AsyncClient, update: Any, question: int, found: Told) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while (start := time.monotonic()) < until:
        found.told.setdefault(question, start)
        try:
            reply = await client.post("/channels/telegram", json=update)
        except httpx.TransportError:
            reply = None
        if reply is not None and reply.is_success:
            found.taken_ms.append((time.monotonic() - start) * 1000)
            return
        found.refused += 1
        await asyncio.sleep(AGAIN_SECONDS)


def main() -> None:
    """Tell what is asked for."""
    told = asyncio.run(tell(Plan(**json.loads(sys.argv[1]))))
    json.dump(dataclasses.asdict(told), sys.stdout)


if __name__ == "__main__":
    main()
