"""Messages that are questions by their form, whatever they were taken for."""

import pytest

from forewarn.knowledge.loader import Knowledge
from tests.actions.conftest import Rasa, Retrieval

GOING_ON = {
    "en": "and in Cambodia?",
    "th": "แล้วกัมพูชาล่ะ",
    "zh": "那柬埔寨呢",
    "my": "ကမ္ဘောဒီးယားမှာရော",
    "km": "ចុះនៅកម្ពុជាវិញ",
    "lo": "ແລ້ວກຳປູເຈຍເດ",
    "vi": "còn Campuchia thì sao",
}
LAST = "check-job-laos"


def test_every_language_is_tried(knowledge: Knowledge) -> None:
    assert set(GOING_ON) == set(knowledge.language_codes)


@pytest.mark.parametrize("language", GOING_ON)
@pytest.mark.parametrize(
    "action",
    ["action_answer_question", "action_goodbye", "action_who_we_are", "action_default_fallback"],
)
def test_is_searched_together_with_what_was_answered(
    rasa: Rasa, retrieval: Retrieval, knowledge: Knowledge, action: str, language: str
) -> None:
    retrieval.finds("answer", "check-job-cambodia")
    text = GOING_ON[language]
    turn = rasa(action, text, language=language, last_faq=LAST)
    asked = {"text": text, "language": language, "after": LAST}
    assert retrieval.asked == [("/search", asked)]
    texts = knowledge.faq["check-job-cambodia"].texts
    assert texts.get(language, texts["en"]).answer in turn.texts[0]
    assert turn.slots["last_faq"] == "check-job-cambodia"


def test_may_be_offered_a_choice(rasa: Rasa, retrieval: Retrieval, knowledge: Knowledge) -> None:
    retrieval.finds("choose", "teenagers", "help-a-friend")
    turn = rasa("action_goodbye", "what about my sister?", language="en", last_faq=LAST)
    assert turn.texts == [knowledge.messages["en"].answer_choose]


def test_that_is_not_known_keeps_what_it_was_taken_for(rasa: Rasa, knowledge: Knowledge) -> None:
    turn = rasa("action_goodbye", "and see you then", language="en", last_faq=LAST)
    assert turn.texts == [knowledge.messages["en"].goodbye]


@pytest.mark.parametrize(
    ("action", "text", "slots"),
    [
        ("action_goodbye", "bye", {"last_faq": LAST}),
        ("action_goodbye", "and in Cambodia?", {}),
        ("action_change_language", "and in Chinese?", {"last_faq": LAST}),
        ("action_greet", "and in Cambodia?", {"last_faq": LAST, "danger_in_force": "held"}),
        ("action_greet", "", {"last_faq": LAST}),
        (
            "action_respond_to_danger",
            "and now they hit me",
            {"last_faq": LAST, "danger_level": "danger", "danger_kind": "hurt"},
        ),
    ],
)
def test_nothing_else_is_searched(
    rasa: Rasa, retrieval: Retrieval, action: str, text: str, slots: dict[str, str]
) -> None:
    rasa(action, text, language="en", **slots)
    assert retrieval.asked == []


def test_in_danger_nothing_is_guessed_from_the_question_before(
    rasa: Rasa, retrieval: Retrieval
) -> None:
    rasa("action_answer_question", "and in Cambodia?", last_faq=LAST, danger_in_force="held")
    assert [body["after"] for _, body in retrieval.asked] == [None]


def test_a_place_alone_goes_on_unless_a_place_was_asked_for(
    rasa: Rasa, retrieval: Retrieval, knowledge: Knowledge
) -> None:
    retrieval.finds("answer", "check-job-cambodia")
    turn = rasa("action_tell_country", "Cambodia", language="en", last_faq=LAST, place="KH")
    assert knowledge.faq["check-job-cambodia"].texts["en"].answer in turn.texts[0]
    retrieval.asked.clear()
    slots = {"last_faq": LAST, "place": "KH", "asked": "country_now"}
    turn = rasa("action_tell_country", "Cambodia", language="en", **slots)
    assert retrieval.asked == []
    assert turn.texts[0] == knowledge.messages["en"].show_contacts


def test_after_an_unknown_question_there_is_nothing_to_go_on_from(rasa: Rasa) -> None:
    turn = rasa("action_answer_question", "price of rice", language="en", last_faq=LAST)
    assert turn.slots["last_faq"] is None


TWO = "Who are you? What do you store about me?"


def test_two_questions_are_answered_whatever_they_were_taken_for(
    rasa: Rasa, retrieval: Retrieval, knowledge: Knowledge
) -> None:
    retrieval.finds("answer", "who-are-you", "what-do-you-store", answers=2)
    turn = rasa("action_who_we_are", TWO, language="en")
    asked = {"text": TWO, "language": "en", "after": None}
    assert retrieval.asked == [("/search", asked)]
    for text, name in zip(turn.texts, ("who-are-you", "what-do-you-store"), strict=True):
        assert knowledge.faq[name].texts["en"].answer in text


def test_two_questions_of_which_one_is_known_keep_what_they_were_taken_for(
    rasa: Rasa, retrieval: Retrieval, knowledge: Knowledge
) -> None:
    retrieval.finds("answer", "what-do-you-store")
    turn = rasa("action_who_we_are", TWO, language="en")
    assert turn.texts == [knowledge.faq["who-are-you"].texts["en"].answer]
