"""Text as people type it: old fonts, wrong mark order, drawn-out letters, both ways of Chinese."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forewarn.countries import Gazetteer, Place
from forewarn.danger import Judge
from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.schema.dangers import DangerLevel
from forewarn.offers.flags import FlagFinder
from forewarn.typed import read, well_spelled


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        # Burmese in Zawgyi
        ("သူတို႔ ကၽြန္ေတာ့္ ပတ္စပို႔ကို သိမ္းထားတယ္", "သူတို့ ကျွန်တော့် ပတ်စပို့ကို သိမ်းထားတယ်"),
        ("အျပင္ထြက္ခြင့္ လုံးဝမေပးဘူး", "အပြင်ထွက်ခွင့် လုံးဝမပေးဘူး"),
        # Burmese in Unicode, and a name that could be either
        ("သူတို့ ပတ်စပို့ သိမ်းထားတယ်", "သူတို့ ပတ်စပို့ သိမ်းထားတယ်"),
        ("ရဲလား", "ရဲလား"),
        # marks in another order, twice, or put together of two
        ("မုိ့လုိ့", "မို့လို့"),
        ("ខ្ញំុហេីយ", "ខ្ញុំហើយ"),
        ("ក្រេាយ", "ក្រោយ"),
        ("ເເລ້ວ ນໍ້າ", "ແລ້ວ ນ້ຳ"),
        ("เเล้ว นํ้า ท่ีี", "แล้ว น้ำ ที่"),
        # drawn out, and what only looks it
        ("heeeelp meeee!!!", "help me!!!"),
        ("ช่วยด้วยยยยย", "ช่วยด้วย"),
        ("ได้รับความช่วยเหลือออกมา", "ได้รับความช่วยเหลือออกมา"),
        ("30000 www.example.org ၃ဝဝဝဝ 10000000", "30000 www.example.org ၃ဝဝဝဝ 10000000"),
        # Chinese
        ("我的護照被他們拿走了", "我的护照被他们拿走了"),
        ("去柬埔寨做客服靠谱吗", "去柬埔寨做客服靠谱吗"),
        ("a lone \ud800 surrogate", "a lone ? surrogate"),
    ],
)
def test_is_read_as_it_was_meant(typed: str, meant: str) -> None:
    assert read(typed) == unicodedata.normalize("NFC", meant)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("佢哋唔畀我走", "他们不让我走"),
        ("呢份工作係咪呃人㗎", "这份工作是不是骗人的"),
        ("點解唔可以返屋企", "为什么不可以回家"),
        ("重点解决问题，转人工客服，仲裁", "重点解决问题，转人工客服，仲裁"),
    ],
)
def test_cantonese_wording_is_read_as_mandarin(
    knowledge: Knowledge, typed: str, meant: str
) -> None:
    assert knowledge.door.read(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("theytookmypassport", "they took my passport"),
        ("pls iamlockedinaroom!!", "pls iam locked in a room!!"),
        ("an understandable collection of investigations", None),
        ("https://www.theytookmypassport.example.org", None),
        ("a" * 5000, "a"),
        ("they" * 15, "they " * 14 + "they"),
        ("they" * 2000, None),
    ],
)
def test_missing_blanks_are_put_in(knowledge: Knowledge, typed: str, meant: str | None) -> None:
    assert knowledge.door.read(typed) == (typed if meant is None else meant)


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("theytookmypassport", "held"),
        ("အျပင္ထြက္ခြင့္ လုံးဝမေပးဘူး", "held"),
        ("我哋俾人困喺柬埔寨，護照俾佢哋攞走咗，唔畀走", "held"),
        ("ｔｈｅｙ ｔｏｏｋ ｍｙ ｐａｓｓｐｏｒｔ", "held"),
        ("hellllp me pleeease", "help"),
        ("ช่วยด้วยยยยย", "help"),
    ],
)
def test_danger_is_seen_however_it_is_typed(knowledge: Knowledge, typed: str, kind: str) -> None:
    judged = Judge(knowledge).judge(typed)
    assert (judged.level, judged.kinds[0]) == (DangerLevel.danger, kind)


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("khao yuet passport phom pai", "held"),
        ("chuai duai khrap", "help"),
        ("man ja kha phom", "threatened"),
        ("bor hai khoy mua baan", "held"),
        ("suay dae", "help"),
        ("trov ke khum khlung nov bavet", "held"),
        ("juy knhom phong", "help"),
        ("passport thein htar tal", "held"),
        ("kal par own", "help"),
    ],
)
def test_danger_is_seen_in_latin_letters(knowledge: Knowledge, typed: str, kind: str) -> None:
    judged = Judge(knowledge).judge(typed)
    assert (judged.level, judged.kinds[0]) == (DangerLevel.danger, kind)


@pytest.mark.parametrize(
    ("typed", "flag"),
    [
        ("ngan sabai rai dai dee", "pay-far-above-market"),
        ("viak ngai ngern deuan soung", "pay-far-above-market"),
        ("karngear srol prak khe khpous", "pay-far-above-market"),
        ("alote lwal lwal nae lakha kaung tal", "pay-far-above-market"),
        ("borisat ok kha tua hai kon", "free-ticket-debt"),
        ("viec nhe luong cao bao an o", "pay-far-above-market"),
    ],
)
def test_offers_are_read_in_latin_letters(knowledge: Knowledge, typed: str, flag: str) -> None:
    assert flag in [found.id for found in FlagFinder(knowledge).find(typed)]


def test_danger_in_vietnamese_is_seen_without_tone_marks(knowledge: Knowledge) -> None:
    judge = Judge(knowledge)
    sentences = [
        sentence for danger in knowledge.dangers.values() for sentence in danger.must_match["vi"]
    ]
    assert [one for one in sentences if not judge.judge(_without_marks(one)).kinds] == []


def _without_marks(text: str) -> str:
    letters = unicodedata.normalize("NFD", text).replace("đ", "d").replace("Đ", "D")
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def test_places_and_offers_are_seen_in_traditional_chinese(knowledge: Knowledge) -> None:
    assert Gazetteer(knowledge).find("我喺緬甸") == Place(("MM",), "MM", told=True)
    simplified = FlagFinder(knowledge).find("高薪招聘客服，包吃住包机票，无需经验")
    assert simplified
    assert FlagFinder(knowledge).find("高薪招聘客服，包吃住包機票，無需經驗") == simplified


def test_what_staff_wrote_to_be_recognised_survives(knowledge: Knowledge) -> None:
    """A rule of the door that breaks good spelling would hide danger."""
    judge = Judge(knowledge)
    missed = [
        sentence
        for danger in knowledge.dangers.values()
        for sentences in danger.must_match.values()
        for sentence in sentences
        if not judge.judge(sentence).kinds
    ]
    assert missed == []


def test_what_is_well_spelled_stays_as_it_is(knowledge: Knowledge) -> None:
    questions = [
        question
        for entry in knowledge.faq.values()
        for text in entry.texts.values()
        for question in (text.question, *text.also_asked)
    ]
    once = [well_spelled(question) for question in questions]
    assert [well_spelled(question) for question in once] == once


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    read(text).encode("utf-8")
