"""Viber: how it signs and writes, what it takes, and what only it has."""

from __future__ import annotations

import base64
import hmac
import json
import os
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from forewarn.knowledge.loader import Knowledge
from tests.channels.app import App, Shown, Webhook
from tests.channels.conftest import Connected, echo
from tests.channels.stand_in import Call, Reply, has, reply, until
from tests.web.fake_bot import FakeBot, answer, choices, text
from tests.web.screenshots import drawn, file_of

TOKEN = "44dafb7e0f40021e-61a47a1e6778d187-f2c5a676a07050b3"
NAME = "Guide of the tests"
MEDIA_HOST = "localhost"
FIRST_TOKEN = 4912661846655238145  # of 64 bits: no double holds it

Connect = Callable[..., Connected]


class ViberApp(App):
    """Viber, as https://creators.viber.com/docs/bots-api/ has it."""

    name = "viber"
    lacks = frozenset({"deleted", "edited", "group", "voice"})

    def settings(self, url: str) -> dict[str, str]:
        return {
            "FOREWARN_VIBER_AUTH_TOKEN": TOKEN,
            "FOREWARN_VIBER_SENDER_NAME": NAME,
            "FOREWARN_VIBER_API_URL": url,
            "FOREWARN_VIBER_MEDIA_HOST": MEDIA_HOST,
        }

    def signed(self, payload: Any) -> Webhook:
        raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        return Webhook(raw, {"X-Viber-Content-Signature": _signature(raw, TOKEN)})

    def forged(self, payload: Any) -> Iterator[Webhook]:
        raw = json.dumps(payload).encode()
        good = _signature(raw, TOKEN)
        yield Webhook(raw, {})
        yield Webhook(raw, {"X-Viber-Content-Signature": ""})
        yield Webhook(raw, {"X-Viber-Content-Signature": _signature(raw, TOKEN[::-1])})
        yield Webhook(raw, {"X-Viber-Content-Signature": f"sha256={good}"})
        yield Webhook(raw, {}, {"sig": good})
        yield Webhook(raw.replace(b"hello", b"HELLO"), {"X-Viber-Content-Signature": good})

    # ------------------------------------------------------------------------------- events

    def event(self, kind: str, number: int | None = None, **holds: Any) -> dict[str, Any]:
        """A callback of `kind`, in which `holds` is what only that kind has."""
        number = self.number() if number is None else number
        return {
            "event": kind,
            "timestamp": int(1000 * time.time()),
            "message_token": FIRST_TOKEN + number,
            "chat_hostname": "SN-CHAT-05_",
            **holds,
        }

    def message(self, user: str, number: int | None = None, **holds: Any) -> dict[str, Any]:
        """A message that `holds` what is told."""
        return self.event("message", number, sender=_user(user), message=holds, silent=False)

    def text(
        self, words: str, *, user: str = "ann", number: int | None = None, at: float | None = None
    ) -> Any:
        told = self.message(user, number, type="text", text=words)
        return told if at is None else {**told, "timestamp": int(1000 * at)}

    def tap(self, token: str, *, user: str = "ann", number: int | None = None) -> Any:
        told = self.message(user, number, type="text", text=f"choice:{token}")
        return {**told, "silent": True}

    def other(self, kind: str, *, user: str = "ann", number: int | None = None) -> Any | None:
        if kind == "arrived":
            return self.event("subscribed", number, user=_user(user))
        if kind == "left":
            return self.event("unsubscribed", number, user_id=_user(user)["id"])
        here = os.environ["FOREWARN_VIBER_API_URL"].replace("127.0.0.1", MEDIA_HOST)
        holds: dict[str, dict[str, Any] | None] = {
            "voice": None,
            "picture": {"type": "picture", "text": "", "media": f"{here}/media/img.jpg"},
            "place": {"type": "location", "location": {"lat": 16.71, "lon": 98.57}},
            "sticker": {"type": "sticker", "sticker_id": 46105},
            "file": {"type": "file", "media": "x", "file_name": "doc.pdf", "file_size": 3220},
        }
        message = holds[kind]
        return None if message is None else self.message(user, number, **message)

    def captioned(self, words: str, *, user: str = "ann") -> Any | None:
        payload = self.other("picture", user=user)
        payload["message"]["text"] = words
        return payload

    def unknown(self) -> list[Any]:
        return [
            self.event("webhook"),
            self.event("delivered", user_id=_user("ann")["id"]),
            self.event("seen", user_id=_user("ann")["id"]),
            self.event("failed", user_id=_user("ann")["id"], desc="failure description"),
            self.event("client_status"),
            self.event("conversation_started", type="open", user=_user("ann"), subscribed=False),
            self.message("ann", type="hologram"),
            self.message("ann", type="text"),
            self.event("message", sender=None, message={"type": "text", "text": "hello"}),
            self.event("message", sender={"id": "x" * 10_000}, message={"type": "text"}),
            self.event("subscribed"),
            {**self.text("hello"), "message_token": 4.912661846655238e18},
            {**self.text("hello"), "timestamp": "yesterday"},
            {**self.text("hello"), "message": [1]},
            {"event": ["message"]},
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
        if call.path.startswith("/media/"):
            assert call.method == "GET"
            assert "x-viber-auth-token" not in call.headers
            return Reply(200, self.picture, {"Content-Type": "image/png"})
        assert (call.method, call.path) == ("POST", "/pa/send_message")
        assert call.headers["x-viber-auth-token"] == TOKEN
        assert len(call.raw) <= 30_000
        body = call.body
        keyboard = body.pop("keyboard", None)
        fields = ("receiver", "type", "text")
        has(body, {**dict.fromkeys(fields, str), "min_api_version": int, "sender": dict})
        assert body["sender"] == {"name": NAME}
        assert body["type"] == "text"
        assert 1 <= len(body["text"].encode("utf-16-le")) // 2 <= 7000
        if keyboard is not None:
            _check(keyboard)
        return reply(
            {
                "status": 0,
                "status_message": "ok",
                "message_token": FIRST_TOKEN + self.number(),
                "chat_hostname": "SN-CHAT-05_",
            }
        )

    def is_message(self, call: Call) -> bool:
        return call.path == "/pa/send_message"

    def shown(self, call: Call) -> list[Shown]:
        buttons = call.body.get("keyboard", {}).get("Buttons", [])
        taps = [(one["Text"], one["ActionBody"].removeprefix("choice:")) for one in buttons]
        return [Shown(call.body["receiver"], call.body["text"], taps)]

    def inside(self) -> Reply:
        return reply({"status": 2, "status_message": "invalidAuthToken"})

    def busy(self, seconds: int) -> Reply:
        """Viber does not say how long; what stands before it may."""
        if seconds:
            return super().busy(seconds)
        return reply({"status": 12, "status_message": "Too many requests"})

    def blocked(self) -> Reply:
        return reply({"status": 6, "status_message": "Not subscribed"})


DECLARED = ViberApp


def _user(user: str) -> dict[str, Any]:
    number = base64.b64encode(user.encode().ljust(16)).decode()
    return {"id": number, "name": user, "country": "MM", "language": "en", "api_version": 10}


def _signature(raw: bytes, token: str) -> str:
    return hmac.new(token.encode(), raw, "sha256").hexdigest()


def _check(keyboard: dict[str, Any]) -> None:
    """A keyboard, as documented: rows of six columns, twelve of them on a phone held upright."""
    has(keyboard, {"Type": str, "DefaultHeight": bool, "Buttons": list})
    assert keyboard["Type"] == "keyboard"
    assert keyboard["Buttons"]
    columns = 0
    for button in keyboard["Buttons"]:
        words = dict.fromkeys(("ActionType", "ActionBody", "Text"), str)
        has(button, {"Columns": int, "Rows": int, **words, "Silent": bool})
        assert button["Columns"] in range(1, 7)
        assert button["Rows"] in (1, 2)
        assert button["ActionType"] == "reply"
        assert 1 <= len(button["ActionBody"].encode()) <= 250
        assert button["ActionBody"].startswith("choice:")
        assert 1 <= len(button["Text"]) <= 250
        columns += button["Columns"] * button["Rows"]
    assert columns <= 12 * 6


# ------------------------------------------------------------------------ what only Viber has


@pytest.fixture
def app() -> ViberApp:
    return ViberApp()


@pytest.fixture(autouse=True)
def _the_bot_says_what_was_said(bot: FakeBot) -> None:
    bot.reply = echo


def test_the_signature_that_viber_publishes_is_taken(connect: Connect, app: ViberApp) -> None:
    """https://github.com/Viber/viber-bot-python, tests/api/test_api.py"""
    body = b'{"event":"webhook","timestamp":4977069964384421269,"message_token":1478683725125}'
    known = "d21b343448c8aee33b8e93768ef6ceb64a6ba6163099973a2b8bd028fea510ef"
    response = connect(app).post(Webhook(body, {"X-Viber-Content-Signature": known}))
    assert (response.status_code, response.text) == (200, "")


def test_who_only_opened_the_chat_is_greeted_in_our_response_and_not_written_to(
    connect: Connect, app: ViberApp, knowledge: Knowledge
) -> None:
    web = connect(app)
    response = web.post(app.signed(opened(app)))
    greeting = response.json()
    assert response.headers["content-type"] == "application/json"
    keyboard = greeting.pop("keyboard")
    has(greeting, {"min_api_version": int, "sender": dict, "type": str, "text": str})
    assert (greeting["type"], greeting["sender"]) == ("text", {"name": NAME})
    assert greeting["text"].startswith(knowledge.messages["en"].who_we_are)
    assert "Example Aid, Thailand" in greeting["text"]
    assert greeting["text"].endswith(knowledge.messages["en"].first_screen)
    _check(keyboard)
    tapped = keyboard["Buttons"][0]["ActionBody"].removeprefix("choice:")
    web.tell(app.tap(tapped))
    (shown,) = web.next()
    assert "You said: {'intent':" in shown.text
    assert "Example Aid" not in shown.text


def test_a_web_that_answers_nobody_greets_nobody(connect: Connect, app: ViberApp) -> None:
    web = connect(app, channel_workers=0)
    response = web.post(app.signed(opened(app)))
    assert (response.status_code, response.text) == (200, "")


def opened(app: ViberApp) -> Any:
    """Somebody opened the chat for the first time."""
    return app.event("conversation_started", type="open", user=_user("ann"), subscribed=False)


def test_who_subscribed_before_is_greeted_on_opening_the_chat(
    connect: Connect, app: ViberApp
) -> None:
    web = connect(app)
    web.tell(app.event("conversation_started", type="open", user=_user("ann"), subscribed=True))
    (shown,) = web.next()
    assert "Example Aid, Thailand" in shown.text
    assert shown.taps


def test_two_tokens_that_one_double_holds_are_two_messages(connect: Connect, app: ViberApp) -> None:
    web = connect(app)
    number = 2
    assert float(FIRST_TOKEN + number) == float(FIRST_TOKEN + number + 1)
    web.tell(app.text("one", number=number))
    web.tell(app.text("two", number=number + 1))
    assert [shown.text.rpartition(": ")[2] for shown in web.next(2)] == ["one", "two"]


def test_words_that_look_like_a_payload_are_words(
    connect: Connect, app: ViberApp, bot: FakeBot
) -> None:
    web = connect(app)
    for words in ("my choice: go or stay", "choice:this", "choice:"):
        web.tell(app.text(words))
        web.next()
        assert bot.messages[-1]["text"] == words


def test_a_picture_that_does_not_lie_at_vibers_is_not_fetched(
    connect: Connect, app: ViberApp, knowledge: Knowledge
) -> None:
    web = connect(app)
    app.picture = file_of(drawn("Typing job in Thailand"))
    elsewhere = web.platform.url + "/media/img.jpg"
    for media in (elsewhere, "https://localhost.evil.example/x", "http://[", "x", "", None, 7):
        web.tell(app.message("ann", type="picture", media=media))
        (shown,) = web.next()
        assert knowledge.messages["en"].error_picture_broken in shown.text
    assert {call.path for call in web.platform.calls} == {"/pa/send_message"}


def test_a_link_that_was_shared_and_the_words_beside_a_file_are_words(
    connect: Connect, app: ViberApp, bot: FakeBot
) -> None:
    web = connect(app)
    cry = "help me, they locked me up"
    told: list[tuple[dict[str, Any], str]] = [
        ({"type": "url", "media": "https://jobs.example/casino"}, "https://jobs.example/casino"),
        ({"type": "video", "media": "https://viber.com/x.mp4", "text": cry}, cry),
        ({"type": "picture", "media": "https://viber.com/x.jpg", "text": cry}, cry),
    ]
    for payload, words in told:
        web.tell(app.message("ann", **payload))
        web.next()
        assert bot.messages[-1]["text"] == words


def test_numbers_stand_beside_each_other(connect: Connect, app: ViberApp, bot: FakeBot) -> None:
    long = "A label that is so long that no phone shows it whole on one of its buttons"
    bot.reply = lambda body: answer(text("Which one?"), choices(long, "That"))
    web = connect(app)
    web.tell(app.text("hello"))
    (shown,) = web.next()
    assert [label for label, _ in shown.taps] == ["1", "2"]
    assert f"1 {long}\n2 That" in shown.text
    (call,) = web.platform.calls
    buttons = call.body["keyboard"]["Buttons"]
    assert [button["Columns"] for button in buttons] == [1, 1]


def test_the_largest_keyboard_below_the_longest_text_is_small_enough(
    connect: Connect, app: ViberApp, bot: FakeBot
) -> None:
    web = connect(app)
    web.said(app.text("hello"), "hello")
    labels = [f"{number:02} {'က' * 37}" for number in range(12)]
    bot.reply = lambda body: answer(text("ခ" * 6_900), choices(*labels))
    web.tell(app.text("and then?"))
    (shown,) = web.next()
    assert [label for label, _ in shown.taps] == labels


@pytest.mark.parametrize("status", [2, 12, 99, None])
def test_errors_that_pass_are_tried_again(
    connect: Connect, app: ViberApp, status: int | None
) -> None:
    web = connect(app)
    web.platform.instead = [reply({"status": status, "status_message": "…"})]
    web.tell(app.text("hello"))
    (shown,) = web.next()
    assert shown.text.endswith("You said: hello")


@pytest.mark.parametrize("status", [3, 5, 6, 7, 11, 24])
def test_errors_that_stay_are_not(connect: Connect, app: ViberApp, status: int) -> None:
    web = connect(app)
    web.platform.instead = [reply({"status": status, "status_message": "…"})]
    web.tell(app.text("lost"))
    until(lambda: not web.platform.instead)
    web.tell(app.text("next"))
    whole = "\n".join(one.text for one in web.next())
    assert "You said: next" in whole
    # Who we are was in the message that Viber refused: it is told now.
    assert "I am Forewarn" in whole
