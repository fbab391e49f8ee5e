"""The classifier's arithmetic, apart from Rasa, so that cross-validation measures the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float32]

UNSURE = "question"
"""Where a message goes that no intent fits well enough: search, which can say that it does not
know and whom to ask. Calling it out of scope would turn away people whose words are unusual."""


@dataclass(frozen=True)
class Regression:
    """A fitted multinomial logistic regression over centred unit vectors."""

    intents: tuple[str, ...]
    mean: Numbers
    weights: Numbers
    bias: Numbers

    def rank(self, vector: Numbers) -> list[tuple[str, float]]:
        """Every intent with its probability, likeliest first."""
        scores = self.weights @ _centred(vector[np.newaxis], self.mean)[0] + self.bias
        odds = np.exp(scores - scores.max())
        chances = odds / odds.sum()
        order = np.argsort(-chances, kind="stable")
        return [(self.intents[at], float(chances[at])) for at in order]


def fit(matrix: Numbers, intents: Sequence[str], strength: float, prior: float) -> Regression:
    """Fit to vectors, one a row, and their intents.

    Classes weigh alike however many examples each has, but most of what people write is a
    question. `prior` says how many times likelier one is than any other intent; `strength` is
    scikit-learn's C.
    """
    from sklearn.linear_model import LogisticRegression

    mean = matrix.mean(axis=0)
    model = LogisticRegression(C=strength, class_weight="balanced", max_iter=2000)
    model.fit(_centred(matrix, mean), list(intents))
    names = tuple(str(each) for each in model.classes_)
    bias = model.intercept_ + np.log(prior) * np.array([name == UNSURE for name in names])
    return Regression(
        names,
        mean.astype(np.float32),
        model.coef_.astype(np.float32),
        bias.astype(np.float32),
    )


def _centred(matrix: Numbers, mean: Numbers) -> Numbers:
    moved = matrix - mean
    lengths = np.linalg.norm(moved, axis=1, keepdims=True)
    centred: Numbers = moved / np.maximum(lengths, 1e-9)
    return centred
