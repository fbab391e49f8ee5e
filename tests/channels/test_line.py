"""LINE: how it signs and writes, what it takes, and what only it has."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from forewarn.knowledge.loader import Knowledge
from tests.channels.app import App, Shown, Webhook
from tests.channels.conftest import Connected, echo
from tests.channels.stand_in import Call, Reply, has, reply, until
from tests.web.fake_bot import FakeBot, answer, choices, text

SECRET = "8c570fa6dd201bb328f1c1eac23a96d8"
TOKEN = "a-channel-access-token-of-the-tests"
BOT = "U" + "0" * 32
GROUP = "C" + "a" * 32
NAME = "@forewarn"
CONTENT = re.compile("/v2/bot/message/[0-9]+/content")

Connect = Callable[..., Connected]


class LineApp(App):
    """LINE, as https://developers.line.biz/en/reference/messaging-api/ has it. A reply token is
    good for one reply, a retry key for one push."""

    name = "line"
    lacks = frozenset({"captioned", "edited"})

    def __init__(self) -> None:
        super().__init__()
        self.used: set[str] = set()
        self.refused: list[Call] = []

    def settings(self, url: str) -> dict[str, str]:
        return {
            "FOREWARN_LINE_CHANNEL_SECRET": SECRET,
            "FOREWARN_LINE_CHANNEL_ACCESS_TOKEN": TOKEN,
            "FOREWARN_LINE_API_URL": url,
            "FOREWARN_LINE_DATA_URL": url,
        }

    def signed(self, payload: Any) -> Webhook:
        raw = payload if isinstance(payload, bytes) else self._raw(payload)
        return Webhook(raw, {"X-Line-Signature": _signature(raw, SECRET)})

    def forged(self, payload: Any) -> Iterator[Webhook]:
        raw = self._raw(payload)
        good = _signature(raw, SECRET)
        yield Webhook(raw, {})
        yield Webhook(raw, {"X-Line-Signature": ""})
        yield Webhook(raw, {"X-Line-Signature": _signature(raw, SECRET[::-1])})
        yield Webhook(
            raw, {"X-Line-Signature": hmac.new(SECRET.encode(), raw, "sha256").hexdigest()}
        )
        yield Webhook(raw.replace(b"hello", b"HELLO"), {"X-Line-Signature": good})
        yield Webhook(raw + b" ", {"X-Line-Signature": good})

    def _raw(self, payload: Any) -> bytes:
        events = payload if isinstance(payload, list) else [payload]
        return json.dumps({"destination": BOT, "events": events}, ensure_ascii=False).encode()

    # ------------------------------------------------------------------------------- events

    def event(
        self,
        kind: str,
        user: str,
        number: int | None = None,
        *,
        at: float | None = None,
        replies: bool = True,
        group: bool = False,
        **holds: Any,
    ) -> dict[str, Any]:
        """A webhook event object of `kind`, in which `holds` is what only that kind has."""
        number = self.number() if number is None else number
        source = {"type": "user", "userId": _id(user)}
        if group:
            source = {"type": "group", "groupId": GROUP, "userId": _id(user)}
        token = {"replyToken": _hex(number)} if replies else {}
        return {
            "type": kind,
            "mode": "active",
            "timestamp": int(1000 * (time.time() if at is None else at)),
            "source": source,
            "webhookEventId": f"01FZ74A0TD{number:016}",
            "deliveryContext": {"isRedelivery": False},
            **token,
            **holds,
        }

    def _text(self, words: str, number: int) -> dict[str, Any]:
        return {"type": "text", "id": str(number), "quoteToken": "q3Plxr4AgKd", "text": words}

    def text(
        self, words: str, *, user: str = "ann", number: int | None = None, at: float | None = None
    ) -> Any:
        number = self.number() if number is None else number
        return self.event("message", user, number, at=at, message=self._text(words, number))

    def tap(self, token: str, *, user: str = "ann", number: int | None = None) -> Any:
        return self.event("postback", user, number, postback={"data": token})

    def other(self, kind: str, *, user: str = "ann", number: int | None = None) -> Any | None:
        number = self.number() if number is None else number
        if kind == "arrived":
            return self.event("follow", user, number, follow={"isUnblocked": False})
        if kind == "left":
            return self.event("unfollow", user, number, replies=False)
        held = {"contentProvider": {"type": "line"}}
        kinds: dict[str, dict[str, Any]] = {
            "voice": {"type": "audio", "duration": 60000, **held},
            "picture": {"type": "image", "quoteToken": "q3Plxr4AgKd", **held},
            "place": {"type": "location", "title": "here", "latitude": 16.71, "longitude": 98.57},
            "sticker": {"type": "sticker", "packageId": "1", "stickerId": "2", "keywords": ["Hi"]},
            "file": {"type": "file", "fileName": "file.txt", "fileSize": 2138},
        }
        return self.event("message", user, number, message={"id": str(number), **kinds[kind]})

    def deleted(self, message: int, *, user: str = "ann") -> Any | None:
        taken_back = {"messageId": str(message)}
        return self.event("unsend", user, replies=False, unsend=taken_back)

    def grouped(self, words: str, *, addressed: bool, user: str = "ann") -> Any | None:
        number = self.number()
        told = self.named(words, number) if addressed else self._text(words, number)
        return self.event("message", user, number, group=True, message=told)

    def named(self, words: str, number: int, before: str = "") -> dict[str, Any]:
        """A message that says `before`, our name and `words`."""
        mentioned = {
            "index": len(before.encode("utf-16-le")) // 2,
            "length": len(NAME),
            "type": "user",
            "userId": BOT,
            "isSelf": True,
        }
        everyone = {"index": 0, "length": 1, "type": "all"}
        message = self._text(f"{before}{NAME} {words}", number)
        return {**message, "mention": {"mentionees": [mentioned, everyone]}}

    def unknown(self) -> list[Any]:
        message = {"type": "hologram", "id": "1"}
        return [
            [],
            self.event("membership", "ann", membership={"type": "joined"}),
            self.event("beacon", "ann", beacon={"hwid": "d41d8cd98f", "type": "enter"}),
            self.event("join", "ann", group=True),
            self.event("message", "ann", message=message),
            self.event("message", "ann", message=None),
            self.event("message", "ann", message={"type": "text"}),
            {**self.text("hello"), "source": {"type": "user", "userId": "U" * 10_000}},
            {**self.text("hello"), "source": {"type": "planet", "planetId": "P1"}},
            {**self.text("hello"), "timestamp": "yesterday"},
            {**self.text("hello"), "webhookEventId": None},
            {**self.text("hello"), "mode": "standby"},
            {"type": "message"},
            [None, 7, "text", []],
            b"",
            b"{",
            b"\xff\xfe",
            b"[" * 100_000,
            b'"text"',
            b'{"events": {}}',
        ]

    def many(self, payloads: list[Any]) -> Any | None:
        return payloads

    # ---------------------------------------------------------------------------- the stand-in

    def answer(self, call: Call) -> Reply:
        assert call.headers["authorization"] == f"Bearer {TOKEN}"
        if call.method == "GET":
            assert CONTENT.fullmatch(call.path)
            return Reply(200, self.picture, {"Content-Type": "image/png"})
        assert call.method == "POST"
        assert call.headers["content-type"] == "application/json"
        body = call.body
        if call.path == "/v2/bot/chat/loading/start":
            has(body, {"chatId": str, "loadingSeconds": int})
            assert body["chatId"].startswith("U")
            assert body["loadingSeconds"] in range(5, 61, 5)
            return reply({}, 202)
        if call.path == "/v2/bot/message/reply":
            has(body, {"replyToken": str, "messages": list})
            assert "x-line-retry-key" not in call.headers
            good = self._once(body["replyToken"])
            refusal = reply({"message": "Invalid reply token"}, 400)
        else:
            assert call.path == "/v2/bot/message/push"
            has(body, {"to": str, "messages": list})
            assert body["to"][0] in "UCR"
            key = call.headers["x-line-retry-key"]
            assert str(uuid.UUID(key)) == key
            good = self._once(key)
            refusal = reply({"message": "The retry key is already accepted"}, 409)
        assert 1 <= len(body["messages"]) <= 5
        for message in body["messages"]:
            _check(message)
        if not good:
            self.refused.append(call)
            return refusal
        sent = [{"id": str(self.number()), "quoteToken": "IStG5h"} for _ in body["messages"]]
        return reply({"sentMessages": sent})

    def _once(self, key: str) -> bool:
        new = key not in self.used
        self.used.add(key)
        return new

    def is_message(self, call: Call) -> bool:
        return call.path in ("/v2/bot/message/reply", "/v2/bot/message/push")

    def shown(self, call: Call) -> list[Shown]:
        if any(call is one for one in self.refused):
            return []
        seen: list[Shown] = []
        for message in call.body["messages"]:
            if message["type"] == "text":
                seen.append(Shown(call.body.get("to", ""), message["text"], []))
                continue
            for row in message["contents"]["body"]["contents"]:
                seen[-1].taps.append((row["contents"][0]["text"], row["action"]["data"]))
        return seen

    def inside(self) -> Reply:
        return reply({"message": "Internal server error"}, 500)

    def busy(self, seconds: int) -> Reply:
        """LINE does not say how long; what stands before it may."""
        wait = {"Retry_After": str(seconds)} if seconds else {}
        told = "The API rate limit has been exceeded. Try again later."
        return reply({"message": told}, 429, **wait)

    def blocked(self) -> Reply:
        return reply({"message": "Failed to send messages"}, 400)


DECLARED = LineApp


def _id(user: str) -> str:
    return "U" + (_hex(user) if len(user) < 100 else user)


def _hex(what: object) -> str:
    """32 hexadecimal digits, as LINE's ids and reply tokens have."""
    return hashlib.sha256(str(what).encode()).hexdigest()[:32]


