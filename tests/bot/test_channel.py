"""The channel over HTTP: what goes in, what comes out."""

from __future__ import annotations

import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.bot.fakes import NOWHERE

if TYPE_CHECKING:
    from tests.bot.conftest import Bot

NO_DANGER = {"level": "none", "kinds": []}
HEADS = [chr(code) for code in range(sys.maxunicode + 1)]
WHITE_SPACE = [head for head in HEADS if head.isspace()]
UNSEEN = [head for head in HEADS if unicodedata.category(head) == "Cf"]


def _text(action: str) -> list[dict[str, str]]:
    return [{"type": "text", "text": action}]


def _reply(action: str, language: str | None = "en", **danger: Any) -> dict[str, Any]:
    return {"language": language, "replies": _text(action), "danger": {**NO_DANGER, **danger}}


@pytest.mark.parametrize(
    ("text", "language", "action"),
    [
        ("how can I protect my parents from phone scams", "en", "action_answer_question"),
        ("จะรู้ได้ยังไงว่าแคสติ้งนี้เป็นของปลอม", "th", "action_answer_question"),
        ("帮我看看这个招聘是不是骗局", "zh", "action_check_offer"),
    ],
)
def test_a_text_is_answered(bot_served: Bot, text: str, language: str, action: str) -> None:
    answer = bot_served.say(text, language=language)

    assert (answer.status_code, answer.json()) == (200, _reply(action, language))
    assert bot_served.retrieval.asked == [{"text": text, "language": language}]


def test_actions_are_told_slots_and_the_latest_message_and_no_more(bot_served: Bot) -> None:
    bot_served.say("thank you very much", "told", country="TH")
    bot_served.say("how do fake marriages work", "told", country="TH")

    call = bot_served.actions.asked[-1]
    tracker = call["tracker"]
    assert (call["next_action"], call["domain"], tracker["events"]) == (
        "action_answer_question",
        {},
        [],
    )
    assert {name: value for name, value in tracker["slots"].items() if value is not None} == {
        "country_now": "TH",
        "danger_level": "none",
        "language": "en",
    }
    assert tracker["latest_message"]["text"] == "how do fake marriages work"
    understanding = tracker["latest_message"]["metadata"]["understanding"]
    assert understanding["danger"] == NO_DANGER


def test_a_tap_sets_its_slots_and_asks_nobody_what_it_means(bot_served: Bot) -> None:
    answer = bot_served.tap("question", {"faq": "passport-taken"}, language="th")

    assert (answer.status_code, answer.json()) == (200, _reply("action_answer_question", "th"))
    assert bot_served.retrieval.asked == []
    assert bot_served.actions.asked[0]["tracker"]["slots"]["faq"] == "passport-taken"


def test_what_a_tap_asked_for_is_forgotten_after_its_turn(bot_served: Bot) -> None:
    bot_served.tap("question", {"faq": "passport-taken"}, "forgetful")
    bot_served.say("is thailand safe for a holiday", "forgetful")

    assert bot_served.actions.asked[-1]["tracker"]["slots"]["faq"] is None


def test_an_action_changes_the_language_of_the_reply(bot_served: Bot) -> None:
    bot_served.actions.events = [
        {"event": "slot", "timestamp": None, "name": "language", "value": "zh"}
    ]

    answer = bot_served.say("please answer in English", language="en")

    assert answer.json() == _reply("action_change_language", "zh")


def test_blocks_of_several_answers_come_in_order(bot_served: Bot) -> None:
    from tests.bot.fakes import spoken

    one, two, three = ({"type": "text", "text": each} for each in ("one", "two", "three"))
    bot_served.actions.responses = [spoken({"blocks": [one, two]}), spoken({"blocks": [three]})]

    assert bot_served.say("thank you very much").json()["replies"] == [one, two, three]


def test_danger_that_retrieval_sees_wins_over_the_words(bot_served: Bot) -> None:
    bot_served.retrieval.said = {
        "danger": {"level": "danger", "kinds": ["held", "child"], "by": "meaning"}
    }

    answer = bot_served.say("thank you very much")

    assert answer.json() == _reply(
        "action_respond_to_danger", level="danger", kinds=["held", "child"]
    )
    slots = bot_served.actions.asked[0]["tracker"]["slots"]
    told = slots["danger_level"], slots["danger_kind"], slots["danger_second"]
    assert told == ("danger", "held", "child")


