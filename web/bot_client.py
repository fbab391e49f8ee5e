"""The bot, seen from web: one question, one answer, or a clear sign that there is none."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from forewarn.danger import NO_DANGER, Judgement
from forewarn.knowledge.schema.dangers import DangerLevel
from forewarn.replies import Block, Meaning

MOST_BYTES = 1_000_000
"""No honest answer is longer. A part gone wild must not fill the memory of web."""

KIND_UNKNOWN = "unknown"
"""What the bot calls a danger in force whose kind was not said."""

_SECRET_HEADER = "X-Forewarn-Secret"  # noqa: S105 the name of a header


class UnavailableError(Exception):
    """A part behind web is down, frozen, or answered with something that is no answer.

    The reason is one word of ours, never anything that was sent or received.
    """


class Danger(BaseModel):
    """How the bot judged the message, by meaning too."""

    model_config = ConfigDict(frozen=True)

    level: DangerLevel
    kinds: tuple[str, ...] = ()


class BotReply(BaseModel):
    """What the bot answers."""

    model_config = ConfigDict(frozen=True)

    language: str
    replies: list[Block] = Field(min_length=1)
    danger: Danger = Danger(level=DangerLevel.none)


@dataclass(frozen=True)
class Turn:
    """What a person said in one turn, and what is known of him or her.

    ``in_force`` goes along with every turn: a bot that was restarted has forgotten it, and someone
    in danger must not lose the lines for that.
    """

    conversation: str
    said: str | Meaning
    language: str
    country: str | None
    danger: Judgement
    in_force: Judgement = NO_DANGER

    def as_json(self) -> dict[str, Any]:
        """The body of the request to the bot."""
        body: dict[str, Any] = {
            "conversation": self.conversation,
            "language": self.language,
            "danger": {"level": self.danger.level.value, "kinds": list(self.danger.kinds)},
        }
        if self.in_force.level is DangerLevel.danger:
            body["in_force"] = list(self.in_force.kinds) or [KIND_UNKNOWN]
        if self.country:
            body["country"] = self.country
        if isinstance(self.said, Meaning):
            body["choice"] = self.said.model_dump()
        else:
            body["text"] = self.said
        return body


class Caller:
    """Calls a private part and bounds everything it may do to us: time, bytes, redirects."""

    def __init__(self, base: str, headers: dict[str, str] | None = None) -> None:
        """Call the part at `base`; proxies named in the environment are never used."""
        self._http = httpx.AsyncClient(
            base_url=base,
            headers=headers,
            trust_env=False,
            follow_redirects=False,
            timeout=None,  # noqa: S113 the whole call is timed, which httpx cannot do
        )

    async def __aenter__(self) -> Self:
        """Keep connections open until the end of the block."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    async def call(self, method: str, path: str, seconds: float, body: Any = None) -> bytes:
        """Call `path` and return the body of a 2xx answer.

        Raises:
            UnavailableError: no such answer within `seconds`.
        """
        try:
            async with (
                asyncio.timeout(seconds),
                self._http.stream(method, path, json=body) as response,
            ):
                if not response.is_success:
                    raise UnavailableError("status")
                received = bytearray()
                async for chunk in response.aiter_bytes():
                    received += chunk
                    if len(received) > MOST_BYTES:
                        raise UnavailableError("size")
                return bytes(received)
        except TimeoutError as error:
            raise UnavailableError("frozen") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise UnavailableError("down") from error


class BotClient:
    """The bot's channel."""

    def __init__(self, caller: Caller, languages: list[str]) -> None:
        """Talk through `caller`; an answer in none of `languages` is no answer."""
        self._caller = caller
        self._languages = languages

    async def ask(self, turn: Turn, seconds: float) -> BotReply:
        """What the bot answers to `turn`.

        Raises:
            UnavailableError: nothing that can be shown came within `seconds`.
        """
        path = "/webhooks/forewarn/message"
        received = await self._caller.call("POST", path, seconds, turn.as_json())
        try:
            reply = BotReply.model_validate_json(received)
        except ValidationError:
            # The error quotes what it could not read, which may quote the person: not chained.
            raise UnavailableError("unreadable") from None
        if reply.language not in self._languages or not any(map(_says_something, reply.replies)):
            raise UnavailableError("empty")
        return reply

    async def forget(self, conversation: str, seconds: float) -> None:
        """Have the bot delete `conversation`.

        Raises:
            UnavailableError: it did not within `seconds`; it expires there by itself.
        """
        await self._caller.call(
            "DELETE", f"/webhooks/forewarn/conversation/{conversation}", seconds
        )


def bot_headers(secret: str) -> dict[str, str]:
    """What every request to the bot carries."""
    return {_SECRET_HEADER: secret}


def _says_something(block: Block) -> bool:
    """Whether a person who gets `block` has anything to read or tap."""
    content = block.model_dump()
    return bool(content.get("text", "").strip() or content.get("items") or content.get("headline"))
