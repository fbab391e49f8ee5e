"""One turn: understand, let Rasa decide and act, gather the reply. In order, and in time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from rasa.core.channels.channel import OutputChannel, UserMessage

from bot.conversations import Conversations
from bot.frozen import ActionError
from bot.meaning import choice_data
from bot.message import Danger, Incoming, RequestError
from bot.understanding import Retrieval

CHANNEL = "forewarn"

Handle = Callable[[UserMessage], Awaitable[Any]]


@dataclass(frozen=True)
class Reply:
    """What a turn gives back to web."""

    language: str | None
    blocks: list[dict[str, Any]]
    danger: Danger

    def as_dict(self) -> dict[str, Any]:
        """As it travels in JSON."""
        return {
            "language": self.language,
            "replies": self.blocks,
            "danger": self.danger.as_dict(),
        }


class Collector(OutputChannel):  # type: ignore[misc]  # Rasa publishes no types
    """Gathers the blocks that actions return."""

    def __init__(self) -> None:
        self.blocks: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        """Rasa's name for the channel."""
        return CHANNEL

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Take one action's answer.

        Raises:
            ActionError: when it is anything but `{"blocks": [...]}`, which is all web can show.
        """
        custom = message.get("custom")
        blocks = custom.get("blocks") if isinstance(custom, dict) else None
        if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
            raise ActionError(500, "action_reply_not_valid")
        self.blocks.extend(blocks)


class Order:
    """Lets the turns of one conversation happen one after another, first come, first served.

    Rasa's own lock asks once a second whether it is free.
    """

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        self._using: dict[str, int] = {}

    @asynccontextmanager
    async def of(self, conversation: str) -> AsyncIterator[None]:
        """Hold a conversation; whoever else wants it waits."""
        lock = self._locks.setdefault(conversation, asyncio.Lock())
        self._using[conversation] = self._using.get(conversation, 0) + 1
        try:
            async with lock:
                yield
        finally:
            self._using[conversation] -= 1
            if not self._using[conversation]:
                del self._using[conversation], self._locks[conversation]


class Turns:
    """Takes turns, each bounded by a deadline in seconds."""

    def __init__(
        self, conversations: Conversations, retrieval: Retrieval, handle: Handle, deadline: float
    ) -> None:
        self._conversations = conversations
        self._retrieval = retrieval
        self._handle = handle
        self._deadline = deadline
        self._order = Order()

    async def take(self, incoming: Incoming) -> Reply:
        """Answer one message.

        Raises:
            RequestError: with the status and code to answer; nothing of the turn is kept then.
        """
        try:
            return await asyncio.wait_for(self._in_order(incoming), self._deadline)
        except asyncio.TimeoutError:
            raise RequestError(504, "turn_slow") from None
        except ActionError as failure:
            raise RequestError(failure.status, failure.code) from None

    async def forget(self, conversation: str) -> None:
        """Delete a conversation, after a turn of it that is under way.

        Raises:
            RequestError: 504 when that turn does not end in time.
        """
        try:
            await asyncio.wait_for(self._forget(conversation), self._deadline * 2)
        except asyncio.TimeoutError:
            raise RequestError(504, "turn_slow") from None

    async def _forget(self, conversation: str) -> None:
        async with self._order.of(conversation):
            self._conversations.delete(conversation)

    async def _in_order(self, incoming: Incoming) -> Reply:
        async with self._order.of(incoming.conversation):
            return await self._turn(incoming)

    async def _turn(self, incoming: Incoming) -> Reply:
        collector = Collector()
        message, danger = await self._message(incoming, collector)
        await self._handle(message)
        if not collector.blocks:
            raise RequestError(500, "empty_reply")
        language = self._conversations.slots(incoming.conversation).get("language")
        return Reply(language, collector.blocks, danger)

    async def _message(
        self, incoming: Incoming, collector: Collector
    ) -> tuple[UserMessage, Danger]:
        if incoming.choice is not None:
            data, danger = choice_data(incoming)
            return _user_message(incoming, collector, None, {}, data), danger
        text = incoming.text or ""
        understanding = await self._retrieval.understand(text, incoming.language)
        understanding = understanding.or_danger(incoming.danger)
        metadata = {
            "understanding": understanding.as_dict(),
            "country": incoming.country,
            "in_force": incoming.in_force,
        }
        return _user_message(incoming, collector, text, metadata, None), understanding.danger


def _user_message(
    incoming: Incoming,
    collector: Collector,
    text: str | None,
    metadata: dict[str, Any],
    parse_data: dict[str, Any] | None,
) -> UserMessage:
    return UserMessage(
        text,
        collector,
        incoming.conversation,
        parse_data=parse_data,
        input_channel=CHANNEL,
        metadata=metadata,
    )
