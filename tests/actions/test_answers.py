"""Questions: an answer with its sources, a choice, or an honest "I don't know"."""

import shutil
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from actions.app import create_app
from actions.settings import ActionsSettings
from forewarn.knowledge.loader import Knowledge
from tests.actions.conftest import KNOWLEDGE, Rasa, Retrieval


@pytest.mark.parametrize("language", ["en", "th", "zh"])
def test_an_answer_says_where_it_comes_from_and_who_checked_it(
    rasa: Rasa, retrieval: Retrieval, knowledge: Knowledge, language: str
) -> None:
    retrieval.finds("answer", "wang-xing", "fake-casting")
    turn = rasa("action_answer_question", "Wang Xing?", language=language)
    entry = knowledge.faq["wang-xing"]
    assert turn.texts[0].startswith(entry.texts[language].answer)
    sources = turn.block("sources")
    assert len(sources["items"]) == len(entry.header.sources)
    assert all(item["title"] and item["date"] for item in sources["items"])
    assert sources["reviewed"] == entry.header.reviewed.isoformat()
    assert sources["unreviewed_translation"] is (language != "en")
    asked = {"text": "Wang Xing?", "language": language, "after": None}
    assert retrieval.asked == [("/search", asked)]
    assert turn.slots["last_faq"] == "wang-xing"


def test_a_tap_opens_an_entry_without_a_search(rasa: Rasa, retrieval: Retrieval) -> None:
    turn = rasa("action_answer_question", faq="wang-xing")
    assert turn.block("sources")["items"]
    assert turn.slots["faq"] is None, "a tapped entry must not answer the next question too"
    assert retrieval.asked == []


def test_every_entry_and_article_can_be_said_in_every_language(
    rasa: Rasa, knowledge: Knowledge
) -> None:
    for name in (*knowledge.faq, *knowledge.articles):
        for language in knowledge.language_codes:
            turn = rasa("action_answer_question", faq=name, language=language)
            assert turn.texts[0]
            assert turn.block("sources")["items"], name
            assert turn.meanings, f"{name} leads nowhere"


def test_close_answers_are_offered_as_a_choice(
    rasa: Rasa, retrieval: Retrieval, knowledge: Knowledge
) -> None:
    retrieval.finds("choose", "wang-xing", "fake-casting")
    turn = rasa("action_answer_question", "the actor", language="en")
    assert turn.meanings == [
        ("question", {"faq": "wang-xing"}),
        ("question", {"faq": "fake-casting"}),
        ("show_topic", {}),
    ]


TOLD = "My cousin has a job for me: come on a tourist visa, no interview, a driver picks me up. Ok?"
ASKED = "How long does a tourist visa last?"


@pytest.mark.parametrize("outcome", ["choose", "unknown"])
def test_an_offer_told_in_a_question_is_warned_of(
    rasa: Rasa, retrieval: Retrieval, outcome: str
) -> None:
    retrieval.finds(outcome, "wang-xing", "fake-casting")
    turn = rasa("action_answer_question", TOLD, language="en")
    verdict = turn.block("verdict")
    assert verdict["level"] != "unclear"
    assert {"tourist-visa-for-work", "no-interview"} <= {flag["id"] for flag in verdict["flags"]}
    assert [path for path, _ in retrieval.asked] == ["/search", "/offers/check"]


def test_a_question_that_is_known_is_answered_whatever_it_names(
    rasa: Rasa, retrieval: Retrieval
) -> None:
    retrieval.finds("answer", "wang-xing")
    rasa("action_answer_question", TOLD, language="en")
    assert [path for path, _ in retrieval.asked] == ["/search"]


def test_where_nothing_is_to_warn_of_no_verdict_is_given(rasa: Rasa, retrieval: Retrieval) -> None:
    retrieval.finds("choose", "wang-xing", "fake-casting")
    turn = rasa("action_answer_question", ASKED, language="en")
    assert "verdict" not in {block["type"] for block in turn.blocks}


def test_not_knowing_is_said_with_who_may_know(rasa: Rasa, knowledge: Knowledge) -> None:
    turn = rasa("action_answer_question", "price of rice", language="en")
    assert turn.texts == [knowledge.messages["en"].answer_unknown]
    assert [item["country"] for item in turn.block("hotlines")["items"]] == [
        "TH", "CN", "MM", "KH", "LA", "VN",
    ]  # fmt: skip
    assert {intent for intent, _ in turn.meanings} == {"show_topic"}


def test_an_answer_about_law_says_that_it_is_no_advice(rasa: Rasa, knowledge: Knowledge) -> None:
    turn = rasa("action_answer_question", faq="forced-to-scam", language="en")
    assert turn.texts[0].endswith(knowledge.messages["en"].legal_note)


def test_the_lines_of_a_danger_stay_within_reach(rasa: Rasa, knowledge: Knowledge) -> None:
    turn = rasa(
        "action_answer_question",
        faq="wang-xing",
        language="en",
        danger_in_force="held",
        country_now="TH",
    )
    assert turn.texts[-1] == knowledge.messages["en"].danger_in_force
    assert turn.block("hotlines")["items"][0]["dial_inside"] == "191"
    assert ("end_danger", {}) in turn.meanings


def test_perhaps_in_danger_adds_one_line_with_where_to_call(rasa: Rasa) -> None:
    turn = rasa("action_answer_question", faq="wang-xing", language="en", danger_level="perhaps")
    (line,) = [text for text in turn.texts if "Thailand 191" in text]
    assert "Nobody has been told" in line
    assert ("danger", {}) in turn.meanings


