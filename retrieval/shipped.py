"""The vectors that come with the program: of the knowledge and the bot's examples as they were when
it was released, so that a new machine does not spend ten minutes encoding what everybody has.

Each number is kept in 8 bits, on a scale of its row (docs/decisions/0027-shipped-vectors.md). Texts
that are not among them are encoded, and so are all of them for any other encoder.
"""

from __future__ import annotations

import logging
from functools import cache
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from retrieval.encoder import Encoder
from retrieval.remembered import Chunk, Encode, Remembered
from retrieval.rows import Part
from retrieval.space import Vectors

FILE = Path(__file__).with_name("shipped.npz")

_MOST = 127
"""The largest number that 8 bits with a sign hold on either side of zero."""

_LOG = logging.getLogger(__name__)


def save(known: Remembered, encoder: Encoder, path: Path = FILE) -> None:
    """Write all that is ``known``, made by ``encoder``, to the file ``path``."""
    vectors = np.concatenate([chunk.vectors for chunk in known.chunks])
    scales = np.abs(vectors).max(axis=1, keepdims=True) / _MOST
    np.savez(
        path,
        encoder=np.array(encoder.fingerprint),
        keys=np.concatenate([chunk.keys for chunk in known.chunks]),
        scales=scales,
        numbers=np.rint(vectors / scales).astype(np.int8),
    )


def load(encoder: Encoder, path: Path = FILE) -> Remembered:
    """The vectors in ``path``, of length 1; none where they were made by another encoder, or the
    file is missing or damaged: that costs time and nothing else."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            if str(stored["encoder"]) != encoder.fingerprint:
                return Remembered(encoder.dimension)
            keys, vectors = stored["keys"], stored["numbers"] * stored["scales"]
    except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
        _LOG.warning("%s cannot be used, every text is encoded here: %s", path.name, error)
        return Remembered(encoder.dimension)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return Remembered(encoder.dimension, [Chunk(keys, vectors)])


def sparing(encoder: Encoder, encode: Encode, path: Path = FILE) -> Encode:
    """Spares ``encode`` the texts whose vectors are in ``path``. The file is read when the first
    vector is wanted, so that who needs none does not wait for it."""

    @cache
    def known() -> Remembered:
        return load(encoder, path)

    def spared(part: Part, texts: list[str]) -> Vectors:
        return known().with_([(part, text) for text in texts], encode).of(part, texts)

    return spared
