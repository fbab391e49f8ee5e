"""The verdict on an offer: with reasons, about the message, never that it is safe."""

import pytest

from forewarn.knowledge.loader import Knowledge
from forewarn.offers.flags import FoundFlag
from forewarn.offers.verdict import OfferCheck
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
