"""The verdict on an offer: with reasons, about the message, never that it is safe."""

from dataclasses import replace

import pytest

from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.schema.offers import Severity, VerdictRule
from forewarn.offers.flags import FoundFlag, Meaning
from forewarn.offers.verdict import Line, OfferCheck
from forewarn.replies import VerdictLevel
from tests.knowledge_base import LANGUAGES

LURE = (
    "Hiring customer service for online casino in Mae Sot, 3000 USD a month, no experience, "
    "no interview. We pay the ticket, come on a tourist visa, our driver picks you up. "
    "Hurry, only today, and tell immigration you are a tourist."
)


@pytest.fixture(scope="module")
def check(knowledge: Knowledge) -> OfferCheck:
    return OfferCheck(knowledge)


RULE = VerdictRule(
    weights={"context": 0.5, "notice": 1, "serious": 2, "grave": 4},
    whole=3,
    wording=2,
    even=3,
    careful_from=1.5,
    tone_careful_from=2.8,
    lure_from=6,
    shortest_tone=20,
    shortest_offer=60,
)  # fmt: skip
"""Round numbers, so that a sum can be told by heart."""

NOTHING = "Lunch is at noon in the garden."


@pytest.fixture(scope="module")
def by_heart(knowledge: Knowledge) -> OfferCheck:
    return OfferCheck(replace(knowledge, verdict=RULE))


def of(knowledge: Knowledge, severity: Severity) -> str:
    """The first flag of this severity."""
    return next(name for name, one in knowledge.red_flags.items() if one.severity is severity)


def test_a_lure_is_named_with_the_words_that_raise_each_flag(check: OfferCheck) -> None:
    verdict = check.check(LURE, "en")
    assert verdict.level is VerdictLevel.lure
    assert verdict.headline == "This looks like a lure"
    assert len(verdict.flags) >= 4
    assert all(flag.quote and flag.quote in LURE for flag in verdict.flags)
    assert "not about any company or person" in verdict.note
    assert verdict.kind
    assert verdict.ask_back
    assert verdict.next_moves


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_found_is_not_called_safe(
    check: OfferCheck, knowledge: Knowledge, language: str
) -> None:
    verdict = check.check("The office in Mae Sot opens at nine. Bring your degree.", language)
    assert verdict.level is VerdictLevel.unclear
    assert verdict.flags == []
    assert verdict.note == knowledge.messages[language].verdict_no_flags


def test_a_border_town_alone_raises_nothing(check: OfferCheck) -> None:
    for town in ("Mae Sot", "Poipet", "Bokeo", "Mae Sai", "แม่สอด", "ปอยเปต", "湄索", "波贝"):
        assert check.check(f"We have an office in {town} and need an accountant.", "en").flags == []


def test_the_question_to_send_back_is_withheld_from_someone_they_hold(
    check: OfferCheck, knowledge: Knowledge
) -> None:
    verdict = check.check(LURE, "en", holds_something=True)
    assert verdict.ask_back == knowledge.messages["en"].verdict_ask_back_withheld


def test_taps_weigh_like_words(check: OfferCheck, knowledge: Knowledge) -> None:
    grave = [name for name, flag in knowledge.red_flags.items() if flag.severity == "grave"][:2]
    verdict = check.verdict([FoundFlag(name, None) for name in grave], "zh")
    assert verdict.level is VerdictLevel.lure
    assert [flag.quote for flag in verdict.flags] == [None, None]


def test_a_request_is_not_an_offer(check: OfferCheck) -> None:
    assert not check.is_an_offer("is this offer real?")
    assert not check.is_an_offer("这个靠谱吗")
    assert check.is_an_offer(LURE)


def test_an_honest_tone_does_not_outweigh_what_the_person_was_told(
    by_heart: OfferCheck,
) -> None:
    honest = Meaning((), likeness=-1.0)
    asked = by_heart.weigh(NOTHING, honest)
    assert (asked.whole < 0, asked.level) == (True, VerdictLevel.unclear)
    answered = by_heart.weigh(NOTHING, honest, {"visa": "tourist"})
    (line,) = answered.lines
    assert (line.flag.id, answered.whole) == ("tourist-visa-for-work", 0)
    assert answered.total == line.weight
    assert answered.level is not VerdictLevel.unclear


