"""Messenger: how it writes, what it takes, and what only it has."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.channels.app import Shown
from tests.channels.conftest import Connected
from tests.channels.meta import MetaApp, length, refusal
from tests.channels.stand_in import Call, Reply, has, reply
from tests.web.fake_bot import FakeBot, answer, choices, text
from web.channels.channel import TooLargeError
from web.channels.events import What
from web.channels.limits import table
from web.channels.messenger import Messenger, MessengerSettings
from web.channels.people import Seal
from web.channels.stores import MemoryStore

PAGE = "1067280970047460"
Connect = Callable[..., Connected]


class MessengerApp(MetaApp):
    """Messenger, as .../business-messaging/messenger-platform/ on Meta's site for developers has
    it."""

    name = "messenger"
    lacks = frozenset({"deleted", "group", "left"})

    # ------------------------------------------------------------------------------- events

    def entry(self, told: dict[str, Any], how: str = "messaging") -> Any:
        """One thing that happened to the page."""
        entry = {"id": PAGE, "time": int(time.time() * 1000), how: [told]}
        return {"object": "page", "entry": [entry]}

    def happened(self, user: str, at: float | None = None, **what: Any) -> Any:
        """What a person did."""
        return self.entry(_happened(user, at, **what))

    def message(self, user: str = "ann", number: int | None = None, **holds: Any) -> Any:
        """A message of a person."""
        number = self.number() if number is None else number
        return self.happened(user, message={"mid": _mid(number), **holds})

    def attached(self, *kinds: tuple[str, Any]) -> Any:
        """A message with attachments."""
        return self.message(attachments=[{"type": kind, "payload": one} for kind, one in kinds])

    def text(
        self, words: str, *, user: str = "ann", number: int | None = None, at: float | None = None
    ) -> Any:
        number = self.number() if number is None else number
        return self.happened(user, at, message={"mid": _mid(number), "text": words})

    def tap(self, token: str, *, user: str = "ann", number: int | None = None) -> Any:
        return self.message(user, number, text="a title", quick_reply={"payload": token})

    def postback(self, payload: str, at: float | None = None, **more: Any) -> Any:
        """A tap on what is not a quick reply."""
        tapped = {"title": "a title", "payload": payload, **more}
        return self.happened("ann", at, postback=tapped)

    def other(self, kind: str, *, user: str = "ann", number: int | None = None) -> Any | None:
        kinds: dict[str, tuple[str, Any]] = {
            "voice": ("audio", {"url": f"{self.url}/cdn/voice"}),
            "picture": ("image", {"url": f"{self.url}/cdn/picture?oh=1&oe=2"}),
            "place": ("location", {"coordinates": {"lat": 16.71, "long": 98.57}}),
            "sticker": ("sticker", {"url": "https://cdn.example/s.png", "sticker_id": 36923}),
            "file": ("file", {"url": "https://cdn.example/contract.pdf"}),
        }
        if kind == "arrived":
            number = self.number() if number is None else number
            tapped = {"mid": _mid(number), "title": "Get Started", "payload": "GET_STARTED"}
            return self.happened(user, postback=tapped)
        if kind not in kinds:
            return None  # nothing tells that someone left
        name, payload = kinds[kind]
        return self.message(user, number, attachments=[{"type": name, "payload": payload}])

    def edited(self, words: str, message: int, *, user: str = "ann") -> Any | None:
        edit = {"mid": _mid(message), "text": words, "num_edit": 1}
        return self.happened(user, message_edit=edit)

    def captioned(self, words: str, *, user: str = "ann") -> Any | None:
        payload = self.other("picture", user=user)
        payload["entry"][0]["messaging"][0]["message"]["text"] = words
        return payload

    def unknown(self) -> list[Any]:
        return [
            self.happened("ann", reaction={"reaction": "love", "mid": "m_1"}),
            self.happened("ann", kind_to_come={"x": 1}),
            self.happened("ann", message=None),
            self.happened("ann", message={}),
            self.happened("ann", message={"mid": "m_1", "text": {"a": 1}}),
            self.happened("ann", message={"mid": None, "text": "hi"}),
            self.happened("ann", postback={"mid": "m_2", "title": "no payload"}),
            self.happened("ann", message_edit={"mid": "m_1", "num_edit": "many"}),
            self.happened("x" * 10_000, message={"mid": "m_3", "text": "hi"}),
            self.attached(("image", None)),
            self.message(attachments=["x"]),
            self.message(attachments=[]),
            self.entry({"message": {"mid": "m_4", "text": "hi"}, "timestamp": 1}),
            self.entry({**_happened("ann", None), "timestamp": "soon"}),
            {"object": "page", "entry": [None, 5, {}, {"messaging": [None]}, {"messaging": 1}]},
            {"object": "page", "entry": [{"changes": [{"field": "feed", "value": {}}]}]},
            {"object": "instagram", "entry": self.text("elsewhere")["entry"]},
            {"object": "page", "entry": "x"},
            {"object": "page"},
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
        if call.path == "/cdn/picture?oh=1&oe=2":
            assert "authorization" not in call.headers
            return Reply(200, self.picture, {"Content-Type": "image/png"})
        assert (call.method, self.asked(call)) == ("POST", "/me/messages")
        body = call.body
        has(body["recipient"], {"id": str})
        if "sender_action" in body:
            has(body, {"recipient": dict, "sender_action": str})
            assert body["sender_action"] in ("mark_seen", "typing_on")
            return reply({"recipient_id": body["recipient"]["id"]})
        _check_message(body)
        return reply({"recipient_id": body["recipient"]["id"], "message_id": "AG5Hz2Uq7tuwNEhX"})

    def is_message(self, call: Call) -> bool:
        return call.method == "POST" and "message" in call.body

    def shown(self, call: Call) -> list[Shown]:
        message = call.body["message"]
        replies = message.get("quick_replies", [])
        taps = [(one["title"], one["payload"]) for one in replies]
        return [Shown(call.body["recipient"]["id"], message["text"], taps)]

    def inside(self) -> Reply:
        return refusal(1200, 200)

    def blocked(self) -> Reply:
        return refusal(551, error_subcode=1545041)


DECLARED = MessengerApp


def _id(user: str) -> str:
    """The page-scoped id of a person."""
    return str(int.from_bytes(user.encode()))


def _mid(number: int) -> str:
    return f"m_1457764197618:41d102a3e1ae206a38{number}"


def _happened(user: str, at: float | None, **what: Any) -> dict[str, Any]:
    milliseconds = round(1000 * (time.time() if at is None else at))
    who = _id(user) if len(user) < 100 else user
    return {"sender": {"id": who}, "recipient": {"id": PAGE}, "timestamp": milliseconds, **what}


def _check_message(body: dict[str, Any]) -> None:
    has(body, {"recipient": dict, "messaging_type": str, "message": dict})
    assert body["messaging_type"] == "RESPONSE"
    message = body["message"]
    replies = message.pop("quick_replies", None)
    has(message, {"text": str})
    assert 1 <= length(message["text"]) <= 2000
    if replies is None:
        return
    assert 1 <= len(replies) <= 13
    for one in replies:
        has(one, {"content_type": str, "title": str, "payload": str})
        assert one["content_type"] == "text"
        assert 1 <= length(one["title"]) <= 20
        assert 1 <= len(one["payload"]) <= 1000
    assert len({one["payload"] for one in replies}) == len(replies)


# --------------------------------------------------------------------- what only Messenger has


@pytest.fixture
def told() -> Callable[[Any], Any]:
    """The events of a payload, as the channel reads them."""
    http = httpx.AsyncClient()
    one = Messenger(
        MessengerSettings(), table()["messenger"], Seal("a secret"), http, MemoryStore()
    )
    return lambda payload: one.events(json.dumps(payload).encode())


def test_choices_are_quick_replies_and_long_ones_are_numbers(
    connect: Connect, bot: FakeBot
) -> None:
    app = MessengerApp()
    web = connect(app)
    web.tell(app.text("hello"))
    web.next()
    seen = []
    for labels in (["Yes", "No"], ["Yes", "They already have my passport"], ["n"] * 14):
        bot.reply = lambda body, labels=labels: answer(text("Which?"), choices(*labels))
        web.tell(app.text("and now?"))
        web.next()
        message = [call for call in web.platform.calls if app.is_message(call)][-1].body["message"]
        titles = [one["title"] for one in message.get("quick_replies", [])]
        seen.append((message["text"].split("\n")[-1], titles))
    assert seen == [
        ("Which?", ["Yes", "No"]),
        ("2 They already have my passport", ["1", "2"]),
        ("14 n", []),
    ]


def test_it_is_seen_and_shows_that_we_type(connect: Connect) -> None:
    app = MessengerApp()
    web = connect(app)
    web.tell(app.text("hello"))
    web.next()
    signs = [call.body["sender_action"] for call in web.platform.calls if not app.is_message(call)]
    assert signs == ["mark_seen", "typing_on"]


def test_a_button_of_the_page_is_a_tap(told: Callable[[Any], Any]) -> None:
    app = MessengerApp()
    (tapped,) = told(app.postback("a-token", mid="m_9"))
    assert (tapped.what, tapped.text, tapped.id) == (What.tap, "a-token", "m_9")
    first, second, again = (told(app.postback("a-token", at))[0].id for at in (1.0, 1.001, 1.0))
    assert first == again != second


def test_one_odd_event_does_not_lose_the_others_of_a_batch(connect: Connect) -> None:
    app = MessengerApp()
    web = connect(app)
    odd = [one for one in app.unknown() if isinstance(one, dict)]
    odd = [one for one in odd if one.get("object") == "page" and isinstance(one.get("entry"), list)]
    several = app.text("last", user="bob")
    several["entry"][0]["messaging"].insert(0, {"message": {}})
    web.tell(app.many([app.text("first"), *odd, several]))
    assert {shown.to for shown in web.next(2)} == {_id("ann"), _id("bob")}


def test_receipts_echoes_and_what_others_answer_are_nothing(told: Callable[[Any], Any]) -> None:
    app = MessengerApp()
    said = {"mid": "m_1", "text": "hello"}
    nothing = [
        app.happened("ann", delivery={"mids": ["m_1"], "watermark": 1}),
        app.happened("ann", read={"watermark": 1}),
        app.happened("ann", reaction={"reaction": "love", "emoji": "❤️", "mid": "m_1"}),
        app.happened("ann", referral={"ref": "a poster", "source": "SHORTLINK"}),
        app.happened("ann", pass_thread_control={"new_owner_app_id": "1"}),
        app.message(is_echo=True, app_id=1517776481860111, text="ours"),
        app.entry(_happened("ann", None, message=said), "standby"),
    ]
    assert [told(payload) for payload in nothing] == [[]] * len(nothing)


def test_kinds_of_attachments(told: Callable[[Any], Any]) -> None:
    app = MessengerApp()
    picture = {"url": "https://cdn.example/p.png"}
    like = {"url": "https://cdn.example/like.png", "sticker_id": 369239263222822}
    kinds = [
        ([("image", picture)], What.picture),
        ([("image", like)], What.sticker),
        ([("sticker", like), ("image", picture)], What.sticker),
        ([("file", picture), ("image", picture)], What.picture),
        ([("video", picture)], What.file),
        ([("reel", {})], What.file),
        ([("fallback", None)], What.file),
        ([("kind_to_come", {"x": 1})], What.file),
        ([], What.nothing),
    ]
    for attached, what in kinds:
        (event,) = told(app.attached(*attached))
        assert event.what is what, attached


def test_of_a_place_nothing_is_kept(told: Callable[[Any], Any]) -> None:
    """Nor of the map that newer apps share instead."""
    app = MessengerApp()
    shared = {"title": "Ann's place", "url": "https://maps.example/?where=16.71,98.57"}
    kinds = []
    for payload in (app.other("place"), app.attached(("fallback", shared))):
        (event,) = told(payload)
        kept = event.model_dump_json() + json.dumps(Seal("a secret").open(event.sealed))
        assert "16.71" not in kept
        kinds.append(event.what)
    assert kinds == [What.place, What.file]


def test_an_edited_message_names_the_first(told: Callable[[Any], Any]) -> None:
    app = MessengerApp()
    (said,) = told(app.text("hello", number=5))
    (edited,) = told(app.edited("hello there", 5))
    (again,) = told(app.happened("ann", message_edit={"mid": _mid(5), "text": "", "num_edit": 2}))
    assert (edited.what, edited.text, edited.message) == (What.edited, "hello there", said.message)
    assert len({said.id, edited.id, again.id}) == 3


def test_a_picture_is_fetched_from_where_it_lies(connect: Connect) -> None:
    app = MessengerApp()
    app.picture = b"\x89PNG a picture of the tests"
    web = connect(app)

    async def fetch() -> bytes:
        async with httpx.AsyncClient(trust_env=False) as http:
            settings, limits = MessengerSettings(), table()["messenger"]
            one = Messenger(settings, limits, Seal("a secret"), http, MemoryStore())
            (event,) = one.events(json.dumps(app.other("picture")).encode())
            found = await one.download(event)
            small = limits.model_copy(update={"picture_bytes": 5})
            with pytest.raises(TooLargeError):
                await Messenger(settings, small, Seal("a secret"), http, MemoryStore()).download(
                    event
                )
            return found

    assert asyncio.run(fetch()) == app.picture
    assert web.platform.wrong == []


def test_time_is_that_of_the_message(told: Callable[[Any], Any]) -> None:
    (event,) = told(MessengerApp().text("hello", at=1458692752.478))
    assert (event.at, event.order) == (1458692752.478, 1458692752478.0)
