"""An app's access token, which expires: renewed by one caller at a time, and kept.

A renewal is a task of its own, so that nobody who stops waiting ends it: what the app answers may
be all that the next renewal can be asked with (Zalo gives a new refresh token each time, and takes
each one once). It is kept before it is used, and nothing is asked for that could not be kept.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from web.channels.channel import PlatformError
from web.channels.people import Seal, SealError
from web.channels.stores import Store, StoreError

log = logging.getLogger(__name__)

T = TypeVar("T")

AGAIN_SECONDS = 60.0
"""How long no other token is asked for after one that was refused, or after the app said no: WeChat
allows twenty forced renewals a day, half a minute apart."""

DUE = 0.8
"""The part of a token's life after which it is renewed: for the rest the old one still serves while
the app cannot be reached."""


class RefusedTokenError(PlatformError):
    """The app does not take the access token (any more)."""

    def __init__(self) -> None:
        """Say that it may be tried again."""
        super().__init__("token refused", seconds=AGAIN_SECONDS)


@dataclass(frozen=True)
class Codes:
    """How an app says in a body, with status 200, that a call was not taken: by a number other than
    0 in the field ``name``. Those in ``refused`` are about the access token, those in ``later``
    pass; all others stay."""

    name: str
    refused: frozenset[int]
    later: frozenset[int]

    def checked(self, answered: bytes) -> dict[str, Any]:
        """The body of an answer that is no error.

        Raises:
            PlatformError: it is one, or no answer.
        """
        try:
            told = json.loads(answered)
            code = int(told.get(self.name, 0))
        except (AttributeError, TypeError, ValueError):
            raise PlatformError("another shape") from None
        if code in self.refused:
            raise RefusedTokenError
        if code:
            raise PlatformError(f"error {code}", for_good=code not in self.later)
        return dict(told)


class Grant(BaseModel):
    """What an app granted: the ``access`` token, the ``refresh`` token that the next is asked for
    with, where the app has such; and when, in seconds since 1970, it is ``due`` and expires."""

    model_config = ConfigDict(frozen=True)

    access: str = Field(default="", repr=False)
    refresh: str = Field(default="", repr=False)
    due: float = 0.0
    until: float = 0.0

    @classmethod
    def lasting(cls, seconds: float, *, access: str, refresh: str = "") -> Self:
        """A grant of now, whose access token lives for `seconds`."""
        now = time.time()
        return cls(access=access, refresh=refresh, due=now + DUE * seconds, until=now + seconds)


class Tokens:
    """The tokens of one app."""

    def __init__(
        self,
        name: str,
        renew: Callable[[Grant, bool], Awaitable[Grant]],
        *,
        store: Store,
        seal: Seal,
        first: str = "",
    ) -> None:
        """Ask `renew` for the next grant; it gets the last one, and whether the app refused its
        access token. What is in `store` is closed with `seal`. `first` is the refresh token a
        person put into the settings: when they put another there, it is that which counts."""
        self._name = name
        self._ask = renew
        self._store = store
        self._seal = seal
        self._first = first
        self._held = Grant()
        self._not_before = 0.0
        self._renewal: asyncio.Task[Grant] | None = None

    async def call(self, ask: Callable[[str], Awaitable[T]]) -> T:
        """What `ask` returns, given the access token; asked once more with another, where it raises
        :class:`RefusedTokenError`.

        Raises:
            PlatformError: there is no token, or what `ask` raised.
        """
        access = await self._access()
        try:
            return await ask(access)
        except RefusedTokenError:
            if self._held.access == access:
                await self._renewed(access)
            return await ask(self._held.access)

    async def close(self) -> None:
        """Wait for a renewal that is under way, and close the store."""
        if self._renewal is not None:
            await asyncio.wait([self._renewal])
        await self._store.close()

    async def _access(self) -> str:
        if self._held.due <= time.time():
            try:
                await self._renewed("")
            except PlatformError:
                if self._held.until <= time.time():
                    raise
        return self._held.access

    async def _renewed(self, refused: str) -> None:
        if self._renewal is None:
            self._renewal = asyncio.create_task(self._renew(refused))
            self._renewal.add_done_callback(self._ended)
        self._held = await asyncio.shield(self._renewal)

    def _ended(self, renewal: asyncio.Task[Grant]) -> None:
        self._renewal = None
        if not renewal.cancelled():
            renewal.exception()  # everyone who waited may have stopped

    async def _renew(self, refused: str) -> Grant:
        """The next grant: that of another process, where it was quicker.

        Raises:
            PlatformError: there is none; in the log stands why.
        """
        try:
            async with self._store.alone():
                last = await self._last()
                now = time.time()
                if last.due > now and last.access != refused:
                    return last
                if now < self._not_before:
                    raise PlatformError("no token", seconds=self._not_before - now)
                # What cannot be kept is not asked for: the one refresh token would be spent.
                await self._keep(last)
                return await self._asked(last, bool(refused))
        except StoreError as error:
            log.error("%s: its tokens cannot be kept: %s", self._name, error)
            raise PlatformError("no token") from None

    async def _asked(self, last: Grant, refused: bool) -> Grant:
        if refused:
            self._not_before = time.time() + AGAIN_SECONDS
        try:
            new = await self._ask(last, refused)
        except PlatformError as error:
            log.error("%s gives no access token: %s", self._name, error)
            if not error.for_good:
                raise
            # A person must mend it, and may do so while an answer can still be sent.
            self._not_before = time.time() + AGAIN_SECONDS
            raise PlatformError("no token", seconds=AGAIN_SECONDS) from None
        # Held before it is kept: if the disk has filled up since, this process can go on.
        self._held = new
        await self._keep(new)
        return new

    async def _last(self) -> Grant:
        """What was kept, or the first: also where it was closed with another key, or comes from
        another refresh token than the settings now name."""
        kept = Grant(refresh=self._first)
        closed = await self._store.read()
        with contextlib.suppress(KeyError, SealError, TypeError, ValueError):
            opened: dict[str, Any] = self._seal.open(closed)
            if opened["first"] == self._mark:
                kept = Grant.model_validate(opened["grant"])
        # Ours is newer where it could not be kept.
        return max(kept, self._held, key=lambda grant: grant.until)

    async def _keep(self, grant: Grant) -> None:
        await self._store.write(
            self._seal.close({"first": self._mark, "grant": grant.model_dump(mode="json")})
        )

    @property
    def _mark(self) -> str:
        return self._seal.name("first", self._first)
