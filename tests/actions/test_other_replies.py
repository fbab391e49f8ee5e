"""Offers, contacts, topics, languages and small talk."""

import json

import pytest

from actions.app import ACTIONS
from forewarn.knowledge.loader import Knowledge
from tests.actions.conftest import Rasa, Retrieval, call
from tests.forewarn.test_offers import LURE


def test_a_pasted_offer_gets_a_verdict_reasons_sources_and_whom_to_ask(
    rasa: Rasa, retrieval: Retrieval
) -> None:
    turn = rasa("action_check_offer", LURE, language="en", country_now="TH")
    verdict = turn.block("verdict")
    assert verdict["level"] == "lure"
    assert all(flag["quote"] in LURE for flag in verdict["flags"])
    assert turn.block("sources")["items"]
    assert turn.block("hotlines")["items"][0]["kind"] == "job_check"
    assert retrieval.asked[0][1]["holds_something"] is False
    assert ("danger", {"danger_kind": "held"}) in turn.meanings


def test_without_the_encoder_phrases_judge_alone(rasa: Rasa, retrieval: Retrieval) -> None:
    retrieval.failure = 504
    turn = rasa("action_check_offer", LURE, language="en", country_now="TH")
    assert turn.block("verdict")["level"] == "lure"
    assert turn.block("hotlines")["items"][0]["kind"] == "job_check"


def test_a_request_without_an_offer_is_invited_to_paste(rasa: Rasa, knowledge: Knowledge) -> None:
    for text in ("", "is this job real?"):
        turn = rasa("action_check_offer", text, language="en")
        assert turn.texts == [knowledge.messages["en"].offer_invite]
        assert turn.meanings == [("offer_answer", {})]


def test_the_check_by_taps_can_be_walked_to_its_verdict(rasa: Rasa, knowledge: Knowledge) -> None:
    turn = rasa("action_offer_question", language="zh")
    steps = 0
    while turn.slots.get("offer_state"):
        steps += 1
        yes = next(slots["offer_answer"] for _, slots in turn.meanings)
        assert yes.endswith(":yes")
        turn = rasa(
            "action_offer_question",
            language="zh",
            offer_answer=yes,
            offer_state=turn.slots["offer_state"],
        )
    assert steps == sum(flag.on_tap_check for flag in knowledge.red_flags.values())
    assert turn.block("verdict")["level"] == "lure"


def test_a_written_yes_answers_the_open_question_about_an_offer(
    rasa: Rasa, knowledge: Knowledge
) -> None:
    first = rasa("action_offer_question", language="en")
    state, asked = first.slots["offer_state"], first.slots["asked"]
    flag = asked.partition(":")[2]
    for written, seen in (("affirm", [flag]), ("deny", [])):
        turn = rasa(f"action_{written}", "hm", language="en", offer_state=state, asked=asked)
        assert json.loads(turn.slots["offer_state"]) == {"asked": [flag], "seen": seen}
        assert turn.slots["asked"] != asked


def test_a_message_in_between_ends_the_check_by_taps_and_it_begins_anew(rasa: Rasa) -> None:
    first = rasa("action_offer_question", language="en")
    between = rasa("action_greet", "hm", language="en", **first.slots)
    assert between.slots["asked"] is None, "a later yes must not answer the old question"
    again = rasa("action_offer_question", language="en", offer_state=first.slots["offer_state"])
    assert again.blocks == first.blocks


def test_all_noes_are_not_called_safe(rasa: Rasa, knowledge: Knowledge) -> None:
    names = [name for name, flag in knowledge.red_flags.items() if flag.on_tap_check]
    turn = rasa(
        "action_offer_question",
        language="en",
        offer_answer=f"{names[-1]}:no",
        offer_state=json.dumps({"asked": names[:-1], "seen": []}),
    )
    verdict = turn.block("verdict")
    assert (verdict["level"], verdict["note"]) == (
        "unclear",
        knowledge.messages["en"].verdict_no_flags,
    )


