"""Nothing that can be sent breaks anything: a structured refusal, the conversation unharmed."""

from __future__ import annotations

import json
import string
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forewarn.knowledge.loader import Knowledge
from tests.knowledge_base import LANGUAGES
from tests.web.fake_bot import FakeBot
from tests.web.talk import check_refusal, choices_of, opened, say


@pytest.mark.parametrize(
    "nothing",
    ["", " ", "\n\t \u3000", "\x00\x01\x02\x1f\x7f", "\u200f\u200e\u202e\u2066\u2069", "\ufeff"],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_message_of_nothing_is_refused_kindly(
    client: TestClient, knowledge: Knowledge, bot: FakeBot, nothing: str, language: str
) -> None:
    response = say(client, None, text=nothing, language=language)
    body = check_refusal(response, 422, "empty")
    assert body["message"] == knowledge.messages[language].error_empty
    assert bot.messages == []


@pytest.mark.parametrize("emoji", ["🙏", "😭😭😭", "👩‍👩‍👧", "?!?", "…", "🇹🇭"])
def test_emoji_alone_are_answered_with_the_first_taps_and_the_emergency_lines(
    client: TestClient, bot: FakeBot, knowledge: Knowledge, emoji: str
) -> None:
    body = opened(client)
    refusal = check_refusal(say(client, body["conversation"], text=emoji), 422, "no_words")
    assert refusal["conversation"] == body["conversation"]
    assert refusal["hotlines"]
    taps = choices_of(refusal)
    assert [tap["label"] for tap in taps] == [tap["label"] for tap in choices_of(body)]
    assert bot.messages == []
    open_still = choices_of(body)[3]["choice"]
    assert say(client, body["conversation"], choice=open_still).status_code == 200


def test_a_tap_offered_for_emoji_works(client: TestClient, bot: FakeBot) -> None:
    refusal = check_refusal(say(client, None, text="🙏"), 422, "no_words")
    tap = choices_of(refusal)[2]["choice"]
    assert say(client, refusal["conversation"], choice=tap).status_code == 200
    assert bot.messages[-1]["choice"]["intent"] == "check_offer"


def test_invisible_characters_are_dropped_and_the_rest_goes_on(
    client: TestClient, bot: FakeBot
) -> None:
    say(client, None, text="\u202eis this\x00 job\u200f real?\u2028tell me")
    assert bot.messages[-1]["text"] == "is this job real?\ntell me"


def test_a_long_message_is_refused_and_nothing_is_lost(
    client: TestClient, bot: FakeBot, knowledge: Knowledge
) -> None:
    body = opened(client)
    response = say(client, body["conversation"], text="ก" * 20_000, language="th")
    refusal = check_refusal(response, 413, "too_long")
    assert refusal["message"] == knowledge.messages["th"].error_too_long.format(limit=4000)
    assert say(client, body["conversation"], text="ก" * 4_000).status_code == 200


def test_a_cry_for_help_in_a_long_message_is_heard_all_the_same(
    client: TestClient, knowledge: Knowledge
) -> None:
    held = knowledge.dangers["held"]
    cry = held.must_match["en"][0]
    refusal = check_refusal(
        say(client, None, text=f"{'x ' * 5_000}. {cry}. {'y ' * 2_000}"), 413, "too_long"
    )
    assert refusal["message"].startswith(held.reply["en"])
    assert refusal["hotlines"]


def test_a_body_beyond_the_cap_is_refused(client: TestClient) -> None:
    response = client.post("/api/chat", content=b'{"text": "' + b"a" * 70_000 + b'"}')
    check_refusal(response, 413, "too_large")


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe{}",
        b'{"text": "\xc3\x28"}',
        b"{",
        b"[]",
        b"null",
        b"3",
        b'"text"',
        b'{"text": 3}',
        b'{"text": ["a"]}',
        b'{"text": true}',
        b'{"choice": {}}',
        b'{"text": "a", "conversation": 7}',
        b'{"text": "a", "language": ["en"]}',
        b'{"text": "a", "country": 66}',
        b'{"text": "a", "choice": "b"}',
        b'{"text": "\\ud800"}',
        b"[" * 50_000,
    ],
)
def test_what_cannot_be_read_is_refused(client: TestClient, bot: FakeBot, content: bytes) -> None:
    check_refusal(client.post("/api/chat", content=content), 400, "unreadable")
    assert bot.messages == []


@pytest.mark.parametrize("content", [b"", b"{}", b'{"text": null}'])
def test_no_message_at_all_is_an_empty_one(client: TestClient, content: bytes) -> None:
    check_refusal(client.post("/api/chat", content=content), 422, "empty")


@pytest.mark.parametrize("language", ["xx", "", "klingon", "en;drop", "ภาษา", "e" * 500])
def test_an_unknown_language_is_refused_by_naming_ours(
    client: TestClient, knowledge: Knowledge, language: str
) -> None:
    names = [item.name for item in knowledge.languages]
    names.insert(names.index("中文") + 1, "繁體中文")
    ours = ", ".join(names)
    for response in (
        say(client, None, text="a question of mine", language=language),
        client.post("/api/conversation", json={"language": language}),
        client.get("/api/strings", params={"language": language}),
        client.post("/api/offers/check", json={"text": "an offer", "language": language}),
    ):
        body = check_refusal(response, 422, "language_unknown")
        assert ours in body["message"]


