"""The vectors of all texts an index was made of, so that the next one encodes only what is new."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.rows import Part
from retrieval.space import Vectors

Encode = Callable[[Part, list[str]], Vectors]
"""Gives the vectors of texts of one part."""

MOST_CHUNKS = 32
"""Files of vectors an index may have; then they are written anew as one."""

_KEY_BYTES = 16


@dataclass(frozen=True)
class Chunk:
    """Vectors that were encoded together, each under the hash of its part and text: a file that is
    written once and belongs to every later index too."""

    keys: NDArray[np.void]
    vectors: Vectors

    @cached_property
    def name(self) -> str:
        """The file it lies in, named by the texts in it."""
        digest = hashlib.blake2b(self.keys.tobytes(), digest_size=12)
        return f"{digest.hexdigest()}.npz"

    def save(self, path: Path) -> None:
        """Write to the file ``path``."""
        np.savez(path, keys=self.keys.view(np.uint8), vectors=self.vectors)

    @classmethod
    def load(cls, path: Path) -> Chunk:
        """Read what :meth:`save` wrote.

        Raises:
            ValueError: it holds more texts than vectors, or fewer.
        """
        with np.load(path, allow_pickle=False) as stored:
            keys = stored["keys"].view(f"V{_KEY_BYTES}").reshape(-1)
            vectors = stored["vectors"]
        if len(keys) != len(vectors):
            raise ValueError(f"{path.name} holds {len(keys)} texts and {len(vectors)} vectors")
        return cls(keys, vectors)


class Remembered:
    """Vectors by part and text. Never changes: what is added makes another one."""

    def __init__(
        self, width: int, chunks: Sequence[Chunk] = (), numbers: dict[bytes, int] | None = None
    ) -> None:
        """Hold the vectors of ``chunks``, each ``width`` numbers long; ``numbers`` counts their
        texts through, where that was done already."""
        self.width = width
        self.chunks = tuple(chunks)
        self._starts = [0, *accumulate(len(one.keys) for one in chunks)]
        if numbers is None:
            keys = (key for one in chunks for key in _as_bytes(one.keys))
            numbers = {key: number for number, key in enumerate(keys)}
        self._numbers = numbers

    def __len__(self) -> int:
        return len(self._numbers)

    def with_(self, texts: Iterable[tuple[Part, str]], encode: Encode) -> Remembered:
        """These vectors, and those of ``texts``: what is not known is given to ``encode``."""
        new: dict[Part, dict[str, bytes]] = {"question": {}, "passage": {}}
        for part, text in texts:
            key = _key(part, text)
            if key not in self._numbers:
                new[part][text] = key
        keys = [key for of_part in new.values() for key in of_part.values()]
        if not keys:
            return self
        vectors = [encode(part, list(of_part)) for part, of_part in new.items() if of_part]
        chunk = Chunk(_as_array(keys), np.concatenate(vectors).astype(np.float32))
        more = {key: self._starts[-1] + number for number, key in enumerate(keys)}
        return Remembered(self.width, (*self.chunks, chunk), self._numbers | more)

    def tidied(self, texts: Sequence[tuple[Part, str]]) -> Remembered:
        """These vectors; those of ``texts`` alone, in one chunk, where most are of no more use or
        there are too many chunks."""
        if len(self) <= 2 * len(texts) and len(self.chunks) <= MOST_CHUNKS:
            return self
        return self.only(texts)

    def only(self, texts: Iterable[tuple[Part, str]]) -> Remembered:
        """The vectors of those of ``texts`` that are known, in one chunk."""
        wanted = {_key(part, text) for part, text in texts}
        kept = [key for key in self._numbers if key in wanted]
        vectors = self._vectors([self._numbers[key] for key in kept])
        return Remembered(self.width, [Chunk(_as_array(kept), vectors)])

    def of(self, part: Part, texts: Sequence[str]) -> Vectors:
        """The vectors of ``texts``, one a row.

        Raises:
            KeyError: one of them is not known.
        """
        return self._vectors([self._numbers[_key(part, text)] for text in texts])

    def _vectors(self, numbers: Sequence[int]) -> Vectors:
        """The vectors with these numbers, one a row."""
        vectors = np.empty((len(numbers), self.width), dtype=np.float32)
        places = np.array(numbers, dtype=np.int64)
        for chunk, (start, end) in zip(self.chunks, pairwise(self._starts), strict=True):
            here = (places >= start) & (places < end)
            vectors[here] = chunk.vectors[places[here] - start]
        return vectors

    @classmethod
    def load(cls, folder: Path, width: int) -> Remembered:
        """Read the chunks in ``folder``.

        Raises:
            ValueError: a file is damaged, or its vectors are not ``width`` numbers long.
        """
        chunks = [Chunk.load(path) for path in sorted(folder.glob("*.npz"))]
        if any(chunk.vectors.shape[1:] != (width,) for chunk in chunks):
            raise ValueError(f"the vectors of a file are not {width} numbers long")
        return cls(width, chunks)


@cache
def _key(part: Part, text: str) -> bytes:
    """The hash of a text of staff's; kept, since nearly all are the same the next time."""
    named = f"{part}\0{text}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(named, digest_size=_KEY_BYTES).digest()


def _as_array(keys: Sequence[bytes]) -> NDArray[np.void]:
    return np.frombuffer(b"".join(keys), dtype=f"V{_KEY_BYTES}")


def _as_bytes(keys: NDArray[np.void]) -> list[bytes]:
    whole = keys.tobytes()
    return [whole[i : i + _KEY_BYTES] for i in range(0, len(whole), _KEY_BYTES)]