def test_contacts_after_an_answer_are_those_of_the_answer(rasa: Rasa) -> None:
    turn = rasa("action_show_contacts", last_faq="money-sent", country_now="TH", language="en")
    assert turn.block("hotlines")["items"][0]["kind"] == "anti_scam"


def test_who_cannot_speak_gets_written_lines_first(rasa: Rasa, knowledge: Knowledge) -> None:
    asked = rasa("action_cannot_talk", language="en")
    assert ("cannot_talk", {"country_now": "KH"}) in asked.meanings
    assert [block["type"] for block in asked.blocks] == [
        "text", "hotlines", "text", "text", "choices",
    ]  # fmt: skip
    assert all(item["country_name"] for item in asked.block("hotlines")["items"])
    assert asked.blocks[3]["tone"] == "danger"
    assert "Thailand 191" in asked.texts[2]
    assert ("danger", {}) in asked.meanings
    turn = rasa("action_cannot_talk", language="en", country_now="KH", nationality="KH")
    items = turn.block("hotlines")["items"]
    assert all(item["url"] or item["sms"] or item["whatsapp"] or item["app"] for item in items)
    none = rasa("action_cannot_talk", language="en", country_now="LA", nationality="LA")
    assert knowledge.messages["en"].cannot_talk_no_written.format(country="Laos") in none.texts


def test_contacts_in_a_country_that_is_named_are_shown_whoever_asks_from_wherever(
    rasa: Rasa,
) -> None:
    slots = {"language": "en", "country_now": "TH"}
    turn = rasa("action_show_contacts", "police number in Laos?", named=["LA"], **slots)
    items = turn.block("hotlines")["items"]
    assert {item["country"] for item in items} == {"LA"}
    assert ("tell_country", {"nationality": "LA"}) in turn.meanings, "one of them may fit better"


def test_the_embassy_of_one_country_in_another_is_shown(rasa: Rasa) -> None:
    for named in (["CN", "MM"], ["MM", "CN"]):
        turn = rasa("action_show_contacts", "中国驻缅甸大使馆电话", named=named, language="zh")
        items = turn.block("hotlines")["items"]
        assert items[0]["kind"] == "consular"
        assert "mm-cn-embassy" in [item["id"] for item in items]
        police = {item["country"] for item in items if item["kind"] == "police"}
        assert police == {"CN", "MM"}, "two may be named for their police as well"


@pytest.mark.parametrize(
    ("named", "known"),
    [
        ([], {"country_now": "TH"}),
        (["TH"], {}),
        (["TH"], {"country_now": "MM", "nationality": "TH"}),
    ],
)
def test_the_embassy_of_a_people_is_shown_there_or_where_the_person_is(
    rasa: Rasa, knowledge: Knowledge, named: list[str], known: dict[str, str]
) -> None:
    said = "the Philippine embassy?"
    turn = rasa("action_show_contacts", said, named=named, peoples=["PH"], language="en", **known)
    consular = [i["id"] for i in turn.block("hotlines")["items"] if i["kind"] == "consular"]
    assert "th-ph-embassy" in consular
    serves = {one.id: one.nationality for some in knowledge.contacts.values() for one in some}
    assert {serves[name] for name in consular} == {"PH"}


def test_a_country_without_contacts_is_asked_for_as_before(rasa: Rasa) -> None:
    turn = rasa("action_show_contacts", "number in Peru?", named=["PE"], language="en")
    assert ("tell_country", {"country_now": "KH"}) in turn.meanings


def test_a_question_that_passes_for_an_offer_is_answered(
    rasa: Rasa, retrieval: Retrieval, knowledge: Knowledge
) -> None:
    retrieval.finds("answer", "check-agency")
    turn = rasa("action_check_offer", "should I pay him?", language="en")
    assert turn.texts[0] == knowledge.faq["check-agency"].texts["en"].answer
    assert ("offer_answer", {}) in turn.meanings


