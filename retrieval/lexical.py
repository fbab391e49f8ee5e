"""Search by words: BM25 over text cut into words for every script."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
from icu4py.breakers import WordBreaker
from numpy.typing import NDArray

logging.getLogger("bm25s").setLevel(logging.WARNING)


def words(text: str) -> list[str]:
    """The words of ``text``, NFKC and lower-cased.

    ICU knows where words end in Thai, Lao, Khmer, Burmese and Chinese, by dictionary, whatever the
    locale. Chinese is also cut into pairs of characters: a dictionary word at the wrong place would
    otherwise hide a match.
    """
    # A lone surrogate cannot be written as UTF-8, which ICU is given.
    whole = text.encode("utf-8", "replace").decode("utf-8")
    plain = unicodedata.normalize("NFKC", whole).casefold()
    found: list[str] = []
    han = ""
    for segment in WordBreaker(plain, "root"):
        if not any(character.isalnum() for character in segment):
            found += _pairs(han)
            han = ""
            continue
        found.append(segment)
        if _is_han(segment):
            han += segment
        else:
            found += _pairs(han)
            han = ""
    return found + _pairs(han)


def _is_han(segment: str) -> bool:
    return all("\u3400" <= character <= "\u9fff" for character in segment)


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]


class Lexical:
    """Texts to be searched by their words."""

    def __init__(self, index: bm25s.BM25 | None, count: int) -> None:
        """Wrap an ``index`` over ``count`` texts; None when no text holds a word."""
        self._index = index
        self._count = count
        self._most = np.zeros(0, dtype=np.float32)
        if index is not None:
            self._most = _highest(index)

    @classmethod
    def build(cls, texts: Sequence[str]) -> Lexical:
        """Index ``texts``; BM25 as Lucene computes it, k1 = 1.5, b = 0.75."""
        corpus = [words(text) for text in texts]
        if not any(corpus):
            return cls(None, len(corpus))
        index = bm25s.BM25(method="lucene")
        index.index(corpus, show_progress=False)
        return cls(index, len(corpus))

    def scores(self, text: str) -> NDArray[np.float32]:
        """The BM25 score of every indexed text, 0 where no word is shared."""
        return self._scores(words(text))

    def shares(self, text: str) -> NDArray[np.float32]:
        """The BM25 score of every indexed text as a share (0 to 1) of the highest any text could
        reach for ``text``; words no text holds count as much as the rarest."""
        tokens = words(text)
        if self._index is None or not tokens:
            return np.zeros(self._count, dtype=np.float32)
        rarest = float(self._most.max())
        vocabulary = self._index.vocab_dict
        highest = sum(
            float(self._most[vocabulary[token]]) if token in vocabulary else rarest
            for token in tokens
        )
        return self._scores(tokens) / np.float32(highest)

    def _scores(self, tokens: list[str]) -> NDArray[np.float32]:
        known = [] if self._index is None else self._index.get_tokens_ids(tokens)
        if self._index is None or not known:
            return np.zeros(self._count, dtype=np.float32)
        scores: NDArray[np.float32] = self._index.get_scores_from_ids(known)
        return scores

    def save(self, folder: Path) -> None:
        """Write the index into the new folder ``folder``."""
        folder.mkdir()
        if self._index is not None:
            self._index.save(str(folder), show_progress=False)

    @classmethod
    def load(cls, folder: Path, count: int) -> Lexical:
        """Read what :meth:`save` wrote for ``count`` texts.

        Raises:
            ValueError: the folder holds an index of another number of texts.
        """
        if not any(folder.iterdir()):
            return cls(None, count)
        index = bm25s.BM25.load(str(folder), show_progress=False)
        if index.scores["num_docs"] != count:
            raise ValueError(f"{folder.name} holds {index.scores['num_docs']} texts, not {count}")
        return cls(index, count)


def _highest(index: bm25s.BM25) -> NDArray[np.float32]:
    """For each word, the highest score it gives any text (columns of a sparse matrix)."""
    starts = np.asarray(index.scores["indptr"])
    data = np.asarray(index.scores["data"], dtype=np.float32)
    highest = np.zeros(len(starts) - 1, dtype=np.float32)
    used = np.flatnonzero(np.diff(starts))
    highest[used] = np.maximum.reduceat(data, starts[used])
    return highest
