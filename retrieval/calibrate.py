"""Fits the confidence of the search on questions kept apart for it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from retrieval.confidence import MOST_CHOICES, Confidence
from retrieval.encoder import Encoder
from retrieval.index import Searchable
from retrieval.questions import Question
from retrieval.search import Searcher

OUT_ANSWERED = 0.05
"""The share of questions without an answer that may be answered outright."""

IN_REFUSED = 0.05
"""The share of questions with an answer that may be refused."""

_FOLDS = 5
_FEWEST = 40


@dataclass(frozen=True)
class _Case:
    """One entry found for one question: its signals, and whether it was right."""

    question: int
    place: int
    signals: list[float]
    right: bool


def fit(
    index: Searchable,
    encoder: Encoder,
    asked: Sequence[Question],
    checked: Sequence[Question],
    files: Sequence[Path],
) -> Confidence:
    """Fit on the questions ``asked`` (from ``files``) and ``checked``, searched in ``index``.

    The thresholds come from ``asked`` alone: it holds what people might really write, while
    ``checked`` are hard wordings made to test the entries.

    Raises:
        ValueError: there are too few questions, or none that must be refused.
    """
    questions = [*asked, *checked]
    if len(asked) < _FEWEST or all(question.expect for question in asked):
        raise ValueError(
            f"calibration needs at least {_FEWEST} questions, some of them with nothing expected"
        )
    cases = list(_cases(index, encoder, questions))
    points = np.array([case.signals for case in cases])
    right = np.array([case.right for case in cases])
    model = _model()
    # Thresholds come from questions left out in turn: fitted ones would look too easy.
    left_out = _left_out(cases)
    best = np.array([case.place == 0 for case in cases])
    inside = np.array([bool(questions[case.question].expect) for case in cases])
    best &= np.array([case.question < len(asked) for case in cases])
    answer_from, choose_from = _thresholds(left_out[best & inside], left_out[best & ~inside])
    model.fit(points, right)
    scaler, regression = model[0], model[1]
    weights = regression.coef_[0] / scaler.scale_
    return Confidence(
        encoder=encoder.fingerprint,
        knowledge=index.made.knowledge,
        fitted_on={path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files},
        questions=len(questions),
        weights=tuple(round(float(weight), 6) for weight in weights),
        bias=round(float(regression.intercept_[0] - weights @ scaler.mean_), 6),
        answer_from=answer_from,
        choose_from=choose_from,
    )


def cross_validated(
    index: Searchable,
    encoder: Encoder,
    asked: Sequence[Question],
    checked: Sequence[Question],
) -> list[tuple[float, bool]]:
    """Of each question ``asked``: how sure a confidence that was fitted without it is of its best
    entry, and whether that is right."""
    cases = list(_cases(index, encoder, [*asked, *checked]))
    return [
        (float(confidence), case.right)
        for case, confidence in zip(cases, _left_out(cases), strict=True)
        if case.place == 0 and case.question < len(asked)
    ]


def _model() -> Pipeline:
    return make_pipeline(StandardScaler(), LogisticRegression(C=1.0))


def _left_out(cases: Sequence[_Case]) -> NDArray[np.float64]:
    """For each case the confidence of a model fitted without its question."""
    chances: NDArray[np.float64] = cross_val_predict(
        _model(),
        np.array([case.signals for case in cases]),
        np.array([case.right for case in cases]),
        groups=np.array([case.question for case in cases]),
        cv=GroupKFold(_FOLDS),
        method="predict_proba",
    )[:, 1]
    return chances


def _cases(index: Searchable, encoder: Encoder, questions: Sequence[Question]) -> Iterator[_Case]:
    searcher = Searcher(index)
    vectors = encoder.questions([question.text for question in questions])
    for number, (question, vector) in enumerate(zip(questions, vectors, strict=True)):
        ranked = searcher.rank(question.text, vector, question.language, MOST_CHOICES)
        for place, one in enumerate(ranked):
            yield _Case(number, place, one.signals.row(), one.id in question.expect)


def _thresholds(inside: NDArray[np.float64], outside: NDArray[np.float64]) -> tuple[float, float]:
    """``answer_from`` and ``choose_from``, from the best entry's confidence of each question with
    and without an answer."""
    answer = float(np.quantile(outside, 1 - OUT_ANSWERED))
    choose = float(np.quantile(inside, IN_REFUSED))
    return round(max(answer, choose), 4), round(min(answer, choose), 4)
