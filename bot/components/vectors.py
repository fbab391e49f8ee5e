"""The vectors that `python -m retrieval vectors` writes for training and tests."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]

TELL = "python -m retrieval vectors bot/data/nlu bot/tests --output {path}"


class VectorsError(Exception):
    """The vectors file is missing or does not hold what is needed. Says what to run."""


def path() -> Path:
    """Where the vectors file is: FOREWARN_VECTORS, or bot/vectors.npz under FOREWARN_VAR."""
    given = os.environ.get("FOREWARN_VECTORS")
    return Path(given) if given else Path(os.environ.get("FOREWARN_VAR", "var")) / "bot/vectors.npz"


@dataclass(frozen=True)
class VectorFile:
    """Vectors by text, and the fingerprint of the encoder that made them."""

    encoder: str
    by_hash: dict[str, Vectors]
    source: Path

    def of(self, texts: Iterable[str]) -> Vectors:
        """Vectors of texts, one a row.

        Raises:
            VectorsError: when some text has none: the file is older than the texts.
        """
        hashes = [hashlib.sha256(text.encode("utf-8")).hexdigest() for text in texts]
        missing = sum(each not in self.by_hash for each in hashes)
        if missing:
            tell = TELL.format(path=self.source)
            raise VectorsError(f"{self.source}: no vector for {missing} texts. Run: {tell}")
        return np.stack([self.by_hash[each] for each in hashes])


def load(source: Path) -> VectorFile:
    """Read a vectors file.

    Raises:
        VectorsError: when it is missing or is not one.
    """
    tell = TELL.format(path=source)
    if not source.is_file():
        raise VectorsError(f"{source}: not there. Run: {tell}")
    try:
        with source.open("rb") as opened, np.load(opened, allow_pickle=False) as stored:
            hashes = [_text(each) for each in stored["hashes"]]
            vectors = np.asarray(stored["vectors"], dtype=np.float32)
            encoder = _text(stored["encoder"][()])
    except (KeyError, ValueError, OSError, EOFError, BadZipFile):
        raise VectorsError(f"{source}: not a vectors file. Run: {tell}") from None
    return VectorFile(encoder, dict(zip(hashes, vectors, strict=True)), source)


def _text(value: bytes | str) -> str:
    return value.decode("ascii") if isinstance(value, bytes) else str(value)
