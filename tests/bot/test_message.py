"""The schema of what web may send."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.message import LARGEST_BODY, Choice, Danger, Incoming, RequestError, read

GOOD: dict[str, Any] = {"conversation": "abc-1", "text": "hello"}
CANARY = "blue gate"


def _read(sent: Any) -> Incoming:
    return read(json.dumps(sent).encode())


def _refusal(sent: Any) -> tuple[int, str, str | None]:
    with pytest.raises(RequestError) as refused:
        _read(sent)
    assert CANARY not in str(refused.value)
    return refused.value.status, refused.value.code, refused.value.where


def test_a_text_with_everything() -> None:
    sent = {
        **GOOD,
        "language": "th",
        "country": "KH",
        "danger": {"level": "perhaps", "kinds": ["held", "money_sent"]},
    }

    assert _read(sent) == Incoming(
        "abc-1", "hello", None, "th", "KH", Danger("perhaps", ("held", "money_sent"))
    )


def test_a_text_alone_and_nulls() -> None:
    alone = Incoming("abc-1", "hello", None, None, None, Danger("none", ()))

    assert _read(GOOD) == _read({**GOOD, "language": None, "country": None}) == alone


@pytest.mark.parametrize("country", ["TH", "other", "unknown"])
def test_a_country_may_be_tapped_as_another_or_unknown(country: str) -> None:
    slots = {"country_now": country, "nationality": country, "seen_in": country}

    assert _read({"conversation": "a", "choice": {"intent": "tell_country", "slots": slots}}) == (
        Incoming("a", None, Choice("tell_country", slots), None, None, Danger())
    )


def test_a_choice() -> None:
    sent = {
        "conversation": "abc-1",
        "choice": {"intent": "offer_answer", "slots": {"offer_answer": "keeps_passport:unknown"}},
    }

    assert _read(sent).choice == Choice("offer_answer", {"offer_answer": "keeps_passport:unknown"})


@pytest.mark.parametrize("name", ["-_aB9", "_", "a:b.c", "a" * 200])
def test_ids_as_web_makes_them(name: str) -> None:
    assert _read({**GOOD, "conversation": name}).conversation == name


@pytest.mark.parametrize("text", ["\u200b", "🙏", "/open", "a" * 20_000, "\x00a", "\u202eabc"])
def test_any_text_that_is_not_blank_is_read_as_it_is(text: str) -> None:
    assert _read({**GOOD, "text": text}).text == text


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"text": ""}, "text"),
        ({"text": " \n\u3000"}, "text"),
        ({"text": 7}, "text"),
        ({"text": None}, "text"),
        ({"text": "\ud800"}, "text"),
        ({"conversation": ""}, "conversation"),
        ({"conversation": "a b"}, "conversation"),
        ({"conversation": "abc\n"}, "conversation"),
        ({"conversation": "a" * 300}, "conversation"),
        ({"conversation": ["a"]}, "conversation"),
        ({"language": "english"}, "language"),
        ({"language": 1}, "language"),
        ({"country": "Thailand"}, "country"),
        ({"country": "th"}, "country"),
        ({"country": "TH\n"}, "country"),
        ({"danger": {"level": "grave", "kinds": []}}, "danger"),
        ({"danger": {"level": "danger"}}, "danger"),
        ({"danger": {"level": "none", "kinds": [CANARY]}}, "danger"),
        ({"danger": "danger"}, "danger"),
        ({CANARY: CANARY}, None),
        ({"choice": {"intent": "open"}}, None),
    ],
)
def test_what_does_not_fit_is_refused_with_its_field(
    change: dict[str, Any], where: str | None
) -> None:
    assert _refusal({**GOOD, **change}) == (400, "not_valid", where)


@pytest.mark.parametrize(
    "choice",
    [
        {},
        {"intent": "restart"},
        {"intent": "session_start"},
        {"intent": "out_of_scope"},
        {"intent": "open", "slots": {"last_faq": "a"}},
        {"intent": "open", "slots": {"offer_state": "{}"}},
        {"intent": "open", "slots": {"session_started_metadata": "a"}},
        {"intent": "open", "slots": {"language": "th", "country_now": "TH/"}},
        {"intent": "open", "slots": {"country_now": "th"}},
        {"intent": "open", "slots": {"danger_answer": "-1"}},
        {"intent": "open", "slots": {"danger_in_force": "yes"}},
        {"intent": "open", "slots": {"faq": "../passport"}},
        {"intent": "open", "slots": {"faq": 7}},
        {"intent": "open", "slots": {"faq": None}},
        {"intent": "open", "slots": {"helpful": "maybe"}},
        {"intent": "open", "slots": {"offer_answer": "flag:perhaps not"}},
        {"intent": "open", "slots": {"danger_kind": "held\n"}},
        {"intent": "open", "slots": []},
        {"intent": "open", CANARY: 1},
        "open",
        [],
        None,
    ],
)
def test_choices_that_we_never_offer_are_refused(choice: Any) -> None:
    assert _refusal({"conversation": "a", "choice": choice}) == (400, "not_valid", "choice")


def test_a_body_that_is_too_large() -> None:
    with pytest.raises(RequestError) as refused:
        read(b" " * (LARGEST_BODY + 1))

    assert (refused.value.status, refused.value.code) == (413, "too_large")


@pytest.mark.parametrize(
    ("mine", "other", "both"),
    [
        (Danger(), Danger(), Danger()),
        (Danger("danger", ("held",)), Danger("perhaps", ("child",)), Danger("danger", ("held",))),
        (Danger("none"), Danger("perhaps", ("child",)), Danger("perhaps", ("child",))),
        (
            Danger("danger", ("held", "child")),
            Danger("danger", ("child", "missing")),
            Danger("danger", ("held", "child", "missing")),
        ),
    ],
)
def test_the_graver_danger_wins(mine: Danger, other: Danger, both: Danger) -> None:
    assert mine.or_graver(other) == both
