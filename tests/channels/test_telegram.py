"""Telegram: how it signs and writes, what it takes, and what only it has."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

from tests.channels.app import App, Shown, Webhook
from tests.channels.conftest import Connected
from tests.channels.stand_in import Call, Reply, has, reply
from tests.web.fake_bot import FakeBot

TOKEN = "7654321:AAFakeTokenOfTheTests"
SECRET = "a-secret-of-the-tests"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
USERNAME = "forewarn_bot"


class TelegramApp(App):
    """Telegram, as https://core.telegram.org/bots/api has it."""

    name = "telegram"
    lacks = frozenset({"deleted"})

    def settings(self, url: str) -> dict[str, str]:
        return {
            "FOREWARN_TELEGRAM_BOT_TOKEN": TOKEN,
            "FOREWARN_TELEGRAM_WEBHOOK_SECRET": SECRET,
            "FOREWARN_TELEGRAM_USERNAME": USERNAME,
            "FOREWARN_TELEGRAM_API_URL": url,
        }

    def signed(self, payload: Any) -> Webhook:
        raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        return Webhook(raw, {HEADER: SECRET, "Content-Type": "application/json"})

    def forged(self, payload: Any) -> Iterator[Webhook]:
        raw = json.dumps(payload).encode()
        yield Webhook(raw, {})
        yield Webhook(raw, {HEADER: ""})
        yield Webhook(raw, {HEADER: SECRET[:-1]})
        yield Webhook(raw, {HEADER: SECRET + "x"})

    # ------------------------------------------------------------------------------- events

    def _update(self, number: int | None, **what: Any) -> dict[str, Any]:
        return {"update_id": self.number() if number is None else number, **what}

    def _message(
        self, user: str, number: int, at: float | None, chat: Any = None, **holds: Any
    ) -> Any:
        return {
            "message_id": number,
            "date": int(time.time() if at is None else at),
            "from": _user(user),
            "chat": chat or {"id": _id(user), "type": "private", "first_name": user},
            **holds,
        }

    def text(
        self, words: str, *, user: str = "ann", number: int | None = None, at: float | None = None
    ) -> Any:
        number = self.number() if number is None else number
        return self._update(number, message=self._message(user, number, at, text=words))

    def tap(self, token: str, *, user: str = "ann", number: int | None = None) -> Any:
        number = self.number() if number is None else number
        query = {
            "id": str(number),
            "from": _user(user),
            "message": self._message(user, number, None, text="buttons"),
            "chat_instance": "1",
            "data": token,
        }
        return self._update(number, callback_query=query)

    def other(self, kind: str, *, user: str = "ann", number: int | None = None) -> Any | None:
        number = self.number() if number is None else number
        file = {"file_id": f"file-{kind}", "file_unique_id": "u", "file_size": 10}
        holds: dict[str, Any] = {
            "voice": {"voice": {**file, "duration": 3}},
            "picture": {"photo": [{**file, "width": 9, "height": 9}]},
            "place": {"location": {"latitude": 16.71, "longitude": 98.57}},
            "sticker": {"sticker": {**file, "type": "regular"}},
            "file": {"document": file},
            "arrived": {"text": "/start", "entities": []},
        }
        if kind == "left":
            change = {
                "chat": {"id": _id(user), "type": "private"},
                "from": _user(user),
                "date": int(time.time()),
                "old_chat_member": {"status": "member", "user": _user("bot")},
                "new_chat_member": {"status": "kicked", "user": _user("bot"), "until_date": 0},
            }
            return self._update(number, my_chat_member=change)
        return self._update(number, message=self._message(user, number, None, **holds[kind]))

    def captioned(self, words: str, *, user: str = "ann") -> Any | None:
        payload = self.other("picture", user=user)
        payload["message"]["caption"] = words
        return payload

    def edited(self, words: str, message: int, *, user: str = "ann") -> Any | None:
        edited = self._message(user, message, None, text=words, edit_date=int(time.time()))
        return self._update(None, edited_message=edited)

    def grouped(self, words: str, *, addressed: bool, user: str = "ann") -> Any | None:
        number = self.number()
        group = {"id": -100200, "type": "supergroup", "title": "a group"}
        words = f"@{USERNAME} {words}" if addressed else words
        return self._update(number, message=self._message(user, number, None, group, text=words))

    def unknown(self) -> list[Any]:
        return [
            self._update(None, message_reaction={"user": _user("ann")}),
            self._update(None, message={"message_id": 1}),
            self._update(None, message=self._message("ann", 5, None, new_kind={"x": 1})),
            self._update(None, callback_query={"id": 7, "from": None}),
            self._update(None, message=[]),
            {"update_id": {"a": 1}, "message": "x"},
            {},
            [],
            b"",
            b"{",
            b"\xff\xfe",
            b"[" * 100_000,
            b'"text"',
        ]

    # ---------------------------------------------------------------------------- the stand-in

    def answer(self, call: Call) -> Reply:
        method = call.path.rpartition("/")[2]
        if call.method == "GET":
            assert call.path == f"/file/bot{TOKEN}/photos/file-picture"
            return Reply(200, self.picture)
        assert call.path == f"/bot{TOKEN}/{method}"
        assert call.method == "POST"
        check = {
            "sendMessage": self._check_message,
            "sendChatAction": lambda body: has(body, {"chat_id": int, "action": str}),
            "answerCallbackQuery": lambda body: has(body, {"callback_query_id": str}),
        }
        if method == "getFile":
            has(call.body, {"file_id": str})
            told = {"file_id": "file-picture", "file_unique_id": "u"}
            return reply({"ok": True, "result": {**told, "file_path": "photos/file-picture"}})
        check[method](call.body)
        return reply({"ok": True, "result": True})

    def _check_message(self, body: dict[str, Any]) -> None:
        keyboard = body.pop("reply_markup", None)
        replied = body.pop("reply_parameters", None)
        has(body, {"chat_id": int, "text": str, "link_preview_options": dict})
        assert 1 <= len(body["text"].encode("utf-16-le")) // 2 <= 4096
        assert body["link_preview_options"] == {"is_disabled": True}
        if replied is not None:
            has(replied, {"message_id": int, "allow_sending_without_reply": bool})
        if keyboard is not None:
            has(keyboard, {"inline_keyboard": list})
            assert 1 <= len(keyboard["inline_keyboard"]) <= 100
            for row in keyboard["inline_keyboard"]:
                assert len(row) == 1
                has(row[0], {"text": str, "callback_data": str})
                assert row[0]["text"]
                assert 1 <= len(row[0]["callback_data"].encode()) <= 64

    def is_message(self, call: Call) -> bool:
        return call.path.endswith("/sendMessage")

    def shown(self, call: Call) -> list[Shown]:
        rows = call.body.get("reply_markup", {}).get("inline_keyboard", [])
        taps = [(button["text"], button["callback_data"]) for row in rows for button in row]
        return [Shown(str(call.body["chat_id"]), call.body["text"], taps)]

    def inside(self) -> Reply:
        return reply({"ok": False, "error_code": 500, "description": "Internal Server Error"})

    def busy(self, seconds: int) -> Reply:
        told = {"ok": False, "error_code": 429, "parameters": {"retry_after": seconds}}
        return reply({**told, "description": "Too Many Requests"}, 429)

    def blocked(self) -> Reply:
        told = "Forbidden: bot was blocked by the user"
        return reply({"ok": False, "error_code": 403, "description": told}, 403)