def test_danger_that_web_alone_sees_is_not_missed(bot_served: Bot) -> None:
    danger = {"level": "danger", "kinds": ["suicide"]}

    answer = bot_served.say("thank you very much", danger=danger)

    assert answer.json() == _reply("action_respond_to_danger", **danger)


def test_what_retrieval_makes_of_a_phrase_replaces_what_web_did(bot_served: Bot) -> None:
    perhaps = {"level": "perhaps", "kinds": ["travelling"]}
    bot_served.retrieval.said = {"danger": {**perhaps, "by": "phrase"}}

    answer = bot_served.say(
        "how do fake marriages work", danger={"level": "danger", "kinds": ["held", "travelling"]}
    )

    assert answer.json() == _reply("action_answer_question", **perhaps)


def test_a_phrase_that_the_meaning_overruled_is_no_danger(bot_served: Bot) -> None:
    overruled = {"level": "none", "kinds": []}
    bot_served.retrieval.said = {"danger": {**overruled, "by": "meaning"}}

    answer = bot_served.say(
        "how do fake marriages work", danger={"level": "danger", "kinds": ["held"]}
    )

    assert answer.json() == _reply("action_answer_question", **overruled)


def test_perhaps_danger_is_answered_and_told(bot_served: Bot) -> None:
    bot_served.retrieval.said = {"danger": {"level": "perhaps", "kinds": ["held"], "by": "meaning"}}

    answer = bot_served.say("how do fake marriages work")

    assert answer.json() == _reply("action_answer_question", level="perhaps", kinds=["held"])
    assert bot_served.actions.asked[0]["tracker"]["slots"]["danger_level"] == "perhaps"


def test_a_tap_on_danger_tells_danger(bot_served: Bot) -> None:
    answer = bot_served.tap("danger", {"danger_kind": "missing"}, language="en")

    assert answer.json() == _reply("action_respond_to_danger", level="danger", kinds=["missing"])


def test_a_bot_that_was_restarted_learns_which_dangers_are_in_force(bot_served: Bot) -> None:
    in_force = ["money_sent", "held"]

    bot_served.say("how do fake marriages work", in_force=in_force)
    bot_served.tap("question", {"faq": "passport-taken"}, in_force=in_force)
    bot_served.say("how do fake marriages work")

    slots = [call["tracker"]["slots"]["danger_in_force"] for call in bot_served.actions.asked]
    assert slots == ["money_sent held", "money_sent held", None]


def test_a_place_alone_is_told_apart_from_where_the_person_is(bot_served: Bot) -> None:
    bot_served.retrieval.said = {"place": {**NOWHERE, "mentioned": ["MM"], "only": True}}

    answer = bot_served.say("thank you very much")

    assert answer.json() == _reply("action_tell_country")
    slots = bot_served.actions.asked[0]["tracker"]["slots"]
    assert (slots["place"], slots["country_now"]) == ("MM", None)


def test_whose_passport_somebody_has_is_told_in_passing(bot_served: Bot) -> None:
    bot_served.retrieval.said = {
        "danger": {"level": "danger", "kinds": ["held"], "by": "phrase"},
        "place": {**NOWHERE, "peoples": ["PH"], "citizen_of": "PH"},
    }

    bot_served.say("I'm Filipino and they took my passport")

    slots = bot_served.actions.asked[0]["tracker"]["slots"]
    assert (slots["nationality"], slots["country_now"]) == ("PH", None)


def test_two_places_alone_tell_no_country(bot_served: Bot) -> None:
    bot_served.retrieval.said = {"place": {**NOWHERE, "mentioned": ["MM", "KH"], "only": True}}

    bot_served.say("thank you very much")

    slots = bot_served.actions.asked[0]["tracker"]["slots"]
    assert (slots["place"], slots["country_now"]) == (None, None)


