"""What the apps of Meta share: its webhooks and its Graph API.

https://developers.facebook.com/docs/graph-api/webhooks/getting-started and
https://developers.facebook.com/docs/graph-api/guides/error-handling.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar

import httpx
from pydantic import Field, SecretStr

from web.channels.channel import (
    ANOTHER_SHAPE,
    Channel,
    ChannelSettings,
    PlatformError,
    failed,
    same,
)
from web.channels.events import Event

_SIGNATURE_HEADER = "x-hub-signature-256"

AGAIN: dict[int, float | None] = {
    1: None,  # unknown, "possibly a temporary issue due to downtime"
    2: None,  # the service is down
    4: None,  # too many calls of the app
    17: None,  # of the user
    32: None,  # of the page
    190: None,  # the token has expired: another is being set
    341: None,  # the application's limit
    613: None,  # too many calls of this kind
}
"""The codes of errors that pass, and how many seconds to wait where Meta says so."""


class GraphSettings(ChannelSettings):
    """What every app of Meta is connected by."""

    app_secret: SecretStr = Field(
        default=SecretStr(""), description="the app secret, by which Meta signs what it tells us"
    )
    verify_token: SecretStr = Field(
        default=SecretStr(""),
        description="the word that was typed beside the webhook's address",
    )
    access_token: SecretStr = Field(
        default=SecretStr(""), description="the token by which messages are sent"
    )
    api_url: str = Field(
        default="https://graph.facebook.com/v26.0",
        description="where the Graph API is reached, with its version",
    )


class Graph(Channel):
    """An app of Meta. ``subject`` is what it calls what its webhooks are about; ``again`` are the
    codes of its errors that pass, as in :data:`AGAIN`."""

    subject: ClassVar[str]
    again: ClassVar[Mapping[int, float | None]] = AGAIN
    settings: GraphSettings

    def verify(self, headers: Mapping[str, str], query: Mapping[str, str], raw: bytes) -> bool:
        """By HMAC-SHA256 of the bytes as they came: Meta signs them with its own escapes."""
        key = self.settings.app_secret.get_secret_value().encode()
        signed = hmac.new(key, raw, hashlib.sha256).hexdigest()
        return same(headers.get(_SIGNATURE_HEADER, ""), f"sha256={signed}")

    def challenge(self, query: Mapping[str, str]) -> str | None:
        """``hub.challenge``, where ``hub.verify_token`` is ours."""
        token = self.settings.verify_token.get_secret_value()
        if query.get("hub.mode") == "subscribe" and same(query.get("hub.verify_token", ""), token):
            return query.get("hub.challenge")
        return None

    def events(self, raw: bytes) -> list[Event]:
        """All that the entries in `raw` tell."""
        told = json.loads(raw)
        return list(each(told["entry"], self._entry)) if told["object"] == self.subject else []

    @abstractmethod
    def _entry(self, entry: Any) -> Iterator[Event]:
        """What one entry tells."""

    async def _ask(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """What the Graph API answers.

        Raises:
            PlatformError: it answers with an error, whatever the status, or not at all.
        """
        url = f"{self.settings.api_url}/{path}"
        response = await self._call(method, url, json=body, headers=self._authorization)
        told = _told(response)
        error = told.get("error")
        if isinstance(error, dict):
            code = error.get("code")
            code = code if isinstance(code, int) else None
            if code in self.again or error.get("is_transient") is True:
                raise PlatformError("it passes", seconds=self.again.get(code or 0))
            if response.status_code < httpx.codes.TOO_MANY_REQUESTS:
                raise PlatformError("refused", for_good=True)
        failed(response)
        if not told or error is not None:
            raise PlatformError("no answer")
        return told

    @property
    def _authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.settings.access_token.get_secret_value()}"}


def each(told: Iterable[Any], read: Callable[[Any], Iterator[Event]]) -> Iterator[Event]:
    """What `read` makes of each of `told`: one of a shape it does not know does not lose the
    others."""
    for one in told:
        try:
            yield from read(one)
        except ANOTHER_SHAPE:
            continue


def _told(response: httpx.Response) -> dict[str, Any]:
    """The body of an answer, as far as it is one."""
    try:
        told = response.json()
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