def test_a_sign_seen_by_meaning_alone_counts_in_part(
    by_heart: OfferCheck, knowledge: Knowledge
) -> None:
    seen = FoundFlag(of(knowledge, Severity.grave), NOTHING, share=0.25)
    weighed = by_heart.weigh(NOTHING, Meaning((seen,)))
    assert (weighed.lines, weighed.whole, weighed.total) == ((Line(seen, 1.0),), 0, 1.0)
    assert weighed.level is VerdictLevel.unclear
    (flag,) = by_heart.say(weighed, "en").flags
    assert (flag.id, flag.quote) == (seen.id, NOTHING)


def test_words_count_more_than_their_meaning(by_heart: OfferCheck) -> None:
    known = by_heart.weigh(LURE)
    name = known.lines[0].flag.id
    vague = Meaning((FoundFlag(name, "something else", share=0.5), FoundFlag("none of ours", "x")))
    assert by_heart.weigh(LURE, vague).lines == known.lines


def test_a_place_adds_to_other_signs_and_is_nothing_alone(
    by_heart: OfferCheck, knowledge: Knowledge
) -> None:
    place = FoundFlag(of(knowledge, Severity.context), "KK Park")
    alone = by_heart.weigh(NOTHING, Meaning((place,)))
    assert (alone.lines, alone.total) == ((), 0)
    sign = FoundFlag(of(knowledge, Severity.serious), "x")
    beside = by_heart.weigh(NOTHING, Meaning((place, sign)))
    assert beside.lines == (Line(sign, 2), Line(place, 0.5))
    assert beside.level is VerdictLevel.careful


@pytest.mark.parametrize(
    ("likeness", "level"),
    [(1.0, VerdictLevel.careful), (0.5, VerdictLevel.unclear), (-1.0, VerdictLevel.unclear)],
)
def test_a_message_may_read_like_known_lures_as_a_whole(
    by_heart: OfferCheck, knowledge: Knowledge, likeness: float, level: VerdictLevel
) -> None:
    verdict = by_heart.check(NOTHING, "en", Meaning(likeness=likeness, lure="casting"))
    words = knowledge.messages["en"]
    assert verdict.level is level
    if level is VerdictLevel.careful:
        assert verdict.note == f"{words.verdict_like_known} {words.verdict_about_message}"
        assert verdict.kind == knowledge.lures["casting"].name["en"]
    else:
        assert verdict.note == words.verdict_no_flags


def test_what_a_message_means_and_its_words_are_both_weighed(by_heart: OfferCheck) -> None:
    both = by_heart.weigh(NOTHING, Meaning(likeness=0.5, wording=0.75))
    assert (both.whole, both.total, both.level) == (3, 3, VerdictLevel.careful)
    against = by_heart.weigh(NOTHING, Meaning(likeness=0.5, wording=-0.75))
    assert (against.total, against.level) == (0, VerdictLevel.unclear)


def test_the_kind_is_that_of_the_whole_where_it_is_known(
    by_heart: OfferCheck, knowledge: Knowledge
) -> None:
    flag = next(n for n, one in knowledge.red_flags.items() if one.lures[0] == "job")
    sign = FoundFlag(flag, "x")
    known = by_heart.weigh(NOTHING, Meaning((sign,), likeness=-0.1, lure="trip"))
    assert by_heart.likely_lure(known) == "trip"
    assert by_heart.likely_lure(by_heart.weigh(NOTHING, Meaning((sign,)))) == "job"
    assert by_heart.likely_lure(by_heart.weigh(NOTHING)) is None


