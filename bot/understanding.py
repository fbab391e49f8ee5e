"""Asking retrieval what a text means: once a turn, awaited, with a time limit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import aiohttp

from bot.message import LEVELS, Danger, RequestError


@dataclass(frozen=True)
class Understanding:
    """What retrieval said of one text."""

    language: str
    danger: Danger
    overruled: bool
    """Whether the meaning spoke against the phrases of danger that the text holds."""
    mentioned: tuple[str, ...]
    here: str | None
    place_only: bool
    peoples: tuple[str, ...]
    citizen_of: str | None
    place_told: bool
    vector: str
    """Base64 of little-endian 32 bit floats."""
    encoder: str
    """Fingerprint of the encoder that made the vector."""

    def or_danger(self, by_phrase: Danger) -> Understanding:
        """The same, in danger as web judged `by_phrase` where retrieval saw nothing of it.

        Retrieval knows the same phrases and the meaning too: what it says of them replaces what
        web saw. What it does not see at all may stand in knowledge it does not serve yet, and no
        message may be missed by both (docs/decisions/0007-danger-by-meaning.md).
        """
        unseen = self.danger.level == "none" and not self.overruled
        return replace(self, danger=by_phrase) if unseen else self

    def as_dict(self) -> dict[str, Any]:
        """As our classifier reads it from a message's metadata."""
        return {
            "language": self.language,
            "danger": self.danger.as_dict(),
            "place": {
                "mentioned": list(self.mentioned),
                "here": self.here,
                "only": self.place_only,
                "peoples": list(self.peoples),
                "citizen_of": self.citizen_of,
                "told": self.place_told,
            },
            "vector": self.vector,
            "encoder": self.encoder,
        }


class Retrieval:
    """The retrieval service, as far as the bot needs it."""

    def __init__(
        self, session: Callable[[], aiohttp.ClientSession], url: str, deadline: float
    ) -> None:
        """`session` is called when it is needed: it belongs to the loop that serves."""
        self._session = session
        self._url = url
        self._limit = aiohttp.ClientTimeout(total=deadline)

    async def understand(self, text: str, language: str | None) -> Understanding:
        """Ask for the meaning of a text.

        Raises:
            RequestError: 503 `retrieval_down` when it cannot be reached or answers nonsense, 504
                `retrieval_slow` after the time limit, 400 `text_refused` when it refuses the text.
        """
        asked: dict[str, str] = {"text": text}
        if language:
            asked["language"] = language
        status, answer = await self._request("POST", "/understand", asked)
        if 400 <= status < 500:
            raise RequestError(400, "text_refused", "text")
        if status != 200:
            raise RequestError(503, "retrieval_down")
        try:
            return _read(answer)
        except (KeyError, TypeError, ValueError):
            raise RequestError(503, "retrieval_down") from None

    async def encoder(self) -> str | None:
        """Fingerprint of the encoder retrieval serves with; None while it is not ready."""
        try:
            status, answer = await self._request("GET", "/ready", None)
        except RequestError:
            return None
        if status != 200 or not isinstance(answer, dict):
            return None
        encoder = answer.get("encoder")
        return encoder if isinstance(encoder, str) else None

    async def _request(
        self, method: str, path: str, body: dict[str, str] | None
    ) -> tuple[int, Any]:
        try:
            async with self._session().request(
                method, self._url + path, json=body, timeout=self._limit
            ) as response:
                answer = await response.json(content_type=None) if response.status == 200 else None
                return response.status, answer
        except asyncio.TimeoutError:
            raise RequestError(504, "retrieval_slow") from None
        except (aiohttp.ClientError, OSError, ValueError):
            raise RequestError(503, "retrieval_down") from None


def _read(answer: dict[str, Any]) -> Understanding:
    danger, place = answer["danger"], answer["place"]
    if danger["level"] not in LEVELS:
        raise ValueError(danger["level"])
    return Understanding(
        language=str(answer["language"]),
        danger=Danger(danger["level"], tuple(str(kind) for kind in danger["kinds"])),
        overruled=danger["level"] == "none" and danger["by"] == "meaning",
        mentioned=tuple(str(country) for country in place["mentioned"]),
        here=str(place["here"]) if place["here"] else None,
        place_only=bool(place["only"]),
        peoples=tuple(str(country) for country in place["peoples"]),
        citizen_of=str(place["citizen_of"]) if place["citizen_of"] else None,
        place_told=bool(place["told"]),
        vector=str(answer["vector"]),
        encoder=str(answer["encoder"]),
    )
