"""Messenger: the Messenger Platform, for a Facebook page.

https://developers.facebook.com/documentation/business-messaging/messenger-platform/.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from pydantic_settings import SettingsConfigDict

from web.channels.channel import plain_id
from web.channels.events import Event, What
from web.channels.graph import AGAIN, Graph, GraphSettings, each
from web.channels.rendering import Words

GET_STARTED = "GET_STARTED"
"""What the page's button to begin sends: docs/channels/messenger.md sets it."""

_KINDS = {
    "sticker": What.sticker,
    "image": What.picture,
    "audio": What.voice,
    "location": What.place,
}
"""What may be attached. All else is a file, a shared link too: it may be a map, and then tells
where somebody is."""


class MessengerSettings(GraphSettings):
    """`FOREWARN_MESSENGER_…`."""

    model_config = SettingsConfigDict(env_prefix="FOREWARN_MESSENGER_", frozen=True)


class Messenger(Graph):
    """A Facebook page in Messenger."""

    name: ClassVar[str] = "messenger"
    Settings = MessengerSettings
    subject = "page"
    again: ClassVar[Mapping[int, float | None]] = {
        **AGAIN,
        1200: None,  # "temporary send message failure"
    }

    def _entry(self, entry: Any) -> Iterator[Event]:
        """What people did. While another app or a person of the staff holds a conversation, it is
        told as ``standby``: not ours to answer."""
        return each(entry.get("messaging", []), self._happened)

    def _happened(self, told: Any) -> Iterator[Event]:
        """Receipts, reactions and what passes between apps ask for no answer, nor do our own
        messages, which come back."""
        if "message" in told and not told["message"].get("is_echo"):
            message = told["message"]
            what, text, picture = _content(message)
            yield self._one(told, what, message["mid"], text=text, picture=picture)
        elif "message_edit" in told:
            edit = told["message_edit"]
            which = f"{plain_id(edit['mid'])} {int(edit['num_edit'])}"
            yield self._one(told, What.edited, which, text=edit["text"], message=edit["mid"])
        elif "postback" in told:
            payload = told["postback"]["payload"]
            # Taps had no id once: a person does not tap twice in a millisecond.
            which = told["postback"].get("mid") or f"{told['sender']['id']} {told['timestamp']}"
            began = payload == GET_STARTED
            what, text = (What.arrived, "") if began else (What.tap, payload)
            yield self._one(told, what, which, text=text)

    def _one(
        self,
        told: Any,
        what: What,
        which: Any,
        *,
        text: str,
        message: Any = None,
        picture: str | None = None,
    ) -> Event:
        person, milliseconds = plain_id(told["sender"]["id"]), int(told["timestamp"])
        return self._event(
            what,
            user=person,
            identity=plain_id(which),
            at=milliseconds / 1000,
            order=float(milliseconds),
            address={"person": person, "picture": picture},
            message=plain_id(message or which),
            text=text,
        )

    # ------------------------------------------------------------------------------ sending

    async def send(self, event: Event, messages: Sequence[Words]) -> None:
        """A text, with quick replies for the choices. Messenger shows no previews of links in
        them."""
        for words in messages:
            message: dict[str, Any] = {"text": words.text}
            if words.buttons:
                message["quick_replies"] = [
                    {"content_type": "text", "title": button.label, "payload": button.token}
                    for button in words.buttons
                ]
            await self._tell(event, {"messaging_type": "RESPONSE", "message": message})

    async def typing(self, event: Event) -> None:
        """That it was seen, then that we type: two calls, for no message may go with them."""
        for sign in ("mark_seen", "typing_on"):
            await self._tell(event, {"sender_action": sign})

    async def download(self, event: Event) -> bytes:
        """From the address that came with it, which needs no token and soon ends."""
        return await self._fetch(str(self._address(event)["picture"]))

    async def _tell(self, event: Event, body: dict[str, Any]) -> None:
        to = {"recipient": {"id": self._address(event)["person"]}}
        await self._ask("POST", "me/messages", {**to, **body})


def _content(message: Any) -> tuple[What, str, str | None]:
    """What a message is, its words or token, and where its picture is."""
    if "quick_reply" in message:
        return What.tap, message["quick_reply"]["payload"], None
    text = message.get("text", "")
    attached = message.get("attachments", [])
    payloads = [one.get("payload") or {} for one in attached]
    is_sticker = any("sticker_id" in payload for payload in payloads)  # a picture for older apps
    kinds = [_KINDS.get(one["type"], What.file) for one in attached]
    if What.picture in kinds and not is_sticker:
        return What.picture, text, payloads[kinds.index(What.picture)]["url"]
    if text:
        return What.text, text, None
    if is_sticker:
        return What.sticker, "", None
    return kinds[0] if kinds else What.nothing, "", None
