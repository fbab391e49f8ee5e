"""Danger: what to do, nobody has been told, contacts, one question; until the person ends it."""

import pytest

from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.schema.papers import Paper
from tests.actions.conftest import Rasa
from tests.knowledge_base import LANGUAGES


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
        assert turn.slots["danger_in_force"] == kind


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_for_ones_own_device_is_offered_under_the_contacts_where_it_helps(
    rasa: Rasa, knowledge: Knowledge, language: str
) -> None:
    offered = {}
    for kind, danger in knowledge.dangers.items():
        said = {"danger_kind": kind, **({"danger_answer": "0"} if danger.question else {})}
        turn = rasa("action_respond_to_danger", "x", language=language, **said)
        types = [block["type"] for block in turn.blocks]
        if "paper" not in types:
            assert danger.paper is None
            continue
        block = turn.block("paper")
        assert types[types.index("paper") - 1] == "hotlines"
        assert block["label"] == knowledge.link_to(Paper(block["paper"]))[language]
        offered[kind] = block["paper"]
    shown = dict.fromkeys(("held", "moved", "threatened", "hurt", "child"), "show")
    assert offered == {**shown, "missing": "report", "travelling": "trip"}


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


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Mereka mengambil paspor saya dan saya dikurung", "id"),
        ("मेरा पासपोर्ट ले लिया गया है और हमें बाहर नहीं जाने देते", "hi"),
        ("أخذوا جواز سفري ولا يريدون إعادته", "ar"),
    ],
)
def test_contacts_stand_under_a_heading_in_a_language_we_do_not_speak(
    rasa: Rasa, knowledge: Knowledge, text: str, code: str
) -> None:
    turn = rasa("action_respond_to_danger", text, danger_kind="held", language="en")
    (words,) = [one for one in knowledge.other_languages if one.code == code]
    assert turn.texts[0] == knowledge.dangers["held"].reply["en"]
    before = turn.blocks[[block["type"] for block in turn.blocks].index("hotlines") - 1]
    assert before == {"type": "text", "text": words.contacts, "tone": "danger", "english": None}
    assert ("change_language", {"language": "th"}) in turn.meanings


def test_where_there_may_be_danger_the_sentence_stands_under_it_too(
    rasa: Rasa, knowledge: Knowledge
) -> None:
    text, words = "У меня забрали паспорт и бьют", knowledge.other_languages
    (heading,) = [one.contacts for one in words if one.code == "ru"]
    turn = rasa("action_greet", text, danger_level="perhaps", language="en")
    where = [n for n, one in enumerate(turn.blocks) if one.get("tone") == "danger"]
    assert [turn.blocks[n]["text"] for n in where[:1]] == [heading]
    assert where[1] == where[0] + 1
    assert "191" in turn.blocks[where[1]]["text"]


def test_held_then_country_then_passport_then_the_end(rasa: Rasa, knowledge: Knowledge) -> None:
    first = rasa("action_respond_to_danger", "they hold me", danger_kind="held", language="en")
    assert first.texts[-1] == knowledge.messages["en"].ask_country_now
    assert ("tell_country", {"country_now": "MM"}) in first.meanings
    known = {"danger_in_force": "held", "language": "en"}
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
    known = {"danger_in_force": "missing", "language": "th"}
    first = rasa("action_respond_to_danger", danger_kind="missing", **known)
    assert first.texts[-1] == knowledge.messages["th"].ask_country_of_person
    assert ("tell_country", {"seen_in": "KH"}) in first.meanings
    second = rasa("action_tell_country", seen_in="KH", nationality="TH", **known)
    items = second.block("hotlines")["items"]
    assert items[0]["country"] == "KH"
    assert any(item["dial_from_abroad"] == "+6625728442" for item in items)


def test_a_family_that_names_the_country_is_not_asked_again(
    rasa: Rasa, knowledge: Knowledge
) -> None:
    turn = rasa("action_respond_to_danger", "she went to Cambodia", named=["KH"],
                danger_kind="missing", language="en")  # fmt: skip
    assert turn.slots["seen_in"] == "KH"
    assert {item["country"] for item in turn.block("hotlines")["items"]} == {"KH"}
    assert turn.texts[-1] == knowledge.messages["en"].ask_nationality_of_person
    two = rasa("action_respond_to_danger", "from China to Laos", named=["CN", "LA"],
               danger_kind="missing", language="en")  # fmt: skip
    assert two.texts[-1] == knowledge.messages["en"].ask_country_of_person
    assert "seen_in" not in two.slots


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
        danger_in_force="held",
        language="en",
        country_now=unknown,
        nationality="CN",
    )
    block = turn.block("hotlines")
    assert block["note"]
    assert any(item["dial_from_abroad"] == "+861065612308" for item in block["items"])


