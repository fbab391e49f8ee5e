"""What holds for every app, whether events wait in memory or in Redis: one suite over all."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from typing import Any

import pytest

from forewarn.knowledge.loader import Knowledge
from tests.channels.app import App, Shown
from tests.channels.conftest import Connected, echo
from tests.channels.redis_server import RedisServer
from tests.channels.stand_in import Reply, until
from tests.web.fake_bot import FakeBot, answer, choices, text
from tests.web.screenshots import drawn, file_of
from web.channels.limits import table
from web.channels.queue import Job, QueueDownError
from web.channels.redis_queue import RedisQueue

Connect = Callable[..., Connected]

CRY = "help me, they locked me up and took my passport"


@pytest.fixture
def messages(knowledge: Knowledge) -> Any:
    """What we say in English."""
    return knowledge.messages["en"]


def first_labels(knowledge: Knowledge) -> list[str]:
    """The first taps."""
    assert knowledge.menus is not None
    return [tap.label["en"] for tap in knowledge.menus.first_screen]


def all_labels(shown: list[Shown]) -> list[str]:
    """Every choice in `shown`, tapped or typed."""
    typed = [
        line.partition(" ")[2]
        for one in shown
        for line in one.text.splitlines()
        if line.partition(" ")[0].isdecimal()
    ]
    return [*typed, *(label for one in shown for label, _ in one.taps if not label.isdecimal())]


def token(shown: list[Shown], label: str) -> str:
    """The token that a tap on `label` sends back; where it has a number, on the number."""
    taps = dict(tap for one in shown for tap in one.taps)
    if label in taps:
        return taps[label]
    for one in shown:
        for line in one.text.splitlines():
            number, _, said = line.partition(" ")
            if said == label:
                return taps[number]
    raise AssertionError(f"no tap is called {label}: {shown}")


# --------------------------------------------------------------------------------- who is there


def test_what_the_app_did_not_sign_is_refused_without_a_word(web: Connected) -> None:
    for webhook in web.app.forged(web.app.text("hello")):
        response = web.post(webhook)
        assert (response.status_code, response.content) == (403, b"")
    assert "the real one" in web.answers(web.app.text("the real one"))[0].text
    assert len(web.bot.messages) == 2


def test_an_event_told_again_is_answered_once(web: Connected) -> None:
    number = web.app.number()
    for _ in range(3):
        web.tell(web.app.text("once", number=number))
    web.answers(web.app.text("twice"))
    web.tell(web.app.text("once", number=number))
    web.answers(web.app.text("thrice"))
    said = [body["text"] for body in web.bot.messages if body["text"].endswith("ce")]
    assert said == ["once", "twice", "thrice"]


def test_kinds_and_shapes_nobody_knows_are_acknowledged_and_harm_nothing(web: Connected) -> None:
    for payload in web.app.unknown():
        web.tell(payload)
    assert web.answers(web.app.text("still there?"))


def test_a_body_without_end_is_not_read_to_its_end(web: Connected) -> None:
    large = web.app.signed(b" " * 5_000_000)
    assert web.post(large).status_code == 413


def test_no_limit_by_address_holds_an_app_back(connect: Callable[..., Connected], app: App) -> None:
    """A whole country comes from a few addresses of the app's company."""
    web = connect(app, rate_address_burst=1, rate_address_per_second=0.001)
    for _ in range(5):
        web.tell(app.text("hello"))


def test_an_id_that_is_none_is_taken_for_nothing(web: Connected) -> None:
    web.tell(web.app.text("hello", user="x" * 10_240))
    assert web.answers(web.app.text("still there?"))


def test_an_app_that_is_not_connected_is_not_found(web: Connected) -> None:
    for name in ("nobody", "..", "x" * 1_000):
        assert web.client.post(f"/channels/{name}", content=b"{}").status_code in (404, 405)


# -------------------------------------------------------------------------------- what is said


def lacks(web: Connected, kind: str, payload: Any) -> bool:
    """Whether the app has no such event, as it must have declared: none is left out by mistake."""
    assert (payload is None) == (kind in web.app.lacks)
    return payload is None


def test_first_contact_tells_who_we_are_and_offers_the_first_taps(
    web: Connected, knowledge: Knowledge, messages: Any
) -> None:
    """Who runs this, what is kept, who else sees it, and how to delete it; then the answer."""
    shown = web.answers(web.app.text("what is a scam compound?"))
    whole = "\n".join(one.text for one in shown)
    assert whole.startswith(messages.who_we_are)
    assert "Example Aid, Thailand" in whole
    inbox = "The staff of Example Aid may be able to open this chat in the app's own inbox."
    assert (inbox in whole) == table()[web.app.name].staff_inbox
    assert "You said: what is a scam compound?" in whole
    assert all_labels(shown) == first_labels(knowledge)
    (second,) = web.answers(web.app.text("and then?"))
    assert second == Shown(second.to, "You said: and then?", [])


