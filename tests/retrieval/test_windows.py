"""Long texts are cut into overlapping windows, in any script, and nothing is lost."""

import pytest

from retrieval.windows import STEP, WORDS, windows


@pytest.mark.parametrize("text", ["", "one", "word " * WORDS, "ไม่มีช่องว่างระหว่างคำ", "\ud800"])
def test_a_short_text_is_one_window(text: str) -> None:
    assert windows(text) == [text.encode("utf-8", "replace").decode()]


@pytest.mark.parametrize(
    ("words", "ends"),
    [
        (65, [(0, 63), (32, 64)]),
        (96, [(0, 63), (32, 95)]),
        (97, [(0, 63), (32, 95), (64, 96)]),
    ],
)
def test_windows_overlap_by_half_and_reach_the_end(words: int, ends: list[tuple[int, int]]) -> None:
    cut = windows("(" + ", ".join(f"w{number}" for number in range(words)) + ").")
    found = [[part.strip("().,") for part in window.split()] for window in cut]
    assert [(one[0], one[-1]) for one in found] == [(f"w{a}", f"w{b}") for a, b in ends]


def test_scripts_without_spaces_are_cut_between_words() -> None:
    word = "กรุงเทพ"
    assert [len(window) for window in windows(word * (WORDS + STEP))] == [len(word) * WORDS] * 2
