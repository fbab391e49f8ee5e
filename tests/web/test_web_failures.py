"""Whatever is down, frozen or confused, a person gets words and where to call, in time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from forewarn.knowledge.loader import Knowledge
from forewarn.offers.verdict import OfferCheck
from tests.knowledge_base import LANGUAGES
from tests.web.fake_bot import FakeBot, answer, choices, text
from tests.web.talk import choices_of, opened, say

DEADLINE = 0.6
"""Seconds: so that freezing takes little of the tests' time. The product's is 3."""

SLACK = 1.5
"""Seconds beyond the deadline for a busy test machine; a frozen bot would hold on for a minute."""

WAYS_TO_FAIL = (
    "killed", "frozen", "trickle", "hang_up", "status 500", "status 504", "status 302",
    "empty", "no_replies", "blank", "garbage", "other_language", "huge",
)  # fmt: skip


@pytest.fixture
def hurried(make_client: Callable[..., TestClient]) -> TestClient:
    """A client of a web with a short deadline."""
    return make_client(deadline_web=DEADLINE)


def break_down(bot: FakeBot, how: str) -> None:
    if how == "killed":
        bot.kill()
    else:
        bot.behave = how


def check_fallback(response: Any, messages: Any, knowledge: Knowledge, language: str) -> Any:
    assert response.status_code == 503
    body = response.json()
    reviewed = {one.code: one.native_review for one in knowledge.languages}[language]
    folded = set() if reviewed else {"english"}
    assert set(body) == {"error", "message", "hotlines"} | folded
    assert body["error"] == "unavailable"
    assert messages.fallback in body["message"]
    assert reviewed or knowledge.messages["en"].fallback in body["english"]
    region = {code for code, item in knowledge.countries.countries.items() if item.region}
    assert {item["country"] for item in body["hotlines"]} == region
    for item in body["hotlines"]:
        assert item["country_name"] == knowledge.countries.countries[item["country"]].name[language]
        assert item["dial_inside"] or item["dial_from_abroad"]
    return body


@pytest.mark.parametrize("how", WAYS_TO_FAIL)
def test_every_way_to_fail_ends_in_the_fallback_in_time(
    hurried: TestClient, bot: FakeBot, knowledge: Knowledge, how: str
) -> None:
    conversation = opened(hurried)
    break_down(bot, how)
    begun = time.monotonic()
    response = say(hurried, conversation["conversation"], text="what is a scam compound?")
    assert time.monotonic() - begun < DEADLINE + SLACK
    body = check_fallback(response, knowledge.messages["en"], knowledge, "en")
    assert body["message"] == knowledge.messages["en"].fallback


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_fallback_is_in_the_language_of_the_message(
    client: TestClient, bot: FakeBot, knowledge: Knowledge, language: str
) -> None:
    bot.kill()
    question = knowledge.faq["protect-yourself"].texts[language].question
    response = say(client, None, text=question)
    check_fallback(response, knowledge.messages[language], knowledge, language)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Wamechukua pasipoti yangu na hawataki kunirudishia", "sw"),
        ("여권을 빼앗기고 갇혀 있어요 살려 주세요", "ko"),
    ],
)
def test_the_fallback_ends_with_a_heading_in_a_language_we_do_not_speak(
    client: TestClient, bot: FakeBot, knowledge: Knowledge, written: str, code: str
) -> None:
    bot.behave = "status 500"
    (words,) = [one for one in knowledge.other_languages if one.code == code]
    body = say(client, None, text=written).json()
    told = knowledge.messages["en"].fallback
    assert body["message"] == f"{told}\n\n{words.contacts}"
    assert body["hotlines"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["suicide", "hurt", "moved", "held", "child"])
def test_a_cry_for_help_gets_its_own_words_with_everything_down(
    client: TestClient, bot: FakeBot, knowledge: Knowledge, language: str, kind: str
) -> None:
    bot.kill()
    danger = knowledge.dangers[kind]
    cry = danger.must_match[language][0]
    response = say(client, None, text=cry, language=language)
    assert response.status_code == 503
    body = response.json()
    assert knowledge.messages[language].fallback in body["message"]
    served_first = [
        name
        for name in knowledge.dangers
        if body["message"].startswith(knowledge.dangers[name].reply[language])
    ]
    assert len(served_first) == 1
    assert knowledge.dangers[served_first[0]].order <= danger.order
    assert body["hotlines"]


def test_a_tap_on_danger_gets_its_own_words_with_everything_down(
    client: TestClient, bot: FakeBot, knowledge: Knowledge
) -> None:
    bot.kill()
    body = opened(client)
    response = say(client, body["conversation"], choice=choices_of(body)[1]["choice"])
    assert response.status_code == 503
    assert response.json()["message"].startswith(knowledge.dangers["missing"].reply["en"])


def test_a_danger_told_of_earlier_is_not_forgotten_when_the_bot_dies(
    client: TestClient, bot: FakeBot, knowledge: Knowledge
) -> None:
    def judged(level: str, *kinds: str) -> None:
        danger = {"level": level, "kinds": list(kinds)}
        buttons = choices("safe now", intent="end_danger")
        bot.reply = lambda body: {**answer(text("An answer."), buttons), "danger": danger}

    def with_the_bot_failing() -> str:
        bot.behave = "status 500"
        message = say(client, conversation, text="a question of mine").json()["message"]
        bot.behave = "answer"
        return str(message)

    conversation = opened(client)["conversation"]
    judged("danger", "hurt")
    say(client, conversation, text="something only the bot understands")
    judged("none")
    reply = say(client, conversation, text="a question of mine").json()
    hurt = knowledge.dangers["hurt"].reply["en"]
    assert with_the_bot_failing().startswith(hurt)
    say(client, conversation, choice=choices_of(reply)[0]["choice"])
    assert with_the_bot_failing() == knowledge.messages["en"].fallback


def test_the_bot_is_told_each_turn_which_dangers_are_in_force(
    client: TestClient, bot: FakeBot
) -> None:
    """A bot that was restarted has forgotten the conversation; the lines must come back."""

    def judged(*kinds: str) -> None:
        danger = {"level": "danger" if kinds else "none", "kinds": list(kinds)}
        bot.reply = lambda body: {**answer(text("An answer.")), "danger": danger}

    conversation = opened(client)["conversation"]
    for kinds in (["held"], ["money_sent"], []):
        judged(*kinds)
        say(client, conversation, text="only the bot understands this")
    say(client, conversation, text="and now")
    bodies = [body for _, path, _, body in bot.requests if path.endswith("/message") and body]
    assert [body.get("in_force") for body in bodies] == [
        None,
        ["held"],
        ["money_sent", "held"],
        ["money_sent", "held"],
    ]


def test_a_danger_told_of_while_the_bot_is_down_is_not_forgotten_either(
    client: TestClient, bot: FakeBot, knowledge: Knowledge
) -> None:
    conversation = opened(client)["conversation"]
    bot.behave = "status 500"
    say(client, conversation, text=knowledge.dangers["held"].must_match["en"][0])
    message = say(client, conversation, text="a question of mine").json()["message"]
    assert message.startswith(knowledge.dangers["held"].reply["en"])


def test_a_phrase_that_the_bot_knows_better_is_not_in_force_but_what_was_stays(
    client: TestClient, bot: FakeBot, knowledge: Knowledge
) -> None:
    def in_force_after(level: str, *kinds: str) -> Any:
        danger = {"level": level, "kinds": list(kinds)}
        bot.reply = lambda body: {**answer(text("An answer.")), "danger": danger}
        say(client, conversation, text=phrase)
        assert bot.messages[-1]["danger"]["level"] == "danger"
        say(client, conversation, text="a question of mine")
        return bot.messages[-1].get("in_force")

    phrase = knowledge.dangers["held"].must_match["en"][0]
    conversation = opened(client)["conversation"]
    assert in_force_after("perhaps", "held") is None
    assert in_force_after("danger", "hurt") == ["hurt"]
    assert in_force_after("perhaps", "held") == ["hurt"]
    bot.behave = "status 500"
    message = say(client, conversation, text=phrase).json()["message"]
    assert message.startswith(knowledge.dangers["held"].reply["en"])
    bot.behave = "answer"
    assert in_force_after("perhaps", "held") == ["held", "hurt"]


def test_the_lines_of_the_country_are_given_when_it_is_known(
    client: TestClient, bot: FakeBot
) -> None:
    bot.kill()
    response = say(client, None, text="the police do not answer me, I am in Thailand")
    assert {item["country"] for item in response.json()["hotlines"]} == {"TH"}


def test_an_offer_is_checked_by_its_phrases_where_retrieval_fails(
    hurried: TestClient, bot: FakeBot, knowledge: Knowledge
) -> None:
    offer = "good job abroad, no interview, free flight"
    verdict = OfferCheck(knowledge).check(offer, "en")
    assert verdict.flags
    for how in ("frozen", "garbage", "killed"):
        break_down(bot, how)
        response = hurried.post("/api/offers/check", json={"text": offer})
        assert response.status_code == 200
        assert response.json() == verdict.model_dump(mode="json")


def test_after_a_failure_the_conversation_goes_on(client: TestClient, bot: FakeBot) -> None:
    body = opened(client)
    bot.behave = "garbage"
    assert say(client, body["conversation"], text="first question here").status_code == 503
    bot.behave = "answer"
    bot.reply = lambda sent: answer(text(f"You said {len(sent['text'])} characters."))
    again = say(client, body["conversation"], text="first question here")
    assert again.json()["replies"][0]["text"] == "You said 19 characters."


def test_a_fault_of_ours_is_met_with_help_too(
    client: TestClient, bot: FakeBot, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a secret word of the person")

    monkeypatch.setattr("web.exchange.Exchange.know", fail)
    response = say(client, None, text="hello there", language="en")
    assert response.status_code == 500
    body = response.json()
    assert (body["error"], body["message"]) == ("fault", knowledge.messages["en"].fallback)
    assert body["hotlines"]
    assert "secret word" not in response.text


def test_ready_names_the_part_that_is_not(
    client: TestClient, bot: FakeBot, knowledge: Knowledge
) -> None:
    everything = {"bot": True, "actions": True, "retrieval": True}
    spoken = {"web": knowledge.content_hash()}
    response = client.get("/ready")
    assert (response.status_code, response.json()) == (
        200,
        {"ready": True, "parts": everything, "knowledge": spoken},
    )
    assert client.get("/health").json() == {"alive": True, "knowledge": spoken["web"]}


def test_not_ready_while_a_part_is_down(
    make_client: Callable[..., TestClient], bot: FakeBot, knowledge: Knowledge
) -> None:
    with FakeBot() as retrieval:
        client = make_client(retrieval_url=retrieval.url)
        retrieval.kill()
        response = client.get("/ready")
    assert response.status_code == 503
    assert response.json() == {
        "ready": False,
        "parts": {"bot": True, "actions": True, "retrieval": False},
        "knowledge": {"web": knowledge.content_hash()},
    }
