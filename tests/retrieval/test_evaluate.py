"""The measures are what the textbooks say they are."""

import math
from pathlib import Path

import pytest

from retrieval.confidence import Outcome
from retrieval.evaluate import Measured, as_json, as_table, bootstrap, evaluate, wilson
from retrieval.questions import Question, read, unknown_entries
from retrieval.search import Found, Hit


def found(outcome: Outcome, *names: str) -> Found:
    return Found(outcome, [Hit(name, "faq", "en", 1.0, 0.5) for name in names])


ASKED = [
    (Question("1", "a", "en", frozenset("a")), found("answer", "a", "b")),
    (Question("2", "b", "en", frozenset("b")), found("choose", "a", "c", "b")),
    (Question("3", "c", "th", frozenset("cd")), found("unknown", "d", "a", "c")),
    (Question("4", "d", "th", frozenset("z")), found("answer", "d")),
    (Question("5", "e", "th", frozenset()), found("unknown", "d")),
]


def test_quality_of_every_language_and_all() -> None:
    results = {question.id: result for question, result in ASKED}
    quality = evaluate([question for question, _ in ASKED], lambda asked, _: results[asked.id])
    figures = {
        language: {
            key: value["value"] if isinstance(value, dict) else value for key, value in one.items()
        }
        for language, one in as_json(quality).items()
    }
    two_of_two = (1 + 1 / math.log2(4)) / (1 + 1 / math.log2(3))
    assert figures == {
        "en": {
            "questions": 2,
            "hit_1": 0.5,
            "hit_3": 1.0,
            "mrr": round((1 + 1 / 3) / 2, 4),
            "ndcg_10": 0.75,
            "answered": 0.5,
            "answered_right": 1.0,
            "choice_right": 1.0,
            "refused": 0.0,
            "out_of_scope": 0,
            "out_refused": 0.0,
            "out_answered": 0.0,
        },
        "th": {
            "questions": 2,
            "hit_1": 0.5,
            "hit_3": 0.5,
            "mrr": 0.5,
            "ndcg_10": round(two_of_two / 2, 4),
            "answered": 0.5,
            "answered_right": 0.0,
            "choice_right": 0.0,
            "refused": 0.5,
            "out_of_scope": 1,
            "out_refused": 1.0,
            "out_answered": 0.0,
        },
        "all": {
            "questions": 4,
            "hit_1": 0.5,
            "hit_3": 0.75,
            "mrr": round((1 + 1 / 3 + 1) / 4, 4),
            "ndcg_10": round((1 + 0.5 + two_of_two) / 4, 4),
            "answered": 0.5,
            "answered_right": 0.5,
            "choice_right": 1.0,
            "refused": 0.25,
            "out_of_scope": 1,
            "out_refused": 1.0,
            "out_answered": 0.0,
        },
    }
    assert as_table(quality).splitlines()[1].split()[:3] == ["en", "2", "0.500"]


def test_wilson_is_the_published_interval() -> None:
    assert wilson(8, 10) == Measured(
        0.8, pytest.approx(0.4901625, abs=1e-6), pytest.approx(0.9433178, abs=1e-6)
    )
    assert wilson(0, 0) == Measured(0.0, 0.0, 1.0)


def test_bootstrap_holds_the_mean_and_is_repeatable() -> None:
    measured = bootstrap([0.0, 1.0] * 50)
    assert measured.value == 0.5
    assert measured.low == pytest.approx(0.4, abs=0.02)
    assert measured.high == pytest.approx(0.6, abs=0.02)
    assert bootstrap([0.0, 1.0] * 50) == measured
    assert bootstrap([]) == Measured(0.0, 0.0, 1.0)


def test_questions_are_read(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text('{"id": "1", "text": "a\u2028b", "language": "en", "expect": ["x"]}\n\n')
    asked = read(path)
    assert asked == [Question("1", "a\u2028b", "en", frozenset("x"))]
    assert unknown_entries(asked, ["y"]) == ["1: x"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "1: wrong or missing: line"),
        ('{"id": "1", "text": "secret", "expect": []}', "1: wrong or missing: language"),
        ('{"id": "1", "text": 1, "language": "en", "expect": []}', "1: wrong or missing: text"),
    ],
)
def test_wrong_questions_are_named_by_line(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(line)
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the whole message is compared
        read(path)
    assert str(error.value) == f"{path}:{said}"


def test_an_id_used_twice_is_named(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text('{"id": "1", "text": "a", "language": "en", "expect": []}\n' * 2)
    with pytest.raises(ValueError, match=r"questions\.jsonl:2: the id 1 is used twice$"):
        read(path)
