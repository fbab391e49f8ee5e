"""Messages are cut into sentences and clauses, in any script, each as it stands there."""

import pytest

from retrieval.sentences import LONGEST, MOST, WIDEST, pieces


def test_sentences_end_at_marks_lines_and_bullets() -> None:
    text = "Hi! 1. We pay your ticket, come on a tourist visa.\nno interview at all\n- free room"
    assert pieces(text) == [
        "Hi! 1. We pay your ticket, come on a tourist visa.",
        "no interview at all",
        "- free room",
    ]


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        (
            "รับสมัครแอดมินตอบแชท เงินเดือน 45000 บาท ไม่ต้องมีประสบการณ์ มีรถไปรับถึงบ้าน "
            "ออกค่าเดินทางให้ก่อน หักจากเงินเดือนทีหลังได้",
            ["รับสมัครแอดมินตอบแชท เงินเดือน 45000 บาท ไม่ต้องมีประสบการณ์ มีรถไปรับถึงบ้าน",
             "ออกค่าเดินทางให้ก่อน หักจากเงินเดือนทีหลังได้"],
        ),
        (
            "高薪招聘客服，月薪三万，包机票包食宿，无需经验，只要会打字，老板直招，路线安全",
            ["高薪招聘客服，月薪三万，包机票包食宿，无需经验，只要会打字，老板直招，", "路线安全"],
        ),
    ],
)  # fmt: skip
def test_what_is_long_is_cut_between_clauses(text: str, cut: list[str]) -> None:
    assert pieces(text) == cut


@pytest.mark.parametrize("text", ["", " \n", "!!!", "…", "🙏🙏"])
def test_without_words_there_is_nothing_to_read(text: str) -> None:
    assert pieces(text) == []


def test_a_run_without_marks_is_cut_between_words() -> None:
    found = pieces("กรุงเทพ" * 50)
    assert [len(piece) for piece in found] == [7 * LONGEST, 7 * LONGEST, 7 * 10]


def test_no_piece_is_wider_than_it_may_be() -> None:
    assert [len(piece) for piece in pieces("a" * 450)] == [WIDEST, WIDEST, 50]
    assert pieces("\ud800 hello") == ["? hello"]


def test_of_very_many_pieces_the_first_and_last_are_read() -> None:
    lines = [f"this is line number {number} of it" for number in range(100)]
    assert pieces("\n".join(lines)) == [*lines[: MOST // 2], *lines[-MOST // 2 :]]


def test_nothing_is_lost() -> None:
    text = "Dear, come: ไปทำงานกัน ที่ปอยเปต now；高薪招聘。ok ✅free ✅visa — see you\tsoon"
    assert "".join("".join(pieces(text)).split()) == "".join(text.split())
