"""What holds for every app: one suite over all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from forewarn.knowledge.loader import Knowledge
from tests.channels.app import App
from tests.channels.conftest import Connected
from tests.channels.stand_in import Reply, until
from tests.web.fake_bot import FakeBot, answer, choices, text

Connect = Callable[..., Connected]


@pytest.fixture(autouse=True)
def _the_bot_says_what_was_said(bot: FakeBot) -> None:
    bot.reply = lambda body: answer(text(f"You said: {body.get('text') or body.get('choice')}"))


def test_first_contact_tells_who_we_are_and_offers_the_first_taps(
    connect: Connect, app: App, knowledge: Knowledge
) -> None:
    """Who runs this, what is kept, who else sees it, and how to delete it; then the answer."""
    web = connect(app)
    web.tell(app.text("what is a scam compound?"))
    (shown,) = web.next()
    messages = knowledge.messages["en"]
    about = messages.channel_notice.split("{minutes}")[0]
    assert shown.text.startswith(about)
    assert "Example Aid, Thailand" in shown.text
    assert shown.text.endswith("You said: what is a scam compound?")
    assert knowledge.menus is not None
    assert [label for label, _ in shown.taps] == [
        tap.label["en"] for tap in knowledge.menus.first_screen
    ]
    web.tell(app.text("and then?"))
    (second,) = web.next()
    assert second.text == "You said: and then?"


def test_a_tap_means_what_its_button_said(connect: Connect, app: App, bot: FakeBot) -> None:
    bot.reply = lambda body: answer(text("Which?"), choices("This", "That"))
    web = connect(app)
    web.tell(app.text("hello"))
    (shown,) = web.next()
    tokens = dict(shown.taps)
    web.tell(app.tap(tokens["That"]))
    web.next()
    assert bot.messages[-1]["choice"] == {"intent": "question", "slots": {"faq": "That"}}


def test_what_the_app_did_not_sign_is_refused_without_a_word(connect: Connect, app: App) -> None:
    web = connect(app)
    for webhook in app.forged(app.text("hello")):
        response = web.post(webhook)
        assert (response.status_code, response.content) == (403, b"")
    web.tell(app.text("the real one"))
    (shown,) = web.next()
    assert "the real one" in shown.text


def test_an_event_told_again_is_answered_once(connect: Connect, app: App, bot: FakeBot) -> None:
    web = connect(app)
    number = app.number()
    for _ in range(3):
        web.tell(app.text("once", number=number))
    web.tell(app.text("the end"))
    assert "once" in web.next()[0].text
    assert "the end" in web.next()[0].text
    assert [body["text"] for body in bot.messages] == ["once", "the end"]


def test_kinds_and_shapes_nobody_knows_are_acknowledged_and_harm_nothing(
    connect: Connect, app: App
) -> None:
    web = connect(app)
    for payload in app.unknown():
        web.tell(payload)
    web.tell(app.text("still there?"))
    (shown,) = web.next()
    assert "still there?" in shown.text


@pytest.mark.parametrize("kind", ["error inside", "busy", "500", "hang", "other payload"])
def test_what_the_app_did_not_take_is_sent_again(
    connect: Connect, app: App, bot: FakeBot, kind: str
) -> None:
    web = connect(app)
    failures: dict[str, Any] = {
        "error inside": app.inside(),
        "busy": app.busy(0),
        "500": Reply(500),
        "hang": "hang",
        "other payload": Reply(500, b"<html>busy</html>"),
    }
    web.platform.instead = [failures[kind], failures[kind]]
    web.tell(app.text("hello"))
    (shown,) = web.next()
    assert "You said: hello" in shown.text
    assert len(bot.messages) == 1


def test_it_is_given_up_at_last_and_the_conversation_goes_on(
    connect: Connect, app: App, bot: FakeBot
) -> None:
    web = connect(app)
    web.tell(app.text("first"))
    web.next()
    web.platform.instead = [Reply(500)] * 6
    web.tell(app.text("lost"))
    until(lambda: not web.platform.instead)
    web.tell(app.text("next"))
    (shown,) = web.next()
    assert shown.text == "You said: next"
    assert len({body["conversation"] for body in bot.messages}) == 1


def test_who_blocked_us_is_not_tried_again(connect: Connect, app: App) -> None:
    web = connect(app)
    web.platform.instead = [app.blocked()]
    web.tell(app.text("hello"))
    until(lambda: not web.platform.instead)
    web.tell(app.text("back"))
    (shown,) = web.next()
    assert "back" in shown.text


@pytest.mark.parametrize("words", ["👍", "   ", "x" * 4_001, "\u202e\u0000"])
def test_what_cannot_be_taken_gets_a_kind_sentence(connect: Connect, app: App, words: str) -> None:
    web = connect(app)
    web.tell(app.text(words))
    (shown,) = web.next()
    assert words.strip() == "" or words not in shown.text


def test_with_the_bot_dead_the_lines_are_told(connect: Connect, app: App, bot: FakeBot) -> None:
    bot.kill()
    web = connect(app)
    web.tell(app.text("is this job real?"))
    shown = web.next()[0]
    assert "Nobody has been told" in shown.text
    assert "Inside Thailand: 191" in shown.text