def _signature(raw: bytes, secret: str) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), raw, "sha256")).decode()


def _units(written: str) -> int:
    return len(written.encode("utf-16-le")) // 2


def _check(message: dict[str, Any]) -> None:
    """A message object, as documented: a text, or a Flex Message of boxes to tap."""
    if message["type"] == "text":
        has(message, {"type": str, "text": str})
        assert 1 <= _units(message["text"]) <= 5000
        return
    has(message, {"type": str, "altText": str, "contents": dict})
    assert message["type"] == "flex"
    assert 1 <= _units(message["altText"]) <= 1500
    bubble = message["contents"]
    assert len(json.dumps(bubble, ensure_ascii=False).encode()) <= 30_000
    has(bubble, {"type": str, "body": dict})
    assert bubble["type"] == "bubble"
    body = bubble["body"]
    has(body, {"type": str, "layout": str, "spacing": str, "contents": list})
    assert (body["type"], body["layout"]) == ("box", "vertical")
    assert body["spacing"] in SIZES
    assert body["contents"]
    for row in body["contents"]:
        _check_row(row)


SIZES = ("none", "xs", "sm", "md", "lg", "xl", "xxl")


def _check_row(row: dict[str, Any]) -> None:
    words = ("type", "layout", "paddingAll", "cornerRadius", "backgroundColor")
    has(row, {**dict.fromkeys(words, str), "action": dict, "contents": list})
    assert (row["type"], row["layout"]) == ("box", "vertical")
    assert row["paddingAll"] in SIZES
    assert row["cornerRadius"] in SIZES
    assert int(row["backgroundColor"].removeprefix("#"), 16)
    has(row["action"], {"type": str, "data": str, "displayText": str})
    assert row["action"]["type"] == "postback"
    assert 1 <= _units(row["action"]["data"]) <= 300
    assert 1 <= _units(row["action"]["displayText"]) <= 300
    (label,) = row["contents"]
    has(label, {"type": str, "text": str, "wrap": bool, "align": str, "color": str})
    assert label["type"] == "text"
    assert label["text"]
    assert label["align"] in ("start", "end", "center")
    assert int(label["color"].removeprefix("#"), 16)