@pytest.mark.parametrize("action", ["greet", "thank", "goodbye", "affirm", "deny", "out_of_scope"])
def test_who_may_be_in_danger_was_not_making_small_talk(
    rasa: Rasa, knowledge: Knowledge, action: str
) -> None:
    turn = rasa(f"action_{action}", "I am scared", language="en", danger_level="perhaps")
    assert turn.texts[0] == knowledge.messages["en"].danger_which
    assert "Thailand 191" in turn.texts[1]
    assert turn.meanings[0] == ("danger", {})


def test_perhaps_in_danger_elsewhere_is_given_no_number_that_does_not_ring_there(
    rasa: Rasa, knowledge: Knowledge
) -> None:
    turn = rasa("action_greet", "hm", language="en", danger_level="perhaps", country_now="other")
    messages = knowledge.messages["en"]
    assert turn.texts[-1] == f"{messages.country_not_covered}\n\n{messages.nobody_told}"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Эта работа настоящая?", "ru"),
        ("Saya ditawari kerja di Kamboja, apakah lowongan ini asli?", "id"),
        ("کیا یہ نوکری اصلی ہے؟", "ur"),
        ("ਕੀ ਇਹ ਨੌਕਰੀ ਅਸਲੀ ਹੈ", None),
    ],
)
def test_another_language_is_told_which_languages_we_speak_and_can_choose_one(
    rasa: Rasa, knowledge: Knowledge, text: str, code: str | None
) -> None:
    names = ", ".join(language.name for language in knowledge.languages)
    note = knowledge.messages["en"].other_language.format(languages=names)
    words = [one for one in knowledge.other_languages if one.code == code]
    turn = rasa("action_answer_question", text, language="en")
    ours = [("change_language", {"language": one}) for one in knowledge.language_codes]
    heading = [one.contacts for one in words]
    assert turn.texts == [
        knowledge.messages["en"].answer_unknown,
        *heading,
        note,
        *(one.only_these for one in words),
    ]
    kinds = [block["type"] for block in turn.blocks]
    assert kinds == [
        *("text", *["text"] * len(words), "hotlines", "choices"),
        *("text", *["text"] * len(words), "choices"),
    ]
    assert turn.meanings[-len(ours) :] == ours


def test_our_own_languages_and_fragments_are_not_told_so(rasa: Rasa, knowledge: Knowledge) -> None:
    names = ", ".join(language.name for language in knowledge.languages)
    note = knowledge.messages["en"].other_language.format(languages=names)
    assert rasa("action_greet", "terima kasih", language="lo").meanings == (
        rasa("action_greet", "ok", language="lo").meanings
    )
    for text in ("help with this", "ช่วยด้วย", "ok", "🙏", ""):
        assert note not in rasa("action_answer_question", text, language="en").texts


@pytest.mark.parametrize("failure", [500, 503])
def test_a_failing_retrieval_fails_the_turn_without_a_word_of_the_message(
    rasa: Rasa, retrieval: Retrieval, failure: Any
) -> None:
    from tests.actions.conftest import call

    retrieval.failure = failure
    response = rasa.server.post("/webhook", json=call("action_answer_question", "CANARY-7"))
    assert (response.status_code, response.json()) == (503, {"error": "retrieval"})


def test_what_does_not_stand_in_a_language_is_said_in_english_and_called_so(
    knowledge: Knowledge, stand_in: Retrieval, tmp_path: Path
) -> None:
    folder = shutil.copytree(KNOWLEDGE, tmp_path / "knowledge")
    entry, article = knowledge.faq["wang-xing"], next(iter(knowledge.articles.values()))
    for path in (*folder.glob(f"*/*/{entry.id}.*.md"), *folder.glob(f"articles/{article.id}.*.md")):
        if not path.name.endswith(".en.md"):
            path.unlink()
    said = {
        entry.id: entry.texts["en"].answer,
        article.id: f"{article.texts['en'].title}\n\n{article.texts['en'].body}",
    }
    client = httpx.AsyncClient(base_url="http://retrieval", transport=httpx.MockTransport(stand_in))
    settings = ActionsSettings(knowledge=folder, var=tmp_path)
    with TestClient(create_app(settings, client)) as server:
        for language in knowledge.language_codes:
            label = knowledge.messages[language].answer_in_other_language
            for name, english in said.items():
                turn = Rasa(server)("action_answer_question", faq=name, language=language)
                expected = english if language == "en" else f"{label}\n\n{english}"
                assert turn.texts[0] == expected


def test_two_questions_get_two_answers_each_under_its_question(
    rasa: Rasa, retrieval: Retrieval, knowledge: Knowledge
) -> None:
    retrieval.finds("answer", "wang-xing", "check-employer", "fake-casting", answers=2)
    turn = rasa("action_answer_question", "Wang Xing? And my employer?", language="zh")
    first, second = (knowledge.faq[name].texts["zh"] for name in ("wang-xing", "check-employer"))
    assert turn.texts == [
        f"{first.question}\n\n{first.answer}",
        f"{second.question}\n\n{second.answer}",
    ]
    assert [block["type"] for block in turn.blocks] == [
        "text", "sources", "text", "sources", "choices",
    ]  # fmt: skip
    assert turn.slots["last_faq"] == "check-employer"
    assert len(turn.meanings) == len({str(meaning) for meaning in turn.meanings})
    related = [slots["faq"] for intent, slots in turn.meanings if intent == "question"]
    assert not {"wang-xing", "check-employer"} & set(related)
