"""The space in which meanings are compared: shifted to the middle and stretched.

Vectors of e5 models all point much the same way (unrelated texts score 0.75), and most of what
still differs between two ways of asking one thing is style, length and language. Taking the mean
away and dividing by the scatter *within* entries (whitening, as in linear discriminant analysis)
lets what tells entries apart weigh more. Measured in docs/decisions/0006-search.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

Vectors = NDArray[np.float32]
METRIC = "cosine after whitening"

SHRINKAGE = 0.3
"""How far the scatter is drawn towards a round one: few examples make it noisy otherwise."""

_FEWEST = 2
"""Entries needed before their scatter says anything."""


@dataclass(frozen=True)
class Space:
    """Maps vectors of questions and of passages into one space, each to length 1."""

    question_mean: Vectors
    passage_mean: Vectors
    matrix: Vectors

    @classmethod
    def fit(
        cls,
        questions: Vectors,
        question_entries: Sequence[str],
        passages: Vectors,
        passage_entries: Sequence[str],
    ) -> Space:
        """Learn from the vectors of questions and passages, with the entry each belongs to.

        Where no entry has several vectors, only the means are taken away.

        Raises:
            ValueError: a vector holds a number that is not finite.
        """
        for vectors in (questions, passages):
            _check(vectors)
        question_mean, passage_mean = mean(questions), mean(passages)
        rest = np.concatenate(
            [
                _within(questions - question_mean, question_entries),
                _within(passages - passage_mean, passage_entries),
            ]
        )
        enough = len(set(question_entries) | set(passage_entries)) >= _FEWEST and rest.any()
        width = questions.shape[1]
        matrix = _whitening(rest) if enough else np.eye(width, dtype=np.float32)
        return cls(question_mean, passage_mean, matrix)

    @classmethod
    def plain(cls, width: int) -> Space:
        """The space as it is: vectors of ``width`` numbers are only brought to length 1."""
        nothing = np.zeros(width, dtype=np.float32)
        return cls(nothing, nothing, np.eye(width, dtype=np.float32))

    @property
    def width(self) -> int:
        """How many numbers a vector has."""
        return len(self.question_mean)

    def questions(self, vectors: Vectors) -> Vectors:
        """Map vectors of questions, one a row.

        Raises:
            ValueError: they are of another length, or hold a number that is not finite.
        """
        return self._map(vectors, self.question_mean)

    def passages(self, vectors: Vectors) -> Vectors:
        """Map vectors of passages, one a row; raises as :meth:`questions` does."""
        return self._map(vectors, self.passage_mean)

    def save(self, path: Path) -> None:
        """Write to the file ``path`` (npz, plain arrays)."""
        np.savez(
            path,
            question_mean=self.question_mean,
            passage_mean=self.passage_mean,
            matrix=self.matrix,
        )

    @classmethod
    def load(cls, path: Path) -> Space:
        """Read what :meth:`save` wrote."""
        with np.load(path, allow_pickle=False) as stored:
            return cls(**{name: stored[name] for name in stored.files})

    def _map(self, vectors: Vectors, mean: Vectors) -> Vectors:
        return unit(shifted(vectors, mean) @ self.matrix)


def shifted(vectors: Vectors, mean: Vectors) -> Vectors:
    """``vectors`` (one a row) without ``mean``.

    Raises:
        ValueError: they are of another length, or hold a number that is not finite.
    """
    if vectors.ndim != 2 or vectors.shape[1] != len(mean):
        raise ValueError(f"vectors of shape {vectors.shape} do not fit a space of {len(mean)}")
    _check(vectors)
    return vectors - mean


def unit(vectors: Vectors) -> Vectors:
    """``vectors`` (one a row) brought to length 1; a zero vector stays zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = np.divide(
        vectors, lengths, out=np.zeros_like(vectors, dtype=np.float32), where=lengths > 1e-9
    )
    return scaled


def _check(vectors: Vectors) -> None:
    if not np.isfinite(vectors).all():
        raise ValueError("a vector holds a number that is not finite")


def mean(vectors: Vectors) -> Vectors:
    """The mean of ``vectors``, one a row; of none it is zero."""
    if not len(vectors):
        return np.zeros(vectors.shape[1], dtype=np.float32)
    middle: Vectors = vectors.mean(axis=0, dtype=np.float64).astype(np.float32)
    return middle


def means_by_name(
    vectors: Vectors, names: Sequence[str]
) -> tuple[list[str], NDArray[np.int64], Vectors]:
    """The different ``names`` in order, the number of each vector's own, and the mean of the
    vectors of each."""
    distinct = sorted(set(names))
    number = {name: n for n, name in enumerate(distinct)}
    numbers = np.array([number[name] for name in names], dtype=np.int64)
    # A matrix that picks and averages: it reads each vector once and copies none.
    share = 1 / np.bincount(numbers, minlength=len(distinct))[numbers]
    places = (numbers, np.arange(len(names)))
    pick = csr_matrix((share.astype(np.float32), places), shape=(len(distinct), len(names)))
    means: Vectors = pick @ vectors
    return distinct, numbers, means


def _within(vectors: Vectors, entries: Sequence[str]) -> Vectors:
    """What is left of each vector when the mean of its entry is taken away."""
    _, numbers, means = means_by_name(vectors, entries)
    rest: Vectors = vectors - means[numbers]
    return rest


def _whitening(rest: Vectors) -> Vectors:
    wide = rest.astype(np.float64)
    scatter = wide.T @ wide / len(wide)
    size = len(scatter)
    scatter = (1 - SHRINKAGE) * scatter + SHRINKAGE * np.trace(scatter) / size * np.eye(size)
    values, directions = np.linalg.eigh(scatter)
    matrix: Vectors = (directions / np.sqrt(values) @ directions.T).astype(np.float32)
    return matrix