# ------------------------------------------------------------------------- what only LINE has


@pytest.fixture
def app() -> LineApp:
    return LineApp()


@pytest.fixture(autouse=True)
def _the_bot_says_what_was_said(bot: FakeBot) -> None:
    bot.reply = echo


def paths(web: Connected) -> list[str]:
    """What was called, without the loading animation."""
    return [call.path for call in web.platform.calls if web.app.is_message(call)]


REPLY, PUSH = "/v2/bot/message/reply", "/v2/bot/message/push"


def test_the_signatures_that_line_publishes_are_taken(connect: Connect, app: LineApp) -> None:
    """https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature/"""
    body = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'
    known = {"X-Line-Signature": "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="}
    response = connect(app).post(Webhook(body, known))
    assert (response.status_code, response.text) == (200, "")


def test_an_answer_is_one_reply_and_its_choices_are_shown_whole(
    connect: Connect, app: LineApp, bot: FakeBot
) -> None:
    long = "A label of more than the twenty characters that quick replies have"
    bot.reply = lambda body: answer(text("Which one?"), choices(long, "That"))
    web = connect(app)
    web.tell(app.text("hello"))
    (shown,) = web.next()
    assert [label for label, _ in shown.taps] == [long, "That"]
    (call,) = [call for call in web.platform.calls if app.is_message(call)]
    assert [message["type"] for message in call.body["messages"]] == ["text", "flex"]
    assert call.body["messages"][1]["altText"] == shown.text[:40]


def test_the_most_and_longest_choices_are_small_enough(
    connect: Connect, app: LineApp, bot: FakeBot
) -> None:
    web = connect(app)
    labels = [f"{number:02} {'က' * 157}" for number in range(20)]
    bot.reply = lambda body: answer(text("Which one?"), choices(*labels))
    web.tell(app.text("hello"))
    (shown,) = web.next()
    assert [label for label, _ in shown.taps] == labels