@pytest.mark.parametrize("found", ["are-you-real", None])
def test_an_offer_that_was_not_shown_is_asked_for(
    rasa: Rasa, retrieval: Retrieval, knowledge: Knowledge, found: str | None
) -> None:
    retrieval.finds(*(("answer", found) if found else ("choose", "check-agency")))
    turn = rasa("action_check_offer", "is it real?", language="en")
    assert turn.texts == [knowledge.messages["en"].offer_invite]


def test_a_shown_offer_gets_a_verdict_and_the_question_that_decides(
    rasa: Rasa, retrieval: Retrieval
) -> None:
    retrieval.finds("answer", "check-employer")
    text = "My cousin was offered a job as a cook by a hotel, what should she look at first?"
    turn = rasa("action_check_offer", text, language="en")
    assert turn.block("verdict")["level"] == "unclear"
    assert any(intent == "offer_answer" for intent, _ in turn.meanings)


def test_what_is_asked_about_us_is_answered_or_said_who_we_are(
    rasa: Rasa, retrieval: Retrieval, knowledge: Knowledge
) -> None:
    retrieval.finds("answer", "what-do-you-store")
    for failure, entry in ((None, "what-do-you-store"), (500, "who-are-you")):
        retrieval.failure = failure
        turn = rasa("action_who_we_are", "do you keep this?", language="en")
        assert turn.texts[0].startswith(knowledge.faq[entry].texts["en"].answer)


def test_a_person_is_reached_by_phone_not_here(rasa: Rasa, knowledge: Knowledge) -> None:
    turn = rasa("action_talk_to_person", language="th", country_now="TH", nationality="TH")
    assert turn.texts == [knowledge.messages["th"].talk_to_person]
    assert {item["country"] for item in turn.block("hotlines")["items"]} == {"TH"}


def test_topics_lead_to_questions_the_general_one_first(rasa: Rasa, knowledge: Knowledge) -> None:
    topics = rasa("action_show_topic", language="en")
    assert topics.meanings[0] == ("show_topic", {"topic": "protect"})
    for topic in knowledge.topics.values():
        questions = rasa("action_show_topic", language="en", topic=topic.id)
        assert questions.meanings[0] == ("question", {"faq": topic.first})


def test_language_is_asked_in_its_own_name_and_changed_by_tap(
    rasa: Rasa, knowledge: Knowledge
) -> None:
    asked = rasa("action_change_language", "other language please", language="en")
    assert [slots["language"] for _, slots in asked.meanings] == knowledge.language_codes
    changed = rasa("action_change_language", language="th")
    assert changed.texts == [knowledge.messages["th"].language_changed]


def test_feedback_is_asked_and_taken(rasa: Rasa, knowledge: Knowledge) -> None:
    asked = rasa("action_take_feedback", "that was good", language="en")
    assert asked.meanings == [("feedback", {"helpful": "yes"}), ("feedback", {"helpful": "no"})]
    taken = rasa("action_take_feedback", language="en", helpful="yes")
    assert taken.texts == [knowledge.messages["en"].feedback_thanks]


@pytest.mark.parametrize("action", ["greet", "thank", "goodbye", "affirm", "deny", "out_of_scope"])
def test_small_talk_ends_in_the_first_screens_buttons(
    rasa: Rasa, knowledge: Knowledge, action: str
) -> None:
    turn = rasa(f"action_{action}", "hm", language="zh")
    assert turn.texts == [getattr(knowledge.messages["zh"], action)]
    assert knowledge.menus is not None
    assert len(turn.meanings) == len(knowledge.menus.first_screen)


def test_no_action_ever_replies_with_nothing(rasa: Rasa) -> None:
    for action in ACTIONS:
        name = action.__dict__["name"](None)
        assert rasa(name, "something").blocks, name


def test_an_action_that_fails_says_nothing_of_what_was_written(
    rasa: Rasa, caplog: pytest.LogCaptureFixture
) -> None:
    response = rasa.server.post(
        "/webhook", json=call("action_answer_question", "CANARY-9", language="xx")
    )
    assert (response.status_code, response.json()) == (500, {"error": "action"})
    assert "CANARY-9" not in caplog.text


