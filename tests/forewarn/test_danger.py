"""Danger is judged by reviewed phrases alone, and by meaning where there is a vector."""

from collections.abc import Sequence

import pytest

from forewarn.danger import NO_DANGER, Judge, Judgement, Meaning
from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.schema.dangers import DangerLevel


class Fixed:
    """A meaning classifier that always says the same."""

    def __init__(
        self, level: DangerLevel, by_phrase: DangerLevel = DangerLevel.danger, **kinds: float
    ) -> None:
        self.answer = Meaning(level, kinds, by_phrase)

    def judge(self, vector: Sequence[float]) -> Meaning:
        return self.answer

    def judge_part(self, vector: Sequence[float]) -> Meaning:
        return self.answer


@pytest.fixture(scope="module")
def judge(knowledge: Knowledge) -> Judge:
    return Judge(knowledge)


def test_every_reviewed_sentence_is_judged_with_its_own_kind(
    knowledge: Knowledge, judge: Judge
) -> None:
    for kind, danger in knowledge.dangers.items():
        for sentence in (one for many in danger.must_match.values() for one in many):
            found = judge.judge(sentence)
            served = set(found.kinds)
            assert found.level is not DangerLevel.none, sentence
            assert kind in served or found.level is DangerLevel.danger, sentence


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("They took my passport and will not let me leave", "held"),
        ("เขายึดพาสปอร์ตของฉันไป", "held"),
        ("我被关在园区里", "held"),
        ("the driver is not going to the hotel", "moved"),
        ("我不想活了", "suicide"),
        ("หนูอายุ 14 ปี", "child"),
        ("i just sent them money", "money_sent"),
        ("my sister went to Cambodia and does not answer since monday", "missing"),
    ],
)
def test_phrases_alone_are_enough(judge: Judge, text: str, kind: str) -> None:
    found = judge.judge(text)
    assert (found.level, found.kinds[0], found.by) == (DangerLevel.danger, kind, "phrase")


@pytest.mark.parametrize(
    "text",
    ["How can citizens protect themselves?", "มีงานแปลที่เชียงใหม่ไหม", "王星是怎么获救的？",
     "What if they take my passport?", "", "👍"],
)  # fmt: skip
def test_ordinary_questions_are_no_danger(judge: Judge, text: str) -> None:
    assert judge.judge(text) == NO_DANGER


def test_several_kinds_are_served_in_the_order_of_need(judge: Judge) -> None:
    found = judge.judge("They took my passport. I want to die.")
    assert found.kinds[:2] == ("suicide", "held")


def test_the_stronger_answer_wins(knowledge: Knowledge) -> None:
    perhaps = Judge(knowledge, Fixed(DangerLevel.perhaps, held=0.9, hurt=0.1))
    assert perhaps.judge("hello there", [0.0]).level is DangerLevel.perhaps
    assert perhaps.judge("they took my passport", [0.0]) == Judgement(
        DangerLevel.danger, ("held",), "phrase"
    )
    sure = Judge(knowledge, Fixed(DangerLevel.danger, hurt=1.0))
    assert sure.judge("they took my passport", [0.0]).kinds == ("hurt", "held")
    assert sure.judge("hello there") == NO_DANGER, "without a vector meaning cannot speak"


@pytest.mark.parametrize(
    ("text", "shares", "kinds"),
    [
        ("hello there", {"held": 0.3, "missing": 0.7}, ("missing",)),
        ("hello there", {"held": 0.46, "missing": 0.54}, ("missing", "held")),
        ("they took my passport", {"held": 0.36, "missing": 0.64}, ("held", "missing")),
        ("they took my passport", {"held": 0.34, "missing": 0.66}, ("missing", "held")),
        ("hello there", {"held": 0.56, "hurt": 0.44}, ("hurt", "held")),
        ("hello there", {"held": 0.58, "hurt": 0.42}, ("held",)),
    ],
)
def test_kinds_are_told_by_meaning_and_phrase_together(
    knowledge: Knowledge, text: str, shares: dict[str, float], kinds: tuple[str, ...]
) -> None:
    judge = Judge(knowledge, Fixed(DangerLevel.danger, **shares))
    assert judge.judge(text, [0.0]).kinds == kinds


