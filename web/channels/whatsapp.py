"""WhatsApp: the Cloud API of the WhatsApp Business Platform.

https://developers.facebook.com/documentation/business-messaging/whatsapp/.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar
from urllib.parse import quote

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from web.channels.channel import plain_id
from web.channels.events import Event, What
from web.channels.graph import AGAIN, Graph, GraphSettings, each
from web.channels.rendering import Button, Shape, Words

_KINDS = {
    "audio": What.voice,
    "image": What.picture,
    "location": What.place,
    "sticker": What.sticker,
    "document": What.file,
    "video": What.file,
    "contacts": What.file,
    # What WhatsApp keeps from us, such as a picture to be seen once: it may be a cry for help.
    "unsupported": What.file,
}
"""Messages that are no words. Reactions, orders and what is to come ask for no answer."""


class WhatsAppSettings(GraphSettings):
    """`FOREWARN_WHATSAPP_…`."""

    model_config = SettingsConfigDict(env_prefix="FOREWARN_WHATSAPP_", frozen=True)

    phone_number_id: str = Field(
        default="", description="the id of the number that is answered; empty: every number"
    )


class WhatsApp(Graph):
    """A number on WhatsApp."""

    name: ClassVar[str] = "whatsapp"
    Settings = WhatsAppSettings
    settings: WhatsAppSettings
    subject = "whatsapp_business_account"
    again: ClassVar[Mapping[int, float | None]] = {
        **AGAIN,
        80007: None,  # too many calls of the business account
        130429: None,  # too many messages a second
        131000: None,  # something went wrong
        131016: None,  # the service is overloaded
        131056: 6.0,  # too many messages to this person: one in six seconds
        131057: None,  # the account is being maintained
        133004: None,  # the server is away
    }

    def _entry(self, entry: Any) -> Iterator[Event]:
        return each(entry["changes"], self._change)

    def _change(self, change: Any) -> Iterator[Event]:
        """The messages of people. Other fields hold what staff wrote, what Meta's own assistant
        answers meanwhile, and what befalls the account."""
        value = change["value"]
        if change["field"] != "messages":
            return
        number = plain_id(value["metadata"]["phone_number_id"])
        if self.settings.phone_number_id in ("", number):
            # Receipts come in the same field, without messages.
            yield from each(value.get("statuses", []), self._receipt)
            message = partial(self._message, number=number, contacts=value.get("contacts", []))
            yield from each(value.get("messages", []), message)

    def _receipt(self, status: Any) -> Iterator[Event]:
        """Of all receipts only that a message of ours did not arrive is counted."""
        if status["status"] == "failed":
            identity, at = plain_id(status["id"]), float(int(status["timestamp"]))
            yield self._event(What.undelivered, user="", identity=identity, at=at, address={})

    def _message(self, message: Any, *, number: str, contacts: Any) -> Iterator[Event]:
        if "group_id" in message:
            return  # a group of the organisation's making, in which nobody can address us
        what, text, about = _content(message)
        person, to = _sender(message, contacts)
        identity = plain_id(message["id"])
        address = {"number": number, "to": to, "message": identity}
        if what is What.picture:
            address["picture"] = plain_id(message["image"]["id"])
        at = float(int(message["timestamp"]))
        yield self._event(
            what,
            user=person,
            identity=identity,
            at=at,
            order=at,
            address=address,
            message=plain_id(about or identity),
            text=text,
        )

    # ------------------------------------------------------------------------------ sending

    async def send(self, event: Event, messages: Sequence[Words]) -> None:
        """A text, reply buttons, or a list."""
        address = self._address(event)
        for words in messages:
            to = {"recipient_type": "individual", **address["to"]}
            await self._tell(address, {**to, **_shown(words)})

    async def typing(self, event: Event) -> None:
        """Marks the message read, too: WhatsApp has no sign of typing without."""
        address = self._address(event)
        read = {"status": "read", "message_id": address["message"]}
        await self._tell(address, {**read, "typing_indicator": {"type": "text"}})

    async def download(self, event: Event) -> bytes:
        """The address of the file, which lives for five minutes; then the file."""
        found = await self._ask("GET", quote(self._address(event)["picture"], safe=""))
        return await self._fetch(str(found.get("url")), headers=self._authorization)

    async def _tell(self, address: Any, body: dict[str, Any]) -> None:
        path = f"{quote(address['number'], safe='')}/messages"
        await self._ask("POST", path, {"messaging_product": "whatsapp", **body})


def _content(message: Any) -> tuple[What, str, str | None]:
    """What a message is, its words or token, and the id of the earlier one it is about."""
    match kind := message["type"]:
        case "text":
            return What.text, message["text"]["body"], None
        case "interactive":
            answer = message["interactive"]
            return What.tap, answer[answer["type"]]["id"], None
        case "button":
            # Under a template, which we never send: what staff asked, and the person answers.
            return What.text, message["button"]["text"], None
        case "edit":
            edit = message["edit"]
            return What.edited, edit["message"]["text"]["body"], edit["original_message_id"]
        case "revoke":
            return What.deleted, "", message["revoke"]["original_message_id"]
        case "unsupported" if message.get("unsupported", {}).get("type") == "edit":
            return What.nothing, "", None
        case _:
            what, holds = _KINDS.get(kind, What.nothing), message.get(kind)
            text = holds.get("caption", "") if isinstance(holds, dict) else ""
            # The words beside a video are what is answered; a picture is read with them.
            return What.text if text and what is not What.picture else what, text, None


def _sender(message: Any, contacts: Any) -> tuple[str, dict[str, str]]:
    """Who wrote, and how they are reached: by phone number, or, where the app hides it, by the id
    the person has with this business alone, which stays when a name is taken on."""
    phone, own = message.get("from"), message.get("from_user_id")
    for contact in contacts:
        same_phone = phone is not None and contact.get("wa_id") == phone
        if own is None and (same_phone or (phone is None and len(contacts) == 1)):
            own = contact.get("user_id")
    to = {"recipient": plain_id(own)} if phone is None else {"to": plain_id(phone)}
    return plain_id(phone if own is None else own), to


def _shown(words: Words) -> dict[str, Any]:
    body = {"text": words.text}
    if words.shape is Shape.buttons:
        buttons = [
            {"type": "reply", "reply": {"id": button.token, "title": button.label}}
            for button in words.buttons
        ]
        asked = {"type": "button", "body": body, "action": {"buttons": buttons}}
        return {"type": "interactive", "interactive": asked}
    if words.shape is Shape.rows:
        sections = [{"rows": [_row(button) for button in words.buttons]}]
        action = {"button": words.opener, "sections": sections}
        return {
            "type": "interactive",
            "interactive": {"type": "list", "body": body, "action": action},
        }
    # A preview would fetch the page, and show on the screen what it is about.
    return {"type": "text", "text": {"preview_url": False, "body": words.text}}


def _row(button: Button) -> dict[str, str]:
    row = {"id": button.token, "title": button.label}
    return {**row, "description": button.description} if button.description else row
