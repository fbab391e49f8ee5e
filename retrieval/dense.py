"""Nearest neighbours by meaning, with FAISS: exactly while they are few, by a graph beyond."""

from __future__ import annotations

from collections.abc import Sequence

import faiss
import numpy as np
from numpy.typing import NDArray

from retrieval.neighbours import Neighbours
from retrieval.space import Vectors

MOST_EXACT = 20_000
"""Vectors that are searched exactly; beyond, reading all of them takes longer than a graph
(docs/decisions/0017-speed.md)."""


class Dense:
    """Vectors of length 1, searched by inner product. Never changes.

    Where there are very many, most of them lie in a graph. A graph costs minutes to make, so it is
    made once for all of them; what comes later is searched exactly beside it, and what goes is no
    longer looked for, until all is learnt anew.
    """

    def __init__(
        self, vectors: Vectors, graph: Neighbours | None, nodes: NDArray[np.int64]
    ) -> None:
        """Index ``vectors``, one a row; those with a number in ``nodes``, not -1, are those of that
        node of the ``graph``, each of which is used once at most."""
        self.width = int(vectors.shape[1])
        self.graph = graph
        self._nodes = nodes
        self._rest = np.flatnonzero(nodes < 0)
        self._exact = faiss.IndexFlatIP(self.width)
        if len(self._rest):
            rest = vectors[self._rest] if graph else vectors
            self._exact.add(np.ascontiguousarray(rest, dtype=np.float32))
        self._rows = np.full(0 if graph is None else len(graph), -1, dtype=np.int64)
        self._rows[nodes[nodes >= 0]] = np.flatnonzero(nodes >= 0)
        self._looked_for = self._rows >= 0
        self._linked = int(self._looked_for.sum())

    @classmethod
    def build(cls, vectors: Vectors, texts: Sequence[str]) -> Dense:
        """Index ``vectors``, one a row, each that of its text."""
        if len(vectors) <= MOST_EXACT:
            return cls(vectors, None, np.full(len(vectors), -1, dtype=np.int64))
        return cls.with_graph(vectors, texts, Neighbours.make(vectors, texts))

    @classmethod
    def with_graph(cls, vectors: Vectors, texts: Sequence[str], graph: Neighbours | None) -> Dense:
        """Index ``vectors`` with a ``graph`` that was made of most of them before, if there is
        one."""
        none = np.full(len(vectors), -1, dtype=np.int64)
        nodes = none if graph is None else graph.nodes(texts)
        if (nodes < 0).all():
            return cls(vectors, None, none)
        _, first = np.unique(nodes, return_index=True)
        once = none.copy()
        once[first] = nodes[first]
        return cls(vectors, graph, once)

    def __len__(self) -> int:
        return len(self._nodes)

    def search(self, vectors: Vectors, most: int) -> tuple[NDArray[np.int64], Vectors]:
        """For each of ``vectors``, one a row: numbers and scores (-1 to 1) of the ``most`` rows
        nearest to it, best first."""
        if not len(self):
            return np.empty((len(vectors), 0), np.int64), np.empty((len(vectors), 0), np.float32)
        if self.graph is None:
            scores, numbers = self._exact.search(vectors, min(most, len(self)))
            return numbers, scores
        nodes, scores = self.graph.search(vectors, min(most, self._linked), self._looked_for)
        numbers = self._rows[nodes]
        if len(self._rest):
            others, places = self._exact.search(vectors, min(most, len(self._rest)))
            numbers = np.concatenate([numbers, self._rest[places]], axis=1)
            scores = np.concatenate([scores, others], axis=1)
            order = np.argsort(-scores, axis=1, kind="stable")[:, :most]
            numbers = np.take_along_axis(numbers, order, 1)
            scores = np.take_along_axis(scores, order, 1)
        return numbers, scores

    @property
    def vectors(self) -> Vectors:
        """The indexed vectors, one a row."""
        if self.graph is None:
            exact: Vectors = self._exact.reconstruct_n(0, len(self))
            return exact
        vectors = np.empty((len(self), self.width), dtype=np.float32)
        if len(self._rest):
            vectors[self._rest] = self._exact.reconstruct_n(0, len(self._rest))
        linked = self._nodes >= 0
        vectors[linked] = self.graph.vectors[self._nodes[linked]]
        return vectors
