"""Parts that are slow, broken or gone: a failure is said as one, and nothing of it is kept."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.bot.fakes import spoken

if TYPE_CHECKING:
    from tests.bot.conftest import Bot

CANARY = "my name is Zebulon Quux and I am at the blue gate"


def _outcome(answer: requests.Response) -> tuple[int, Any]:
    return answer.status_code, answer.json()


def test_frozen_retrieval(bot_served: Bot) -> None:
    bot_served.retrieval.frozen = True

    assert _outcome(bot_served.say(CANARY)) == (504, {"error": "retrieval_slow"})


def test_while_one_waits_for_frozen_retrieval_others_are_served(bot_served: Bot) -> None:
    bot_served.retrieval.frozen = True
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(bot_served.say, CANARY)
        served = bot_served.tap("open", {})
        still_waiting = not waiting.done()

    assert (served.status_code, still_waiting) == (200, True)
    assert _outcome(waiting.result()) == (504, {"error": "retrieval_slow"})


def test_dead_retrieval(bot_served: Bot) -> None:
    bot_served.retrieval.stop()

    assert _outcome(bot_served.say(CANARY)) == (503, {"error": "retrieval_down"})


def test_taps_work_without_retrieval(bot_served: Bot) -> None:
    bot_served.retrieval.stop()

    assert bot_served.tap("danger", {"danger_kind": "held"}).status_code == 200


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (500, CANARY, (503, {"error": "retrieval_down"})),
        (200, "not json " + CANARY, (503, {"error": "retrieval_down"})),
        (200, "[]", (503, {"error": "retrieval_down"})),
        (200, '{"language": "en"}', (503, {"error": "retrieval_down"})),
        (422, CANARY, (400, {"error": "text_refused", "field": "text"})),
    ],
)
def test_broken_retrieval(
    bot_served: Bot, status: int, body: str, outcome: tuple[int, Any]
) -> None:
    bot_served.retrieval.status, bot_served.retrieval.body = status, body

    assert _outcome(bot_served.say(CANARY)) == outcome


def test_frozen_actions(bot_served: Bot) -> None:
    bot_served.actions.frozen = True

    assert _outcome(bot_served.say(CANARY)) == (504, {"error": "actions_slow"})


def test_dead_actions(bot_served: Bot) -> None:
    bot_served.actions.stop()

    assert _outcome(bot_served.say(CANARY)) == (503, {"error": "actions_down"})


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (500, json.dumps({"error": "x", "request_body": CANARY}), "action_failed"),
        (400, json.dumps({"error": CANARY, "action_name": "action_x"}), "action_failed"),
        (404, CANARY, "action_failed"),
        (200, "not json " + CANARY, "action_reply_not_valid"),
        (200, json.dumps([CANARY]), "action_reply_not_valid"),
        (200, json.dumps({"events": CANARY, "responses": []}), "action_reply_not_valid"),
    ],
)
def test_broken_actions(bot_served: Bot, status: int, body: str, error: str) -> None:
    bot_served.actions.status, bot_served.actions.body = status, body

    assert _outcome(bot_served.say(CANARY)) == (500, {"error": error})


@pytest.mark.parametrize(
    ("responses", "error"),
    [
        ([], "empty_reply"),
        ([spoken({"blocks": []})], "empty_reply"),
        ([spoken(None, CANARY)], "action_reply_not_valid"),
        ([spoken({"text": CANARY})], "action_reply_not_valid"),
        ([spoken({"blocks": [CANARY]})], "action_reply_not_valid"),
    ],
)
def test_replies_that_cannot_be_shown(
    bot_served: Bot, responses: list[dict[str, Any]], error: str
) -> None:
    bot_served.actions.responses = responses

    assert _outcome(bot_served.say(CANARY)) == (500, {"error": error})


def test_a_failed_turn_leaves_no_trace(bot_served: Bot) -> None:
    bot_served.tap("tell_country", {"country_now": "KH"}, "traceless")
    bot_served.actions.status = 500
    failed = bot_served.tap("tell_country", {"country_now": "LA"}, "traceless")
    bot_served.actions.be_good()
    bot_served.say("thank you very much", "traceless")

    assert failed.status_code == 500
    assert bot_served.actions.asked[-1]["tracker"]["slots"]["country_now"] == "KH"


def test_a_conversation_takes_one_turn_at_a_time(bot_served: Bot) -> None:
    bot_served.actions.frozen = True
    with ThreadPoolExecutor(4) as pool:
        turns = [
            pool.submit(bot_served.tap, "tell_country", {"country_now": country}, "single")
            for country in ("TH", "MM", "KH")
        ]
        _until(lambda: len(bot_served.actions.asked) > 0)
        other = pool.submit(bot_served.tap, "open", {}, "another")
        _until(lambda: len(bot_served.actions.asked) > 1)
        under_way = [call["sender_id"] for call in bot_served.actions.asked]
        bot_served.actions.frozen = False
    statuses = [turn.result().status_code for turn in (*turns, other)]

    assert (sorted(under_way), statuses) == (["another", "single"], [200] * 4)


def test_who_waits_too_long_behind_another_turn_is_told_so(bot_served: Bot) -> None:
    bot_served.actions.frozen = True
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(bot_served.tap, "open", {}, "queue")
        _until(lambda: len(bot_served.actions.asked) > 0)
        second = bot_served.tap("open", {}, "queue")

    assert _outcome(first.result()) == (504, {"error": "actions_slow"})
    assert second.status_code == 504


def test_deleting_waits_for_the_turn_under_way(bot_served: Bot) -> None:
    bot_served.actions.frozen = True
    with ThreadPoolExecutor(2) as pool:
        turn = pool.submit(bot_served.tap, "tell_country", {"country_now": "LA"}, "late")
        _until(lambda: len(bot_served.actions.asked) > 0)
        deleted = pool.submit(bot_served.forget, "late")
        bot_served.actions.frozen = False
        statuses = turn.result().status_code, deleted.result().status_code
    bot_served.say("thank you very much", "late")

    assert statuses == (200, 204)
    assert bot_served.actions.asked[-1]["tracker"]["slots"]["country_now"] is None


@pytest.mark.parametrize(
    ("encoder", "status", "body"),
    [
        (None, 200, {"status": "ready"}),
        ("another", 503, {"error": "not_ready", "waiting_for": "training"}),
    ],
)
def test_ready_only_with_the_encoder_it_was_trained_with(
    bot_served: Bot, encoder: str | None, status: int, body: dict[str, str]
) -> None:
    if encoder:
        bot_served.retrieval.encoder = encoder

    _until(lambda: _outcome(bot_served.get("ready")) == (status, body))

    assert _outcome(bot_served.get("ready")) == (status, body)


def test_not_ready_without_retrieval(bot_served: Bot) -> None:
    bot_served.retrieval.stop()
    expected = (503, {"error": "not_ready", "waiting_for": "retrieval"})

    _until(lambda: _outcome(bot_served.get("ready")) == expected)

    assert _outcome(bot_served.get("ready")) == expected


@pytest.fixture
def _every_failure(bot_served: Bot) -> None:
    """Everything that can go wrong with a message, one after another."""
    retrieval, actions = bot_served.retrieval, bot_served.actions
    for part, orders in (
        (retrieval, {"frozen": True}),
        (retrieval, {"status": 500, "body": CANARY}),
        (retrieval, {"said": {"vector": CANARY}}),
        (retrieval, {"said": {"language": [CANARY], "danger": CANARY}}),
        (actions, {"frozen": True}),
        (actions, {"status": 500, "body": json.dumps({"request_body": CANARY})}),
        (actions, {"body": CANARY}),
        (actions, {"responses": [spoken({"text": CANARY})]}),
        (actions, {"events": [{"event": "no such event", "text": CANARY}]}),
        (actions, {"events": [{"event": "followup", "name": CANARY}]}),
        (actions, {"events": [{"event": "slot", "name": CANARY, "value": CANARY}]}),
    ):
        for name, value in orders.items():
            setattr(part, name, value)
        bot_served.say(CANARY)
        retrieval.be_good()
        actions.be_good()
    bot_served.say(f"/{CANARY}")
    bot_served.say(f'/danger{{"danger_kind": "{CANARY}"}} {CANARY}')
    bot_served.post({"conversation": "c", "text": CANARY, CANARY: CANARY})
    bot_served.post({"conversation": CANARY, "text": CANARY})
    bot_served.post(data=f'{{"text": "{CANARY}'.encode())
    bot_served.post({"conversation": "c", "text": CANARY}, params={"q": CANARY})
    bot_served.get(CANARY)


@pytest.mark.usefixtures("_every_failure")
def test_nothing_a_person_writes_is_ever_printed(bot_served: Bot) -> None:
    printed = bot_served.printed.read_text("utf-8")

    assert "refused: retrieval_slow" in printed
    assert [word for word in ("Zebulon", "Quux", "blue gate") if word in printed] == []


def _until(true: Any) -> None:
    """Wait until something holds, for at most 20 seconds."""
    pause = threading.Event()
    for _ in range(1000):
        if true():
            return
        pause.wait(0.02)
    raise AssertionError("it never came to hold")
