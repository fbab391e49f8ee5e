"""LINE: the Messaging API, https://developers.line.biz/en/reference/messaging-api/."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
import uuid
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import httpx
from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from web.channels.channel import (
    ANOTHER_SHAPE,
    Channel,
    ChannelSettings,
    PlatformError,
    failed,
    plain_id,
    same,
)
from web.channels.events import Event, What
from web.channels.rendering import SHOWN, Button, Words

_SIGNATURE = "x-line-signature"

_KINDS = {
    "text": What.text,
    "image": What.picture,
    "audio": What.voice,
    "video": What.file,
    "file": What.file,
    "location": What.place,
    "sticker": What.sticker,
}
"""What a message may be, by its type."""

_GROUPS = {"group": "groupId", "room": "roomId"}
"""What a chat of several is called, and where its id is."""

_MOST_UNANSWERED = 10_000

_ROW_COLOR = "#F0F2F5"
_LABEL_COLOR = "#1A4E8A"


class LineSettings(ChannelSettings):
    """`FOREWARN_LINE_…`."""

    model_config = SettingsConfigDict(env_prefix="FOREWARN_LINE_", frozen=True)

    channel_secret: SecretStr = Field(
        default=SecretStr(""), description="the channel secret, with which LINE signs what it tells"
    )
    channel_access_token: SecretStr = Field(
        default=SecretStr(""), description="the long-lived channel access token"
    )
    language: str = Field(
        default="",
        description="the language in which to greet who has not written yet, such as `th`: "
        "LINE does not tell theirs",
    )
    api_url: str = Field(default="https://api.line.me", description="where LINE's API is reached")
    data_url: str = Field(
        default="https://api-data.line.me", description="where LINE gives out pictures"
    )


class Line(Channel):
    """A LINE Official Account."""

    name: ClassVar[str] = "line"
    Settings = LineSettings
    settings: LineSettings

    def __init__(self, *given: Any) -> None:
        """As :class:`Channel`."""
        super().__init__(*given)
        # Events whose reply got no answer: LINE may have sent it all the same.
        self._unanswered: OrderedDict[str, None] = OrderedDict()

    def verify(self, headers: Mapping[str, str], query: Mapping[str, str], raw: bytes) -> bool:
        """By the HMAC-SHA256 of the body, in base64, keyed with the channel secret."""
        secret = self.settings.channel_secret.get_secret_value().strip().encode()
        expected = base64.b64encode(hmac.digest(secret, raw, hashlib.sha256)).decode()
        return same(headers.get(_SIGNATURE, ""), expected)

    def events(self, raw: bytes) -> list[Event]:
        """The events in `raw`, of any number of people; none in what the console's "Verify"
        sends."""
        found = []
        for told in json.loads(raw)["events"]:
            try:
                event = self._told(told)
            except ANOTHER_SHAPE:
                continue  # the others in the batch are of other people
            if event is not None:
                found.append(event)
        return found

    def _told(self, told: dict[str, Any]) -> Event | None:
        if told.get("mode") == "standby":
            return None  # somebody else has the conversation: we must not speak
        match told["type"]:
            case "message":
                return self._message(told)
            case "messageEdited":
                edited = self._message(told)
                known = edited.what is What.text
                return edited.model_copy(update={"what": What.edited if known else What.nothing})
            case "unsend":
                return self._event_of(
                    told, What.deleted, message=plain_id(told["unsend"]["messageId"])
                )
            case "postback":
                return self._event_of(told, What.tap, text=str(told["postback"]["data"]))
            case "follow":
                return self._event_of(told, What.arrived)
            case "unfollow":
                return self._event_of(told, What.left)
            case _:
                return None

    def _message(self, told: dict[str, Any]) -> Event:
        message = told["message"]
        what = _KINDS.get(message["type"], What.nothing)
        number = plain_id(message["id"])
        text = message["text"] if what is What.text else ""
        addressed, text = _addressed(message, text)
        address = {}
        if what is What.picture:
            if message["contentProvider"]["type"] == "line":
                address["picture"] = number
            else:
                what = What.file  # it lies wherever its sender says: nothing is fetched from there
        return self._event_of(
            told,
            what,
            address,
            message=number,
            text=text,
            addressed=addressed or told["source"]["type"] == "user",
        )

    def _event_of(
        self,
        told: dict[str, Any],
        what: What,
        address: dict[str, str] | None = None,
        **more: Any,
    ) -> Event:
        source = told["source"]
        kind = source["type"]
        in_group = kind != "user"
        to = plain_id(source[_GROUPS[kind] if in_group else "userId"])
        # In each group another person, so that nothing goes from one chat to another. Who has not
        # agreed to be told apart has no id in a group.
        user = f"{to} {plain_id(source.get('userId', '-'))}" if in_group else to
        reply = {"reply": plain_id(told["replyToken"])} if "replyToken" in told else {}
        return self._event(
            what,
            user=user,
            identity=plain_id(told["webhookEventId"]),
            at=float(told["timestamp"]) / 1000,
            order=float(told["timestamp"]),
            address={"to": to, **reply, **(address or {})},
            in_group=in_group,
            locale=self.settings.language,
            **more,
        )

    # ------------------------------------------------------------------------------ sending

    async def send(self, event: Event, messages: Sequence[Words]) -> None:
        """As a reply, which is free; pushed where LINE does not take the reply token any more."""
        address = self._address(event)
        told = [message for words in messages for message in _messages(words)]
        if "reply" in address and await self._replied(event, address["reply"], told):
            return
        if event.in_group:
            # A push counts for each member: one group could use up the month of all the others.
            raise PlatformError("no reply token", for_good=True)
        await self._push(event, address["to"], told)

    async def _replied(self, event: Event, token: str, told: list[dict[str, Any]]) -> bool:
        """Whether LINE took `told`; False where the token is used up or too old."""
        body = {"replyToken": token, "messages": told}
        try:
            response = await self._ask("message/reply", body)
            if response.status_code >= 500:
                failed(response)
        except PlatformError:
            self._unanswered[event.id] = None
            if len(self._unanswered) > _MOST_UNANSWERED:
                self._unanswered.popitem(last=False)
            raise
        if response.status_code == 400 and "reply token" in _reason(response):
            young = time.time() - event.at < (self.limits.reply_seconds or 0)
            # A young token that is refused was used: by the reply that got no answer.
            return event.id in self._unanswered and young
        _taken(response)
        self._unanswered.pop(event.id, None)
        return True

    async def _push(self, event: Event, to: str, told: list[dict[str, Any]]) -> None:
        body = {"to": to, "messages": told}
        # The same for each try, in whatever process: LINE then sends it once.
        key = uuid.UUID(self._seal.name("line push", event.id, json.dumps(body)), version=5)
        response = await self._ask("message/push", body, {"X-Line-Retry-Key": str(key)})
        if response.status_code != httpx.codes.CONFLICT:  # an earlier try was taken after all
            _taken(response)

    async def typing(self, event: Event) -> None:
        """The loading animation, which only chats of two have."""
        if not event.in_group:
            body = {
                "chatId": self._address(event)["to"],
                "loadingSeconds": int(self.limits.typing_seconds),
            }
            failed(await self._ask("chat/loading/start", body))

    async def download(self, event: Event) -> bytes:
        """The picture, as LINE keeps it for a while."""
        number = self._address(event)["picture"]
        url = f"{self.settings.data_url}/v2/bot/message/{number}/content"
        return await self._fetch(url, headers=self._headers)

    async def _ask(
        self, what: str, body: dict[str, Any], headers: dict[str, str] | None = None
    ) -> httpx.Response:
        url = f"{self.settings.api_url}/v2/bot/{what}"
        return await self._call("POST", url, json=body, headers=self._headers | (headers or {}))

    @property
    def _headers(self) -> dict[str, str]:
        token = self.settings.channel_access_token.get_secret_value().strip()
        return {"Authorization": f"Bearer {token}"}


def _addressed(message: dict[str, Any], text: str) -> tuple[bool, str]:
    """Whether a message in a group names us, and its text without our name."""
    own = [one for one in message.get("mention", {}).get("mentionees", []) if one.get("isSelf")]
    if not own:
        return False, text
    units = text.encode("utf-16-le")  # a mention is measured in these
    for one in sorted(own, key=lambda one: -int(one["index"])):
        start, length = int(one["index"]), int(one["length"])
        units = units[: 2 * start] + units[2 * (start + length) :]
    return True, units.decode("utf-16-le", errors="replace").strip()


def _messages(words: Words) -> list[dict[str, Any]]:
    """The message objects of `words`: the text, in which phone numbers can be tapped, then the
    choices. Quick replies have no room for a whole label, and are not shown on a computer."""
    text = {"type": "text", "text": words.text}
    if not words.buttons:
        return [text]
    rows = [_row(button) for button in words.buttons]
    body = {"type": "box", "layout": "vertical", "spacing": "sm", "contents": rows}
    # The alternative text is what a locked screen shows: the words that were made fit for it.
    shown = words.text[:SHOWN]
    return [text, {"type": "flex", "altText": shown, "contents": {"type": "bubble", "body": body}}]


def _row(button: Button) -> dict[str, Any]:
    """A box to tap, in which the whole label wraps."""
    label = {
        "type": "text",
        "text": button.label,
        "wrap": True,
        "align": "center",
        "color": _LABEL_COLOR,
    }
    return {
        "type": "box",
        "layout": "vertical",
        "paddingAll": "md",
        "cornerRadius": "md",
        "backgroundColor": _ROW_COLOR,
        "action": {"type": "postback", "data": button.token, "displayText": button.label},
        "contents": [label],
    }


def _taken(response: httpx.Response) -> None:
    """Raise where LINE did not take what was sent.

    Raises:
        PlatformError: it did not; for good also where the messages of the month are used up, which
            has the same status as too many at once.
    """
    if response.status_code == httpx.codes.TOO_MANY_REQUESTS and "monthly" in _reason(response):
        raise PlatformError("quota", for_good=True)
    failed(response)


def _reason(response: httpx.Response) -> str:
    """What LINE says is wrong; empty where it does not say it as documented."""
    try:
        told = response.json()
    except ValueError:
        return ""
    return str(told.get("message", "")) if isinstance(told, dict) else ""