@pytest.mark.parametrize("country", ["XX", "", "Thailand", "T", "🇹🇭", "TH; DROP"])
def test_an_unknown_country_is_refused(client: TestClient, country: str) -> None:
    check_refusal(
        say(client, None, text="a question of mine", country=country), 422, "country_unknown"
    )


def test_a_language_tag_of_a_browser_is_understood(client: TestClient, bot: FakeBot) -> None:
    response = say(client, None, text="ok", language="zh-CN", country="th")
    assert response.status_code == 200
    assert (bot.messages[-1]["language"], bot.messages[-1]["country"]) == ("zh", "TH")


@pytest.mark.parametrize("spoil", ["", "x", "a.b", "💥", "\x00", "a" * 5_000])
def test_a_forged_conversation_is_refused(client: TestClient, bot: FakeBot, spoil: str) -> None:
    for response in (
        say(client, spoil, text="a question of mine"),
        client.post("/api/feedback", json={"conversation": spoil, "helpful": True}),
        client.request("DELETE", "/api/conversation", json={"conversation": spoil}),
    ):
        check_refusal(response, 403, "conversation_unknown")
    assert bot.requests == []


def test_a_conversation_signed_for_another_name_is_forged(client: TestClient) -> None:
    mine, theirs = opened(client)["conversation"], opened(client)["conversation"]
    swapped = f"{mine.rpartition('.')[0]}.{theirs.rpartition('.')[2]}"
    check_refusal(say(client, swapped, text="a question of mine"), 403, "conversation_unknown")


def test_a_cry_for_help_is_answered_in_spite_of_everything_wrong_around_it(
    client: TestClient, bot: FakeBot, knowledge: Knowledge
) -> None:
    cry = knowledge.dangers["held"].must_match["en"][0]
    response = say(client, "forged", text=cry, language="xx", country="YY")
    assert response.status_code == 200
    assert bot.messages[-1]["danger"]["level"] == "danger"
    assert bot.messages[-1]["conversation"] not in {"forged", ""}


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/nothing", 404, "not_found"),
        ("GET", "/help/xx", 422, "language_unknown"),
        ("GET", "/api/chat", 405, "method_not_allowed"),
        ("PUT", "/api/conversation", 405, "method_not_allowed"),
        ("GET", "/widget/../app.py", 404, "not_found"),
        ("GET", "/widget/%2e%2e/app.py", 404, "not_found"),
        ("GET", "/docs", 404, "not_found"),
        ("GET", "/openapi.json", 404, "not_found"),
    ],
)
def test_other_addresses_and_methods_are_refused_in_the_same_shape(
    client: TestClient, method: str, path: str, status: int, code: str
) -> None:
    check_refusal(client.request(method, path), status, code)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=8), children, max_size=3)
    ),
    max_leaves=6,
)
FIELDS = st.sampled_from(["text", "choice", "conversation", "language", "country", "helpful"])
BODIES = st.binary(max_size=200) | st.one_of(st.dictionaries(FIELDS, JUNK, max_size=4), JUNK).map(
    lambda value: json.dumps(value).encode()
)
ROUTES = st.sampled_from(
    [
        ("POST", "/api/chat"),
        ("POST", "/api/conversation"),
        ("DELETE", "/api/conversation"),
        ("POST", "/api/feedback"),
        ("POST", "/api/offers/check"),
    ]
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(route=ROUTES, content=BODIES)
def test_no_body_brings_anything_but_an_answer_or_a_refusal(
    quiet: TestClient, route: tuple[str, str], content: bytes
) -> None:
    response = quiet.request(*route, content=content)
    assert response.status_code in {200, 201, 400, 403, 409, 410, 413, 422, 503}
    body = response.json()
    if not response.is_success:
        assert set(body) >= {"error", "message", "hotlines"}


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    written=st.text(
        alphabet=st.characters(codec="utf-8") | st.sampled_from(string.printable), max_size=300
    )
)
def test_no_text_harms_its_conversation(quiet: TestClient, bot: FakeBot, written: str) -> None:
    body = opened(quiet)
    response = say(quiet, body["conversation"], text=written)
    assert response.status_code in {200, 422}
    if response.status_code == 200:
        sent: dict[str, Any] = bot.messages[-1]
        assert sent["text"].strip() == sent["text"] != ""
        assert not sent["text"].startswith("/")
    else:
        tap = choices_of(body)[2]["choice"]
        assert say(quiet, body["conversation"], choice=tap).status_code == 200


@pytest.fixture
def quiet(make_client: Any) -> TestClient:
    """A client of a web that limits nobody's rate."""
    client: TestClient = make_client(rate_address_burst=0, rate_conversation_burst=0)
    return client
