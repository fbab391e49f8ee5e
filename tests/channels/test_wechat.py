"""WeChat: how it signs, encrypts and writes, what it takes, and what only it has."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import logging
import secrets
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.sax.saxutils import escape

import httpx
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from tests.channels.app import App, Shown, Webhook
from tests.channels.conftest import Connected, echo
from tests.channels.stand_in import Call, Reply, StandIn, reply, until
from tests.knowledge_base import LOADED
from tests.web.fake_bot import FakeBot, answer, choices, text
from web.channels.channel import PlatformError
from web.channels.limits import table
from web.channels.people import Seal
from web.channels.stores import MemoryStore
from web.channels.wechat import WeChat, WeChatSettings

Connect = Callable[..., Connected]

APP_ID = "wx49f0ab532d5d035a"
APP_SECRET = "the AppSecret"
TOKEN = "the Token"
KEY = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR"
OLD_KEY = "a" * 43
ACCOUNT = "gh_7f083739789a"
SEND, TYPING = "/cgi-bin/message/custom/send", "/cgi-bin/message/custom/typing"
STABLE, MEDIA = "/cgi-bin/stable_token", "/cgi-bin/media/get"


class WeChatApp(App):
    """WeChat, as docs/channels/wechat.md has it."""

    name = "wechat"
    lacks = frozenset({"captioned", "deleted", "edited", "group"})

    def __init__(self) -> None:
        super().__init__()
        self.granted = self.valid = 1
        self.forced = 0
        self.refused: list[Call] = []

    def settings(self, url: str) -> dict[str, str]:
        return {
            "FOREWARN_WECHAT_APP_ID": APP_ID,
            "FOREWARN_WECHAT_APP_SECRET": APP_SECRET,
            "FOREWARN_WECHAT_TOKEN": TOKEN,
            "FOREWARN_WECHAT_AES_KEY": KEY,
            "FOREWARN_WECHAT_LANGUAGE": "en-GB",
            "FOREWARN_WECHAT_API_URL": url,
        }

    def signed(
        self, payload: Any, *, key: str = KEY, to: str = APP_ID, around: str = ""
    ) -> Webhook:
        content = payload if isinstance(payload, bytes) else _xml(payload)
        encrypted = _encrypted(content, key, to)
        raw = (
            f"<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName>{around}\n"
            f"<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
        )
        return Webhook(raw.encode(), {"Content-Type": "text/xml"}, _query(encrypted))

    def forged(self, payload: Any) -> Iterator[Webhook]:
        true = self.signed(payload)
        encrypted = _encrypted(_xml(payload), KEY, APP_ID)
        yield Webhook(true.raw, {}, {})
        yield Webhook(true.raw, {}, true.query | {"msg_signature": ""})
        yield Webhook(true.raw, {}, true.query | {"msg_signature": true.query["signature"]})
        yield Webhook(true.raw, {}, true.query | {"nonce": "2"})
        yield Webhook(true.raw, {}, _query(encrypted, "another"))
        yield Webhook(true.raw, {}, _query(encrypted))  # the signature of another message
        yield Webhook(_xml(payload), {}, true.query)  # not encrypted
        yield Webhook(true.raw.replace(b"</xml>", b"<Encrypt>QUFB</Encrypt></xml>"), {}, true.query)
        yield self.signed(payload, key=OLD_KEY)
        yield self.signed(payload, to="wx_of_someone_else")

    # ------------------------------------------------------------------------------- events

    def _message(
        self, kind: str, user: str, number: int | None, at: float | None = None, **holds: Any
    ) -> dict[str, Any]:
        message = {
            "ToUserName": ACCOUNT,
            "FromUserName": _id(user),
            "CreateTime": int(time.time() if at is None else at),
            "MsgType": kind,
            **holds,
        }
        if kind != "event":
            message.setdefault("MsgId", number or self.number())
        return message

    def text(
        self, words: str, *, user: str = "ann", number: int | None = None, at: float | None = None
    ) -> Any:
        # Some characters cannot be written in XML.
        written = "".join(one for one in words if one >= " " or one in "\n\t")
        return self._message("text", user, number, at, Content=written)

    def tap(self, token: str, *, user: str = "ann", number: int | None = None) -> Any:
        return self._message("text", user, number, Content="the label", bizmsgmenuid=token)

    def other(self, kind: str, *, user: str = "ann", number: int | None = None) -> Any | None:
        told: dict[str, tuple[str, dict[str, Any]]] = {
            "voice": ("voice", {"MediaId": "media", "Format": "amr"}),
            "picture": ("image", {"PicUrl": "https://mmbiz.example/1", "MediaId": "media"}),
            "place": (
                "location",
                {"Location_X": 23.134521, "Location_Y": 113.358803, "Scale": 20, "Label": "x"},
            ),
            "sticker": ("text", {"Content": "【收到不支持的消息类型，暂无法显示】"}),
            "file": ("video", {"MediaId": "media", "ThumbMediaId": "thumb"}),
            "arrived": ("event", {"Event": "subscribe", "EventKey": ""}),
            "left": ("event", {"Event": "unsubscribe", "EventKey": ""}),
        }
        word, holds = told[kind]
        return self._message(word, user, number, **holds)

    def unknown(self) -> list[Any]:
        return [
            self._message("telepathy", "ann", None),
            self._message("event", "ann", None, Event="CLICK", EventKey="menu"),
            self._message("event", "ann", None, Event="LOCATION", Latitude=23.1, Longitude=113.3),
            self._message("event", "ann", None),
            self._message("text", "ann", None),
            self._message("image", "ann", None),
            self._message("text", "ann", None, FromUserName="x" * 10_000, Content="a"),
            self._message("text", "ann", None, CreateTime="soon", Content="a"),
            self._message("text", "ann", None, MsgId="", Content="a"),
            {"FromUserName": _id("ann")},
            {},
            b"",
            b"<xml>",
            b"\xff\xfe",
            b"<a>" * 10_000,
            b'<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><xml><MsgType>&b;</MsgType></xml>',
            b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hosts">]><xml><Event>&f;</Event></xml>',
        ]

    # ---------------------------------------------------------------------------- the stand-in

    def answer(self, call: Call) -> Reply:
        path, query = _split(call)
        if path == STABLE:
            return self._granted(call, query)
        if path == MEDIA:
            assert (call.method, set(query)) == ("GET", {"access_token", "media_id"})
            return Reply(200, self.picture, {"Content-Type": "image/jpeg"})
        assert path in (SEND, TYPING)
        assert (call.method, set(query)) == ("POST", {"access_token"})
        assert rb"\u" not in call.raw  # which would be shown as it stands
        if query["access_token"] != f"access-{self.valid}":
            self.refused.append(call)
            return reply({"errcode": 42001, "errmsg": "access_token expired rid: 1"})
        if path == TYPING:
            assert call.body == {"touser": call.body["touser"], "command": "Typing"}
        else:
            self._check(call.body)
        return reply({"errcode": 0, "errmsg": "ok"})

    def _granted(self, call: Call, query: dict[str, str]) -> Reply:
        assert (call.method, query) == ("POST", {})
        force = call.body["force_refresh"]
        assert call.body == {
            "grant_type": "client_credential",
            "appid": APP_ID,
            "secret": APP_SECRET,
            "force_refresh": force,
        }
        if force:
            self.forced += 1
            self.granted = self.valid = self.granted + 1
        return reply({"access_token": f"access-{self.granted}", "expires_in": 7200})

    def _check(self, body: dict[str, Any]) -> None:
        kind = body["msgtype"]
        assert set(body) == {"touser", "msgtype", kind}
        assert 0 < len(body["touser"]) <= 64
        if kind == "text":
            assert set(body["text"]) == {"content"}
            assert 1 <= len(body["text"]["content"].encode()) <= 2048
            return
        assert kind == "msgmenu"
        assert set(body["msgmenu"]) == {"head_content", "list"}
        assert 1 <= len(body["msgmenu"]["head_content"].encode()) <= 1024
        assert 1 <= len(body["msgmenu"]["list"]) <= 10
        for item in body["msgmenu"]["list"]:
            assert set(item) == {"id", "content"}
            assert 1 <= len(item["id"].encode()) <= 64
            assert 1 <= len(item["content"].encode()) <= 128

    def is_message(self, call: Call) -> bool:
        return _split(call)[0] == SEND

    def shown(self, call: Call) -> list[Shown]:
        if any(call is one for one in self.refused):
            return []
        body = call.body
        if body["msgtype"] == "text":
            return [Shown(body["touser"], body["text"]["content"], [])]
        menu = body["msgmenu"]
        taps = [(item["content"], item["id"]) for item in menu["list"]]
        return [Shown(body["touser"], menu["head_content"], taps)]

    def inside(self) -> Reply:
        return reply({"errcode": -1, "errmsg": "system error"})

    def blocked(self) -> Reply:
        told = "response out of time limit or subscription is canceled rid: 5f3ded7d"
        return reply({"errcode": 45015, "errmsg": told})


DECLARED = WeChatApp


def _id(user: str) -> str:
    if len(user) > 100:
        return user
    return "o" + base64.urlsafe_b64encode(hashlib.sha256(user.encode()).digest()).decode()[:27]


def _xml(fields: dict[str, Any]) -> bytes:
    told = "".join(
        f"<{name}>{escape(str(value))}</{name}>\n"
        if isinstance(value, int | float) or "]]>" in value
        else f"<{name}><![CDATA[{value}]]></{name}>\n"
        for name, value in fields.items()
    )
    return f"<xml>{told}</xml>".encode()


def _encrypted(content: bytes, key: str, to: str) -> str:
    secret = base64.b64decode(key + "=")
    plain = secrets.token_bytes(16) + len(content).to_bytes(4) + content + to.encode()
    padding = 32 - len(plain) % 32
    encryptor = Cipher(algorithms.AES(secret), modes.CBC(secret[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain + bytes([padding]) * padding)).decode()


def _query(encrypted: str, token: str = TOKEN) -> dict[str, str]:
    when, nonce = str(int(time.time())), "437374425"
    return {
        "signature": _sha1(token, when, nonce),
        "timestamp": when,
        "nonce": nonce,
        "openid": _id("ann"),
        "encrypt_type": "aes",
        "msg_signature": _sha1(token, when, nonce, encrypted),
    }


def _sha1(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324 theirs


def _split(call: Call) -> tuple[str, dict[str, str]]:
    parts = urlsplit(call.path)
    return parts.path, dict(parse_qsl(parts.query))


@pytest.fixture(autouse=True)
def _the_bot_says_what_was_said(bot: FakeBot) -> None:
    bot.reply = echo


def test_the_example_of_the_documents_is_opened() -> None:
    """The example of the library wechatpy: its token, key, id and what was encrypted with them."""
    encrypted = (
        "4ByGGj+sVCYcvGeQYhaKIk1o0pQRNbRjxybjTGblXrBaXlTXeOo1+bXFXDQQb1o6co6Yh9Bv41n7hOchLF6p+Q=="
    )
    query = {
        "timestamp": "1411443780",
        "nonce": "437374425",
        "msg_signature": "dd6b9c95b495b3f7e2901bfbc76c664930ffdb96",
    }
    raw = f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>".encode()

    async def verified(app_id: str) -> bool:
        async with httpx.AsyncClient(trust_env=False) as http:
            settings = WeChatSettings(app_id=app_id, token="123456", aes_key=KEY)
            wechat = WeChat(settings, table()["wechat"], Seal("a secret"), http, MemoryStore())
            return wechat.verify({}, query, raw)

    assert asyncio.run(verified(APP_ID)) is True
    assert asyncio.run(verified("wx_another")) is False


def test_the_handshake_gives_back_what_was_told(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = WeChatApp()
    web = connect(app)
    query = {"timestamp": "1410685589", "nonce": "test", "echostr": "5927782489442352469"}
    told = query | {"signature": _sha1(TOKEN, "1410685589", "test")}
    response = web.client.get("/channels/wechat", params=told)
    assert (response.status_code, response.text) == (200, "5927782489442352469")
    assert response.headers["content-type"].startswith("text/plain")
    wrong = query | {"signature": "f21891de399b4e33a1a93c9a7b8a8fffb5a443ff"}
    for refused in (query, wrong, {}):
        response = web.client.get("/channels/wechat", params=refused)
        assert (response.status_code, response.content) == (403, b"")


def test_what_it_wants_to_hear_is_success(connect: Connect) -> None:
    web = connect(WeChatApp())
    response = web.post(web.app.signed(web.app.text("hello")))
    assert (response.status_code, response.text) == (200, "success")


def test_a_compatible_body_is_read_by_what_is_encrypted(connect: Connect, bot: FakeBot) -> None:
    app = WeChatApp()
    web = connect(app)
    around = "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[plain]]></Content>"
    assert web.post(app.signed(app.text("sealed"), around=around)).status_code == 200
    web.next()
    assert [body["text"] for body in bot.messages] == ["sealed"]


def test_both_keys_are_taken_while_they_are_changed(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = WeChatApp()
    assert connect(app).post(app.signed(app.text("a"), key=OLD_KEY)).status_code == 403
    monkeypatch.setenv("FOREWARN_WECHAT_AES_KEY_BEFORE", OLD_KEY)
    web = connect(app)
    for key in (KEY, OLD_KEY):
        assert web.post(app.signed(app.text(f"with {key}"), key=key)).status_code == 200
        assert f"with {key}" in web.next()[0].text


def test_a_key_that_is_none_stops_the_channel_with_a_sentence(
    connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    class Wrong(WeChatApp):
        def settings(self, url: str) -> dict[str, str]:
            return super().settings(url) | {"FOREWARN_WECHAT_AES_KEY": "too short"}

    with caplog.at_level(logging.ERROR):
        web = connect(Wrong())
    assert "wechat is off: FOREWARN_WECHAT_AES_KEY" in caplog.text
    assert "too short" not in caplog.text
    assert web.post(web.app.signed(web.app.text("hello"))).status_code == 404


def test_a_menu_comes_back_with_its_token(connect: Connect, bot: FakeBot) -> None:
    web = connect(WeChatApp())
    bot.reply = lambda body: answer(text("哪一个？"), choices("这个", "那个"))
    web.tell(web.app.text("你好"))
    (shown,) = web.next()
    assert [label for label, _ in shown.taps] == ["这个", "那个"]
    web.tell(web.app.tap(shown.taps[1][1]))
    web.next()
    assert bot.messages[-1]["choice"] == {"intent": "question", "slots": {"faq": "那个"}}


def test_an_event_without_an_id_is_one_of_its_person_and_second(
    connect: Connect, bot: FakeBot
) -> None:
    app = WeChatApp()
    web = connect(app)
    followed = app.other("arrived")
    for _ in range(3):
        web.tell(followed)
    web.tell({**followed, "FromUserName": _id("bob")})
    assert {shown.to for shown in web.next(2)} == {_id("ann"), _id("bob")}
    web.tell(app.text("hello"))
    assert "You said: hello" in web.next()[0].text


def test_an_answer_is_never_more_than_five_messages(connect: Connect, bot: FakeBot) -> None:
    bot.reply = lambda body: answer(text("一句很长的话。" * 2000))
    app = WeChatApp()
    web = connect(app)
    web.tell(app.text("hello"))
    assert len(web.next(5)) == 5
    bot.reply = lambda body: answer(text("the end"))
    web.tell(app.text("again"))
    assert web.next()[0].text == "the end"


@pytest.mark.parametrize("code", [-1, 45011])
def test_what_passes_is_tried_again(connect: Connect, code: int) -> None:
    web = connect(WeChatApp())
    web.platform.instead = [reply({"errcode": code, "errmsg": "later"})]
    web.tell(web.app.text("hello"))
    assert "You said: hello" in web.next()[0].text


def test_who_has_not_written_a_word_is_answered_in_chinese(connect: Connect) -> None:
    class Ordinary(WeChatApp):
        def settings(self, url: str) -> dict[str, str]:
            return super().settings(url) | {"FOREWARN_WECHAT_LANGUAGE": "zh"}

    web = connect(Ordinary())
    web.tell(web.app.other("voice"))
    assert LOADED.messages["zh"].channel_voice in web.next()[0].text
    assert WeChatSettings().language == "zh"


@pytest.mark.parametrize("code", [45015, 45047, 43004, 48001, 45009])
def test_what_no_other_try_can_mend_is_not_tried_again(connect: Connect, code: int) -> None:
    app = WeChatApp()
    web = connect(app)
    web.platform.instead = [reply({"errcode": code, "errmsg": "no"}), Reply(500)]
    web.tell(app.text("lost"))
    until(lambda: len(web.platform.instead) == 1)
    web.platform.instead.clear()
    web.tell(app.text("next"))
    assert "next" in web.next()[0].text


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_a_token_that_is_refused_is_asked_for_anew(connect: Connect, code: int) -> None:
    app = WeChatApp()
    web = connect(app)
    web.tell(app.text("first"))
    web.next()
    app.granted = app.valid = 2  # WeChat has made another since
    web.tell(app.text("second"))
    assert web.next()[0].text == "You said: second"
    assert app.forced == 0


def test_another_token_is_forced_once_where_the_same_comes_again(connect: Connect) -> None:
    app = WeChatApp()
    web = connect(app)
    web.tell(app.text("first"))
    web.next()
    app.valid = 0
    web.tell(app.text("second"))
    assert web.next()[0].text == "You said: second"
    assert (app.forced, app.granted) == (1, 2)


def test_the_operator_is_told_why_there_is_no_token(
    connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    class Elsewhere(WeChatApp):
        def _granted(self, call: Call, query: dict[str, str]) -> Reply:
            return reply({"errcode": 40164, "errmsg": "invalid ip 192.0.2.1, not in whitelist"})

    app = Elsewhere()
    web = connect(app)
    with caplog.at_level(logging.ERROR):
        web.tell(app.text("hello"))
        until(lambda: "wechat gives no access token: error 40164" in caplog.text)
    assert APP_SECRET not in caplog.text


def test_a_picture_is_fetched_with_the_token_and_an_error_is_none() -> None:
    app = WeChatApp()
    errors = [{"errcode": 42001, "errmsg": "expired"}]

    def given(call: Call) -> Reply:
        path, query = _split(call)
        if path == STABLE:
            return app.answer(call)
        assert (call.method, path, query["media_id"]) == ("GET", MEDIA, "media")
        if errors:
            return reply(errors.pop())
        return Reply(200, b"\xff\xd8 a picture", {"Content-Type": "image/jpeg"})

    async def downloaded(url: str) -> bytes | None:
        settings = WeChatSettings(
            app_id=APP_ID, app_secret=APP_SECRET, token=TOKEN, aes_key=KEY, api_url=url
        )
        async with httpx.AsyncClient(trust_env=False) as http:
            wechat = WeChat(settings, table()["wechat"], Seal("a secret"), http, MemoryStore())
            (event,) = wechat.events(app.signed(app.other("picture")).raw)
            try:
                return await wechat.download(event)
            except PlatformError:
                return None

    with StandIn(given, lambda call: False) as platform:
        assert asyncio.run(downloaded(platform.url)) == b"\xff\xd8 a picture"
        assert app.forced == 1
        errors.append({"errcode": 40007, "errmsg": "invalid media_id"})
        assert asyncio.run(downloaded(platform.url)) is None
    assert platform.wrong == []
    assert json.dumps(errors) == "[]"


def test_after_a_tap_there_are_three_messages_and_after_words_five(
    connect: Connect, bot: FakeBot
) -> None:
    long = "\n\n".join(f"{number} {'长' * 600}" for number in range(8))
    bot.reply = lambda body: answer(text(long), choices("This"))
    app = WeChatApp()
    web = connect(app)
    shown = web.said(app.text("hello"), MENU)
    assert len(shown) == 5
    (tap,) = shown[-1].taps
    assert len(web.said(app.tap(tap[1]), MENU)) == 3


MENU = LOADED.messages["en"].widget_choices