DECLARED = TelegramApp


def _id(user: str) -> int:
    return int.from_bytes(user.encode()[:6])


def _user(user: str) -> dict[str, Any]:
    return {"id": _id(user), "is_bot": False, "first_name": user, "language_code": "en"}


def test_the_words_beside_a_picture_or_a_video_are_not_lost(
    connect: Callable[..., Connected], bot: FakeBot
) -> None:
    app = TelegramApp()
    web = connect(app)
    for kind in ("picture", "file"):
        payload = app.other(kind)
        payload["message"]["caption"] = "help me, they locked me up"
        web.tell(payload)
        web.next()
    assert [body["text"] for body in bot.messages] == ["help me, they locked me up"] * 2
    assert bot.messages[0]["danger"]["level"] == "danger"


def test_a_tap_stops_the_button_from_turning(connect: Callable[..., Connected]) -> None:
    app = TelegramApp()
    web = connect(app)
    number = app.number()
    web.tell(app.tap("old", number=number))
    web.next()
    told = [call.body for call in web.platform.calls if call.path.endswith("/answerCallbackQuery")]
    assert told == [{"callback_query_id": str(number)}]


def test_in_a_group_the_answer_hangs_below_the_question(connect: Callable[..., Connected]) -> None:
    app = TelegramApp()
    web = connect(app)
    payload = app.grouped("is this job real?", addressed=True)
    web.tell(payload)
    web.next()
    sent = [call.body for call in web.platform.calls if app.is_message(call)]
    assert [body["reply_parameters"]["message_id"] for body in sent] == [
        payload["message"]["message_id"]
    ]
