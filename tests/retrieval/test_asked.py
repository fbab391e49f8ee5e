"""What a message asks is searched for: one thing or two, alone or going on from an answer."""

from dataclasses import replace

import pytest

from forewarn.knowledge.loader import Knowledge
from retrieval.asked import Asked, Asker
from retrieval.confidence import Confidence
from retrieval.encoder import Encoder
from retrieval.index import Index
from retrieval.served import Served
from retrieval.space import Vectors
from tests.retrieval.conftest import ROOT

TOP = 5


class Asking:
    """Asks as the service does, and notes every text that had to be encoded."""

    def __init__(self, served: Served, encoder: Encoder) -> None:
        self.served = served
        self.encoder = encoder
        self.encoded: list[str] = []

    def __call__(self, text: str, language: str = "en", after: str | None = None) -> Asked:
        self.encoded = []
        return Asker(self.served, self._vector, language, TOP).ask(text, after)

    def _vector(self, text: str) -> Vectors:
        self.encoded.append(text)
        vector: Vectors = self.encoder.questions([text])[0]
        return vector


@pytest.fixture(scope="module")
def confident(index: Index) -> Index:
    """The index with the confidence that the program carries."""
    fitted = Confidence.load(ROOT / "retrieval" / "confidence.json")
    return replace(index, confidence=fitted)


@pytest.fixture
def ask(confident: Index, small: Knowledge, encoder: Encoder) -> Asking:
    return Asking(Served.of(confident, small), encoder)


@pytest.mark.parametrize("language", ["en", "th", "zh", "my", "km", "lo", "vi"])
def test_two_questions_get_both_answers_in_their_order(
    ask: Asking, small: Knowledge, language: str
) -> None:
    names = ["what-are-compounds", "who-are-you"]
    asked = [small.faq[name].texts[language].question for name in names]
    found = ask(" ".join(asked), language)
    assert (found.outcome, found.answers) == ("answer", 2)
    assert [hit.id for hit in found.hits[:2]] == names
    assert len({hit.id for hit in found.hits}) == len(found.hits) == TOP


def test_one_question_gets_one_answer(ask: Asking) -> None:
    found = ask("Who are you?")
    assert (found.outcome, found.answers, found.hits[0].id) == ("answer", 1, "who-are-you")
    assert ask.encoded == ["Who are you?"]


def test_a_code_word_is_searched_for_with_what_it_means(ask: Asking, small: Knowledge) -> None:
    meaning = small.wording["zh"].code_words["卡农"]
    ask("卡农会怎么判", "zh")
    assert ask.encoded == [f"卡农 ({meaning})会怎么判"]


def test_a_code_word_is_explained_in_what_goes_on_too(ask: Asking, small: Knowledge) -> None:
    meaning = small.wording["zh"].code_words["卡农"]
    ask("那卡农呢", "zh", after="who-are-you")
    question = small.faq["who-are-you"].texts["zh"].question
    own = f"卡农 ({meaning})"
    assert ask.encoded == [f"那{own}呢", own, f"{question} {own}"]


@pytest.mark.parametrize(
    ("language", "encoded"),
    [("vi", "bạn là ai"), ("en", "ban la ai")],
)
def test_a_language_with_marks_is_read_with_them(ask: Asking, language: str, encoded: str) -> None:
    ask("ban la ai", language)
    assert ask.encoded == [encoded]


def test_the_same_question_twice_gets_one_answer(ask: Asking) -> None:
    found = ask("Who are you? Who are you?")
    assert (found.answers, found.hits[0].id) == (1, "who-are-you")


def test_what_is_not_known_gets_none(ask: Asking) -> None:
    found = ask("qwxz vrrtl pfff")
    assert (found.outcome, found.answers) == ("unknown", 0)


def test_a_long_text_is_searched_for_once(ask: Asking) -> None:
    text = "What is this? Who are you? " * 40
    ask(text, after="fake-casting")
    assert ask.encoded == [text]


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "and fake marriages?"), ("th", "แล้วแต่งงานหลอกล่ะ"), ("zh", "那假结婚呢")],
)
def test_a_message_goes_on_from_the_last_answer_but_not_back_to_it(
    ask: Asking, small: Knowledge, language: str, text: str
) -> None:
    found = ask(text, language, after="fake-casting")
    assert found.hits[0].id == "fake-marriage"
    assert "fake-casting" not in [hit.id for hit in found.hits]
    before = small.faq["fake-casting"].texts[language].question
    assert [one for one in ask.encoded if one.startswith(before)]


def test_another_country_takes_the_place_of_the_one_asked_about(
    confident: Index, small: Knowledge, encoder: Encoder
) -> None:
    entry = small.faq["check-employer"]
    texts = {"en": replace(entry.texts["en"], question="Is work in Thailand real?")}
    knowledge = replace(small, faq={**small.faq, entry.id: replace(entry, texts=texts)})
    ask = Asking(Served.of(confident, knowledge), encoder)
    ask("and in Cambodia?", after=entry.id)
    assert ask.encoded[-1] == "Is work in Cambodia real?"
    ask("and in Thailand?", after=entry.id)
    assert ask.encoded[-1] == "Is work in Thailand real? in Thailand"


def test_a_question_that_is_clear_by_itself_is_not_mixed_with_the_one_before(
    ask: Asking,
) -> None:
    found = ask("Who are you?", after="fake-casting")
    assert (found.outcome, found.hits[0].id) == ("answer", "who-are-you")
    assert ask.encoded == ["Who are you?"]


@pytest.mark.parametrize("after", [None, "no-such-entry"])
def test_without_an_answer_before_there_is_nothing_to_go_on_from(
    ask: Asking, after: str | None
) -> None:
    ask("and fake marriages?", after=after)
    assert ask.encoded == ["and fake marriages?"]


def test_without_a_fitted_confidence_nothing_is_answered(
    index: Index, small: Knowledge, encoder: Encoder
) -> None:
    found = Asking(Served.of(index, small), encoder)("Who are you?", after="fake-casting")
    assert (found.outcome, found.answers) == ("unknown", 0)


def test_who_goes_on_in_few_words_is_offered_a_choice_sooner(
    confident: Index, small: Knowledge, encoder: Encoder
) -> None:
    """As sure of the best as half of what a whole question takes, and no less."""
    text, after = "and what about the emergency numbers?", "who-are-you"
    plain = Asking(Served.of(confident, small), encoder)(text, after=after)
    best = plain.hits[0].confidence

    def outcome(choose_from: float) -> str:
        assert confident.confidence is not None
        fitted = replace(confident.confidence, choose_from=choose_from, answer_from=1.0)
        index = replace(confident, confidence=fitted)
        return Asking(Served.of(index, small), encoder)(text, after=after).outcome

    assert [outcome(best * share) for share in (0.9, 1.1, 1.9, 2.1)] == [
        "choose", "choose", "choose", "unknown"
    ]  # fmt: skip