def test_garbage_gets_a_code_and_no_echo(rasa: Rasa) -> None:
    response = rasa.server.post("/webhook", content=b"CANARY {")
    assert (response.status_code, response.json()) == (500, {"error": "action"})


def test_ready_only_while_retrieval_is(
    rasa: Rasa, retrieval: Retrieval, knowledge: Knowledge
) -> None:
    spoken = {"knowledge": knowledge.content_hash()}
    ready = rasa.server.get("/ready")
    assert (ready.status_code, ready.json()) == (200, {"ready": True, **spoken})
    retrieval.failure = 503
    ready = rasa.server.get("/ready")
    assert (ready.status_code, ready.json()) == (503, {"ready": False, **spoken})
    assert rasa.server.get("/health").json() == {"status": "alive", **spoken}


PLAIN = "Kitchen helper wanted in a hotel in Vientiane, good team, salary 400 dollars a month"


def test_an_open_verdict_asks_one_question_and_folds_the_answer_in(
    rasa: Rasa, knowledge: Knowledge
) -> None:
    turn = rasa("action_check_offer", PLAIN, language="en", country_now="TH")
    assert turn.block("verdict")["level"] == "unclear"
    assert turn.texts == ["Which visa would you travel on?"]
    answers = ["work", "tourist", "none", "unknown"]
    assert turn.meanings == [
        *(("offer_answer", {"offer_answer": f"visa:{answer}"}) for answer in answers),
        ("question", {"faq": "check-job-laos"}),
        ("question", {"faq": "check-job-thailand"}),
        ("question", {"faq": "check-employer"}),
        ("danger", {"danger_kind": "held"}),
    ]
    state = turn.slots["offer_state"]
    assert json.loads(state) == {"seen": [], "told": ["where"], "countries": ["LA"]}
    again = rasa(
        "action_offer_question",
        language="en",
        country_now="TH",
        offer_answer="visa:tourist",
        offer_state=state,
    )
    verdict = again.block("verdict")
    assert verdict["level"] == "careful"
    assert [flag["id"] for flag in verdict["flags"]] == ["tourist-visa-for-work"]
    assert again.slots["offer_state"] is None
    assert ("question", {"faq": "check-job-laos"}) in again.meanings
    assert again.block("hotlines")["items"][0]["kind"] == "job_check"


def test_answers_that_decide_nothing_lead_to_the_next_question(rasa: Rasa) -> None:
    turn = rasa("action_check_offer", PLAIN, language="en", country_now="TH")
    asked = []
    while turn.slots.get("offer_state"):
        asked += turn.texts
        answer = turn.meanings[0][1]["offer_answer"]
        turn = rasa(
            "action_offer_question",
            language="en",
            country_now="TH",
            offer_answer=answer,
            offer_state=turn.slots["offer_state"],
        )
    assert asked == [
        "Which visa would you travel on?",
        "Who pays for the journey?",
        "Is there a written contract, and a company you can call?",
    ]
    assert turn.block("verdict")["level"] == "unclear"


def test_who_is_in_danger_is_asked_no_question_about_the_offer(rasa: Rasa) -> None:
    turn = rasa("action_check_offer", PLAIN, language="en", danger_in_force="held")
    assert "Which visa would you travel on?" not in turn.texts
    assert ("offer_answer", {"offer_answer": "visa:work"}) not in turn.meanings
    assert turn.slots["offer_state"] is None


def test_an_answer_without_a_state_is_a_verdict_all_the_same(rasa: Rasa) -> None:
    turn = rasa("action_offer_question", language="en", offer_answer="ticket:first")
    assert [flag["id"] for flag in turn.block("verdict")["flags"]] == ["upfront-fee"]


def test_the_hotline_fits_the_kind_of_lure(rasa: Rasa) -> None:
    text = "Rent us your bank account, we need your bank card and PIN, 500 a week for each account"
    turn = rasa("action_check_offer", text, language="en", country_now="TH")
    kinds = {item["kind"] for item in turn.block("hotlines")["items"]}
    assert kinds == {"anti_scam", "police"}
