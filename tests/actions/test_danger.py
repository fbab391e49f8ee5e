"""Danger: what to do, nobody has been told, contacts, one question; until the person ends it."""

import pytest

from forewarn.knowledge.loader import Knowledge
from tests.actions.conftest import Rasa

LANGUAGES = ["en", "th", "zh"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_gets_its_words_that_nobody_was_told_contacts_and_one_question(
    rasa: Rasa, knowledge: Knowledge, language: str
) -> None:
    messages = knowledge.messages[language]
    for kind, danger in knowledge.dangers.items():
        turn = rasa("action_respond_to_danger", "x", danger_kind=kind, language=language)
        assert turn.texts[0] == danger.reply[language]
        assert messages.nobody_told in turn.texts
        items = turn.block("hotlines")["items"]
        assert items
        assert all(item["country_name"] for item in items)
        assert turn.meanings
        assert turn.slots["danger_in_force"] == "yes"


def test_a_tap_on_danger_asks_which_by_buttons_and_shows_lines_at_once(
    rasa: Rasa, knowledge: Knowledge
) -> None:
    turn = rasa("action_respond_to_danger", language="en")
    assert turn.texts[0] == knowledge.messages["en"].danger_which
    assert len(turn.block("hotlines")["items"]) == 6
    offered = [slots["danger_kind"] for intent, slots in turn.meanings if intent == "danger"]
    assert offered == [
        kind
        for kind, danger in sorted(knowledge.dangers.items(), key=lambda one: one[1].order)
        if danger.on_menu
    ]


def test_held_then_country_then_passport_then_the_end(rasa: Rasa, knowledge: Knowledge) -> None:
    first = rasa("action_respond_to_danger", "they hold me", danger_kind="held", language="en")
    assert first.texts[-1] == knowledge.messages["en"].ask_country_now
    assert ("tell_country", {"country_now": "MM"}) in first.meanings
    known = {"danger_kind": "held", "danger_in_force": "yes", "language": "en"}
    second = rasa("action_tell_country", country_now="MM", **known)
    assert second.block("hotlines")["items"][0]["dial_inside"] == "199"
    assert second.texts[-1] == knowledge.messages["en"].ask_nationality
    third = rasa("action_tell_country", country_now="MM", nationality="CN", **known)
    numbers = [
        (item["country"], item["dial_inside"], item["dial_from_abroad"])
        for item in third.block("hotlines")["items"]
    ]
    assert ("MM", "09 43209657", None) in numbers
    assert ("CN", None, "+861065612308") in numbers
    assert third.meanings == [("end_danger", {})]


def test_someone_missing_is_asked_after_where_last_seen(rasa: Rasa, knowledge: Knowledge) -> None:
    known = {"danger_kind": "missing", "danger_in_force": "yes", "language": "th"}
    first = rasa("action_respond_to_danger", **known)
    assert first.texts[-1] == knowledge.messages["th"].ask_country_of_person
    assert ("tell_country", {"seen_in": "KH"}) in first.meanings
    second = rasa("action_tell_country", seen_in="KH", nationality="TH", **known)
    items = second.block("hotlines")["items"]
    assert items[0]["country"] == "KH"
    assert any(item["dial_from_abroad"] == "+6625728442" for item in items)


def test_thoughts_of_suicide_are_met_with_one_gentle_question(
    rasa: Rasa, knowledge: Knowledge
) -> None:
    danger = knowledge.dangers["suicide"]
    assert danger.question is not None
    first = rasa("action_respond_to_danger", danger_kind="suicide", language="en")
    assert first.texts[-1] == "Are you alone just now?"
    assert first.meanings == [
        ("danger", {"danger_kind": "suicide", "danger_answer": "0"}),
        ("danger", {"danger_kind": "suicide", "danger_answer": "1"}),
    ]
    second = rasa(
        "action_respond_to_danger", danger_kind="suicide", danger_answer="0", language="en"
    )
    assert second.texts[0] == danger.question.answers[0].reply["en"]
    assert second.texts[-1] == knowledge.messages["en"].ask_country_now


def test_a_second_danger_is_named_after_the_first(rasa: Rasa, knowledge: Knowledge) -> None:
    turn = rasa("action_respond_to_danger", danger_kind="suicide", danger_second="held",
                language="zh")  # fmt: skip
    assert turn.texts[1] == knowledge.dangers["held"].mention["zh"]


@pytest.mark.parametrize("unknown", ["other", "unknown"])
def test_a_country_we_do_not_cover_or_is_not_known_still_ends_in_help(
    rasa: Rasa, unknown: str
) -> None:
    turn = rasa(
        "action_tell_country",
        danger_kind="held",
        danger_in_force="yes",
        language="en",
        country_now=unknown,
        nationality="CN",
    )
    block = turn.block("hotlines")
    assert block["note"]
    assert any(item["dial_from_abroad"] == "+861065612308" for item in block["items"])


def test_only_the_button_ends_it(rasa: Rasa, knowledge: Knowledge) -> None:
    known = {"danger_kind": "held", "danger_in_force": "yes", "language": "en"}
    fine = rasa("action_affirm", "i am fine", **known)
    assert fine.texts[-1] == knowledge.messages["en"].danger_in_force
    assert fine.slots.get("danger_in_force", "unchanged") == "unchanged"
    ended = rasa("action_end_danger", **known)
    assert ended.texts == [knowledge.messages["en"].danger_ended]
    assert {name: ended.slots[name] for name in ("danger_in_force", "danger_kind")} == {
        "danger_in_force": None,
        "danger_kind": None,
    }
