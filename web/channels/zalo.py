"""Zalo: an Official Account, OpenAPI v3 (docs/channels/zalo.md names the sources)."""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

import httpx
from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from web.channels.channel import (
    Channel,
    ChannelSettings,
    PlatformError,
    failed,
    plain_id,
    same,
)
from web.channels.events import Event, What
from web.channels.limits import Limits
from web.channels.people import Seal
from web.channels.rendering import Words
from web.channels.stores import Store
from web.channels.tokens import Codes, Grant, Tokens

_SIGNATURE, _TIME = "x-zevent-signature", "x-zevent-timestamp"
_TIMES = re.compile(rb'"timestamp"\s*:\s*"?(\d{1,20})\b')
_PROBE = b"{}"

TAP = "#tap:"
"""What the payload of our buttons begins with: a tap is told as if its payload had been typed."""

_KINDS = {
    "user_send_text": What.text,
    "user_send_audio": What.voice,
    "user_send_image": What.picture,
    "user_send_location": What.place,
    "user_send_sticker": What.sticker,
    "user_send_gif": What.sticker,
    "user_send_file": What.file,
    "user_send_video": What.file,
    "user_send_link": What.file,
    "user_send_business_card": What.file,
    "follow": What.arrived,
    "unfollow": What.left,
}
"""The events that ask for something. All others are no message to us: what the account itself
said, receipts, details a person chose to give; and groups, where nothing tells whether we are
addressed."""

_CODES = Codes("error", refused=frozenset({-216, -220}), later=frozenset({-32, -200}))
"""Errors that pass: too many calls in this minute; sending failed."""

_RENEW_SECONDS = 20.0
"""How long a renewal may take. It is longer than for any other call: an answer that is not waited
for is a refresh token lost."""

_LIFE_SECONDS = 3600.0
"""How long an access token is taken to live whose life is not told."""


class ZaloSettings(ChannelSettings):
    """`FOREWARN_ZALO_…`."""

    model_config = SettingsConfigDict(env_prefix="FOREWARN_ZALO_", frozen=True)

    app_id: SecretStr = Field(default=SecretStr(""), description="the id of the app")
    app_secret: SecretStr = Field(
        default=SecretStr(""), description="the app's secret key, for new access tokens"
    )
    oa_secret: SecretStr = Field(
        default=SecretStr(""), description="the OA secret key, which signs what Zalo tells us"
    )
    refresh_token: SecretStr = Field(
        default=SecretStr(""), description="the refresh token of the account's consent"
    )
    language: str = Field(
        default="vi", description="the language of who has not written a word yet: Zalo tells none"
    )
    api_url: str = Field(
        default="https://openapi.zalo.me", description="where Zalo's API is reached"
    )
    oauth_url: str = Field(
        default="https://oauth.zaloapp.com", description="where Zalo gives access tokens"
    )