@pytest.mark.parametrize("form", ["/goodbye", '/danger{"danger_kind": "held"}', "/restart"])
@pytest.mark.parametrize("heads", [WHITE_SPACE, UNSEEN], ids=["white space", "unseen"])
def test_a_typed_command_is_plain_text(bot_served: Bot, heads: list[str], form: str) -> None:
    def said(head: str) -> tuple[int, Any]:
        answer = bot_served.say(head + form)
        return answer.status_code, answer.json()["replies"]

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(said, ["", *heads]))

    # No vector, so no intent: search is asked.
    assert answers == [(200, _text("action_answer_question"))] * (len(heads) + 1)


def test_a_language_the_encoder_does_not_share_still_gets_search(bot_served: Bot) -> None:
    bot_served.retrieval.encoder = "another"

    assert bot_served.say("thank you very much").json() == _reply("action_answer_question")


@pytest.mark.parametrize("secret", [None, "", "wrong", "a secret that only tests kno", "é"])
def test_without_the_secret_nothing_is_done(bot_served: Bot, secret: str | None) -> None:
    headers = {} if secret is None else {"X-Forewarn-Secret": secret.encode()}
    body = {"conversation": "c", "text": "hi"}

    answers = [bot_served.post(body, headers=headers), bot_served.forget("c", headers=headers)]

    refused = (401, {"error": "not_allowed"})
    assert [(answer.status_code, answer.json()) for answer in answers] == [refused, refused]
    assert bot_served.retrieval.asked == bot_served.actions.asked == []


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (b"", 400, {"error": "not_json"}),
        (b"{", 400, {"error": "not_json"}),
        (b'{"conversation": "c", "text": "\xff\xfe"}', 400, {"error": "not_json"}),
        (b'{"conversation": "c", "text": NaN}', 400, {"error": "not_json"}),
        (b"[" * 30_000, 400, {"error": "not_json"}),
        (b"[]", 400, {"error": "not_valid"}),
        (b'{"conversation": "c"}', 400, {"error": "not_valid"}),
        (b'{"conversation": "c", "text": "' + b"a" * 41_000 + b'"}', 413, {"error": "too_large"}),
    ],
)
def test_bad_bodies_are_refused(
    bot_served: Bot, body: bytes, status: int, error: dict[str, str]
) -> None:
    answer = bot_served.post(data=body)

    assert (answer.status_code, answer.json()) == (status, error)


def test_refusals_leave_the_conversation_as_it_was(bot_served: Bot) -> None:
    bot_served.tap("tell_country", {"country_now": "KH"}, "unharmed")
    bot_served.post({"conversation": "unharmed", "text": 7})
    bot_served.post({"conversation": "unharmed", "choice": {"intent": "restart"}})
    bot_served.say("thank you very much", "unharmed")

    assert bot_served.actions.asked[-1]["tracker"]["slots"]["country_now"] == "KH"


def test_a_deleted_conversation_is_gone(bot_served: Bot) -> None:
    bot_served.tap("tell_country", {"country_now": "KH"}, "deleted")
    status = [bot_served.forget("deleted").status_code for _ in range(2)]
    bot_served.say("thank you very much", "deleted")

    assert status == [204, 204]
    assert bot_served.actions.asked[-1]["tracker"]["slots"]["country_now"] is None


def test_forty_turns_are_remembered_as_a_few(bot_served: Bot) -> None:
    answers = [bot_served.say("thank you very much", "long").json() for _ in range(40)]

    assert answers == [_reply("action_thank")] * 40


def test_health_and_readiness_need_no_secret(bot_served: Bot) -> None:
    assert bot_served.get("health").json() == {"status": "alive"}


def test_nothing_else_is_served(bot_served: Bot) -> None:
    root = bot_served.url.removesuffix("/webhooks/forewarn")
    paths = [
        "/",
        "/version",
        "/status",
        "/model",
        "/webhooks/rest/webhook",
        "/conversations/c/tracker",
    ]

    answers = [requests.get(root + path, timeout=20) for path in paths]

    assert [(each.status_code, each.json()) for each in answers] == [
        (404, {"error": "not_found"})
    ] * len(paths)
    assert not any("access-control" in name.lower() for name in answers[0].headers)