def test_a_reply_token_that_is_too_old_makes_a_push(connect: Connect, app: LineApp) -> None:
    web = connect(app)
    told = app.text("hello")
    app.used.add(told["replyToken"])
    web.tell(told)
    (shown,) = web.next()
    assert shown.to == _id("ann")
    assert paths(web) == [REPLY, PUSH]


class Forgetful(LineApp):
    """LINE that takes the first message, and does not say so."""

    def __init__(self) -> None:
        super().__init__()
        self.said = False

    def answer(self, call: Call) -> Reply:
        given = super().answer(call)
        if self.is_message(call) and not self.said:
            self.said = True
            return Reply(500)
        return given


@pytest.mark.parametrize("path", [REPLY, PUSH])
def test_what_was_taken_though_the_answer_was_lost_is_not_said_twice(
    connect: Connect, path: str
) -> None:
    app = Forgetful()
    web = connect(app)
    told = app.text("hello")
    if path == PUSH:
        del told["replyToken"]
    web.tell(told)
    until(lambda: len(paths(web)) == 2)
    web.tell(app.text("and then?"))
    first, second = web.next(2)
    assert first.text.endswith("You said: hello")
    assert second.text == "You said: and then?"
    assert paths(web) == [path, path, REPLY]


def test_when_the_month_is_used_up_nothing_is_tried_again(connect: Connect, app: LineApp) -> None:
    web = connect(app)
    told = app.text("hello")
    del told["replyToken"]
    web.platform.instead = [reply({"message": "You have reached your monthly limit."}, 429)]
    web.tell(told)
    until(lambda: not web.platform.instead)
    web.tell(app.text("a reply costs nothing"))
    (shown,) = web.next()
    assert "a reply costs nothing" in shown.text
    assert paths(web) == [REPLY]


def test_in_a_group_we_answer_who_names_us_there_and_only_by_reply(
    connect: Connect, app: LineApp, bot: FakeBot
) -> None:
    web = connect(app)
    late = app.event("message", "ann", group=True, message=app.named("too late", 1))
    app.used.add(late["replyToken"])
    web.tell(late)
    web.tell(app.grouped("not for us", addressed=False))
    told = app.named("is this job real?", 2, before="🍎 hello ")
    web.tell(app.event("message", "ann", group=True, message=told))
    (shown,) = web.next()
    assert shown.text.endswith("You said: 🍎 hello  is this job real?")
    assert len(bot.messages) == 2
    # No push, which would count for each member, and no loading animation.
    assert [call.path for call in web.platform.calls] == [REPLY, REPLY]


def test_a_message_that_was_edited_in_a_group_is_answered_as_it_is_now(
    connect: Connect, app: LineApp
) -> None:
    web = connect(app)
    web.tell(app.event("message", "ann", group=True, message=app.named("is this jbo real?", 1)))
    web.next()
    edited = app.named("is this job real?", 1)
    web.tell(app.event("messageEdited", "ann", group=True, message=edited))
    (shown,) = web.next()
    assert shown.text == "You said: is this job real?"


def test_one_request_may_tell_of_several_people_and_of_what_nobody_knows(
    connect: Connect, app: LineApp
) -> None:
    web = connect(app)
    odd = [payload for payload in app.unknown() if isinstance(payload, dict)]
    web.tell([app.text("one", user="ann"), *odd, app.text("two", user="bo")])
    said = {shown.text.rpartition("You said: ")[2] for shown in web.next(2)}
    assert said == {"one", "two"}


def test_who_follows_is_greeted_in_the_language_of_the_account(
    connect: Connect, app: LineApp, monkeypatch: pytest.MonkeyPatch, knowledge: Knowledge
) -> None:
    monkeypatch.setenv("FOREWARN_LINE_LANGUAGE", "th")
    web = connect(app)
    web.tell(app.other("arrived"))
    (shown,) = web.next()
    assert knowledge.menus is not None
    assert [label for label, _ in shown.taps] == [
        tap.label["th"] for tap in knowledge.menus.first_screen
    ]


def test_a_picture_that_does_not_lie_at_lines_is_not_fetched(
    connect: Connect, app: LineApp, knowledge: Knowledge
) -> None:
    web = connect(app)
    lies = {"type": "external", "originalContentUrl": f"{web.platform.url}/picture"}
    message = {"type": "image", "id": "354718705033693861", "contentProvider": lies}
    web.tell(app.event("message", "ann", message=message))
    (shown,) = web.next()
    assert knowledge.messages["en"].channel_file in shown.text
    assert {call.method for call in web.platform.calls} == {"POST"}
