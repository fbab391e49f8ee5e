"""Search by words: BM25 over text cut into words for every script."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import numpy as np
from icu4py.breakers import WordBreaker
from numpy.typing import NDArray

from forewarn import typed

Tokens = NDArray[np.int64]
"""The words of one text, by number."""

_K1, _B = 1.5, 0.75
"""How soon a repeated word says no more, and how much long texts are held back."""


def words(text: str) -> list[str]:
    """The words of ``text``, NFKC and lower-cased.

    ICU knows where words end in Thai, Lao, Khmer, Burmese and Chinese, by dictionary, whatever the
    locale. Chinese is also cut into pairs of characters: a dictionary word at the wrong place would
    otherwise hide a match.
    """
    plain = unicodedata.normalize("NFKC", typed.read(text)).casefold()
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
    """Documents to be searched by their words: BM25 as Lucene computes it.

    A document is a passage, or all wordings of one entry together: which words they share says
    more than any one of them. The score of each word in each document is computed beforehand, all
    of them at once: a change of one changes how rare and how long the others are.
    """

    def __init__(
        self,
        documents: Sequence[Sequence[str]],
        vocabulary: dict[str, int],
        cut: dict[str, Tokens],
    ) -> None:
        """Index ``documents``, each the texts it is made of; ``cut`` holds the words of each text,
        by number in ``vocabulary``."""
        self._cut = cut
        self._vocabulary = vocabulary
        self._count = len(documents)
        tokens = [cut[text] for document in documents for text in document]
        lengths = np.array(
            [sum(len(cut[text]) for text in document) for document in documents], dtype=np.int64
        )
        flat = np.concatenate([np.empty(0, np.int64), *tokens])
        # One number for each pair of word and document: sorted, they are columns of a matrix.
        pairs = flat * max(self._count, 1) + np.repeat(np.arange(self._count), lengths)
        pairs, times = np.unique(pairs, return_counts=True)
        words_of, self._documents = np.divmod(pairs, max(self._count, 1))
        found_in = np.bincount(words_of, minlength=len(vocabulary))
        self._starts = np.concatenate([[0], np.cumsum(found_in)])
        rarity = np.log(1 + (self._count - found_in + 0.5) / (found_in + 0.5))
        mean = max(float(lengths.mean()), 1.0) if self._count else 1.0
        long = _K1 * (1 - _B + _B * lengths[self._documents] / mean)
        self._scores = (rarity[words_of] * times / (times + long)).astype(np.float32)
        self._most = np.zeros(len(vocabulary), dtype=np.float32)
        used = np.flatnonzero(found_in)
        if len(used):
            self._most[used] = np.maximum.reduceat(self._scores, self._starts[used])

    @classmethod
    def build(cls, documents: Sequence[Sequence[str]], before: Lexical | None = None) -> Lexical:
        """Index ``documents``, each the texts it is made of; texts that ``before`` holds too are
        not cut into words again."""
        vocabulary = {} if before is None else dict(before._vocabulary)
        known = {} if before is None else before._cut
        cut: dict[str, Tokens] = {}
        for text in (text for document in documents for text in document):
            if text not in cut:
                tokens = known.get(text)
                cut[text] = _numbered(text, vocabulary) if tokens is None else tokens
        return cls(documents, vocabulary, cut)

    def scores(self, text: str) -> NDArray[np.float32]:
        """The BM25 score of every document, 0 where no word is shared."""
        return self._summed(words(text))

    def shares(self, text: str) -> NDArray[np.float32]:
        """The BM25 score of every document as a share (0 to 1) of the highest any could reach for
        ``text``; words no document holds count as much as the rarest."""
        tokens = words(text)
        if not tokens or not len(self._scores):
            return np.zeros(self._count, dtype=np.float32)
        rarest = float(self._most.max())
        vocabulary = self._vocabulary
        highest = sum(
            float(self._most[vocabulary[token]] or rarest) if token in vocabulary else rarest
            for token in tokens
        )
        return self._summed(tokens) / np.float32(highest)

    def _summed(self, tokens: list[str]) -> NDArray[np.float32]:
        scores = np.zeros(self._count, dtype=np.float32)
        for number in (self._vocabulary.get(token) for token in tokens):
            if number is not None:
                column = slice(self._starts[number], self._starts[number + 1])
                scores[self._documents[column]] += self._scores[column]
        return scores


def _numbered(text: str, vocabulary: dict[str, int]) -> Tokens:
    """The words of ``text`` by number; words that are new to ``vocabulary`` get the next ones."""
    tokens = words(text)
    return np.array([vocabulary.setdefault(word, len(vocabulary)) for word in tokens], np.int64)