class Zalo(Channel):
    """A Zalo Official Account."""

    name: ClassVar[str] = "zalo"
    Settings = ZaloSettings
    settings: ZaloSettings

    def __init__(
        self,
        settings: ZaloSettings,
        limits: Limits,
        seal: Seal,
        http: httpx.AsyncClient,
        store: Store,
    ) -> None:
        """See :class:`Channel`. The tokens are closed with the app's secret, for they are worth
        nothing without it, and outlive any other key of ours."""
        super().__init__(settings, limits, seal, http, store)
        self._tokens = Tokens(
            self.name,
            self._renew,
            store=store,
            seal=Seal(settings.app_secret.get_secret_value()),
            first=settings.refresh_token.get_secret_value(),
        )

    async def close(self) -> None:
        """Wait for a renewal of the token that is under way."""
        await self._tokens.close()

    def verify(self, headers: Mapping[str, str], query: Mapping[str, str], raw: bytes) -> bool:
        """By SHA-256 of the app's id, the body, its time and the secret. The empty object is not
        signed, and says nothing: with it Zalo tries the address."""
        if raw.strip() == _PROBE:
            return True
        told = headers.get(_SIGNATURE, "").removeprefix("mac=").lower()
        times = [time.encode() for time in [headers.get(_TIME, "")] if time.isdecimal()]
        # The time inside is read without parsing. A text cannot feign it: its quotes are escaped.
        times += [found[1] for found in _TIMES.finditer(raw, 0)][-1:]
        app, secret = self.settings.app_id, self.settings.oa_secret
        start = hashlib.sha256(app.get_secret_value().encode() + raw)
        found = False
        for time in times:
            whole = start.copy()
            whole.update(time + secret.get_secret_value().encode())
            found |= same(told, whole.hexdigest())
        return found

    def events(self, raw: bytes) -> list[Event]:
        """The one event in `raw`."""
        told = json.loads(raw)
        name = told.get("event_name")
        what = _KINDS.get(name, What.nothing)
        if what is What.nothing:
            return []
        follows = what in (What.arrived, What.left)
        who = told["follower" if follows else "sender"]
        if "id" not in who:
            return []  # a visitor without an account, whom nothing can be sent to
        user, when = plain_id(who["id"]), int(plain_id(told["timestamp"]))
        message = {} if follows else told["message"]
        # What is no message has no id; a person's is never in ours.
        number = message.get("msg_id", f"{self._seal.name(self.name, user)} {name} {when}")
        text = message["text"] if what is What.text else ""
        if what is What.picture:
            text = message.get("text", "")  # what was written beside it
        if not isinstance(text, str):
            raise TypeError("no text")
        if text.startswith(TAP):
            what, text = What.tap, text.removeprefix(TAP)
        address = {"user": user}
        if what is What.picture:
            address["url"] = str(message["attachments"][0]["payload"]["url"])
        event = self._event(
            what,
            user=user,
            identity=plain_id(number),
            address=address,
            at=when / 1000,
            order=float(when),
            message=plain_id(message["msg_id"]) if "msg_id" in message else None,
            text=text,
            locale=self.settings.language,
        )
        return [event]

    # ------------------------------------------------------------------------------ sending

    async def send(self, event: Event, messages: Sequence[Words]) -> None:
        """A consultation message, with buttons whose payload the person does not see."""
        user = self._address(event)["user"]
        for words in messages:
            message: dict[str, Any] = {"text": words.text}
            if words.buttons:
                buttons = [
                    {"type": "oa.query.hide", "title": one.label, "payload": TAP + one.token}
                    for one in words.buttons
                ]
                message["attachment"] = {"type": "template", "payload": {"buttons": buttons}}
            body = {"recipient": {"user_id": user}, "message": message}
            await self._tokens.call(partial(self._say, body))

    async def download(self, event: Event) -> bytes:
        """The picture, from the address that came with it."""
        url = self._address(event)["url"]
        if not url.startswith(("https://", f"{self.settings.api_url}/")):
            raise PlatformError("no picture", for_good=True)
        return await self._fetch(url)

    async def _say(self, body: dict[str, Any], access: str) -> None:
        url = f"{self.settings.api_url}/v3.0/oa/message/cs"
        _told(await self._call("POST", url, json=body, headers={"access_token": access}))

    async def _renew(self, last: Grant, refused: bool) -> Grant:
        """Zalo gives a new refresh token with each access token; the last is spent."""
        response = await self._call(
            "POST",
            f"{self.settings.oauth_url}/v4/oa/access_token",
            headers={"secret_key": self.settings.app_secret.get_secret_value()},
            data={
                "refresh_token": last.refresh,
                "app_id": self.settings.app_id.get_secret_value(),
                "grant_type": "refresh_token",
            },
            timeout=_RENEW_SECONDS,
        )
        told = _told(response)
        access, refresh = told.get("access_token"), told.get("refresh_token")
        if not (isinstance(access, str) and isinstance(refresh, str) and access and refresh):
            raise PlatformError("no tokens", for_good=True)
        seconds = _LIFE_SECONDS
        with contextlib.suppress(KeyError, TypeError, ValueError):
            seconds = float(told["expires_in"])
        if not (math.isfinite(seconds) and seconds > 0):
            seconds = _LIFE_SECONDS
        return Grant.lasting(seconds, access=access, refresh=refresh)


def _told(response: httpx.Response) -> dict[str, Any]:
    """The body of an answer that is no error: Zalo says so with status 200, nearly always.

    Raises:
        PlatformError: it is one.
    """
    failed(response)
    return _CODES.checked(response.content)
