"""Exact nearest neighbours by meaning, with FAISS."""

from __future__ import annotations

import faiss
import numpy as np
from numpy.typing import NDArray

from retrieval.space import Vectors


class Dense:
    """Vectors of length 1, searched by inner product."""

    def __init__(self, index: faiss.Index) -> None:
        """Wrap a FAISS ``index``."""
        self._index = index

    @classmethod
    def build(cls, vectors: Vectors) -> Dense:
        """Index ``vectors``, one a row."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        if len(vectors):
            index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def width(self) -> int:
        """How many numbers a vector has."""
        return int(self._index.d)

    def search(self, vectors: Vectors, most: int) -> tuple[NDArray[np.int64], Vectors]:
        """For each of ``vectors``, one a row: numbers and scores (-1 to 1) of the ``most`` rows
        nearest to it, best first."""
        if not len(self):
            return np.empty((len(vectors), 0), np.int64), np.empty((len(vectors), 0), np.float32)
        scores, numbers = self._index.search(vectors, min(most, len(self)))
        return numbers, scores

    @property
    def vectors(self) -> Vectors:
        """The indexed vectors, one a row."""
        if not len(self):
            return np.empty((0, self.width), dtype=np.float32)
        vectors: Vectors = self._index.reconstruct_n(0, len(self))
        return vectors
