"""What every app's channel does: one file derives from this, and nothing else knows the app."""

from __future__ import annotations

import contextlib
import hmac
import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import httpx
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from web.channels.events import Event, What
from web.channels.limits import Limits
from web.channels.people import Seal
from web.channels.rendering import Words
from web.channels.stores import Store

ANOTHER_SHAPE = (AttributeError, LookupError, OverflowError, RecursionError, TypeError, ValueError)
"""What reading a body raises that is not as the documents have it."""

LONGEST_ID = 256
"""Characters of an id of an app. Theirs have 10 to 80; a longer one is none."""


class PlatformError(Exception):
    """An app did not take what was sent: a status, a 200 with an error inside, silence.

    ``seconds`` is how long the app asks us to wait; ``for_good`` that another try cannot help (the
    person has blocked us, the reply token has expired). Nothing that was sent or received is in it.
    """

    def __init__(
        self, reason: str, *, seconds: float | None = None, for_good: bool = False
    ) -> None:
        """`reason` is a word of ours."""
        super().__init__(reason)
        self.seconds = seconds
        self.for_good = for_good


class TooLargeError(Exception):
    """A picture is larger than the app's row of the table allows."""


class ChannelSettings(BaseSettings):
    """The settings of one app, each an environment variable. The app is on when any of its secrets
    is set; one that is missing then stops it, with a sentence that names it."""

    model_config = SettingsConfigDict(frozen=True)

    api_url: str = Field(default="", description="where the app's API is reached")

    def missing(self) -> list[str]:
        """The environment variables of the secrets that are not set."""
        prefix = self.model_config.get("env_prefix", "")
        return [f"{prefix}{name}".upper() for name, value in self._secrets() if not value]

    @property
    def is_on(self) -> bool:
        """Whether the app is wanted."""
        return any(value for _, value in self._secrets())

    def _secrets(self) -> list[tuple[str, str]]:
        fields = type(self).model_fields
        values = ((name, getattr(self, name)) for name in fields)
        return [
            (name, value.get_secret_value().strip())
            for name, value in values
            if isinstance(value, SecretStr)
        ]


class Channel(ABC):
    """One app.

    ``name`` is that of the file and of the row in limits.yml. ``acknowledgement`` is the body the
    app wants to see when it told us something.
    """

    name: ClassVar[str]
    Settings: ClassVar[type[ChannelSettings]]
    acknowledgement: ClassVar[str] = ""

    def __init__(
        self, settings: Any, limits: Limits, seal: Seal, http: httpx.AsyncClient, store: Store
    ) -> None:
        """`settings` are of this channel's own class; `http` calls the app, and
        gives up in time; `store` keeps what the app gave us and must not be lost."""
        self.settings = settings
        self.limits = limits
        self._seal = seal
        self._http = http
        self._store = store

    async def close(self) -> None:
        """Let go of what is held open, when nothing is sent any more."""
        await self._store.close()

    # -------------------------------------------------------------------- what the app tells us

    @abstractmethod
    def verify(self, headers: Mapping[str, str], query: Mapping[str, str], raw: bytes) -> bool:
        """Whether the app itself sent `raw`: told in constant time, before anything is parsed."""

    def challenge(self, query: Mapping[str, str]) -> str | None:
        """What to answer to the app's GET, by which it makes sure that we are we; None: nothing,
        for it was not the app."""
        return None

    @abstractmethod
    def events(self, raw: bytes) -> list[Event]:
        """What `raw` tells. Of a kind or shape that is not known: ``nothing``, or no event.

        Raises:
            KeyError, TypeError, ValueError: it has another shape than documented; the endpoint
                counts it and goes on.
        """

    # ------------------------------------------------------------------------ what we tell the app

    def greeting(self, words: Words) -> dict[str, Any]:
        """The body of our response to an event ``opened``, by which the app shows `words`."""
        raise NotImplementedError

    @abstractmethod
    async def send(self, event: Event, messages: Sequence[Words]) -> None:
        """Send `messages` (at most ``limits.at_once``) to whom `event` is of.

        Raises:
            PlatformError: the app did not take them.
        """

    async def typing(self, event: Event) -> None:
        """Show that an answer is being written; what goes wrong here does not matter.

        Raises:
            PlatformError: the app did not take it.
        """
        return

    async def download(self, event: Event) -> bytes:
        """The file of the picture in `event`, in memory.

        Raises:
            PlatformError: the app did not give it.
            TooLargeError: it is larger than ``limits.picture_bytes``.
        """
        raise PlatformError("no picture", for_good=True)

    # ------------------------------------------------------------------- what the files share

    def _event(self, what: What, *, user: str, identity: str, at: float, **more: Any) -> Event:
        """An event of the app's user `user`, whose id goes no further than this."""
        address = more.pop("address")
        return Event(
            channel=self.name,
            id=identity,
            what=what,
            person=self._seal.name(self.name, user),
            sealed=self._seal.close(address),
            at=at,
            **more,
        )

    def _address(self, event: Event) -> Any:
        """What was given as `address` to :meth:`_event`.

        Raises:
            web.channels.people.SealError: it was sealed with a key that is no longer ours.
        """
        return self._seal.open(event.sealed)

    async def _call(self, method: str, url: str, **how: Any) -> httpx.Response:
        """Call the app; its status may be any.

        Raises:
            PlatformError: it did not answer in time.
        """
        try:
            return await self._http.request(method, url, **how)
        except (httpx.HTTPError, httpx.InvalidURL):
            # Its text quotes the address, which may hold a secret of ours: not chained.
            raise PlatformError("no answer") from None

    async def _fetch(self, url: str, **how: Any) -> bytes:
        """The file at `url`.

        Raises:
            PlatformError: it cannot be had.
            TooLargeError: it is larger than ``limits.picture_bytes``.
        """
        received = bytearray()
        try:
            async with self._http.stream("GET", url, **how) as response:
                failed(response)
                async for chunk in response.aiter_bytes():
                    received += chunk
                    if len(received) > self.limits.picture_bytes:
                        raise TooLargeError
        except (httpx.HTTPError, httpx.InvalidURL):
            raise PlatformError("no answer") from None
        return bytes(received)


def same(told: str, expected: str) -> bool:
    """Whether two signatures are the same, in a time that gives nothing away."""
    return hmac.compare_digest(told.encode(errors="replace"), expected.encode())


def failed(response: httpx.Response) -> None:
    """Raise what the status of `response` says.

    Raises:
        PlatformError: it is no 2xx. 429 and 5xx may be tried again, as may 401 and 403 (a secret
            is being changed); any other cannot.
    """
    if response.is_success:
        return
    seconds = None
    with contextlib.suppress(ValueError):
        seconds = float(response.headers.get("retry-after", ""))
    if seconds is not None and not (math.isfinite(seconds) and seconds >= 0):
        seconds = None
    again = response.status_code in (401, 403, 408, 425, 429) or response.status_code >= 500
    raise PlatformError(str(response.status_code), seconds=seconds, for_good=not again)


def plain_id(value: object) -> str:
    """An id of an app as text.

    Raises:
        ValueError: it is none.
    """
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError("no id")
    text = str(value)
    if not 0 < len(text) <= LONGEST_ID:
        raise ValueError("no id")
    return text
