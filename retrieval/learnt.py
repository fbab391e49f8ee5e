"""Which entry a question belongs to, learnt from every way each entry is asked for.

A nearest variant is one lucky or unlucky wording; a regression over all of them, in every
language, knows what tells one entry from its neighbours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from retrieval.space import Vectors

STRENGTH = 10.0
"""C of the regression; between 1 and 100 it hardly matters (docs/decisions/0006-search.md)."""

NOTHING = ""
"""The name under which ordinary messages are learnt; no entry can have it."""

_FEWEST = 3
"""Entries below which there is nothing worth telling apart."""


@dataclass(frozen=True)
class Standing:
    """How much a question looks like each entry, and like ``nothing`` we know: by how many
    standard deviations each stands out among all."""

    entries: dict[str, float]
    nothing: float


@dataclass(frozen=True)
class Learnt:
    """A multinomial regression over vectors in the :class:`~retrieval.space.Space`."""

    entries: tuple[str, ...]
    weights: Vectors
    bias: Vectors

    @classmethod
    def fit(cls, vectors: Vectors, entries: Sequence[str], ordinary: Vectors) -> Learnt:
        """Learn from ``vectors`` and the entry each belongs to, against ``ordinary`` messages that
        belong to none. With too few entries it learns nothing and every score is 0."""
        if len(set(entries)) < _FEWEST:
            return cls((), np.empty((0, vectors.shape[1]), np.float32), np.empty(0, np.float32))
        regression = LogisticRegression(C=STRENGTH, max_iter=3000)
        regression.fit(np.concatenate([vectors, ordinary]), [*entries, *[NOTHING] * len(ordinary)])
        return cls(
            tuple(map(str, regression.classes_)),
            regression.coef_.astype(np.float32),
            regression.intercept_.astype(np.float32),
        )

    def standing(self, vector: Vectors) -> Standing:
        """How ``vector`` stands to each entry and to nothing."""
        if not self.entries:
            return Standing({}, 0.0)
        values = self.weights @ vector + self.bias
        spread = float(values.std()) or 1.0
        scores = dict(zip(self.entries, map(float, (values - values.mean()) / spread), strict=True))
        return Standing(scores, scores.pop(NOTHING, 0.0))

    def save(self, path: Path) -> None:
        """Write to the file ``path`` (npz, plain arrays)."""
        entries = np.array(self.entries, dtype=np.str_)
        np.savez(path, entries=entries, weights=self.weights, bias=self.bias)

    @classmethod
    def load(cls, path: Path) -> Learnt:
        """Read what :meth:`save` wrote."""
        with np.load(path, allow_pickle=False) as stored:
            return cls(tuple(map(str, stored["entries"])), stored["weights"], stored["bias"])
