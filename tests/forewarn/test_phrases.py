"""Phrases find what they should, quote it as it was written, and say what is wrong with them."""

import pytest

from forewarn.phrases import Match, PhraseError, PhraseSet, compile_phrase, normalise, sentences

SPACES = {"en": True, "th": False, "zh": False}


def quotes(phrases: dict[str, list[str]], text: str, **unless: list[str]) -> list[str]:
    return [match.quote for match in PhraseSet(phrases, unless, SPACES).find(text)]


@pytest.mark.parametrize(
    ("phrase", "text", "quote"),
    [
        ("took my passport", "They took my passport.", "took my passport"),
        ("took|kept my passport", "he KEPT  my passport", "KEPT  my passport"),
        ("took (away) my passport", "took my passport", "took my passport"),
        ("took (away) my passport", "took away my passport", "took away my passport"),
        ("(please) help me", "help me", "help me"),
        ("(please) (please) help me", "please please help me", "please please help me"),
        ("passport … taken", "my passport has just been taken", "passport has just been taken"),
        ("pay*", "we are paying well", "paying"),
        ("thai * company", "a Thai film company", "Thai film company"),
        ("pay*|give me", "they gave it: give me", "give me"),
        ("mae_sot|mae_sai", "near Mae  Sot", "Mae  Sot"),
        ("took my passport", "took my\u200b pass\u00adport", "took my\u200b pass\u00adport"),
        ("visa", "ｖｉｓａ on arrival", "ｖｉｓａ"),
        ("don't let me", "they don’t let me go", "don’t let me"),
    ],
)
def test_finds_words_and_quotes_them_as_written(phrase: str, text: str, quote: str) -> None:
    assert quotes({"en": [phrase]}, text) == [quote]


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("pass", "my passport"),
        ("took my passport", "took. my passport"),
        ("pay", "paying"),
        ("pay*|give me", "giver me"),
        ("help me now", "now help me"),
        ("passport … taken", "passport " + "x" * 31 + " taken"),
        ("port", "my passport"),
    ],
)
def test_leaves_other_words_alone(phrase: str, text: str) -> None:
    assert quotes({"en": [phrase]}, text) == []


def test_scripts_without_spaces_match_inside_a_run_of_letters() -> None:
    assert quotes({"zh": ["收|拿 走 护照"]}, "他们收走护照了") == ["收走护照"]
    assert quotes({"th": ["ยึด พาสปอร์ต|หนังสือ_เดินทาง"]}, "โดนยึดหนังสือ เดินทางไป") == ["ยึดหนังสือ เดินทาง"]


def test_decomposed_thai_and_vietnamese_letters_are_the_same_words() -> None:
    assert quotes({"th": ["ทำงาน"]}, "ไป\u0e17\u0e4d\u0e32งาน") == ["\u0e17\u0e4d\u0e32งาน"]


def test_unless_cancels_only_in_its_own_sentence() -> None:
    text = "What if they took my passport? They took my passport."
    assert quotes({"en": ["took my passport"]}, text, en=["what if"]) == ["took my passport"]


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("i saw a film then they took my passport", []),
        ("they took my passport in the film", []),
        ("i saw a film and after that for real they took my passport", ["took my passport"]),
        (
            "they took my passport in the film and i laughed but now they kept my passport",
            ["kept my passport"],
        ),
        ("ในหนังเขายึดพาสปอร์ต", []),
        ("ดูในหนังมาแล้วไม่นึกว่าจะเจอกับตัวเองเลย เขายึดพาสปอร์ต", ["ยึดพาสปอร์ต"]),
        ("电影里他们扣了护照", []),
        ("刚才还在看电影没想到现在他们扣了护照", ["扣了护照"]),
    ],
)
def test_unless_cancels_what_is_close_and_no_cry_in_the_same_breath(
    text: str, quote: list[str]
) -> None:
    phrases = {"en": ["took|kept my passport"], "th": ["ยึดพาสปอร์ต"], "zh": ["扣了护照"]}
    assert quotes(phrases, text, en=["film"], th=["ในหนัง"], zh=["电影"]) == quote


def test_every_language_is_tried_on_every_text() -> None:
    found = PhraseSet({"en": ["help me"], "zh": ["救命"]}, {}, SPACES).find("救命! help me")
    assert found == [Match("救命", "救命"), Match("help me", "help me")]


def test_normalise_is_the_same_twice() -> None:
    text = "  ＶＩＳＡ\u200b  Ｏn\tArrival’s  "
    assert normalise(text) == "visa on arrival's"
    assert normalise(normalise(text)) == normalise(text)


def test_sentences_end_at_marks_of_every_script_but_not_inside_numbers() -> None:
    assert sentences("Pay 1.5 now! Go.\nไปเลย 第一。第二！") == [
        "Pay 1.5 now",
        "Go",
        "ไปเลย 第一",
        "第二",
    ]


@pytest.mark.parametrize(
    ("phrase", "message"),
    [
        ("", "the phrase is empty"),
        ("… passport", "a phrase cannot begin or end with …"),
        ("passport …", "a phrase cannot begin or end with …"),
        ("(passport)", "every word of the phrase may be missing"),
        ("(passport taken", "a bracket in “(passport” is not closed or stands inside a word"),
    ],
)
def test_a_phrase_that_cannot_be_read_says_why(phrase: str, message: str) -> None:
    with pytest.raises(PhraseError) as raised:
        compile_phrase(phrase, spaces=True)
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("phrase", "spaces", "needed"),
    [
        ("(please) help me|us … now", True, (("help",), ("me", "us"), ("now",))),
        ("mae_sot|mae_sai … held", True, (("mae", "mae"), ("held",))),
        ("a|passport* taken", True, (("a", "passport"), ("taken",))),
        ("护照|证件 (被) 收走", False, (("护照", "证件"), ("收走",))),
    ],
)
def test_a_phrase_knows_what_it_cannot_do_without(
    phrase: str, spaces: bool, needed: tuple[tuple[str, ...], ...]
) -> None:
    assert compile_phrase(phrase, spaces=spaces).needed == needed
