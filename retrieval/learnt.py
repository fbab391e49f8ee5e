"""Which entry a question belongs to, learnt from every way each entry is asked for.

A nearest variant is one lucky or unlucky wording; a regression over all of them, in every
language, knows what tells one entry from its neighbours. Its cost grows with entries times
wordings; for very many entries the mean of each entry's wordings takes its place, whose cost grows
with the wordings alone (docs/decisions/0012-publishing.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from retrieval.space import Vectors, means_by_name

STRENGTH = 3.0
"""C of the regression; between 1 and 10 it hardly matters (docs/decisions/0006-search.md)."""

NOTHING = ""
"""The name under which ordinary messages are learnt; no entry can have it."""

MANY = 1000
"""Entries above which means take the place of the regression."""

_FEWEST = 3
"""Entries below which there is nothing worth telling apart."""


@dataclass(frozen=True)
class Standing:
    """How much a question looks like each entry, in the order of :attr:`Learnt.entries`, and like
    ``nothing`` we know: by how many standard deviations each stands out among all."""

    entries: Vectors
    nothing: float


@dataclass(frozen=True)
class Learnt:
    """A multinomial regression over vectors in the :class:`~retrieval.space.Space`."""

    entries: tuple[str, ...]
    weights: Vectors
    bias: Vectors

    @classmethod
    def fit(
        cls,
        vectors: Vectors,
        entries: Sequence[str],
        ordinary: Vectors,
        before: Learnt | None = None,
    ) -> Learnt:
        """Learn from ``vectors`` and the entry each belongs to, against ``ordinary`` messages that
        belong to none. With too few entries it learns nothing and every score is 0.

        The regression sets out from ``before``, learnt in the same space: its optimum is one and
        the same, and is near.
        """
        names = set(entries)
        if len(names) < _FEWEST:
            return cls((), np.empty((0, vectors.shape[1]), np.float32), np.empty(0, np.float32))
        points = np.concatenate([vectors, ordinary])
        belongs = [*entries, *[NOTHING] * len(ordinary)]
        if len(names) > MANY:
            return cls._means(points, belongs)
        regression = LogisticRegression(C=STRENGTH, max_iter=3000, warm_start=before is not None)
        if before is not None:
            before._set_out(regression, sorted(set(belongs)))
        regression.fit(points, belongs)
        return cls(
            tuple(map(str, regression.classes_)),
            regression.coef_.astype(np.float32),
            regression.intercept_.astype(np.float32),
        )

    @classmethod
    def _means(cls, points: Vectors, belongs: Sequence[str]) -> Learnt:
        """Linear discriminants: in a whitened space they are the means, less half their lengths
        squared."""
        names, _, means = means_by_name(points, belongs)
        return cls(tuple(names), means, -(means**2).sum(axis=1) / 2)

    def _set_out(self, regression: LogisticRegression, names: Sequence[str]) -> None:
        """Give ``regression``, of the entries ``names``, what is known of each to begin with."""
        numbers = {name: number for number, name in enumerate(self.entries)}
        known = [numbers.get(name) for name in names]
        width = self.weights.shape[1]
        nothing = np.zeros(width, dtype=np.float32)
        regression.coef_ = np.stack([nothing if n is None else self.weights[n] for n in known])
        regression.intercept_ = np.array(
            [0.0 if n is None else self.bias[n] for n in known], dtype=np.float32
        )

    def standing(self, vector: Vectors) -> Standing:
        """How ``vector`` stands to each entry and to nothing."""
        if not self.entries:
            return Standing(np.empty(0, dtype=np.float32), 0.0)
        values = self.weights @ vector + self.bias
        scores = (values - values.mean()) / (float(values.std()) or 1.0)
        return Standing(scores, float(scores[self.entries.index(NOTHING)]))

    def save(self, path: Path) -> None:
        """Write to the file ``path`` (npz, plain arrays)."""
        entries = np.array(self.entries, dtype=np.str_)
        np.savez(path, entries=entries, weights=self.weights, bias=self.bias)

    @classmethod
    def load(cls, path: Path) -> Learnt:
        """Read what :meth:`save` wrote."""
        with np.load(path, allow_pickle=False) as stored:
            return cls(tuple(map(str, stored["entries"])), stored["weights"], stored["bias"])