def test_only_the_button_ends_it(rasa: Rasa, knowledge: Knowledge) -> None:
    known = {"danger_in_force": "held", "language": "en"}
    fine = rasa("action_affirm", "i am fine", **known)
    assert fine.texts[-1] == knowledge.messages["en"].danger_in_force
    assert fine.slots.get("danger_in_force", "unchanged") == "unchanged"
    ended = rasa("action_end_danger", **known)
    assert ended.texts == [knowledge.messages["en"].danger_ended]
    assert {name: ended.slots[name] for name in ("danger_in_force", "seen_in")} == {
        "danger_in_force": None,
        "seen_in": None,
    }


def test_a_tap_without_a_kind_asks_which_and_keeps_what_was_told(
    rasa: Rasa, knowledge: Knowledge
) -> None:
    turn = rasa("action_respond_to_danger", language="en", danger_in_force="missing")
    assert turn.texts[0] == knowledge.messages["en"].danger_which
    assert turn.slots["danger_in_force"] == "missing"
    first = rasa("action_respond_to_danger", language="en")
    assert first.slots["danger_in_force"] == "unknown"
    later = rasa("action_greet", "hm", language="en", danger_in_force="unknown")
    assert later.texts[-1] == knowledge.messages["en"].danger_in_force
    assert len(later.block("hotlines")["items"]) == 6


def test_a_new_danger_does_not_push_out_the_one_told_of_before(
    rasa: Rasa, knowledge: Knowledge
) -> None:
    known = {"language": "en", "country_now": "TH", "nationality": "TH"}
    turn = rasa(
        "action_respond_to_danger", "x", danger_kind="money_sent", danger_in_force="held", **known
    )
    assert turn.texts[:2] == [
        knowledge.dangers["money_sent"].reply["en"],
        knowledge.dangers["held"].mention["en"],
    ]
    assert turn.slots["danger_in_force"] == "money_sent held"
    later = rasa("action_greet", "hm", danger_in_force="money_sent held", **known)
    kinds = {item["kind"] for item in later.block("hotlines")["items"]}
    assert kinds == {"anti_scam", "police", "consular", "anti_trafficking", "tourist_police"}


def test_what_one_message_told_is_not_told_again_by_the_next(rasa: Rasa) -> None:
    turn = rasa("action_respond_to_danger", "x", danger_kind="hurt", danger_second="held")
    for slot in ("danger_kind", "danger_second", "danger_answer"):
        assert turn.slots[slot] is None


def test_where_someone_was_seen_does_not_send_help_to_the_wrong_country(rasa: Rasa) -> None:
    turn = rasa(
        "action_respond_to_danger", "x", danger_kind="held", danger_in_force="missing",
        language="en", country_now="TH", nationality="CN", seen_in="MM",
    )  # fmt: skip
    assert {item["country"] for item in turn.block("hotlines")["items"]} == {"TH", "CN"}
    assert turn.block("hotlines")["items"][0]["dial_inside"] == "191"


@pytest.mark.parametrize("asked", ["country_now", "nationality", "seen_in"])
def test_a_written_place_answers_the_question_that_was_asked(rasa: Rasa, asked: str) -> None:
    before = {"country_now": "MM", "nationality": "CN", "seen_in": "KH"}
    turn = rasa(
        "action_tell_country", "Thailand", language="en", danger_in_force="missing",
        asked=asked, place="TH", **before,
    )  # fmt: skip
    told = {name: turn.slots[name] for name in before if name in turn.slots}
    assert told == {asked: "TH"}
    assert turn.slots["place"] is None
    place = "TH" if asked == "seen_in" else "KH"
    assert turn.block("hotlines")["items"][0]["country"] == place


def test_a_written_place_that_answers_nothing_is_where_the_person_is(rasa: Rasa) -> None:
    turn = rasa("action_tell_country", "ไทย", language="th", place="TH", danger_in_force="held")
    assert turn.slots["country_now"] == "TH"
    assert turn.block("hotlines")["items"][0]["dial_inside"] == "191"
    assert turn.slots["asked"] == "nationality"


@pytest.mark.parametrize(("written", "number"), [("affirm", 0), ("deny", 1)])
@pytest.mark.parametrize("kind", ["suicide", "child"])
def test_a_written_yes_or_no_answers_the_question_of_a_danger(
    rasa: Rasa, knowledge: Knowledge, kind: str, written: str, number: int
) -> None:
    first = rasa("action_respond_to_danger", "x", danger_kind=kind, language="en")
    turn = rasa(f"action_{written}", "hm", language="en", danger_in_force=kind,
                asked=first.slots["asked"])  # fmt: skip
    question = knowledge.dangers[kind].question
    assert question is not None
    assert turn.texts[0] == question.answers[number].reply["en"]
    assert len([block for block in turn.blocks if block["type"] == "hotlines"]) == 1