def test_who_arrives_gets_the_first_screen(
    web: Connected, knowledge: Knowledge, messages: Any
) -> None:
    payload = web.app.other("arrived")
    if lacks(web, "arrived", payload):
        return
    shown = web.answers(payload)
    whole = "\n".join(one.text for one in shown)
    assert whole.startswith(messages.who_we_are)
    assert messages.first_screen in whole
    assert all_labels(shown) == first_labels(knowledge)


def test_in_danger_the_lines_come_first_and_who_we_are_last(web: Connected, messages: Any) -> None:
    web.bot.behave = "hang_up"
    notice = messages.who_we_are
    whole = "\n".join(one.text for one in web.said(web.app.text(CRY), notice))
    assert 0 < whole.index("191") < whole.index(notice)


def test_a_tap_means_what_its_button_said(web: Connected) -> None:
    web.bot.reply = lambda body: answer(text("Which?"), choices("This", "That"))
    shown = web.said(web.app.text("hello"), "Which?")
    web.said(web.app.tap(token(shown, "That")), "Which?")
    assert web.bot.messages[-1]["choice"] == {"intent": "question", "slots": {"faq": "That"}}


def test_a_tap_on_an_old_button_is_met_with_the_lines_and_the_first_taps(
    web: Connected, knowledge: Knowledge, messages: Any
) -> None:
    shown = web.answers(web.app.tap("an-old-token"))
    whole = "\n".join(one.text for one in shown)
    assert messages.error_choice in whole
    assert "Inside Thailand: 191" in whole
    assert all_labels(shown) == first_labels(knowledge)


@pytest.mark.parametrize("words", ["👍", "   ", "x" * 4_001, "\u202e\u0007", "?!"])
def test_what_cannot_be_taken_gets_a_kind_sentence(web: Connected, words: str) -> None:
    web.answers(web.app.text("hello"))
    shown = web.answers(web.app.text(words))
    assert shown
    assert all(len(one.text) > 20 and words not in one.text for one in shown)


def test_with_the_bot_dead_the_lines_are_told(web: Connected) -> None:
    web.bot.behave = "hang_up"
    shown = web.said(web.app.text("is this job real?"), "191")
    assert "Nobody has been told" in "".join(one.text for one in shown)


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("voice", "channel_voice"),
        ("place", "channel_place"),
        ("sticker", "channel_sticker"),
        ("file", "channel_file"),
    ],
)
def test_what_is_no_words_gets_its_sentence_and_something_to_tap(
    web: Connected, knowledge: Knowledge, messages: Any, kind: str, sentence: str
) -> None:
    payload = web.app.other(kind)
    if lacks(web, kind, payload):
        return
    shown = web.answers(payload)
    whole = "\n".join(one.text for one in shown)
    assert getattr(messages, sentence) in whole
    if kind == "place":
        assert {"Thailand", "Myanmar", messages.country_other} <= set(all_labels(shown))
    else:
        assert all_labels(shown) == first_labels(knowledge)
    assert ("Inside Thailand: 191" in whole) == (kind == "voice")
    assert [body.get("text") for body in web.bot.messages] == ["and is that all?"]


def test_of_a_place_nothing_goes_on_but_the_country_that_is_tapped(web: Connected) -> None:
    payload = web.app.other("place")
    if lacks(web, "place", payload):
        return
    shown = web.said(payload, "Which country are you in")
    web.said(web.app.tap(token(shown, "Myanmar")), "You said")
    (tapped,) = web.bot.messages
    assert tapped["choice"] == {"intent": "tell_country", "slots": {"country_now": "MM"}}
    assert tapped["country"] == "MM"


def test_a_picture_is_read_judged_and_shown_back(web: Connected) -> None:
    web.app.picture = file_of(drawn("Typing job in Thailand\nWe keep your passport"))
    payload = web.app.other("picture")
    if lacks(web, "picture", payload):
        return
    web.bot.state = {"not": "a verdict"}
    whole = "\n".join(one.text for one in web.answers(payload))
    assert "Typing job in Thailand" in whole
    assert "This is about this message only" in whole


def test_what_is_written_beside_a_picture_belongs_to_the_offer(web: Connected) -> None:
    web.app.picture = file_of(drawn("Typing job in Thailand"))
    payload = web.app.captioned("they want a deposit")
    if lacks(web, "captioned", payload):
        return
    web.bot.state = {"not": "a verdict"}
    whole = "\n".join(one.text for one in web.answers(payload))
    assert "Typing job in Thailand" in whole
    judged = [body["text"] for _, path, _, body in web.bot.requests if "/offers/check" in path]
    assert judged == ["they want a deposit\nTyping job in Thailand"]


