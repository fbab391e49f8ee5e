"""From the bytes of a request to what a person said, or to a refusal in plain words."""

from __future__ import annotations

import asyncio
import json
import re
import unicodedata
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.requests import ClientDisconnect, Request

from web.refusals import RefusedError, Why

BODY_SECONDS = 10.0
"""How long a body may take to arrive, so that a client that trickles cannot hold us."""

PICTURE_SECONDS = 40.0
"""How long a picture may take to arrive: half a megabyte on a slow phone."""

_JOINERS = "\u200c\u200d"
"""Invisible, but part of words in some scripts and of many emoji."""

_COMMAND = re.compile(r"^[\s/]*/[\s/]*")


_Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]


class _Body(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)


class OpenBody(_Body):
    """`POST /api/conversation`; `conversation` is one that this one takes the place of."""

    language: str | None = None
    conversation: str | None = None


class ChatBody(_Body):
    """`POST /api/chat`: exactly one of `text` and `choice`."""

    text: str | None = None
    choice: str | None = None
    conversation: str | None = None
    language: str | None = None
    country: str | None = None


class ForgetBody(_Body):
    """`DELETE /api/conversation`."""

    conversation: str


class FeedbackBody(_Body):
    """`POST /api/feedback`."""

    conversation: str
    helpful: bool


class OfferBody(_Body):
    """`POST /api/offers/check`; `answers` are those given to the question that decides, by
    question, as the verdict offered them. ``holds_something``: the recruiter already has the
    passport, the money or the address of the person."""

    text: str
    language: str | None = None
    holds_something: bool = False
    answers: dict[_Name, _Name] = Field(default_factory=dict, max_length=10)


B = TypeVar("B", bound=_Body)


async def body(
    request: Request,
    most_bytes: int,
    too_large: Why = Why.too_large,
    seconds: float = BODY_SECONDS,
) -> bytes:
    """The bytes of the body of `request`.

    Raises:
        RefusedError: it is longer than `most_bytes` (`too_large`), or did not arrive in time.
    """
    try:
        async with asyncio.timeout(seconds):
            received = bytearray()
            async for chunk in request.stream():
                received += chunk
                if len(received) > most_bytes:
                    raise RefusedError(too_large)
    except (TimeoutError, ClientDisconnect):
        raise RefusedError(Why.unreadable) from None
    return bytes(received)


async def read(request: Request, model: type[B], most_bytes: int) -> B:
    """The body of `request` as `model`.

    Raises:
        RefusedError: it is longer than `most_bytes`, not UTF-8, not JSON, or of another shape.
    """
    received = await body(request, most_bytes)
    try:
        # Errors quote what could not be read: none of them is chained or shown.
        return model.model_validate(json.loads(received.decode() or "{}"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError, ValidationError):
        raise RefusedError(Why.unreadable) from None


def clean(text: str) -> str:
    """`text` without what nobody can see, and never a command.

    Control characters, direction marks and other invisible characters are dropped: they carry no
    meaning, and a direction mark can make the page show something other than what was written.
    Rasa obeys a text that begins with `/` behind any white space; no person's text may.

    Raises:
        RefusedError: it holds halves of characters, which no encoding can carry on.
    """
    text = unicodedata.normalize("NFC", text)
    kept = []
    for character in text:
        category = unicodedata.category(character)
        if category == "Cs":
            raise RefusedError(Why.unreadable)
        if category in {"Zl", "Zp"}:
            kept.append("\n")
        elif character in "\n\t" or character in _JOINERS or category not in {"Cc", "Cf"}:
            kept.append(character)
    return _COMMAND.sub("", "".join(kept)).strip()


def has_words(text: str) -> bool:
    """Whether `text` has a letter or a digit; emoji and punctuation alone say too little."""
    return any(character.isalnum() for character in text)
