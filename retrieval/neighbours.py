"""Near neighbours among very many vectors: a graph (HNSW) that is made once and never changes.

Malkov and Yashunin, arXiv:1603.09320, as FAISS does it. How its numbers were chosen is in
docs/decisions/0017-speed.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from retrieval.space import Vectors

LINKS, EFFORT_MAKING, EFFORT_SEARCHING = 16, 200, 200
"""M, efConstruction and efSearch: links of a node, and how many candidates are kept while the graph
is made and while it is searched."""

_KEY_BYTES = 16


class Neighbours:
    """Vectors of length 1, each under the hash of its text, compared by inner product."""

    def __init__(self, index: faiss.IndexHNSWFlat, keys: NDArray[np.void]) -> None:
        """Wrap a FAISS ``index`` of vectors and the ``keys`` of their texts."""
        self._index = index
        self._storage = faiss.downcast_index(index.storage)
        self._keys = keys
        whole = keys.tobytes()
        starts = range(0, len(whole), _KEY_BYTES)
        self._nodes = {whole[at : at + _KEY_BYTES]: n for n, at in enumerate(starts)}

    @classmethod
    def make(cls, vectors: Vectors, texts: Sequence[str]) -> Neighbours:
        """Link ``vectors``, one a row, each that of its text; takes minutes for 100,000."""
        index = faiss.IndexHNSWFlat(vectors.shape[1], LINKS, faiss.METRIC_INNER_PRODUCT)
        index.hnsw.efConstruction = EFFORT_MAKING
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        keys = b"".join(map(_key, texts))
        return cls(index, np.frombuffer(keys, dtype=f"V{_KEY_BYTES}"))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def nodes(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """The node of each of ``texts``, -1 where there is none."""
        return np.array([self._nodes.get(_key(text), -1) for text in texts], dtype=np.int64)

    def search(
        self, vectors: Vectors, most: int, among: NDArray[np.bool_]
    ) -> tuple[NDArray[np.int64], Vectors]:
        """For each of ``vectors``, one a row: numbers and scores of the ``most`` nodes nearest to
        it, best first, of those ``among`` which it is to be looked. There must be that many.

        Nodes that are not looked for still lead to others.
        """
        chosen = (
            None if among.all() else faiss.IDSelectorBitmap(np.packbits(among, bitorder="little"))
        )
        how = faiss.SearchParametersHNSW(efSearch=EFFORT_SEARCHING, sel=chosen)
        scores, numbers = self._index.search(vectors, most, params=how)
        if (numbers < 0).any():
            # The graph did not lead to enough of them, which texts that are all alike can cause.
            exactly = faiss.SearchParameters(sel=chosen)
            scores, numbers = self._storage.search(vectors, most, params=exactly)
        return numbers, scores

    @property
    def vectors(self) -> Vectors:
        """The vectors, one a node."""
        vectors: Vectors = self._storage.reconstruct_n(0, len(self))
        return vectors

    @cached_property
    def name(self) -> str:
        """A file name that tells its content."""
        digest = hashlib.blake2b(self._keys.tobytes(), digest_size=12)
        digest.update(self.vectors.data)
        return f"{digest.hexdigest()}.npz"

    def save(self, path: Path) -> None:
        """Write to the file ``path`` (npz, plain arrays)."""
        graph = faiss.serialize_index(self._index)
        np.savez(path, graph=graph, keys=self._keys.view(np.uint8))

    @classmethod
    def load(cls, path: Path) -> Neighbours:
        """Read what :meth:`save` wrote.

        Raises:
            ValueError: it holds more texts than vectors, or fewer.
        """
        with np.load(path, allow_pickle=False) as stored:
            index = faiss.deserialize_index(stored["graph"])
            keys = stored["keys"].view(f"V{_KEY_BYTES}").reshape(-1)
        if len(keys) != index.ntotal:
            raise ValueError(f"{path.name} holds {len(keys)} texts and {index.ntotal} vectors")
        return cls(index, keys)


def _key(text: str) -> bytes:
    named = text.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(named, digest_size=_KEY_BYTES).digest()