def test_a_phrase_in_a_message_unlike_every_cry_is_perhaps(knowledge: Knowledge) -> None:
    judge = Judge(knowledge, Fixed(DangerLevel.none, DangerLevel.perhaps, held=1.0))
    assert judge.judge("they took my passport", [0.0]) == Judgement(
        DangerLevel.perhaps, ("held",), "phrase"
    )
    assert judge.judge("hello there", [0.0]) == NO_DANGER


def test_a_phrase_in_a_message_altogether_unlike_cries_is_not_heard(knowledge: Knowledge) -> None:
    judge = Judge(knowledge, Fixed(DangerLevel.none, DangerLevel.none, held=1.0))
    overruled = Judgement(DangerLevel.none, (), "meaning")
    assert judge.judge("they took my passport", [0.0]) == overruled
    assert judge.judge("hello there", [0.0]) == NO_DANGER
    assert judge.judge("they took my passport") == Judgement(
        DangerLevel.danger, ("held",), "phrase"
    )


class Surroundings:
    """A meaning classifier that knows what it thinks of a message and of each part of it."""

    def __init__(self, whole: Meaning, part: Meaning) -> None:
        self.whole, self.part = whole, part
        self.parts: list[str] = []

    def judge(self, vector: Sequence[float]) -> Meaning:
        return self.whole

    def judge_part(self, vector: Sequence[float]) -> Meaning:
        return self.part

    def encode(self, text: str) -> Sequence[float]:
        self.parts.append(text)
        return [0.0]


OFFER = (
    "Typing jobs abroad, two thousand dollars, hostel and flight are on us and no test is needed"
)
NOTHING = Meaning(DangerLevel.none, {"held": 1.0}, DangerLevel.none)


@pytest.mark.parametrize(
    ("part", "level"),
    [
        (Meaning(DangerLevel.danger, {"held": 1.0}, DangerLevel.perhaps), DangerLevel.danger),
        (Meaning(DangerLevel.none, {"held": 1.0}, DangerLevel.perhaps), DangerLevel.perhaps),
        (NOTHING, DangerLevel.none),
    ],
)
def test_a_cry_in_the_same_breath_as_an_offer_is_judged_by_itself(
    knowledge: Knowledge, part: Meaning, level: DangerLevel
) -> None:
    meaning = Surroundings(NOTHING, part)
    found = Judge(knowledge, meaning).judge(f"{OFFER} they took my passport", [0.0], meaning.encode)
    assert found.level is level
    assert found.kinds == (("held",) if level is not DangerLevel.none else ())
    (around,) = meaning.parts
    assert around.endswith("they took my passport")
    assert len(around) < 60


def test_nothing_is_judged_twice_nor_without_need(knowledge: Knowledge) -> None:
    meaning = Surroundings(NOTHING, NOTHING)
    judge = Judge(knowledge, meaning)
    judge.judge("they took my passport", [0.0], meaning.encode)
    judge.judge(OFFER, [0.0], meaning.encode)
    meaning.whole = Meaning(DangerLevel.danger, {"held": 1.0}, DangerLevel.danger)
    judge.judge(f"{OFFER} they took my passport", [0.0], meaning.encode)
    assert meaning.parts == []


def test_of_many_phrases_three_places_are_judged(knowledge: Knowledge) -> None:
    meaning = Surroundings(NOTHING, NOTHING)
    many = ". ".join(f"{OFFER} they took my passport {number}" for number in range(9))
    Judge(knowledge, meaning).judge(many, [0.0], meaning.encode)
    assert len(meaning.parts) == 3
