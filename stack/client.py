"""Talks to web the way the widget does: one conversation, its token and its last choices."""

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

import httpx
from pydantic import TypeAdapter

from forewarn.replies import HotlineItem, PublicBlock, public_blocks

_hotlines = TypeAdapter(list[HotlineItem])


class RefusedError(Exception):
    """Web answered with an error. The message is its sentence; `hotlines` are its contacts."""

    def __init__(self, message: str, hotlines: Sequence[HotlineItem]) -> None:
        super().__init__(message)
        self.hotlines = hotlines


class Conversation:
    """One conversation with web at `address`, forgotten there when the context ends."""

    def __init__(self, address: str, language: str | None = None) -> None:
        # A turn is answered within 3 s or refused; the rest is for a machine that is busy.
        self._client = httpx.AsyncClient(base_url=address, timeout=10.0, trust_env=False)
        self._token: str | None = None
        self.language = language

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._token is not None:
            body = {"conversation": self._token}
            await self._client.request("DELETE", "/api/conversation", json=body)
        await self._client.aclose()

    async def open(self) -> list[PublicBlock]:
        """Start the conversation; return the first screen."""
        body = {"language": self.language} if self.language else {}
        return self._taken(await self._client.post("/api/conversation", json=body))

    async def say(self, text: str) -> list[PublicBlock]:
        """Send what a person typed; return the reply. Raises RefusedError."""
        return await self._chat({"text": text})

    async def choose(self, choice: str) -> list[PublicBlock]:
        """Send the token of a choice of the last reply; return the reply. Raises RefusedError."""
        return await self._chat({"choice": choice})

    async def labels(self) -> Mapping[str, str]:
        """Return the words that stand around blocks, in the conversation's language."""
        answer = await self._client.get("/api/strings", params={"language": self.language or "en"})
        answer.raise_for_status()
        labels: Mapping[str, str] = answer.json()["labels"]
        return {name.removeprefix("widget_"): words for name, words in labels.items()}

    async def _chat(self, body: dict[str, str]) -> list[PublicBlock]:
        if self._token is not None:
            body["conversation"] = self._token
        elif self.language:
            body["language"] = self.language
        return self._taken(await self._client.post("/api/chat", json=body))

    def _taken(self, answer: httpx.Response) -> list[PublicBlock]:
        body = answer.json()
        if answer.is_error:
            raise RefusedError(body["message"], _hotlines.validate_python(body["hotlines"]))
        self._token = body["conversation"]
        self.language = body["language"]
        return public_blocks.validate_python(body["replies"])
