"""Zalo: how it signs and writes, what it takes, and what only it has."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import re
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from tests.channels.app import App, Shown, Webhook
from tests.channels.conftest import Connected, echo
from tests.channels.redis_server import RedisServer
from tests.channels.stand_in import Call, Reply, reply, until
from tests.knowledge_base import LOADED
from tests.web.fake_bot import FakeBot, answer, choices, text
from web.channels import tokens
from web.channels.channel import PlatformError
from web.channels.limits import table
from web.channels.people import Seal
from web.channels.stores import MemoryStore
from web.channels.zalo import Zalo, ZaloSettings

Connect = Callable[..., Connected]

APP_ID = "360846524940903967"
APP_SECRET = "the app's secret"
OA_SECRET = "test_oa_secret"
OA = "388613280878808645"
TAP = "#tap:"
SPENT = {"error": -14014, "error_name": "Invalid refresh token"}


class ZaloApp(App):
    """Zalo, as docs/channels/zalo.md has it. Each refresh token is taken once."""

    name = "zalo"
    lacks = frozenset({"deleted", "edited", "group"})

    def __init__(self, consent: str = "") -> None:
        """`consent` is the refresh token that an administrator got; a new one for each web that is
        connected, if there is none."""
        super().__init__()
        self.consent = consent
        self.refreshes = {consent}
        self.accesses: set[str] = set()
        self.granted = 0
        self.lives = "90000"
        self.url = ""
        self.refused: list[Call] = []

    def settings(self, url: str) -> dict[str, str]:
        self.url = url or self.url
        consent = self.consent or f"consent-{self.number()}"
        if not self.consent:
            self.refreshes.add(consent)
        return {
            "FOREWARN_ZALO_APP_ID": APP_ID,
            "FOREWARN_ZALO_APP_SECRET": APP_SECRET,
            "FOREWARN_ZALO_OA_SECRET": OA_SECRET,
            "FOREWARN_ZALO_REFRESH_TOKEN": consent,
            "FOREWARN_ZALO_LANGUAGE": "en-GB",
            "FOREWARN_ZALO_API_URL": url,
            "FOREWARN_ZALO_OAUTH_URL": url,
        }

    def signed(self, payload: Any) -> Webhook:
        raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        headers = {"Content-Type": "application/json"}
        when = payload.get("timestamp", "") if isinstance(payload, dict) else ""
        if not when.isdecimal():
            headers["X-ZEvent-Timestamp"] = when = "1718000400000"
        return Webhook(raw, {**headers, "X-ZEvent-Signature": f"mac={_mac(raw, when)}"})

    def forged(self, payload: Any) -> Iterator[Webhook]:
        raw, when = json.dumps(payload).encode(), payload["timestamp"]
        yield Webhook(raw, {})
        yield Webhook(raw, {"X-ZEvent-Signature": "mac="})
        yield Webhook(raw, {"X-ZEvent-Signature": f"mac={_mac(raw, when, 'another')}"})
        yield Webhook(raw + b" ", {"X-ZEvent-Signature": f"mac={_mac(raw, when)}"})
        later = {"X-ZEvent-Timestamp": f"{when}0", "X-ZEvent-Signature": "mac=" + "0" * 64}
        yield Webhook(raw, later)

    # ------------------------------------------------------------------------------- events

    def _event(self, name: str, user: str, at: float | None = None, **what: Any) -> dict[str, Any]:
        when = str(round((time.time() if at is None else at) * 1000))
        return {
            "app_id": APP_ID,
            "sender": {"id": _id(user)},
            "recipient": {"id": OA},
            "user_id_by_app": "552177279717587730",
            "event_name": name,
            "timestamp": when,
            **what,
        }

    def text(
        self, words: str, *, user: str = "ann", number: int | None = None, at: float | None = None
    ) -> Any:
        message = {"text": words, "msg_id": str(number or self.number())}
        return self._event("user_send_text", user, at, message=message)

    def tap(self, token: str, *, user: str = "ann", number: int | None = None) -> Any:
        words = token if token.isdecimal() else TAP + token
        return self.text(words, user=user, number=number)

    def other(self, kind: str, *, user: str = "ann", number: int | None = None) -> Any | None:
        if kind in ("arrived", "left"):
            name = {"arrived": "follow", "left": "unfollow"}[kind]
            event = self._event(name, user, oa_id=OA, follower={"id": _id(user)}, source="oa")
            del event["sender"], event["recipient"]
            return event
        told: dict[str, tuple[str, dict[str, Any]]] = {
            "voice": ("audio", {"url": "https://f.example/1.m4a"}),
            "picture": ("image", {"url": f"{self.url}/1.jpg", "thumbnail": "https://f.example"}),
            "place": (
                "location",
                {"coordinates": {"latitude": "10.7923119", "longitude": "106.7820651"}},
            ),
            "sticker": ("sticker", {"id": "1", "url": "https://f.example/1.png"}),
            "file": ("file", {"url": "https://f.example/1.pdf", "name": "a.pdf", "size": "9"}),
        }
        word, payload = told[kind]
        attachments = [{"type": word, "payload": payload}]
        message = {"attachments": attachments, "msg_id": str(number or self.number())}
        return self._event(f"user_send_{word}", user, message=message)

    def captioned(self, words: str, *, user: str = "ann") -> Any | None:
        payload = self.other("picture", user=user)
        payload["message"]["text"] = words
        return payload

    def unknown(self) -> list[Any]:
        return [
            self._event("user_send_telepathy", "ann", message={"msg_id": "1"}),
            self._event("oa_send_text", "ann", message={"text": "by a human", "msg_id": "2"}),
            self._event("user_seen_message", "ann", message={"msg_ids": ["3"]}),
            self._event("user_submit_info", "ann", info={"name": "x", "phone": "84912345678"}),
            self._event("user_send_text", "ann", sender={"anonymous_id": "1"}),
            self._event("user_send_text", "ann"),
            self._event("user_send_text", "ann", message=["text"]),
            self._event("user_send_text", "ann", message={"text": {"a": 1}, "msg_id": "4"}),
            self._event("user_send_text", "ann", sender={"id": "9" * 10_000}),
            self._event("user_send_image", "ann", message={"msg_id": "5"}),
            self._event("user_send_text", "ann", timestamp="soon"),
            self._event("follow", "ann"),
            {"event_name": ["a"], "timestamp": "1"},
            [],
            b"",
            b"{",
            b"\xff\xfe",
            b"[" * 100_000,
            b'"text"',
        ]

    # ---------------------------------------------------------------------------- the stand-in

    def answer(self, call: Call) -> Reply:
        self.url = f"http://{call.headers['host']}"
        if call.method == "GET":
            assert (call.path, "access_token" in call.headers) == ("/1.jpg", False)
            return Reply(200, self.picture)
        assert call.method == "POST"
        if call.path == "/v4/oa/access_token":
            return self._granted(call)
        assert call.path == "/v3.0/oa/message/cs"
        assert call.headers["content-type"] == "application/json"
        assert "authorization" not in call.headers
        if call.headers["access_token"] not in self.accesses:
            self.refused.append(call)
            return reply({"error": -216, "message": "Access token is invalid"})
        self._check(call.body)
        data = {"message_id": "a4d0243feee163bd3af2", "user_id": call.body["recipient"]["user_id"]}
        return reply({"data": data, "error": 0, "message": "Success"})

    def _granted(self, call: Call) -> Reply:
        assert call.headers["content-type"] == "application/x-www-form-urlencoded"
        assert call.headers["secret_key"] == APP_SECRET
        form = {name: value for name, [value] in parse_qs(call.raw.decode()).items()}
        given = form.pop("refresh_token")
        assert form == {"app_id": APP_ID, "grant_type": "refresh_token"}
        if given not in self.refreshes:
            return reply(SPENT)
        self.granted += 1
        access, refresh = f"access-{self.granted}", f"refresh-{self.granted}"
        self.refreshes = self.refreshes - {given} | {refresh}
        self.accesses.add(access)
        told = {"access_token": access, "refresh_token": refresh, "expires_in": self.lives}
        return reply(told)

    def _check(self, body: dict[str, Any]) -> None:
        assert set(body) == {"recipient", "message"}
        assert set(body["recipient"]) == {"user_id"}
        assert re.fullmatch(r"\d+", body["recipient"]["user_id"])
        message = body["message"]
        assert 1 <= len(message["text"].encode("utf-16-le")) // 2 <= 2000
        if "attachment" not in message:
            assert set(message) == {"text"}
            return
        assert set(message) == {"text", "attachment"}
        assert set(message["attachment"]) == {"type", "payload"}
        assert message["attachment"]["type"] == "template"
        assert set(message["attachment"]["payload"]) == {"buttons"}
        buttons = message["attachment"]["payload"]["buttons"]
        assert 1 <= len(buttons) <= 5
        for button in buttons:
            assert set(button) == {"type", "title", "payload"}
            assert button["type"] == "oa.query.hide"
            assert 1 <= len(button["title"]) <= 100
            assert 1 <= len(button["payload"]) <= 1000

    def is_message(self, call: Call) -> bool:
        return call.path == "/v3.0/oa/message/cs"

    def shown(self, call: Call) -> list[Shown]:
        """More than five choices are numbers below the text, and a tap types one."""
        if any(call is one for one in self.refused):
            return []
        message = call.body["message"]
        number = LOADED.messages["en"].channel_number
        words, _, listed = message["text"].partition(f"{number}\n")
        taps = [(line.partition(" ")[2], line.partition(" ")[0]) for line in listed.splitlines()]
        for button in message.get("attachment", {}).get("payload", {}).get("buttons", []):
            assert button["payload"].startswith(TAP)
            taps.append((button["title"], button["payload"].removeprefix(TAP)))
        return [Shown(call.body["recipient"]["user_id"], words.rstrip(), taps)]

    def inside(self) -> Reply:
        return reply({"error": -200, "message": "Send message failed"})

    def blocked(self) -> Reply:
        return reply({"error": -213, "message": "User has not followed the OA"})


DECLARED = ZaloApp


def _mac(raw: bytes, when: str, secret: str = OA_SECRET) -> str:
    return hashlib.sha256(APP_ID.encode() + raw + when.encode() + secret.encode()).hexdigest()


def _id(user: str) -> str:
    if len(user) > 100:
        return "9" * len(user)
    return str(10**17 + int.from_bytes(user.encode()[:6]))


@pytest.fixture(autouse=True)
def _the_bot_says_what_was_said(bot: FakeBot) -> None:
    bot.reply = echo


def test_the_example_of_the_documents_is_taken_as_signed(connect: Connect) -> None:
    web = connect(ZaloApp())
    raw = (
        b'{"app_id":"360846524940903967","sender":{"id":"246845883529197922"},'
        b'"recipient":{"id":"388613280878808645"},"user_id_by_app":"552177279717587730",'
        b'"event_name":"user_send_text","message":{"text":"message",'
        b'"msg_id":"96d3cdf3af150460909"},"timestamp":"154390853474"}'
    )
    mac = "c737c27dfdd7be7bf749384311e49139007f3af7c8bc37f79c7a3c5692065bc9"
    for signature in (f"mac={mac}", mac, f"mac={mac.upper()}"):
        assert web.post(Webhook(raw, {"X-ZEvent-Signature": signature})).status_code == 200
    other = {"X-ZEvent-Signature": f"mac={mac}"}
    assert web.post(Webhook(raw.replace(b"message", b"massage"), other)).status_code == 403


def test_the_time_may_stand_in_the_header_and_a_text_cannot_feign_it(connect: Connect) -> None:
    web = connect(ZaloApp())
    payload = ZaloApp().text('he wrote "timestamp":"1" to me')
    raw, when = json.dumps(payload).encode(), "1718000400999"
    headers = {"X-ZEvent-Signature": f"mac={_mac(raw, when)}", "X-ZEvent-Timestamp": when}
    assert web.post(Webhook(raw, headers)).status_code == 200
    feigned = {"X-ZEvent-Signature": f"mac={_mac(raw, '1')}"}
    assert web.post(Webhook(raw, feigned)).status_code == 403


def test_the_unsigned_probe_is_answered_and_nothing_else_unsigned(connect: Connect) -> None:
    web = connect(ZaloApp())
    assert web.post(Webhook(b"{}")).status_code == 200
    for raw in (b"", b"[]", b'{"a":1}', b"{} {}"):
        assert web.post(Webhook(raw)).status_code == 403


def test_buttons_hide_their_payload_and_more_than_five_are_numbers(
    connect: Connect, bot: FakeBot
) -> None:
    web = connect(ZaloApp())
    bot.reply = lambda body: answer(text("Which?"), choices("This", "That"))
    web.tell(web.app.text("hello"))
    web.next()
    (message,) = [call.body["message"] for call in web.platform.calls if web.app.is_message(call)]
    buttons = message["attachment"]["payload"]["buttons"]
    assert [(one["type"], one["title"]) for one in buttons] == [
        ("oa.query.hide", "This"),
        ("oa.query.hide", "That"),
    ]
    bot.reply = lambda body: answer(text("Which?"), choices(*"abcdef"))
    web.tell(web.app.text("more"))
    (shown,) = web.next()
    assert shown.taps == [(label, str(number)) for number, label in enumerate("abcdef", 1)]
    web.tell(web.app.text("3"))
    web.next()
    assert bot.messages[-1]["choice"] == {"intent": "question", "slots": {"faq": "c"}}


@pytest.mark.parametrize("kind", ["oa_send_text", "user_send_group_text", "user_seen_message"])
def test_nobody_is_answered_who_did_not_write_to_us(
    connect: Connect, bot: FakeBot, kind: str
) -> None:
    web = connect(ZaloApp())
    message = {"text": "not for us", "msg_id": "7"}
    web.tell(web.app._event(kind, "ann", message=message))  # type: ignore[attr-defined]
    web.tell(web.app.text("for us"))
    web.next()
    assert [body["text"] for body in bot.messages] == ["for us"]


def test_a_token_that_expired_is_renewed_and_the_message_goes_out_once(
    connect: Connect, tmp_path: Path
) -> None:
    app = ZaloApp("consent")
    web = connect(app)
    web.tell(app.text("first"))
    web.next()
    app.accesses.clear()
    web.tell(app.text("second"))
    (shown,) = web.next()
    assert shown.text == "You said: second"
    assert (app.accesses, app.refreshes) == ({"access-2"}, {"refresh-2"})
    kept = tmp_path / "secrets" / "zalo"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert "refresh-2" not in kept.read_text()


class Clock:
    """What tokens take for the time."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def time(self) -> float:
        """The seconds since 1970, and those it is ahead."""
        return time.time() + self.ahead


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of tokens, which a test may put ahead: no token expires because a busy machine
    took long to use it."""
    clock = Clock()
    monkeypatch.setattr(tokens, "time", clock)
    return clock


def test_the_newest_refresh_token_outlives_the_process(connect: Connect, clock: Clock) -> None:
    """The one in the settings has long been spent."""
    app = ZaloApp("consent")
    for granted in (1, 2):
        web = connect(app)
        web.tell(app.text("hello"))
        web.next()
        assert app.granted == granted
        clock.ahead += float(app.lives) + 1


def test_the_newest_refresh_token_outlives_a_redis_that_forgets(
    connect: Connect, redis_server: RedisServer, clock: Clock
) -> None:
    app = ZaloApp("consent")
    for granted, url in ((1, redis_server.url), (2, redis_server.other_url)):
        web = connect(app, redis_url=url)
        web.said(app.text("hello"), "You said: hello")
        web.client.__exit__(None, None, None)
        assert app.granted == granted
        clock.ahead += float(app.lives) + 1


def test_one_call_renews_for_all(connect: Connect) -> None:
    app = ZaloApp()
    web = connect(app)
    for number in range(20):
        web.tell(app.text("hello", user=f"user {number}"))
    web.next(20)
    assert app.granted == 1


def test_a_lost_refresh_token_is_told_to_the_operator_and_a_new_one_mends_it(
    connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    app = ZaloApp("a-consent-that-was-spent")
    app.refreshes = {"another, which we never got"}
    web = connect(app)
    with caplog.at_level(logging.ERROR):
        web.tell(app.text("hello"))
        until(lambda: "zalo gives no access token: error -14014" in caplog.text)
    assert "a-consent-that-was-spent" not in caplog.text
    app.consent = "from the consent of today"
    app.refreshes = {app.consent}
    web = connect(app)
    web.tell(app.text("hello again"))
    assert "hello again" in web.next()[0].text


def test_nothing_is_spent_that_could_not_be_kept(
    connect: Connect, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "secrets").write_text("no folder")
    app = ZaloApp()
    web = connect(app)
    with caplog.at_level(logging.ERROR):
        web.tell(app.text("hello"))
        until(lambda: "zalo: its tokens cannot be kept" in caplog.text)
    assert (app.granted, web.platform.calls) == (0, [])


def test_too_many_calls_are_made_again_when_the_minute_is_over(connect: Connect) -> None:
    """With status 200, and without a word on when."""
    web = connect(ZaloApp())
    limits = {"X_RateLimit_Limit": "4000", "X_RateLimit_Remain": "0"}
    web.platform.instead = [reply({"error": -32, "message": "reached limit"}, **limits)]
    web.tell(web.app.text("hello"))
    assert "You said: hello" in web.next()[0].text


@pytest.mark.parametrize("code", [-213, -217, -230, -201, -248])
def test_what_no_other_try_can_mend_is_not_tried_again(connect: Connect, code: int) -> None:
    web = connect(ZaloApp())
    web.platform.instead = [reply({"error": code, "message": "no"}), Reply(500)]
    web.tell(web.app.text("lost"))
    until(lambda: len(web.platform.instead) == 1)
    web.platform.instead.clear()
    web.tell(web.app.text("next"))
    assert "next" in web.next()[0].text


def test_who_has_not_written_a_word_is_answered_in_vietnamese(connect: Connect) -> None:
    class Ordinary(ZaloApp):
        def settings(self, url: str) -> dict[str, str]:
            return super().settings(url) | {"FOREWARN_ZALO_LANGUAGE": "vi"}

    web = connect(Ordinary())
    web.tell(web.app.other("voice"))
    assert LOADED.messages["vi"].channel_voice in web.next()[0].text
    assert ZaloSettings().language == "vi"


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/1.jpg", "file:///etc/hosts", "//x", ""])
def test_a_picture_is_fetched_by_https_alone(url: str) -> None:
    async def downloaded() -> None:
        settings = ZaloSettings(app_secret=APP_SECRET)
        async with httpx.AsyncClient(trust_env=False) as http:
            zalo = Zalo(settings, table()["zalo"], Seal("a secret"), http, MemoryStore())
            payload = ZaloApp().other("picture")
            payload["message"]["attachments"][0]["payload"]["url"] = url
            (event,) = zalo.events(json.dumps(payload).encode())
            await zalo.download(event)

    with pytest.raises(PlatformError, match="no picture"):
        asyncio.run(downloaded())