def test_words_beside_a_picture_that_cannot_be_read_are_answered(
    web: Connected, messages: Any
) -> None:
    web.app.picture = b""
    payload = web.app.captioned("is this job real?")
    if lacks(web, "captioned", payload):
        return
    whole = "\n".join(one.text for one in web.answers(payload))
    assert whole.index("You said: is this job real?") < whole.index(messages.error_picture_broken)


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (b"", "error_picture_broken"),
        (b"%PDF-1.4", "error_picture_pdf"),
        (b"\x00" * 11_000_000, "error_picture_large"),
    ],
)
def test_a_picture_that_cannot_be_read_is_answered_kindly(
    web: Connected, messages: Any, file: bytes, sentence: str
) -> None:
    web.app.picture = file
    payload = web.app.other("picture")
    if lacks(web, "picture", payload):
        return
    whole = "\n".join(one.text for one in web.answers(payload))
    assert getattr(messages, sentence) in whole


# ------------------------------------------------------------------------------ going and groups


def test_a_typed_word_deletes_the_conversation_here_and_at_the_bot(
    web: Connected, messages: Any
) -> None:
    web.answers(web.app.text("hello"))
    (shown,) = web.answers(web.app.text("Delete"))[-1:]
    assert shown.text.startswith("This conversation has been deleted here.")
    until(lambda: any(method == "DELETE" for method, *_ in web.bot.requests))
    assert len({body["conversation"] for body in web.bot.messages}) == 2


def test_who_left_is_forgotten_and_gets_no_word(web: Connected) -> None:
    web.tell(web.app.text("hello"))
    web.next()
    payload = web.app.other("left")
    if lacks(web, "left", payload):
        return
    assert web.answers(payload) == []
    assert any(method == "DELETE" for method, *_ in web.bot.requests)
    assert len({body["conversation"] for body in web.bot.messages}) == 2


def test_an_edited_message_is_answered_as_it_is_now(web: Connected) -> None:
    number = web.app.number()
    payload = web.app.edited("is this job real?", number)
    if lacks(web, "edited", payload):
        return
    web.tell(web.app.text("is this jbo real?", number=number))
    web.next()
    (shown,) = web.answers(payload)
    assert shown.text == "You said: is this job real?"


def test_a_deleted_message_that_waits_is_not_answered(web: Connected) -> None:
    number = web.app.number()
    payload = web.app.deleted(number)
    if lacks(web, "deleted", payload):
        return
    web.bot.behave = "slow"
    web.tell(web.app.text("first"))
    web.tell(web.app.text("my full name is", number=number))
    web.tell(payload)
    web.answers(web.app.text("second"))
    assert "my full name is" not in [body["text"] for body in web.bot.messages]


def test_in_a_group_we_are_silent_unless_addressed(web: Connected, messages: Any) -> None:
    if lacks(web, "group", web.app.grouped("hello", addressed=False)):
        return
    web.tell(web.app.grouped("is that job real?", addressed=False))
    web.tell(web.app.grouped(CRY, addressed=False))
    asked = web.said(web.app.grouped("is this job real?", addressed=True), "You said")
    assert "You said: is this job real?" in asked[-1].text
    (cried,) = web.said(web.app.grouped(CRY, addressed=True), messages.channel_group)
    assert (cried.text, cried.taps) == (messages.channel_group, [])
    assert [body["text"] for body in web.bot.messages] == ["is this job real?"]


# --------------------------------------------------------------------------- the app that fails


@pytest.mark.parametrize("kind", ["error inside", "busy", "500", "hang up", "other payload"])
def test_what_the_app_did_not_take_is_sent_again(web: Connected, kind: str) -> None:
    failures: dict[str, Any] = {
        "error inside": web.app.inside(),
        "busy": web.app.busy(0),
        "500": Reply(500),
        "hang up": "hang up",
        "other payload": Reply(500, b"<html>busy</html>"),
    }
    web.platform.instead = [failures[kind], failures[kind]]
    web.tell(web.app.text("hello"))
    (shown,) = web.next()
    assert "You said: hello" in shown.text
    assert len(web.bot.messages) == 1


def test_an_app_that_hangs_is_not_waited_for(app: App, connect: Connect, bot: FakeBot) -> None:
    bot.reply = echo
    web = connect(app, channel_call_seconds=0.5)
    web.platform.instead = ["hang"]
    web.tell(app.text("hello"))
    (shown,) = web.next()
    assert "You said: hello" in shown.text


