"""What our own examples changed in the encoder: small additions to its matrices (LoRA).

Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", 2021. ``python -m retrieval adapt``
learns them from ``knowledge/``; converting the encoder adds them to the weights of the package
(docs/decisions/0028-adapted-encoder.md).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from retrieval.wheel import FourBit, Model

FILE = Path(__file__).with_name("adapter.npz")

FACTOR = 2.0
"""How much of its product is added to a matrix."""

LINEAR = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
"""The matrices of a layer by their short name in the package, with the name that
``transformers.BertModel`` gives them."""

Matrix = NDArray[np.float32]


class AdapterError(RuntimeError):
    """What was learnt cannot be read; the message says what to do."""


@dataclass(frozen=True)
class Adapter:
    """``changes`` holds two narrow matrices for each changed one, by its name in a layer
    (``0.attention.self.query``): rank x columns and rows x rank."""

    changes: Mapping[str, tuple[Matrix, Matrix]]

    @classmethod
    def none(cls) -> Adapter:
        """The one that changes nothing."""
        return cls({})

    @classmethod
    def load(cls, path: Path = FILE) -> Adapter:
        """Read what :meth:`save` wrote.

        Raises:
            AdapterError: the file is missing or damaged.
        """
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                halves = {name: stored[name].astype(np.float32) for name in stored.files}
            names = sorted(name.removesuffix(".a") for name in halves if name.endswith(".a"))
            return cls({name: (halves[f"{name}.a"], halves[f"{name}.b"]) for name in names})
        except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
            raise AdapterError(
                f"{path} is missing or damaged: take it from the repository again, or learn it "
                "anew with `python -m retrieval adapt`"
            ) from error

    def save(self, path: Path = FILE) -> None:
        """Write to the file ``path`` (npz, plain arrays of half precision)."""
        halves = {
            f"{name}.{half}": matrix.astype(np.float16)
            for name, pair in self.changes.items()
            for half, matrix in zip("ab", pair, strict=True)
        }
        np.savez(path, allow_pickle=False, **halves)

    def digest(self) -> str:
        """SHA-256 over all that it changes."""
        total = hashlib.sha256()
        for name, pair in sorted(self.changes.items()):
            total.update(name.encode())
            for matrix in pair:
                total.update(matrix.tobytes())
        return total.hexdigest()

    def applied(self, name: str, matrix: Matrix) -> Matrix:
        """``matrix``, called ``name``, with what was learnt added to it."""
        if name not in self.changes:
            return matrix
        narrow, wide = self.changes[name]
        changed: Matrix = matrix + np.float32(FACTOR) * (wide @ narrow)
        return changed


@dataclass(frozen=True)
class Adapted:
    """The package's ``model`` with what was learnt added to it."""

    model: Model
    adapter: Adapter

    @property
    def words(self) -> FourBit:
        """The vectors of the vocabulary, which stay as they are."""
        return self.model.four_bit("emb.word", self.model.shape.hidden)

    def matrix(self, layer: int, part: str) -> Matrix:
        """A matrix of ``layer``, by its short name: rows x columns."""
        shape = self.model.shape
        columns = shape.feed_forward if part == "fo" else shape.hidden
        full = self.model.four_bit(f"l{layer}.{part}.w", columns).full()
        return self.adapter.applied(f"{layer}.{LINEAR[part]}", full)
