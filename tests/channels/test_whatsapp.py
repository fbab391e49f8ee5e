"""WhatsApp: how it writes, what it takes, and what only it has."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from tests.channels.app import Shown
from tests.channels.conftest import Connected
from tests.channels.meta import ACCESS_TOKEN, MetaApp, length, refusal
from tests.channels.stand_in import Call, Reply, has, reply, until
from tests.web.fake_bot import FakeBot, answer, choices, text
from web.channels.channel import TooLargeError
from web.channels.events import What
from web.channels.limits import table
from web.channels.people import Seal
from web.channels.stores import MemoryStore
from web.channels.whatsapp import WhatsApp, WhatsAppSettings

NUMBER = "1122334455667"

Connect = Callable[..., Connected]


class WhatsAppApp(MetaApp):
    """WhatsApp, as .../business-messaging/whatsapp/ on Meta's site for developers has it."""

    name = "whatsapp"
    lacks = frozenset({"arrived", "group", "left"})

    # ------------------------------------------------------------------------------- events

    def change(self, value: dict[str, Any], field: str = "messages") -> Any:
        """One thing that happened to the account."""
        number = {"display_phone_number": "15550001111", "phone_number_id": NUMBER}
        value = {"messaging_product": "whatsapp", "metadata": number, **value}
        entry = {"id": "102290129340398", "changes": [{"value": value, "field": field}]}
        return {"object": "whatsapp_business_account", "entry": [entry]}

    def message(
        self,
        kind: str,
        holds: Any,
        *,
        user: str = "ann",
        number: int | None = None,
        at: float | None = None,
        **more: Any,
    ) -> Any:
        """A message of a person with a phone number that is shown."""
        number = self.number() if number is None else number
        contact = {"profile": {"name": user}, "wa_id": phone(user), "user_id": own_id(user)}
        message = {
            "from": phone(user),
            "from_user_id": own_id(user),
            "id": _wamid(number),
            "timestamp": str(int(time.time() if at is None else at)),
            "type": kind,
            kind: holds,
        }
        return self.change({"contacts": [contact], "messages": [{**message, **more}]})

    def text(
        self, words: str, *, user: str = "ann", number: int | None = None, at: float | None = None
    ) -> Any:
        return self.message("text", {"body": words}, user=user, number=number, at=at)

    def tap(self, token: str, *, user: str = "ann", number: int | None = None) -> Any:
        chosen = {"type": "button_reply", "button_reply": {"id": token, "title": "a title"}}
        context = {"from": "15550001111", "id": "wamid.of-ours"}
        return self.message("interactive", chosen, user=user, number=number, context=context)

    def row(self, token: str) -> Any:
        """A row of a list was chosen."""
        reply = {"id": token, "title": "a title", "description": "more"}
        return self.message("interactive", {"type": "list_reply", "list_reply": reply})

    def other(self, kind: str, *, user: str = "ann", number: int | None = None) -> Any | None:
        file = {"mime_type": "a/b", "sha256": "m04pFf2E=", "id": f"77{kind}"}
        place = {"latitude": 16.71, "longitude": 98.57, "name": "A park", "address": "A road"}
        kinds: dict[str, tuple[str, Any]] = {
            "voice": ("audio", {**file, "voice": True}),
            "picture": ("image", file),
            "place": ("location", place),
            "sticker": ("sticker", {**file, "animated": False}),
            "file": ("document", {**file, "filename": "contract.pdf"}),
        }
        if kind not in kinds:
            return None  # nothing tells that someone came or left
        name, holds = kinds[kind]
        return self.message(name, holds, user=user, number=number)

    def edited(self, words: str, message: int, *, user: str = "ann") -> Any | None:
        said = {"type": "text", "text": {"body": words}, "context": {"id": "M0"}}
        return self.message(
            "edit", {"original_message_id": _wamid(message), "message": said}, user=user
        )

    def deleted(self, message: int, *, user: str = "ann") -> Any | None:
        return self.message("revoke", {"original_message_id": _wamid(message)}, user=user)

    def captioned(self, words: str, *, user: str = "ann") -> Any | None:
        payload = self.other("picture", user=user)
        (message,) = payload["entry"][0]["changes"][0]["value"]["messages"]
        message["image"]["caption"] = words
        return payload

    def unknown(self) -> list[Any]:
        account = "whatsapp_business_account"
        return [
            self.message("reaction", {"message_id": "wamid.x", "emoji": "👍"}),
            self.message("order", {"catalog_id": "1"}),
            self.message("kind_to_come", {"x": 1}),
            self.message("interactive", {"type": "nfm_reply", "nfm_reply": {"name": "flow"}}),
            self.message("interactive", []),
            self.message("text", {}),
            self.message("text", {"body": None}),
            self.message("text", {"body": "hi"}, timestamp="soon"),
            self.message("text", {"body": "hi"}, timestamp="1" * 400),
            self.message("text", {"body": "hi"}, id=None),
            self.message("text", {"body": "hi"}, type=["text"]),
            self.message("text", {"body": "hi"}, user="x" * 10_000),
            self.message("edit", {"original_message_id": "a", "message": {"type": "image"}}),
            self.change({"contacts": [], "messages": [{"type": "text", "id": "a"}]}),
            self.change({"messages": {"a": 1}}),
            self.change({}, field="account_update"),
            {"object": account, "entry": [{"id": "1", "changes": [{}, None, {"field": 1}]}]},
            {"object": account, "entry": [None, 5, {}]},
            {"object": account, "entry": "x"},
            {"object": "page", "entry": [{"messaging": []}]},
            {"object": account},
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
        if call.path == "/media/of-the-tests":
            assert call.headers["authorization"] == f"Bearer {ACCESS_TOKEN}"
            return Reply(200, self.picture, {"Content-Type": "image/png"})
        path = self.asked(call)
        if call.method == "GET":
            assert path == "/77picture"
            found = {"url": f"{self.url}/media/of-the-tests", "mime_type": "image/png"}
            return reply({"messaging_product": "whatsapp", "id": "77picture", **found})
        assert (call.method, path) == ("POST", f"/{NUMBER}/messages")
        body = call.body
        assert body.pop("messaging_product") == "whatsapp"
        if "status" in body:
            _check_read(body)
            return reply({"success": True})
        _check_message(body)
        return reply({"messaging_product": "whatsapp", "messages": [{"id": "wamid.new"}]})

    def is_message(self, call: Call) -> bool:
        return call.method == "POST" and "type" in call.body

    def shown(self, call: Call) -> list[Shown]:
        body = call.body
        to = body.get("to") or body["recipient"]
        if body["type"] == "text":
            return [Shown(to, body["text"]["body"], [])]
        asked = body["interactive"]
        buttons = [one["reply"] for one in asked["action"].get("buttons", [])]
        rows = [row for section in asked["action"].get("sections", []) for row in section["rows"]]
        taps = [(one.get("description", one["title"]), one["id"]) for one in buttons + rows]
        return [Shown(to, asked["body"]["text"], taps)]

    def inside(self) -> Reply:
        return refusal(131016, 200, error_data={"details": "overloaded"})

    def blocked(self) -> Reply:
        return refusal(131047, error_data={"details": "more than 24 hours have passed"})


DECLARED = WhatsAppApp


def phone(user: str) -> str:
    """The number of a person."""
    return f"66{int.from_bytes(user.encode()[:4]):010}"


def own_id(user: str) -> str:
    """The id a person has with this business."""
    return f"TH.{user}13491208655302741918"


def _wamid(number: int) -> str:
    return f"wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRB{number}=="


def _check_read(body: dict[str, Any]) -> None:
    has(body, {"status": str, "message_id": str, "typing_indicator": dict})
    assert body["status"] == "read"
    assert body["message_id"].startswith("wamid.")
    assert body["typing_indicator"] == {"type": "text"}


def _check_message(body: dict[str, Any]) -> None:
    assert ("to" in body) != ("recipient" in body)
    if "to" in body:
        assert body["to"].isdecimal()
    kind, to = body["type"], "to" if "to" in body else "recipient"
    has(body, {"recipient_type": str, to: str, "type": str, kind: dict})
    assert body["recipient_type"] == "individual"
    if kind == "text":
        has(body["text"], {"preview_url": bool, "body": str})
        assert body["text"]["preview_url"] is False
        assert 1 <= length(body["text"]["body"]) <= 4096
        return
    assert kind == "interactive"
    asked = body["interactive"]
    has(asked, {"type": str, "body": dict, "action": dict})
    has(asked["body"], {"text": str})
    {"button": _check_buttons, "list": _check_list}[asked["type"]](asked)


def _check_buttons(asked: dict[str, Any]) -> None:
    assert 1 <= length(asked["body"]["text"]) <= 1024
    has(asked["action"], {"buttons": list})
    buttons = asked["action"]["buttons"]
    assert 1 <= len(buttons) <= 3
    for button in buttons:
        has(button, {"type": str, "reply": dict})
        assert button["type"] == "reply"
        has(button["reply"], {"id": str, "title": str})
        assert 1 <= length(button["reply"]["title"]) <= 20
        assert 1 <= length(button["reply"]["id"]) <= 256
    for name in ("id", "title"):
        assert len({button["reply"][name] for button in buttons}) == len(buttons)


def _check_list(asked: dict[str, Any]) -> None:
    assert 1 <= length(asked["body"]["text"]) <= 4096
    has(asked["action"], {"button": str, "sections": list})
    assert 1 <= length(asked["action"]["button"]) <= 20
    (section,) = asked["action"]["sections"]
    has(section, {"rows": list})  # a title is needed from the second section on
    rows = section["rows"]
    assert 1 <= len(rows) <= 10
    for row in rows:
        described = {"description": str} if "description" in row else {}
        has(row, {"id": str, "title": str, **described})
        assert 1 <= length(row["title"]) <= 24
        assert 1 <= length(row["id"]) <= 200
        assert 1 <= length(row.get("description", "x")) <= 72
    assert len({row["id"] for row in rows}) == len(rows)


# ---------------------------------------------------------------------- what only WhatsApp has


@pytest.fixture
def told() -> Callable[[Any], Any]:
    """The events of a payload, as the channel reads them."""
    one = WhatsApp(
        WhatsAppSettings(app_secret=SecretStr("s")),
        table()["whatsapp"],
        Seal("a secret"),
        httpx.AsyncClient(),
        MemoryStore(),
    )
    return lambda payload: one.events(json.dumps(payload).encode())


def test_few_choices_are_buttons_and_more_are_a_list(connect: Connect, bot: FakeBot) -> None:
    bot.reply = lambda body: answer(text("Which?"), choices(*map(str, range(1, count + 1))))
    app = WhatsAppApp()
    web = connect(app)
    kinds = []
    for count in (3, 4, 10, 11):
        web.tell(app.text(f"show me {count}"))
        web.next()
        asked = [call for call in web.platform.calls if app.is_message(call)][-1].body
        kinds.append(asked.get("interactive", {}).get("type"))
    assert kinds == ["button", "list", "list", None]


def test_a_row_of_a_list_is_a_tap(connect: Connect, bot: FakeBot) -> None:
    app = WhatsAppApp()
    web = connect(app)
    long = "They already have my passport or my money"
    bot.reply = lambda body: answer(text("Which?"), choices("One", "Two", "Three", long))
    web.tell(app.text("hello"))
    (shown,) = web.next()
    web.tell(app.row(dict(shown.taps)[long]))
    web.next()
    assert bot.messages[-1]["choice"] == {"intent": "question", "slots": {"faq": long}}


def test_it_is_marked_read_and_shows_that_we_type(connect: Connect) -> None:
    app = WhatsAppApp()
    web = connect(app)
    web.tell(app.text("hello", number=7_000_000_000))
    web.next()
    (read,) = [call.body for call in web.platform.calls if not app.is_message(call)]
    assert read["message_id"] == _wamid(7_000_000_000)


def test_a_person_without_a_number_is_answered_and_known(connect: Connect, bot: FakeBot) -> None:
    """With a name taken on, WhatsApp hides the number; the conversation is the same."""
    app = WhatsAppApp()
    web = connect(app)
    web.tell(app.text("with my number"))
    (shown,) = web.next()
    assert shown.to == phone("ann")
    hidden = app.text("without")
    value = hidden["entry"][0]["changes"][0]["value"]
    del value["contacts"][0]["wa_id"], value["messages"][0]["from"]
    web.tell(hidden)
    (shown,) = web.next()
    assert (shown.to, shown.text) == (own_id("ann"), "A grounded answer.")
    assert len({body["conversation"] for body in bot.messages}) == 1


def test_who_wrote_is_never_taken_for_another_of_the_batch(told: Callable[[Any], Any]) -> None:
    app = WhatsAppApp()
    ann, bob = app.text("I am Ann"), app.text("I am Bob", user="bob")
    both = app.text("I am Ann")["entry"][0]["changes"][0]["value"]
    for key in ("contacts", "messages"):
        both[key] += app.text("I am Bob", user="bob")["entry"][0]["changes"][0]["value"][key]
    for message in both["messages"]:
        del message["from_user_id"]
    alone = [told(one)[0].person for one in (ann, bob)]
    assert [event.person for event in told(app.change(both))] == alone
    for message in both["messages"]:
        del message["from"]
    assert told(app.change(both)) == []


def test_before_users_had_ids_the_number_names_them(told: Callable[[Any], Any]) -> None:
    app = WhatsAppApp()
    old = app.text("hello")
    value = old["entry"][0]["changes"][0]["value"]
    del value["contacts"][0]["user_id"], value["messages"][0]["from_user_id"]
    (event,) = told(old)
    assert event.person == Seal("a secret").name("whatsapp", phone("ann"))
    assert phone("ann") not in event.model_dump_json()


def test_one_odd_message_does_not_lose_the_others_of_a_batch(connect: Connect) -> None:
    app = WhatsAppApp()
    web = connect(app)
    odd = [one for one in app.unknown() if isinstance(one, dict) and one.get("entry")]
    odd = [one for one in odd if isinstance(one["entry"], list)]
    web.tell(app.many([app.text("first"), *odd, app.text("last", user="bob")]))
    assert {shown.to for shown in web.next(2)} == {phone("ann"), phone("bob")}


def test_receipts_echoes_and_what_others_answer_are_nothing(told: Callable[[Any], Any]) -> None:
    app = WhatsAppApp()
    receipt = {"id": "wamid.x", "status": "read", "timestamp": "1", "recipient_id": phone("ann")}
    said = app.text("hello")["entry"][0]["changes"][0]["value"]
    echo = {**said["messages"][0], "to": phone("ann")}
    assert told(app.change({"statuses": [receipt]})) == []
    assert told(app.change({"message_echoes": [echo]}, field="smb_message_echoes")) == []
    assert told(app.change(said, field="standby")) == []
    assert told(app.message("text", {"body": "hello"}, group_id="Y2FwaV9ncm91cDox")) == []


def test_a_message_of_ours_that_did_not_arrive_is_counted_and_no_other_receipt(
    told: Callable[[Any], Any], connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    app = WhatsAppApp()
    receipt = {"id": "wamid.x", "timestamp": "1", "recipient_id": phone("ann")}
    error = {"code": 131026, "title": "Message undeliverable"}
    failed = {**receipt, "status": "failed", "errors": [error]}
    statuses = [{**receipt, "status": "delivered"}, failed, {"status": "failed"}]
    (event,) = told(app.change({"statuses": statuses}))
    assert event.what is What.undelivered
    web = connect(app)
    caplog.set_level(logging.INFO)
    web.tell(app.change({"statuses": statuses}))
    web.client.__exit__(None, None, None)
    assert "whatsapp: undelivered 1" in caplog.text
    assert web.shown() == []


def test_of_several_numbers_one_may_be_chosen(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOREWARN_WHATSAPP_PHONE_NUMBER_ID", NUMBER)
    app = WhatsAppApp()
    web = connect(app)
    elsewhere = app.text("to the office")
    metadata = elsewhere["entry"][0]["changes"][0]["value"]["metadata"]
    metadata["phone_number_id"] = "999"
    web.tell(elsewhere)
    web.tell(app.text("to us"))
    web.next()
    assert len(web.shown()) == 1


def test_kinds_of_messages(told: Callable[[Any], Any]) -> None:
    app = WhatsAppApp()
    contacts = [{"name": {"formatted_name": "Boss"}}]
    kinds = {
        "contacts": (contacts, What.file),
        "video": ({"id": "1"}, What.file),
        "document": ({"id": "1", "caption": "is this job real?"}, What.text),
        "unsupported": ({"type": "view_once"}, What.file),
        "reaction": ({"message_id": "wamid.x", "emoji": "👍"}, What.nothing),
        "system": ({"type": "user_changed_number", "wa_id": "1"}, What.nothing),
        "button": ({"payload": "of staff", "text": "Yes"}, What.text),
    }
    for kind, (holds, what) in kinds.items():
        (event,) = told(app.message(kind, holds))
        assert event.what is what, kind
    (event,) = told(app.message("unsupported", {"type": "edit"}))
    assert event.what is What.nothing


def test_of_a_place_nothing_is_kept(told: Callable[[Any], Any]) -> None:
    (event,) = told(WhatsAppApp().other("place"))
    kept = event.model_dump_json() + json.dumps(Seal("a secret").open(event.sealed))
    assert "16.71" not in kept
    assert "A road" not in kept


def test_an_edited_and_a_deleted_message_name_the_first(told: Callable[[Any], Any]) -> None:
    app = WhatsAppApp()
    (said,) = told(app.text("hello", number=5))
    (edited,) = told(app.edited("hello there", 5))
    (deleted,) = told(app.deleted(5))
    assert (edited.what, edited.text) == (What.edited, "hello there")
    assert deleted.what is What.deleted
    assert said.message == edited.message == deleted.message
    assert len({said.id, edited.id, deleted.id}) == 3


def test_a_picture_is_fetched_with_our_token(connect: Connect) -> None:
    app = WhatsAppApp()
    app.picture = b"\x89PNG a picture of the tests"
    web = connect(app)

    async def fetch() -> bytes:
        async with httpx.AsyncClient(trust_env=False) as http:
            settings = WhatsAppSettings()
            one = WhatsApp(settings, table()["whatsapp"], Seal("a secret"), http, MemoryStore())
            (event,) = one.events(json.dumps(app.other("picture")).encode())
            assert event.what is What.picture
            found = await one.download(event)
            small = one.limits.model_copy(update={"picture_bytes": 5})
            with pytest.raises(TooLargeError):
                await WhatsApp(settings, small, Seal("a secret"), http, MemoryStore()).download(
                    event
                )
            return found

    assert asyncio.run(fetch()) == app.picture
    assert web.platform.wrong == []


def test_time_is_that_of_the_message(told: Callable[[Any], Any]) -> None:
    now = time.time()
    (event,) = told(WhatsAppApp().text("hello", at=now))
    assert event.at == event.order == int(now)


def test_too_many_messages_to_one_person_are_not_lost(connect: Connect) -> None:
    app = WhatsAppApp()
    web = connect(app)
    web.platform.instead = [refusal(130429), refusal(131000, 500)]
    web.tell(app.text("hello"))
    (shown,) = web.next()
    assert shown.to == phone("ann")
    until(lambda: not web.platform.instead)