def test_when_to_try_again_is_the_apps_to_say(web: Connected) -> None:
    web.platform.instead = [web.app.busy(1)]
    began = time.monotonic()
    web.tell(web.app.text("hello"))
    web.next()
    assert time.monotonic() - began >= 1


def test_it_is_given_up_at_last_and_the_conversation_goes_on(web: Connected) -> None:
    web.tell(web.app.text("first"))
    web.next()
    web.platform.instead = [Reply(500)] * 6
    web.tell(web.app.text("lost"))
    until(lambda: not web.platform.instead)
    web.tell(web.app.text("next"))
    (shown,) = web.next()
    assert shown.text == "You said: next"
    assert len({body["conversation"] for body in web.bot.messages}) == 1


def test_what_can_never_be_sent_is_not_tried_again(web: Connected) -> None:
    web.platform.instead = [web.app.blocked()]
    web.tell(web.app.text("hello"))
    until(lambda: not web.platform.instead)
    web.tell(web.app.text("back"))
    (shown,) = web.next()
    assert "back" in shown.text


# ------------------------------------------------------------------------------------- settings


def test_what_is_too_old_is_not_answered(web: Connected) -> None:
    web.tell(web.app.text("hours ago", at=time.time() - 11 * 60))
    assert [one for one in web.answers(web.app.text("now")) if "hours ago" in one.text] == []


def test_a_restart_goes_on_where_it_was(
    app: App, connect: Connect, redis_server: RedisServer, bot: FakeBot
) -> None:
    """The answer was known and not taken by the app when web ended: it is sent, and not asked for
    again."""
    first = connect(app, redis_url=redis_server.other_url, channel_retry_seconds=0.3)
    first.platform.instead = [Reply(500)]
    first.tell(app.text("hello", user="cat"))
    until(lambda: not first.platform.instead)
    first.client.__exit__(None, None, None)
    second = connect(app, first.platform, redis_url=redis_server.other_url)
    (shown,) = second.next()
    assert "A grounded answer." in shown.text
    assert len(bot.messages) == 1


def test_what_is_being_sent_when_web_ends_is_not_sent_again(
    app: App, connect: Connect, redis_server: RedisServer, bot: FakeBot
) -> None:
    bot.reply = echo
    first = connect(app, redis_url=redis_server.other_url)
    first.platform.instead = ["slow"]
    first.tell(app.text("once", user="dan"))
    until(lambda: bool(first.shown()))
    first.client.__exit__(None, None, None)
    second = connect(app, first.platform, redis_url=redis_server.other_url)
    second.said(app.text("then", user="dan"), "You said: then")
    assert sum("You said: once" in one.text for one in second.shown()) == 1


def test_what_an_app_took_is_noted_also_where_the_queue_was_away_meanwhile(
    app: App,
    connect: Connect,
    redis_server: RedisServer,
    bot: FakeBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bot.reply = echo
    done, failures = RedisQueue.done, [QueueDownError(), QueueDownError()]

    async def failing(queue: RedisQueue, job: Job) -> None:
        if failures:
            raise failures.pop()
        await done(queue, job)

    monkeypatch.setattr(RedisQueue, "done", failing)
    monkeypatch.setattr("web.channels.worker.QUEUE_WAIT", 0.01)
    web = connect(app, redis_url=redis_server.other_url)
    web.said(app.text("once", user="eve"), "You said: once")
    web.said(app.text("then", user="eve"), "You said: then")
    assert failures == []
    assert sum("You said: once" in one.text for one in web.shown()) == 1


def test_a_missing_secret_stops_the_app_with_a_sentence_that_names_it(
    app: App, connect: Connect, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    secrets = app.secrets()
    original = app.settings
    for missing in secrets:
        monkeypatch.setattr(app, "settings", lambda url, gone=missing: {**original(url), gone: ""})
        caplog.clear()
        web = connect(app)
        if len(secrets) > 1:
            assert f"{app.name} is off: set {missing}" in caplog.text
        assert web.post(app.signed(app.text("hello"))).status_code == 404


def test_nothing_that_was_written_sent_or_secret_is_logged(
    web: Connected, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # as `python -m web` does
    logging.getLogger("httpcore").setLevel(logging.WARNING)
    marker = "MARKER-5519"
    web.platform.instead = [web.app.inside(), "hang up"]
    web.tell(web.app.text(marker))
    web.next()
    for payload in (*web.app.unknown(), web.app.text(marker, user="x" * 10_240)):
        web.tell(payload)
    web.answers(web.app.tap(marker))
    for secret in (marker, *web.app.settings("").values()):
        assert not secret or secret not in caplog.text, json.dumps(secret)
