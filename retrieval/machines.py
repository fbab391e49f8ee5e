"""Classifiers that learn from examples: whether a text belongs to them, and to which kind.

Whether at all is told by a support vector machine that weighs how near a vector comes to each known
example, and by a regression over the letters of the text itself; which kind, by a regression over
the kinds, on the vector itself or likewise on how near it comes to each example. Vectors have
length 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve  # type: ignore[import-untyped]
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize
from sklearn.svm import SVC

from retrieval.space import Vectors

REACH = 1.0
"""gamma of the kernel: how near an example must be to count."""

NEAR_ENOUGH = 1e-2
"""From which step on the machine and the regression over letters are no longer bettered: at the
default of 1e-3 values differ by less than 0.003, and learning takes longer."""

CACHE_MB = 1000
"""Room for what was worked out already. With the library's own 200 MB it is forgotten and worked
out again: 20,000 examples then take three times as long to learn."""

RUNS = 2**18
"""Places that runs of letters are hashed to: two numbers of 4 bytes each."""

_LETTERS = HashingVectorizer(
    analyzer="char", ngram_range=(2, 4), n_features=RUNS,
    alternate_sign=False, norm=None, dtype=np.float32,
)  # fmt: skip


Arrays = Mapping[str, NDArray[np.generic]]

_READ: dict[str, Callable[[NDArray[np.generic]], object]] = {
    "Vectors": lambda array: array.astype(np.float32),
    "float": lambda array: float(array.astype(np.float64)),
    "tuple[str, ...]": lambda array: tuple(map(str, array)),
}
"""How a field is read from its array, by the type that it is declared with."""


@dataclass(frozen=True)
class Stored:
    """Something learnt, each field of which is kept as an array."""

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """What is stored of it."""
        return {one.name: np.asarray(getattr(self, one.name)) for one in fields(self)}

    @classmethod
    def of(cls, arrays: Arrays) -> Self:
        """What :meth:`arrays` gave."""
        return cls(**{one.name: _READ[str(one.type)](arrays[one.name]) for one in fields(cls)})


@dataclass(frozen=True)
class Machine(Stored):
    """The value of a vector is above 0 where it belongs to the examples, and 1 or more where it
    does so as surely as they do; without examples it is 0."""

    examples: Vectors
    shares: Vectors
    offset: float

    @classmethod
    def none(cls, width: int) -> Machine:
        """The one that has learnt nothing, of vectors of ``width`` numbers."""
        return cls(np.empty((0, width), np.float32), np.empty(0, np.float32), 0.0)

    @classmethod
    def fit(cls, points: Vectors, belongs: NDArray[np.bool_], strength: float) -> Machine:
        """Learn which of ``points``, one a row, belong; ``strength`` is C."""
        machine = SVC(
            C=strength, gamma=REACH, class_weight="balanced", tol=NEAR_ENOUGH, cache_size=CACHE_MB
        )
        machine.fit(points, belongs)
        return cls(
            machine.support_vectors_.astype(np.float32),
            machine.dual_coef_[0].astype(np.float32),
            float(machine.intercept_[0]),
        )

    def values(self, points: Vectors) -> Vectors:
        """The value of each of ``points``, one a row."""
        values: Vectors = _near(points, self.examples) @ self.shares + self.offset
        return values


def _near(points: Vectors, examples: Vectors) -> Vectors:
    """How near each of ``points``, one a row, comes to each of ``examples``, one a column: 1 where
    they are the same."""
    # All vectors have length 1: a squared distance is 2 - 2 times their product.
    near: Vectors = points @ examples.T
    near -= 1.0
    near *= 2.0 * REACH
    return np.exp(near, out=near)


@dataclass(frozen=True)
class Letters(Stored):
    """The value of a text is above 0 where its runs of two to four letters are those of the
    examples; without examples it is 0. ``rarity`` weighs each run (TF-IDF)."""

    rarity: Vectors
    weights: Vectors
    offset: float

    @classmethod
    def none(cls) -> Letters:
        """The one that has learnt nothing."""
        nothing = np.zeros(RUNS, np.float32)
        return cls(nothing, nothing, 0.0)

    @classmethod
    def fit(
        cls,
        texts: Sequence[str],
        belongs: NDArray[np.bool_],
        strength: float,
        counts: NDArray[np.float64],
    ) -> Letters:
        """Learn which of ``texts`` belong; ``strength`` is C, and each text counts as much as
        ``counts`` says."""
        runs = _LETTERS.transform(texts)
        seen = np.bincount(runs.indices, minlength=RUNS)
        rarity = (1 + np.log((1 + len(texts)) / (1 + seen))).astype(np.float32)
        regression = LogisticRegression(
            C=strength, class_weight="balanced", solver="liblinear", tol=NEAR_ENOUGH
        )
        regression.fit(_weighed(runs, rarity), belongs, sample_weight=counts)
        return cls(rarity, regression.coef_[0].astype(np.float32), float(regression.intercept_[0]))

    def value(self, text: str) -> float:
        """The value of ``text``."""
        weighed = _weighed(_LETTERS.transform([text]), self.rarity)
        return float((weighed @ self.weights)[0]) + self.offset


def _weighed(runs: csr_matrix, rarity: Vectors) -> csr_matrix:
    """How often each run stands in each text, many times counting for little more than once, and
    rare runs the more; of length 1."""
    runs.data = (1 + np.log(runs.data)) * rarity[runs.indices]
    return normalize(runs, copy=False)


@dataclass(frozen=True)
class Kinds(Stored):
    """How likely each of the kinds ``names`` is, of a vector that belongs to one of them."""

    names: tuple[str, ...]
    weights: Vectors
    bias: Vectors

    @classmethod
    def none(cls, width: int) -> Kinds:
        """No kinds at all."""
        return cls((), np.empty((0, width), np.float32), np.empty(0, np.float32))

    @classmethod
    def fit(cls, points: Vectors, names: Sequence[str], strength: float) -> Kinds:
        """Learn the kinds from ``points``, one a row, and the name of each; ``strength`` is C."""
        kinds, width = tuple(sorted(set(names))), points.shape[1]
        if len(kinds) < 2:
            nothing = np.zeros((len(kinds), width + 1), np.float32)
            return cls(kinds, nothing[:, 1:], nothing[:, 0])
        regression = LogisticRegression(C=strength, class_weight="balanced", max_iter=2000)
        regression.fit(points, names)
        weights, bias = regression.coef_, regression.intercept_
        if len(kinds) == 2:
            # Of two, only the odds of the second are fitted; half of them for it, half against.
            weights, bias = np.concatenate([-weights, weights]) / 2, np.array([-1, 1]) * bias / 2
        return cls(kinds, weights.astype(np.float32), bias.astype(np.float32))

    def likely(self, points: Vectors) -> Vectors:
        """How likely each kind is, one a column, of each of ``points``, one a row."""
        logits = points @ self.weights.T + self.bias
        shares = np.exp(logits - logits.max(axis=1, keepdims=True, initial=-np.inf))
        likely: Vectors = shares / shares.sum(axis=1, keepdims=True)
        return likely


@dataclass(frozen=True)
class NearKinds(Stored):
    """How well each of the kinds ``names`` fits a vector that belongs to one of them, by how near
    it comes to each known example: together 1, and about 0 or below for those that do not fit."""

    names: tuple[str, ...]
    examples: Vectors
    shares: Vectors
    offset: Vectors

    @classmethod
    def none(cls, width: int) -> NearKinds:
        """No kinds at all, of vectors of ``width`` numbers."""
        empty = np.empty((0, 0), np.float32)
        return cls((), np.empty((0, width), np.float32), empty, empty.reshape(0))

    @classmethod
    def fit(cls, points: Vectors, names: Sequence[str], ridge: float) -> NearKinds:
        """Learn the kinds from ``points``, one a row, and the name of each, by kernel ridge
        regression; ``ridge`` is what is added to the diagonal."""
        kinds = np.array(sorted(set(names)))
        belongs = (np.array(names)[:, np.newaxis] == kinds).astype(np.float32)
        offset = belongs.mean(axis=0)
        near = _near(points, points)
        near[np.diag_indices_from(near)] += ridge
        # It is symmetric: turned over, LAPACK works in it and copies nothing.
        shares = cho_solve(cho_factor(near.T, overwrite_a=True), belongs - offset)
        return cls(tuple(map(str, kinds)), points, shares.astype(np.float32), offset)

    def fitting(self, points: Vectors) -> Vectors:
        """How well each kind fits, one a column, each of ``points``, one a row."""
        fitting: Vectors = _near(points, self.examples) @ self.shares + self.offset
        return fitting


def save(path: Path, parts: Mapping[str, Stored], **others: NDArray[np.generic]) -> None:
    """Write the named ``parts`` and ``others`` to the file ``path`` (npz, plain arrays)."""
    arrays = {
        f"{name}.{field}": array
        for name, part in parts.items()
        for field, array in part.arrays().items()
    }
    np.savez(path, allow_pickle=False, **others, **arrays)


def load(path: Path) -> Callable[[str], dict[str, NDArray[np.generic]]]:
    """What :func:`save` wrote: the arrays of each part by its name, and the others by ""."""
    with np.load(path, allow_pickle=False) as stored:
        content = {name: stored[name] for name in stored.files}

    def part(name: str) -> dict[str, NDArray[np.generic]]:
        split = ((one.rpartition("."), array) for one, array in content.items())
        return {field: array for (of, _, field), array in split if of == name}

    return part
