"""Words of every script, and BM25 as the textbook has it."""

import math

import numpy as np

from retrieval.lexical import Lexical, words


def test_words_of_scripts_without_blanks() -> None:
    assert words("ลูกสาวของฉันได้งาน") == ["ลูกสาว", "ของ", "ฉัน", "ได้", "งาน"]
    assert words("ប្អូនប្រុសខ្ញុំបាត់ខ្លួន") == ["ប្អូនប្រុស", "ខ្ញុំ", "បាត់ខ្លួន"]


def test_chinese_also_in_pairs() -> None:
    assert words("泰国骗局") == ["泰国", "骗局", "泰国", "国骗", "骗局"]


def test_case_width_and_marks_make_no_difference() -> None:
    assert words("ＪＯＢ, “Fake”!") == words("job fake") == ["job", "fake"]


def test_scores_are_bm25() -> None:
    texts = ["fake job", "job job offer abroad", "weather"]
    length = sum(len(words(text)) for text in texts) / 3

    def expected(text: str) -> float:
        times, size = words(text).count("job"), len(words(text))
        rarity = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
        return rarity * times / (times + 1.5 * (1 - 0.75 + 0.75 * size / length))

    scores = Lexical.build([[text] for text in texts]).scores("job")
    np.testing.assert_allclose(scores, [expected(text) for text in texts], rtol=1e-5)


def test_shares_lie_between_nothing_and_all() -> None:
    lexical = Lexical.build([["fake job"], ["weather tomorrow"]])
    np.testing.assert_allclose(lexical.shares("weather tomorrow"), [0, 1], rtol=1e-5)
    np.testing.assert_allclose(lexical.shares("weather unheard"), [0, 0.5], rtol=1e-5)
    assert lexical.shares("unheard").tolist() == [0, 0]
    assert lexical.shares("🙂").tolist() == [0, 0]


def test_a_changed_text_is_scored_as_if_all_were_indexed_anew() -> None:
    before = Lexical.build([["fake job"], ["weather tomorrow", "rain"], ["another job abroad"]])
    documents = [["fake job"], ["weather today", "rain"], ["another job abroad"]]
    for asked in ("fake weather today", "tomorrow", "job"):
        np.testing.assert_array_equal(
            Lexical.build(documents, before).shares(asked), Lexical.build(documents).shares(asked)
        )


def test_the_texts_of_a_document_are_one() -> None:
    together = Lexical.build([["fake job", "job abroad"], ["weather"]])
    np.testing.assert_array_equal(
        together.scores("fake abroad"),
        Lexical.build([["fake job job abroad"], ["weather"]]).scores("fake abroad"),
    )


def test_no_words_at_all() -> None:
    assert Lexical.build([["🙂"], ["!"]]).scores("job").tolist() == [0, 0]
    assert Lexical.build([]).shares("job").tolist() == []
