"""The confidence is fitted on questions kept apart, and its thresholds mean what they say."""

import hashlib
from pathlib import Path

import pytest

from forewarn.knowledge.loader import Knowledge
from retrieval.calibrate import cross_validated, fit
from retrieval.checks import every_check
from retrieval.encoder import Encoder
from retrieval.index import Index
from retrieval.ordinary import messages
from retrieval.questions import Question
from retrieval.search import Searcher


@pytest.fixture(scope="module")
def asked(small: Knowledge) -> list[Question]:
    outside = [Question(f"out-{i}", text, "en", frozenset()) for i, text in enumerate(messages())]
    return [*every_check(small), *outside[:40]]


def test_checks_are_the_questions_that_are_never_indexed(small: Knowledge) -> None:
    texts = [text for e in small.faq.values() for t in e.texts.values() for text in t.check_with]
    assert sorted(question.text for question in every_check(small)) == sorted(texts)
    assert all(question.id.split(".")[0] in question.expect for question in every_check(small))


def test_questions_with_an_answer_are_told_from_others(
    index: Index, encoder: Encoder, asked: list[Question], tmp_path: Path
) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text("{}")
    fitted = fit(index, encoder, asked, [], [path])
    assert (fitted.encoder, fitted.knowledge) == (encoder.fingerprint, index.made.knowledge)
    assert fitted.fitted_on == {"questions.jsonl": hashlib.sha256(b"{}").hexdigest()}
    assert fitted.questions == len(asked)
    assert 0 < fitted.choose_from <= fitted.answer_from < 1
    searcher = Searcher(index)
    vectors = encoder.questions([question.text for question in asked])
    outcomes: dict[bool, list[str]] = {True: [], False: []}
    for question, vector in zip(asked, vectors, strict=True):
        best = searcher.rank(question.text, vector, question.language, 1)[0]
        outcomes[bool(question.expect)].append(fitted.outcome([fitted.of(best.signals)]))
    assert outcomes[True].count("unknown") <= 0.1 * len(outcomes[True])
    assert outcomes[False].count("answer") <= 0.1 * len(outcomes[False])


def test_each_question_is_judged_by_a_confidence_fitted_without_it(
    index: Index, encoder: Encoder, asked: list[Question]
) -> None:
    judged = cross_validated(index, encoder, asked[-50:], asked[:-50])
    assert len(judged) == 50
    inside = [one for one, question in zip(judged, asked[-50:], strict=True) if question.expect]
    outside = [one for one in judged if one not in inside]
    assert [right for _, right in outside] == [False] * 40
    mean = [sum(sure for sure, _ in some) / len(some) for some in (inside, outside)]
    assert mean[0] > mean[1]


def test_too_few_questions_are_refused(
    index: Index, encoder: Encoder, asked: list[Question]
) -> None:
    with pytest.raises(ValueError, match="calibration needs at least 40 questions"):
        fit(index, encoder, asked[-10:], [], [])
    with pytest.raises(ValueError, match="some of them with nothing expected"):
        fit(index, encoder, [one for one in asked if one.expect], [], [])