def test_a_message_that_reads_like_honest_ones_is_warned_of_less(
    by_heart: OfferCheck, knowledge: Knowledge
) -> None:
    sign = FoundFlag(of(knowledge, Severity.serious), "x")
    assert by_heart.weigh(NOTHING, Meaning((sign,))).level is VerdictLevel.careful
    assert by_heart.weigh(NOTHING, Meaning((sign,), likeness=-0.5)).total == 0.5


@pytest.mark.parametrize("text", ["hello", "你好吗", "ສະບາຍດີ"])
def test_a_greeting_is_not_warned_of_for_its_tone(by_heart: OfferCheck, text: str) -> None:
    tone = Meaning(likeness=1.0, wording=1.0)
    weighed = by_heart.weigh(text, tone)
    assert (weighed.whole, weighed.level) == (0, VerdictLevel.unclear)
    assert by_heart.weigh(text, Meaning(likeness=-1.0)).whole < 0
    assert by_heart.weigh(f"{text} " * 10, tone).level is VerdictLevel.careful


def test_one_witness_alone_must_be_surer(by_heart: OfferCheck, knowledge: Knowledge) -> None:
    sign = FoundFlag(of(knowledge, Severity.serious), "x")
    tone = by_heart.weigh(NOTHING, Meaning(likeness=0.9))
    assert (tone.total, tone.careful_from, tone.level) == (2.7, 2.8, VerdictLevel.unclear)
    assert by_heart.weigh(NOTHING, Meaning(likeness=0.95)).level is VerdictLevel.careful
    both = by_heart.weigh(NOTHING, Meaning((sign,), likeness=0.1))
    assert (both.total, both.careful_from, both.level) == (2.3, 1.5, VerdictLevel.careful)
    no_encoder = by_heart.verdict([sign], "en")
    assert no_encoder.level is VerdictLevel.unclear
    assert [flag.id for flag in no_encoder.flags] == [sign.id]


def test_one_grave_sign_is_enough_where_no_tone_is_known(knowledge: Knowledge) -> None:
    rule = RULE.model_copy(update={"even": 5})
    check = OfferCheck(replace(knowledge, verdict=rule))
    grave = FoundFlag(of(knowledge, Severity.grave), "x")
    assert check.verdict([grave], "en").level is VerdictLevel.careful
    two_others = [name for name, one in knowledge.red_flags.items() if one.severity == "notice"]
    alone = check.verdict([FoundFlag(name, "x") for name in two_others[:3]], "en")
    assert alone.level is VerdictLevel.unclear


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Come on a tou🔥rist vi✈️sa first, we change it later", "tou🔥rist vi✈️sa first"),
        ("Come on a tourist🔥visa✈️first, change later", "tourist🔥visa✈️first"),
        ("Come on a t o u r i s t  v i s a first, we change it", "t o u r i s t  v i s a first"),
        ("Come on a t.o.u.r.i.s.t v-i-s-a first, we change it", "t.o.u.r.i.s.t v-i-s-a first"),
        (
            "Come on a tou\u200brist vi\u00adsa first, we change it",
            "tou\u200brist vi\u00adsa first",
        ),
        ("ใช้วี🔥ซ่าท่องเที่ยวไปก่อนแล้วค่อยเปลี่ยน", "วี🔥ซ่าท่องเที่ยวไปก่อน"),
        ("先 用 旅 游 签 过 来，公司再转", "旅 游 签 过 来"),
    ],
)
def test_broken_words_are_read_and_quoted_as_they_stand(
    check: OfferCheck, text: str, quote: str
) -> None:
    found = [(flag.id, flag.quote) for flag in check.check(text, "en").flags]
    assert found == [("tourist-visa-for-work", quote)]


@pytest.mark.parametrize("text", ["", "🔥" * 3000, "a🔥" * 3000, "v i s a " * 2000, "高 " * 3000])
def test_nothing_but_signs_is_answered(check: OfferCheck, knowledge: Knowledge, text: str) -> None:
    verdict = check.check(text, "en")
    assert (verdict.level, verdict.flags) == (VerdictLevel.unclear, [])
    assert verdict.note == knowledge.messages["en"].verdict_no_flags
