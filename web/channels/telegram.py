"""Telegram: the Bot API, https://core.telegram.org/bots/api."""

from __future__ import annotations

import json
import re
import time
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
from web.channels.rendering import Words

_SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 the name of a header
_START = re.compile(r"/start(@\w+)?(\s|$)")
_GONE = frozenset({"kicked", "left"})

_KINDS = {
    "voice": What.voice,
    "audio": What.voice,
    "video_note": What.voice,
    "photo": What.picture,
    "location": What.place,
    "venue": What.place,
    "sticker": What.sticker,
    "animation": What.sticker,
    "dice": What.sticker,
    "document": What.file,
    "video": What.file,
    "contact": What.file,
}
"""What a message may hold instead of text, the first that is there."""

_NO_MORE = frozenset({400, 403, 404})
"""Errors no further try can mend: the person has blocked the bot, or the chat is gone."""


class TelegramSettings(ChannelSettings):
    """`FOREWARN_TELEGRAM_…`."""

    model_config = SettingsConfigDict(env_prefix="FOREWARN_TELEGRAM_", frozen=True)

    bot_token: SecretStr = Field(
        default=SecretStr(""), description="the token that @BotFather gave the bot"
    )
    webhook_secret: SecretStr = Field(
        default=SecretStr(""),
        description="the secret_token that setWebhook was called with",
    )
    username: str = Field(
        default="", description="the bot's name without @, by which groups address it"
    )
    api_url: str = Field(
        default="https://api.telegram.org", description="where Telegram's API is reached"
    )


