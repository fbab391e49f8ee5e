"""Who writes: never an app's user id, always a keyed hash; and what is needed to answer, sealed.

A person is held in memory only, for as long as the conversation lives.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cryptography.fernet import Fernet, InvalidToken

_NAME = b"forewarn.channels.name"
_SEAL = b"forewarn.channels.seal"


class SealError(Exception):
    """This was not sealed with our key, or was damaged."""


class Seal:
    """Hides and closes what must not be read: keys come from the one secret of web."""

    def __init__(self, secret: str) -> None:
        """Derive both keys from `secret`."""
        self._name = hmac.digest(secret.encode(), _NAME, hashlib.sha256)
        key = hmac.digest(secret.encode(), _SEAL, hashlib.sha256)
        self._fernet = Fernet(base64.urlsafe_b64encode(key))

    def name(self, *what: str) -> str:
        """A name for `what` that cannot be turned back into it: HMAC-SHA256, 128 bits of it."""
        parts = b"".join(len(part.encode()).to_bytes(4) + part.encode() for part in what)
        return hmac.digest(self._name, parts, hashlib.sha256)[:16].hex()

    def close(self, what: Any) -> str:
        """`what`, which JSON can hold, encrypted and signed."""
        return self._fernet.encrypt(json.dumps(what, ensure_ascii=False).encode()).decode()

    def open(self, sealed: str) -> Any:
        """What was closed.

        Raises:
            SealError: it was not closed with this key.
        """
        try:
            return json.loads(self._fernet.decrypt(sealed.encode()))
        except (InvalidToken, ValueError):
            raise SealError from None


@dataclass
class Person:
    """One person in one app, as much as is held: the token of the conversation, when it was last
    gone on with, what typing a number means (the tokens of the newest numbered choices), the event
    whose answer tells who we are, and whether the app took that answer."""

    conversation: str
    last_used: float
    numbered: list[str] = field(default_factory=list)
    told_in: str = ""
    knows_us: bool = False


class People:
    """The people who have a conversation. Used by one event loop."""

    def __init__(
        self, minutes: float, most: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Forget who did not write for `minutes`; hold `most` at once, the one idle for longest
        goes first."""
        self._seconds = minutes * 60
        self._most = most
        self._clock = clock
        self._held: OrderedDict[str, Person] = OrderedDict()

    def find(self, person: str) -> Person | None:
        """The person named `person`, if there is a conversation."""
        self.sweep()
        return self._held.get(person)

    def hold(self, person: str, conversation: str) -> Person:
        """Note that `person` goes on in `conversation`."""
        self.sweep()
        held = self._held.pop(person, None)
        if held is None or held.conversation != conversation:
            held = Person(conversation, self._clock())
        held.last_used = self._clock()
        self._held[person] = held
        if len(self._held) > self._most:
            self._held.popitem(last=False)
        return held

    def forget(self, person: str) -> str | None:
        """Forget `person`; returns the token of the conversation, if there was one."""
        held = self._held.pop(person, None)
        return held.conversation if held else None

    def sweep(self) -> None:
        """Forget everybody who has not written for too long: a seized memory must not tell."""
        oldest = self._clock() - self._seconds
        while self._held and next(iter(self._held.values())).last_used <= oldest:
            self._held.popitem(last=False)
