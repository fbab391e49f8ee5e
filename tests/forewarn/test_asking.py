"""How people ask, in every language: going on from an answer, and two things at once."""

from dataclasses import replace

import pytest

from forewarn.asking import LONGEST_GOING_ON, LONGEST_TO_PART, MOST_CUTS, Asking
from forewarn.knowledge.loader import load
from tests.knowledge_base import KNOWLEDGE, LOADED


@pytest.fixture(scope="module")
def asking() -> Asking:
    return Asking(load(KNOWLEDGE))


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("and in Cambodia?", "in Cambodia"),
        ("And then, what about my sister then??", "my sister"),
        ("WHAT ABOUT MY SISTER", "MY SISTER"),
        ("และที่ลาวล่ะ", "ที่ลาว"),
        ("แล้วน้องสาวฉันล่ะคะ", "น้องสาวฉัน"),
        ("那柬埔寨呢？", "柬埔寨"),
        ("還有緬甸呢", "缅甸"),
        ("အေဂျင်စီကရော", "အေဂျင်စီ"),
        ("ចុះនៅវៀតណាមវិញ?", "នៅវៀតណាម"),
        ("ແລ້ວກຳປູເຈຍເດ", "ກຳປູເຈຍ"),
        ("còn em gái tôi thì sao?", "em gái tôi"),
        ("Cambodia?", None),
        ("android phones", None),
        ("How do I check a job?", None),
        ("and", None),
        ("what about", None),
        ("", None),
        ("?!", None),
        ("and " + "a" * LONGEST_GOING_ON, None),
    ],
)
def test_what_a_message_asks_about_that_goes_on(
    asking: Asking, text: str, about: str | None
) -> None:
    assert asking.goes_on(text) == about


@pytest.mark.parametrize(
    "halves",
    [
        ("What are scam compounds?", "who do they target?"),
        ("คอมพาวด์อยู่ที่ไหน", "ข้างในเป็นยังไง"),
        ("送回国多少人了？", "80%这个数字是真的吗？"),
        ("သင် ဘယ်သူလဲ။", "ဘာတွေ သိမ်းထားလဲ။"),
        ("តើមណ្ឌលបោកប្រាស់ជាអ្វី?", "នៅឯណា?"),
        ("ສູນຫຼອກລວງແມ່ນຫຍັງ?", "ຢູ່ໃສແດ່?"),
        ("Bạn là ai?", "Bạn lưu gì về tôi?"),
    ],
)
def test_two_questions_are_told_apart(asking: Asking, halves: tuple[str, str]) -> None:
    assert asking.in_two(" ".join(halves))[0] == halves


@pytest.mark.parametrize(
    ("text", "halves"),
    [
        ("who are you and what do you store", ("who are you", "what do you store")),
        ("คุณเป็นใครแล้วเก็บข้อมูลอะไร", ("คุณเป็นใคร", "เก็บข้อมูลอะไร")),
        ("大使馆能做什么，另外报失踪要带什么", ("大使馆能做什么，", "报失踪要带什么")),
        ("Khu lừa đảo là gì và nằm ở đâu", ("Khu lừa đảo là gì", "nằm ở đâu")),
    ],
)
def test_words_part_two_questions(asking: Asking, text: str, halves: tuple[str, str]) -> None:
    assert asking.in_two(text)[0] == halves


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Is Thailand safe?",
        "I got an offer from an agency. How do I check it?",
        "เห็นประกาศรับนางแบบ จะรู้ได้ยังไงว่าจริง",
        "你好！泰国安全吗？",
        "what? " * LONGEST_TO_PART,
    ],
)
def test_one_question_or_a_long_text_is_left_whole(asking: Asking, text: str) -> None:
    assert asking.in_two(text) == []


def test_a_row_of_questions_costs_a_few_searches_only(asking: Asking) -> None:
    assert len(asking.in_two("what? " * 20)) == MOST_CUTS


@pytest.fixture(scope="module")
def explaining() -> Asking:
    """Knows code words of two languages; one of them stands in a wording of an entry."""
    code_words = {
        "en": {"blue room": "where money is washed", "Azul": "a colour", "fake casting": "unused"},
        "zh": {"水房": "转赃款的地方"},
    }
    wording = {
        language: LOADED.wording[language].model_copy(update={"code_words": words})
        for language, words in code_words.items()
    }
    return Asking(replace(LOADED, wording=wording))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("在水房上班犯法吗", "在水房 (转赃款的地方)上班犯法吗"),
        ("水房 คืออะไร", "水房 (转赃款的地方) คืออะไร"),
        ("the BLUE ROOM?", "the BLUE ROOM (where money is washed)?"),
        ("他说azul 水房", "他说azul (a colour) 水房 (转赃款的地方)"),
        ("azulejo, azulê", "azulejo, azulê"),
        ("is it a fake casting", "is it a fake casting"),
        ("", ""),
    ],
)
def test_code_words_are_explained(explaining: Asking, text: str, read: str) -> None:
    assert explaining.explained(text) == read


def test_code_words_of_the_real_knowledge_are_explained_once(asking: Asking) -> None:
    for words in LOADED.wording.values():
        for word, meaning in words.code_words.items():
            assert asking.explained(word) in {word, f"{word} ({meaning})"}
            assert asking.explained(f"{meaning}") == meaning, "an explanation needs none"
