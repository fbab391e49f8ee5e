"""Viber: the REST Bot API, https://creators.viber.com/docs/bots-api/."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
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
from web.channels.rendering import Button, Words

_SIGNATURE = "x-viber-content-signature"

_KINDS = {
    "picture": What.picture,
    "video": What.file,
    "file": What.file,
    "contact": What.file,
    "location": What.place,
    "sticker": What.sticker,
}
"""What a message may be besides words, by its type. Recorded voice does not reach bots."""

_TAP = "choice:"
"""Before our token in what a button writes: a tap comes as a text, and nobody types this."""

_TAPPED = re.compile(rf"{_TAP}([\w-]{{8,}})", re.ASCII)

_TOO_MANY = 12
_NO_MORE = frozenset(range(3, 25)) - {_TOO_MANY}
"""Errors no further try can mend: the person has left, or the account may not. 2 is a token that is
being changed."""

_NARROW = 2
"""Characters of a label that leave room for six buttons beside each other."""


class ViberSettings(ChannelSettings):
    """`FOREWARN_VIBER_…`."""

    model_config = SettingsConfigDict(env_prefix="FOREWARN_VIBER_", frozen=True)

    auth_token: SecretStr = Field(
        default=SecretStr(""), description="the bot's token, with which Viber also signs"
    )
    sender_name: str = Field(
        default="Forewarn",
        min_length=1,
        max_length=28,
        description="the name that stands over what the bot writes, of at most 28 characters",
    )
    api_url: str = Field(
        default="https://chatapi.viber.com", description="where Viber's API is reached"
    )
    media_host: str = Field(
        default="viber.com",
        description="the host that pictures are fetched from, it or those below it; "
        "never from another",
    )


class Viber(Channel):
    """A Viber bot. It has no groups, no edited or deleted messages, and no sign of typing."""

    name: ClassVar[str] = "viber"
    Settings = ViberSettings
    settings: ViberSettings

    def verify(self, headers: Mapping[str, str], query: Mapping[str, str], raw: bytes) -> bool:
        """By the HMAC-SHA256 of the body, in hexadecimal, keyed with the token."""
        expected = hmac.digest(self._token.encode(), raw, hashlib.sha256).hex()
        return same(headers.get(_SIGNATURE, ""), expected)

    def events(self, raw: bytes) -> list[Event]:
        """The one event in `raw`; receipts, and the call by which Viber tries our address, are
        none."""
        told = json.loads(raw)
        match told["event"]:
            case "message":
                return [self._message(told)]
            case "subscribed":
                return [self._event_of(told, What.arrived, told["user"])]
            case "conversation_started" if told.get("subscribed") is True:
                return [self._event_of(told, What.arrived, told["user"])]
            case "conversation_started":
                # Who has not written yet cannot be written to: Viber shows what we respond.
                return [self._event_of(told, What.opened, told["user"])]
            case "failed":
                return [self._event_of(told, What.undelivered, {"id": told["user_id"]})]
            case "unsubscribed":
                return [self._event_of(told, What.left, {"id": told["user_id"]})]
            case _:
                return []

    def _message(self, told: dict[str, Any]) -> Event:
        message = told["message"]
        what, text = _KINDS.get(message["type"], What.nothing), str(message.get("text") or "")
        if message["type"] == "url":
            text = f"{text} {message['media']}".strip()
        if text and what is not What.picture:
            what = What.text  # the words beside a video are what is answered
        if tapped := _TAPPED.fullmatch(text):
            what, text = What.tap, tapped[1]
        address = {}
        if what is What.picture and message.get("media"):  # a forwarded one comes without
            address["picture"] = str(message["media"])
        return self._event_of(told, what, told["sender"], address, text=text)

    def _event_of(
        self,
        told: dict[str, Any],
        what: What,
        user: dict[str, Any],
        address: dict[str, str] | None = None,
        **more: Any,
    ) -> Event:
        to = plain_id(user["id"])
        # The token alone is not enough: a receipt has that of the message it is about.
        number = plain_id(told["message_token"])
        return self._event(
            what,
            user=to,
            identity=f"{told['event']} {number}",
            message=number,
            at=float(told["timestamp"]) / 1000,
            order=float(told["timestamp"]),
            address={"to": to, **(address or {})},
            locale=str(user.get("language", ""))[:35],
            **more,
        )

    # ------------------------------------------------------------------------------ sending

    def greeting(self, words: Words) -> dict[str, Any]:
        """The message, without whom it is for."""
        message: dict[str, Any] = {
            "min_api_version": 1,
            "sender": {"name": self.settings.sender_name},
            "type": "text",
            "text": words.text,
        }
        return {**message, "keyboard": _keyboard(words.buttons)} if words.buttons else message

    async def send(self, event: Event, messages: Sequence[Words]) -> None:
        """``send_message``, with a keyboard for the choices."""
        for words in messages:
            body = {"receiver": self._address(event)["to"], **self.greeting(words)}
            response = await self._call(
                "POST",
                f"{self.settings.api_url}/pa/send_message",
                json=body,
                headers={"X-Viber-Auth-Token": self._token},
            )
            failed(response)
            status = _status(response)
            if status != 0:
                raise PlatformError("not ok", for_good=status in _NO_MORE)

    async def download(self, event: Event) -> bytes:
        """The picture, from Viber's own host."""
        address = self._address(event).get("picture", "")
        try:
            host = httpx.URL(address).host
        except httpx.InvalidURL:
            host = ""
        own = self.settings.media_host
        if host != own and not host.endswith(f".{own}"):
            raise PlatformError("no picture of Viber's", for_good=True)
        return await self._fetch(address)

    @property
    def _token(self) -> str:
        return self.settings.auth_token.get_secret_value().strip()


def _keyboard(buttons: Sequence[Button]) -> dict[str, Any]:
    """One button on each row; numbers stand beside each other."""
    narrow = all(len(button.label) <= _NARROW for button in buttons)
    return {
        "Type": "keyboard",
        "DefaultHeight": False,
        "Buttons": [
            {
                "Columns": 1 if narrow else 6,
                "Rows": 1,
                "ActionType": "reply",
                "ActionBody": f"{_TAP}{button.token}",
                "Text": button.label,
                # What is written by a tap is our token: no words for the person.
                "Silent": True,
            }
            for button in buttons
        ],
    }


def _status(response: httpx.Response) -> object:
    """The status in the body, by which alone Viber tells of an error; None where there is none."""
    try:
        told = response.json()
    except ValueError:
        return None
    return told.get("status") if isinstance(told, dict) else None