class Telegram(Channel):
    """A Telegram bot."""

    name: ClassVar[str] = "telegram"
    Settings = TelegramSettings
    settings: TelegramSettings

    def verify(self, headers: Mapping[str, str], query: Mapping[str, str], raw: bytes) -> bool:
        """By the secret that setWebhook was given; the body itself is not signed."""
        expected = self.settings.webhook_secret.get_secret_value()
        return same(headers.get(_SECRET_HEADER, ""), expected)

    def events(self, raw: bytes) -> list[Event]:
        """The one update in `raw`."""
        update = json.loads(raw)
        number = plain_id(update["update_id"])
        how = {"identity": number, "order": float(update["update_id"])}
        if "message" in update:
            return [self._message(update["message"], how)]
        if "edited_message" in update:
            edited = self._message(update["edited_message"], how)
            known = edited.what is What.text
            return [edited.model_copy(update={"what": What.edited if known else What.nothing})]
        if "callback_query" in update:
            return [self._tap(update["callback_query"], how)]
        if "my_chat_member" in update:
            return [self._member(update["my_chat_member"], how)]
        return []

    def _message(self, message: dict[str, Any], how: dict[str, Any]) -> Event:
        chat, sender = message["chat"], message["from"]
        text = message.get("text") or message.get("caption") or ""
        kinds = (kind for name, kind in _KINDS.items() if name in message)
        what = next(kinds, What.text if text else What.nothing)
        if text and what is not What.picture:
            what = What.text  # the words beside a video are what is answered
        if _START.match(text):
            what = What.arrived
        if sender.get("is_bot"):
            what = What.nothing
        in_group = chat["type"] != "private"
        addressed, text = self._addressed(message, text) if in_group else (True, text)
        address: dict[str, Any] = {"chat": chat["id"]}
        if in_group:
            address["reply_to"] = message["message_id"]
        if what is What.picture:
            # The largest that Telegram lets us fetch comes last.
            address["file"] = plain_id(message["photo"][-1]["file_id"])
        return self._event(
            what,
            user=_user(chat, sender),
            address=address,
            at=float(message.get("edit_date", message["date"])),
            message=plain_id(message["message_id"]),
            text=text if what in (What.text, What.picture) else "",
            locale=_locale(sender),
            in_group=in_group,
            addressed=addressed,
            **how,
        )

    def _tap(self, query: dict[str, Any], how: dict[str, Any]) -> Event:
        message = query.get("message") or {}
        chat = message.get("chat") or {"id": query["from"]["id"], "type": "private"}
        return self._event(
            What.tap,
            user=_user(chat, query["from"]),
            address={"chat": chat["id"], "query": plain_id(query["id"])},
            at=time.time(),  # Telegram does not tell when a button was tapped
            text=str(query.get("data", "")),
            locale=_locale(query["from"]),
            in_group=chat["type"] != "private",
            **how,
        )

    def _member(self, change: dict[str, Any], how: dict[str, Any]) -> Event:
        """The bot was blocked, or taken out of a group; unblocking it says nothing yet."""
        chat = change["chat"]
        gone = change["new_chat_member"]["status"] in _GONE and chat["type"] == "private"
        return self._event(
            What.left if gone else What.nothing,
            user=_user(chat, change["from"]),
            address={"chat": chat["id"]},
            at=float(change["date"]),
            **how,
        )

    def _addressed(self, message: dict[str, Any], text: str) -> tuple[bool, str]:
        """Whether a message in a group is for us, and its text without our name."""
        answered = (message.get("reply_to_message") or {}).get("from") or {}
        own = self.settings.bot_token.get_secret_value().partition(":")[0]
        replied = str(answered.get("id", "")) == own
        name = self.settings.username
        if not name:
            return replied, text
        mention = re.compile(rf"@{re.escape(name)}\b", re.IGNORECASE)
        without = mention.sub(" ", text).strip()
        return replied or bool(mention.search(text)), without

    # ------------------------------------------------------------------------------ sending

    async def send(self, event: Event, messages: Sequence[Words]) -> None:
        """``sendMessage``, with an inline keyboard for the choices, one on each row."""
        address = self._address(event)
        for words in messages:
            body: dict[str, Any] = {
                "chat_id": address["chat"],
                "text": words.text,
                # A preview would fetch the page, and show on the screen what it is about.
                "link_preview_options": {"is_disabled": True},
            }
            if words.buttons:
                rows = [
                    [{"text": button.label, "callback_data": button.token}]
                    for button in words.buttons
                ]
                body["reply_markup"] = {"inline_keyboard": rows}
            if "reply_to" in address:
                body["reply_parameters"] = {
                    "message_id": address["reply_to"],
                    "allow_sending_without_reply": True,
                }
            await self._ask("sendMessage", body)

    async def typing(self, event: Event) -> None:
        """``sendChatAction``; a tap must be answered too, or its button goes on turning."""
        address = self._address(event)
        if "query" in address:
            await self._ask("answerCallbackQuery", {"callback_query_id": address["query"]})
        await self._ask("sendChatAction", {"chat_id": address["chat"], "action": "typing"})

    async def download(self, event: Event) -> bytes:
        """``getFile``, then the file itself."""
        found = await self._ask("getFile", {"file_id": self._address(event)["file"]})
        path = str(found["file_path"])
        return await self._fetch(f"{self.settings.api_url}/file/bot{self._token}/{path}")

    async def _ask(self, method: str, body: dict[str, Any]) -> dict[str, Any]:
        url = f"{self.settings.api_url}/bot{self._token}/{method}"
        response = await self._call("POST", url, json=body)
        told = _told(response)
        if told.get("ok") is True:
            result = told.get("result")
            return result if isinstance(result, dict) else {}
        code = told.get("error_code", response.status_code)
        seconds = (told.get("parameters") or {}).get("retry_after")
        if seconds is None and code == response.status_code:
            failed(response) if code not in _NO_MORE else None
        raise PlatformError(
            "not ok",
            seconds=float(seconds) if isinstance(seconds, int | float) else None,
            for_good=code in _NO_MORE,
        )

    @property
    def _token(self) -> str:
        return self.settings.bot_token.get_secret_value()


def _told(response: httpx.Response) -> dict[str, Any]:
    """The body of an answer, as far as it is one."""
    try:
        told = response.json()
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _user(chat: dict[str, Any], sender: dict[str, Any]) -> str:
    """Who speaks; in each group another person, so that nothing goes from one chat to another."""
    return f"{plain_id(chat['id'])} {plain_id(sender['id'])}"


def _locale(sender: dict[str, Any]) -> str:
    return str(sender.get("language_code", ""))[:35]
