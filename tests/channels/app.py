"""What the test file of a channel declares, for the suite that runs over all of them."""

from __future__ import annotations

import itertools
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.channels.stand_in import Call, Reply


@dataclass(frozen=True)
class Webhook:
    """One request of the app to us."""

    raw: bytes
    headers: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Shown:
    """One message as a person sees it: the text, and what can be tapped, with its token."""

    to: str
    text: str
    taps: list[tuple[str, str]]


class App(ABC):
    """How one app signs, writes each kind of event, and takes messages.

    Each kind of event is a payload that :meth:`signed` makes a webhook of; None where the app has
    no such thing. ``user`` names a person to this app, ``number`` the event (and its message), so
    that the same number is the same event; ``at`` are seconds since 1970.
    """

    name: str

    lacks: frozenset[str] = frozenset()
    """The kinds of event the app has not: of those below, captioned, edited, deleted and group."""

    picture: bytes = b""
    """The file that a person sent as a picture: what :meth:`answer` gives to whoever fetches it."""

    def __init__(self) -> None:
        self._numbers = itertools.count(int(time.time()))

    def number(self) -> int:
        """The number of a new event."""
        return next(self._numbers)

    @abstractmethod
    def settings(self, url: str) -> dict[str, str]:
        """The environment that connects the app, whose API is at `url`. Those of secrets come
        without which it is off."""

    def secrets(self) -> list[str]:
        """The names of the settings without any of which the app is off."""
        return [name for name in self.settings("") if name.endswith(("_TOKEN", "_SECRET", "_KEY"))]

    @abstractmethod
    def signed(self, payload: Any) -> Webhook:
        """The request by which the app tells `payload`; bytes go as they are."""

    @abstractmethod
    def forged(self, payload: Any) -> Iterator[Webhook]:
        """Requests that look like it and are not from the app: signed with another secret, with
        none, with a body changed afterwards where the body is signed."""

    # ------------------------------------------------------------------------------- events

    @abstractmethod
    def text(
        self, words: str, *, user: str = "ann", number: int | None = None, at: float | None = None
    ) -> Any:
        """A person wrote `words`."""

    @abstractmethod
    def tap(self, token: str, *, user: str = "ann", number: int | None = None) -> Any:
        """A person tapped a choice of ours."""

    @abstractmethod
    def other(self, kind: str, *, user: str = "ann", number: int | None = None) -> Any | None:
        """voice, picture, place, sticker, file, arrived, left: whatever is no words."""

    def captioned(self, words: str, *, user: str = "ann") -> Any | None:
        """A person sent a picture and wrote `words` beside it."""
        return None

    def edited(self, words: str, message: int, *, user: str = "ann") -> Any | None:
        """The message that came as the event `message` now says `words`."""
        return None

    def deleted(self, message: int, *, user: str = "ann") -> Any | None:
        """The message that came as the event `message` was taken back."""
        return None

    def grouped(self, words: str, *, addressed: bool, user: str = "ann") -> Any | None:
        """A message in a group."""
        return None

    @abstractmethod
    def unknown(self) -> list[Any]:
        """Payloads no document has: kinds to come, fields gone, values of other types."""

    def many(self, payloads: list[Any]) -> Any | None:
        """`payloads` in one, where the app tells several events at once."""
        return None

    # ---------------------------------------------------------------------------- the stand-in

    @abstractmethod
    def answer(self, call: Call) -> Reply:
        """What the app answers to a call that is as its documents want it; fails an assertion
        where it is not."""

    @abstractmethod
    def is_message(self, call: Call) -> bool:
        """Whether `call` sends a message, and not a sign of typing or the like."""

    @abstractmethod
    def shown(self, call: Call) -> list[Shown]:
        """What a person sees of the message in `call`."""

    @abstractmethod
    def inside(self) -> Reply:
        """A 200 with an error inside that may pass; where the app has none, a 500."""

    def busy(self, seconds: int) -> Reply:
        """Too many messages: wait."""
        return Reply(429, headers={"Retry-After": str(seconds)})

    @abstractmethod
    def blocked(self) -> Reply:
        """The person does not want our messages, or the reply token has expired: for good."""
