"""Conversations are ordered, bounded and forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx
import pytest

from forewarn.knowledge.loader import Knowledge
from forewarn.replies import Choice, ChoicesBlock, Meaning, MintedChoicesBlock, TextBlock
from tests.web.fake_bot import FakeBot
from web.app import create_app
from web.conversations import (
    Conversations,
    EndedConversationError,
    ForgedTokenError,
    UnknownChoiceError,
)
from web.settings import WebSettings


class Clock:
    """A clock that goes on when told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def held(clock: Clock, most: int = 10) -> Conversations:
    return Conversations("a key of the tests", minutes=30, most=most, clock=clock)


def test_after_thirty_minutes_without_a_word_nothing_is_left() -> None:
    clock = Clock()
    conversations = held(clock)
    quiet, busy = conversations.open("en"), conversations.open("th")
    clock.now = 29 * 60
    assert conversations.find(conversations.token(busy)) is busy
    clock.now = 30 * 60
    conversations.sweep()
    assert len(conversations) == 1
    with pytest.raises(EndedConversationError):
        conversations.find(conversations.token(quiet))
    clock.now = 59 * 60
    with pytest.raises(EndedConversationError):
        conversations.find(conversations.token(busy))
    assert len(conversations) == 0


def test_when_too_many_are_held_the_longest_idle_is_forgotten() -> None:
    conversations = held(Clock(), most=3)
    first, second, third = (conversations.open("en") for _ in range(3))
    conversations.find(conversations.token(first))
    fourth = conversations.open("en")
    assert [conversations.holds(one) for one in (first, second, third, fourth)] == [
        True,
        False,
        True,
        True,
    ]


def test_tokens_of_another_key_are_forged() -> None:
    conversations = held(Clock())
    stranger = Conversations("another key of the tests", minutes=30, most=10)
    with pytest.raises(ForgedTokenError):
        conversations.find(stranger.token(conversations.open("en")))


def test_names_and_choices_cannot_be_guessed() -> None:
    conversations = held(Clock(), most=1_000)
    names = {conversations.open("en").id for _ in range(500)}
    assert len(names) == 500
    assert {len(name) for name in names} == {32}


def test_choices_are_minted_anew_each_turn() -> None:
    conversations = held(Clock())
    conversation = conversations.open("en")
    meaning = Meaning(intent="question", slots={"faq": "a"})
    block = ChoicesBlock(items=[Choice(label="A", means=meaning)])

    def mint(*, beside: bool = False) -> str:
        published = conversations.publish(conversation, [TextBlock(text="t"), block], beside=beside)
        assert published[0] == TextBlock(text="t")
        assert isinstance(published[1], MintedChoicesBlock)
        return published[1].items[0].choice

    first = mint()
    assert conversations.meaning(conversation, first) == meaning
    second = mint()
    with pytest.raises(UnknownChoiceError):
        conversations.meaning(conversation, first)
    third = mint(beside=True)
    assert conversations.meaning(conversation, second) == meaning
    assert conversations.meaning(conversation, third) == meaning


def test_messages_of_one_conversation_keep_their_order_and_others_do_not_wait(
    make_settings: Callable[..., WebSettings], bot: FakeBot, knowledge: Knowledge
) -> None:
    app = create_app(make_settings(), knowledge)
    bot.behave = "slow"

    async def run() -> list[int]:
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://web") as client,
        ):
            mine, other = [
                (await client.post("/api/conversation", json={})).json()["conversation"]
                for _ in range(2)
            ]
            sent = []
            for number in range(4):
                body = {"conversation": mine, "text": f"message number {number}"}
                sent.append(asyncio.create_task(client.post("/api/chat", json=body)))
                await asyncio.sleep(0)
            body = {"conversation": other, "text": "message of another"}
            sent.append(asyncio.create_task(client.post("/api/chat", json=body)))
            return [response.status_code for response in await asyncio.gather(*sent)]

    assert asyncio.run(run()) == [200] * 5
    texts = [message["text"] for message in bot.messages]
    assert [text for text in texts if "number" in text] == [
        f"message number {number}" for number in range(4)
    ]
    assert texts.index("message of another") < 3


def test_only_so_many_messages_wait_and_those_that_cannot_be_served_get_the_fallback(
    make_settings: Callable[..., WebSettings], bot: FakeBot, knowledge: Knowledge
) -> None:
    app = create_app(make_settings(deadline_web=0.8, max_waiting=3), knowledge)
    bot.behave = "frozen"

    async def run() -> list[int]:
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://web") as client,
        ):
            opened = await client.post("/api/conversation", json={})
            body = {"conversation": opened.json()["conversation"], "text": "a question of mine"}
            responses = await asyncio.gather(
                *(client.post("/api/chat", json=body) for _ in range(6))
            )
            return sorted(response.status_code for response in responses)

    assert asyncio.run(run()) == [429, 429, 503, 503, 503, 503]
