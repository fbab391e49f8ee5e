"""WeChat: a Service Account, in safe mode (docs/channels/wechat.md names the sources)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, ClassVar
from xml.etree.ElementTree import ParseError

import httpx
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from defusedxml.ElementTree import fromstring
from pydantic import Field, SecretStr, field_validator
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
from web.channels.stores import MemoryStore, Store
from web.channels.tokens import Codes, Grant, Tokens

_ENCRYPTED = re.compile(
    rb"<Encrypt>\s*(?:<!\[CDATA\[)?\s*([A-Za-z0-9+/=]+)\s*(?:\]\]>)?\s*</Encrypt>"
)
_KEY = re.compile(r"[A-Za-z0-9]{43}")
_BLOCK = 32
"""Bytes that the padding fills up: more than a block of AES has."""

_KINDS = {
    "text": What.text,
    "voice": What.voice,
    "image": What.picture,
    "location": What.place,
    "video": What.file,
    "shortvideo": What.file,
    "link": What.file,
}
_EVENTS = {"subscribe": What.arrived, "SCAN": What.arrived, "unsubscribe": What.left}
"""The events that ask for something: all others are the menu, reports, and a position that is told
without being asked for."""

_UNSUPPORTED = re.compile(r"[【\[]收到不支持的消息类型")
"""What stands in place of a sticker, or of whatever else WeChat does not hand on."""

_CODES = Codes("errcode", refused=frozenset({40001, 40014, 42001}), later=frozenset({-1, 45011}))
"""Errors that pass: the system is busy; too many calls in this minute. The others do not: no
message of theirs in 48 hours, or unsubscribed (45015), no more answers to it (45047), and the like.
"""


class WeChatSettings(ChannelSettings):
    """`FOREWARN_WECHAT_…`."""

    model_config = SettingsConfigDict(env_prefix="FOREWARN_WECHAT_", frozen=True)

    app_id: SecretStr = Field(default=SecretStr(""), description="the AppID of the account")
    app_secret: SecretStr = Field(
        default=SecretStr(""), description="the AppSecret, for access tokens"
    )
    token: SecretStr = Field(
        default=SecretStr(""), description="the Token of the message push, which signs it"
    )
    aes_key: SecretStr = Field(
        default=SecretStr(""), description="the EncodingAESKey of the message push"
    )
    aes_key_before: str = Field(
        default="", description="the EncodingAESKey before it, while it is being changed"
    )
    language: str = Field(
        default="zh", description="the language of who has not written a word yet: none is told"
    )
    api_url: str = Field(
        default="https://api.weixin.qq.com", description="where WeChat's API is reached"
    )

    @field_validator("aes_key", "aes_key_before")
    @classmethod
    def _is_a_key(cls, value: SecretStr | str) -> SecretStr | str:
        key = value.get_secret_value() if isinstance(value, SecretStr) else value
        if key and not _KEY.fullmatch(key):
            raise ValueError("an EncodingAESKey has 43 letters and digits")
        return value


class WeChat(Channel):
    """A WeChat Service Account."""

    name: ClassVar[str] = "wechat"
    Settings = WeChatSettings
    settings: WeChatSettings
    acknowledgement: ClassVar[str] = "success"

    def __init__(
        self,
        settings: WeChatSettings,
        limits: Limits,
        seal: Seal,
        http: httpx.AsyncClient,
        store: Store,
    ) -> None:
        """See :class:`Channel`. The access token is not kept: who asks gets the same one again."""
        super().__init__(settings, limits, seal, http, store)
        self._tokens = Tokens(self.name, self._renew, store=MemoryStore(), seal=seal)

    async def close(self) -> None:
        """Wait for a renewal of the token that is under way."""
        await self._tokens.close()
        await super().close()

    # ------------------------------------------------------------------ what WeChat tells us

    def verify(self, headers: Mapping[str, str], query: Mapping[str, str], raw: bytes) -> bool:
        """By the signature over what is encrypted; and that it can be read, with the key or with
        the one before: else WeChat sends it again."""
        found = _ENCRYPTED.findall(raw)
        if len(found) != 1:
            return False
        encrypted = found[0].decode()
        signature = self._signature(query, encrypted)
        return same(query.get("msg_signature", ""), signature) and self._opened(raw) is not None

    def challenge(self, query: Mapping[str, str]) -> str | None:
        """``echostr``, where the signature fits."""
        if not same(query.get("signature", ""), self._signature(query)):
            return None
        return query.get("echostr")

    def events(self, raw: bytes) -> list[Event]:
        """The one message or event in `raw`."""
        told = _fields(self._opened(raw) or b"")
        kind = told["MsgType"]
        event = told["Event"] if kind == "event" else ""
        what = _EVENTS.get(event, What.nothing) if event else _KINDS.get(kind, What.nothing)
        if what is What.nothing:
            return []
        user, created = plain_id(told["FromUserName"]), int(told["CreateTime"])
        message = None if event else plain_id(told["MsgId"])
        text = told["Content"] if what is What.text else ""
        if _UNSUPPORTED.match(text):
            what, text = What.sticker, ""
        elif told.get("bizmsgmenuid"):
            what, text = What.tap, told["bizmsgmenuid"]
        address = {"user": user}
        if what is What.picture:
            address["media"] = plain_id(told["MediaId"])
        # An event has no id: it is one of this person at this second. Theirs is never in it.
        name = f"{self._seal.name(self.name, user)} {created} {event}"
        found = self._event(
            what,
            user=user,
            identity=message or name,
            address=address,
            at=float(created),
            order=float(created),
            message=message,
            text=text,
            locale=self.settings.language,
        )
        return [found]

    def _signature(self, query: Mapping[str, str], *more: str) -> str:
        token = self.settings.token.get_secret_value()
        signed = sorted((token, query.get("timestamp", ""), query.get("nonce", ""), *more))
        return hashlib.sha1("".join(signed).encode(errors="replace")).hexdigest()  # noqa: S324 theirs

    def _opened(self, raw: bytes) -> bytes | None:
        """What is encrypted in `raw`; None where none of our keys opens it, or it is not for us."""
        app = self.settings.app_id.get_secret_value().encode()
        match = _ENCRYPTED.search(raw)
        for key in (self.settings.aes_key.get_secret_value(), self.settings.aes_key_before):
            if match and key:
                content, to = _decrypted(match[1], key)
                if to == app:
                    return content
        return None

    # -------------------------------------------------------------------- what we tell WeChat

    async def send(self, event: Event, messages: Sequence[Words]) -> None:
        """A customer service message; choices as a menu, whose taps come back with our token."""
        user = self._address(event)["user"]
        for words in messages:
            body: dict[str, Any] = {"touser": user, "msgtype": "text"}
            if words.buttons:
                items = [{"id": one.token, "content": one.label} for one in words.buttons]
                body["msgtype"] = "msgmenu"
                body["msgmenu"] = {"head_content": words.text, "list": items}
            else:
                body["text"] = {"content": words.text}
            await self._tokens.call(partial(self._ask, "message/custom/send", body))

    async def typing(self, event: Event) -> None:
        """The sign that an answer is being written."""
        body = {"touser": self._address(event)["user"], "command": "Typing"}
        await self._tokens.call(partial(self._ask, "message/custom/typing", body))

    async def download(self, event: Event) -> bytes:
        """The picture; an error comes in its place, with status 200."""
        return await self._tokens.call(partial(self._media, self._address(event)["media"]))

    async def _media(self, media: str, access: str) -> bytes:
        url = f"{self.settings.api_url}/cgi-bin/media/get"
        file = await self._fetch(url, params={"access_token": access, "media_id": media})
        if file.lstrip()[:1] == b"{":
            _CODES.checked(file)
            raise PlatformError("no picture", for_good=True)
        return file

    async def _ask(self, method: str, body: dict[str, Any], access: str) -> None:
        url = f"{self.settings.api_url}/cgi-bin/{method}"
        response = await self._call("POST", url, params={"access_token": access}, json=body)
        failed(response)
        _CODES.checked(response.content)

    async def _renew(self, last: Grant, refused: bool) -> Grant:
        """The same token to everyone who asks, until it is forced to be another."""
        new = await self._stable(force=False)
        if refused and new.access == last.access:
            new = await self._stable(force=True)
        return new

    async def _stable(self, *, force: bool) -> Grant:
        body = {
            "grant_type": "client_credential",
            "appid": self.settings.app_id.get_secret_value(),
            "secret": self.settings.app_secret.get_secret_value(),
            "force_refresh": force,
        }
        response = await self._call(
            "POST", f"{self.settings.api_url}/cgi-bin/stable_token", json=body
        )
        failed(response)
        told = _CODES.checked(response.content)
        access, seconds = told.get("access_token"), told.get("expires_in")
        if not (isinstance(access, str) and access and isinstance(seconds, int) and seconds > 0):
            raise PlatformError("no token", for_good=True)
        return Grant.lasting(seconds, access=access)


def _decrypted(encrypted: bytes, key: str) -> tuple[bytes, bytes]:
    """The content, and whom it is for; empty where it was not encrypted with `key`: AES-256-CBC,
    16 random bytes, the length in 4, the content, the AppID, padding as in PKCS#7."""
    secret = base64.b64decode(f"{key}=")
    try:
        decryptor = Cipher(algorithms.AES(secret), modes.CBC(secret[:16])).decryptor()
        plain = decryptor.update(base64.b64decode(encrypted)) + decryptor.finalize()
    except (binascii.Error, ValueError):
        return b"", b""
    padding = plain[-1] if plain else 0
    end = 20 + int.from_bytes(plain[16:20])
    if not (0 < padding <= _BLOCK and end <= len(plain) - padding):
        return b"", b""
    return plain[20:end], plain[end:-padding]


def _fields(content: bytes) -> dict[str, str]:
    """The fields of a message.

    Raises:
        ValueError: it is no XML, or has a DTD.
    """
    try:
        root = fromstring(content, forbid_dtd=True)
    except ParseError:
        raise ValueError("no XML") from None
    return {field.tag: field.text or "" for field in root}
