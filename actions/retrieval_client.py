"""The action server's way to retrieval. A failure is raised: the turn then fails as a whole, and
web answers it with the fallback and its hotlines, instead of a guess."""

from __future__ import annotations

from typing import Any, Literal

import httpx
from pydantic import BaseModel, ConfigDict

from forewarn.replies import VerdictBlock


class Hit(BaseModel):
    """One entry or article that may answer a question."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    kind: Literal["faq", "article"]
    language: str
    confidence: float


class Found(BaseModel):
    """What a search came to; of the hits, the first ``answers`` are answers."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    outcome: Literal["answer", "choose", "unknown"]
    answers: int
    hits: list[Hit]


class RetrievalClient:
    """Asks retrieval, within its deadline."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        """``client`` carries the base URL and the time limit."""
        self._client = client

    async def search(self, text: str, language: str, after: str | None) -> Found:
        """Search for what answers ``text``, written after the entry ``after`` was shown.

        Raises:
            httpx.HTTPError: retrieval is down, too slow, or failed.
        """
        found = await self._post("/search", text=text, language=language, after=after)
        return Found.model_validate(found)

    async def check_offer(self, text: str, language: str, *, holds_something: bool) -> VerdictBlock:
        """The verdict on the offer ``text``.

        Raises:
            httpx.HTTPError: retrieval is down, too slow, or failed.
        """
        body = await self._post(
            "/offers/check", text=text, language=language, holds_something=holds_something
        )
        return VerdictBlock.model_validate(body)

    async def ready(self) -> bool:
        """Whether retrieval answers and is ready."""
        try:
            return (await self._client.get("/ready")).is_success
        except httpx.HTTPError:
            return False

    async def _post(self, path: str, **body: Any) -> Any:
        response = await self._client.post(path, json=body)
        response.raise_for_status()
        return response.json()
