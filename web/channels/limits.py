"""What each app takes: one table, which the renderer obeys and the tests check."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

from web.channels.events import What

_TABLE = Path(__file__).with_name("limits.yml")


class Unit(StrEnum):
    """What an app counts a text in."""

    characters = "characters"
    utf16 = "utf-16"
    bytes = "bytes"

    def length(self, text: str) -> int:
        """How long `text` is."""
        if self is Unit.characters:
            return len(text)
        return len(text.encode("utf-16-le")) // 2 if self is Unit.utf16 else len(text.encode())


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Buttons(_Row):
    """Answers to tap: ``most`` of them, under a text of at most ``text``; each with a ``label`` and
    a hidden ``payload``, all in the unit of the app but the payload, which is bytes."""

    most: int = Field(gt=0)
    text: int = Field(gt=0)
    label: int = Field(gt=0)
    payload: int = Field(gt=0)


class Rows(Buttons):
    """Answers to choose from a list, which an ``opener`` opens; each has a label, and below it a
    ``description``."""

    opener: int = Field(gt=0)
    description: int = Field(gt=0)


class Limits(_Row):
    """One app. ``title`` is what people call it; ``text`` the length of a text in ``unit``;
    ``messages`` the most of one answer, ``messages_after`` where another number holds after some
    kinds of event, ``at_once`` the most of them in one call.
    ``reply_seconds`` is the life of a reply token, ``window_hours`` how long after their last
    message a person may be answered, ``typing_seconds`` how long the sign lasts that an answer is
    being written (0: there is none). ``picture_bytes`` is the largest picture fetched,
    ``webhook_bytes`` the largest body taken. ``staff_inbox`` says that the app has an inbox
    of its own, in which the operator's staff may open the chat. Where an app has no ``buttons``,
    ``quick`` replies or ``rows``, the choices are numbered words."""

    title: str
    text: int = Field(gt=0)
    unit: Unit
    messages: int = Field(gt=0)
    messages_after: dict[What, int] = Field(default_factory=dict)
    at_once: int = Field(default=1, gt=0)
    buttons: Buttons | None = None
    quick: Buttons | None = None
    rows: Rows | None = None
    reply_seconds: float | None = None
    window_hours: float | None = None
    typing_seconds: float = 0
    picture_bytes: int = Field(gt=0)
    webhook_bytes: int = Field(gt=0)
    staff_inbox: bool = False

    def after(self, what: What) -> Limits:
        """The limits of an answer to that kind of event."""
        return self.model_copy(update={"messages": self.messages_after.get(what, self.messages)})

    def fits(self, most: int) -> Callable[[str], bool]:
        """Whether a text is at most `most` long, as this app counts."""
        return lambda text: self.unit.length(text) <= most


@cache
def table() -> dict[str, Limits]:
    """The limits of each app, by the name of its channel."""
    rows = yaml.safe_load(_TABLE.read_text("utf-8"))
    return {name: Limits.model_validate(row) for name, row in rows.items()}
