"""Simpler ways to judge an offer, taught by the same examples: what ours has to beat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from forewarn.knowledge.loader import Knowledge
from forewarn.offers.verdict import OfferCheck
from retrieval.encoder import Encoder
from retrieval.offers_by_meaning import honest_texts, lure_texts
from retrieval.remembered import Remembered

OURS, RULES = "Forewarn", "phrases alone"
NEIGHBOUR, TFIDF = "nearest neighbour alone", "TF-IDF and logistic regression"

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Judged:
    """What one way says of each message: a score, higher for lures, and whether it ``warns``."""

    scores: Scores
    warns: NDArray[np.bool_]


def phrases_alone(check: OfferCheck, texts: Sequence[str]) -> Judged:
    """The red flags' phrases and the same verdict, as without an encoder."""
    scores = np.array([check.weigh(text).total for text in texts])
    return Judged(scores, scores >= check.rule.careful_from)


def nearest_neighbour(
    knowledge: Knowledge, remembered: Remembered, encoder: Encoder, texts: Sequence[str]
) -> Judged:
    """Whether the one known text that is nearest in meaning is a lure's or an honest one."""
    known = [remembered.of("question", some) for some in _taught(knowledge)]
    middle = np.concatenate(known).mean(axis=0)
    lures, honest = (_moved(some, middle) for some in known)
    asked = _moved(encoder.questions(texts), middle)
    scores = (asked @ lures.T).max(axis=1) - (asked @ honest.T).max(axis=1)
    return Judged(scores.astype(np.float64), scores > 0)


def tfidf(knowledge: Knowledge, texts: Sequence[str]) -> Judged:
    """A logistic regression over runs of two to four letters, for scripts without blanks too."""
    lures, honest = _taught(knowledge)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, min_df=2)
    model = make_pipeline(letters, LogisticRegression(C=10.0, class_weight="balanced"))
    model.fit([*lures, *honest], [True] * len(lures) + [False] * len(honest))
    scores: Scores = model.predict_proba(texts)[:, 1]
    return Judged(scores, scores >= 0.5)


def _taught(knowledge: Knowledge) -> tuple[list[str], list[str]]:
    """Sentences and whole messages of lures, and honest ones."""
    return lure_texts(knowledge), honest_texts(knowledge)


def _moved(vectors: NDArray[np.float32], middle: NDArray[np.float32]) -> NDArray[np.float32]:
    moved = vectors - middle
    unit: NDArray[np.float32] = moved / np.linalg.norm(moved, axis=1, keepdims=True)
    return unit
