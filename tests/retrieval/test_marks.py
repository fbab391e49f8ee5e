"""Vietnamese typed without its marks is read with them."""

import pytest

from forewarn.knowledge.loader import Knowledge
from retrieval.marks import Marks, by_language, plain
from tests.knowledge_base import LOADED


@pytest.fixture(scope="module")
def marks() -> Marks:
    """Learnt from all of the real knowledge."""
    return by_language(LOADED)["vi"]


def test_only_vietnamese_is_written_with_many_marks() -> None:
    assert list(by_language(LOADED)) == ["vi"]
    assert by_language(Knowledge(LOADED.folder)) == {}


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("toi bi lua sang cam lam viec", "tôi bị lừa sang cam làm việc"),
        ("ho giu ho chieu cua toi", "họ giữ hộ chiếu của tôi"),
        ("Em gai toi mat tich o Campuchia!", "Em gái tôi mất tích ở Campuchia!"),
        ("KK Park la cho nao??", "KK Park là chỗ nào??"),
        ("scam la gi 🙏", "scam là gì 🙏"),
    ],
)
def test_marks_are_put_in(marks: Marks, typed: str, read: str) -> None:
    assert marks.put_in(typed) == read


@pytest.mark.parametrize(
    "text",
    [
        *("", "123 😀", "xx yy", "is this casting real?", "please check my contract"),
        *("tôi bi lua sang cam lam viec", "我被骗了", "ฉันถูกหลอก toi bi lua"),
    ],
)
def test_what_has_marks_or_is_no_vietnamese_stays(marks: Marks, text: str) -> None:
    assert marks.put_in(text) == text


def test_most_words_get_their_own_marks(marks: Marks) -> None:
    """``check_with`` is none of the texts that were learnt from."""
    asked = [text for entry in LOADED.faq.values() for text in entry.texts["vi"].check_with]
    pairs = [
        (was, now)
        for text in asked
        for was, now in zip(
            text.lower().split(), marks.put_in(plain(text.lower())).split(), strict=True
        )
    ]
    assert len(pairs) > 1500
    assert sum(was == now for was, now in pairs) / len(pairs) > 0.88


def test_a_word_that_follows_tells_which_is_meant() -> None:
    marks = Marks(["Tôi bị lừa đảo", "Buổi tối hôm qua"])
    assert marks.put_in("toi bi lua") == "tôi bị lừa"
    assert marks.put_in("buoi toi") == "buổi tối"
    assert marks.put_in("Toi") == "Tôi"


def test_without_texts_nothing_is_changed() -> None:
    assert Marks([]).put_in("toi bi lua") == "toi bi lua"
    assert Marks(["is it real"]).put_in("toi bi lua") == "toi bi lua"


@pytest.mark.parametrize(("text", "bare"), [("Được đâu", "Duoc dau"), ("Đà Nẵng", "Da Nang")])
def test_no_mark_is_left(text: str, bare: str) -> None:
    assert plain(text) == bare
