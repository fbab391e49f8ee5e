"""Cuts a message into pieces short enough that one vector of each says what stands in it.

The signs of a lure stand in single sentences: one vector of a whole message blurs them. Sentences
end at a mark or a line break; Thai and Lao have no marks, and in a chat nobody sets any. What is
still long is cut at a comma, an emoji or, in scripts without blanks between words, a blank; and
where there is none of these, after :data:`LONGEST` words as ICU tells them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise, zip_longest

from icu4py.breakers import WordBreaker

from forewarn import phrases

LONGEST, WIDEST = 20, 200
"""The most words and the most characters of a piece."""

SHORTEST = 3
"""A piece of fewer words says too little alone: it is read together with its neighbour."""

MOST = 40
"""The most pieces of a message that are read; a page of 350 words has about 30. Of more, as many
from its beginning as from its end: there stand what is offered and what is to be done."""

_CLAUSE = re.compile(
    r"(?<=[,;:，、：၊|/•])|(?=[\u2600-\u27bf\U0001f000-\U0001faff•])"
    # a blank after a letter of Thai, Lao, Burmese, Khmer or Han
    r"|(?<=[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u4e00-\u9fff])\s"
)


def pieces(text: str) -> list[str]:
    """The pieces of ``text`` in their order, each just as it stands there."""
    # A lone surrogate cannot be written as UTF-8, which ICU is given.
    whole = text.encode("utf-8", "replace").decode("utf-8")
    words = list(_word_starts(whole))
    ends = [0, *_joined(list(_cuts(whole, words)), words)]
    parts = (whole[a:b].strip() for a, b in pairwise(ends))
    found = [part for part in parts if any(map(str.isalnum, part))]
    return found if len(found) <= MOST else [*found[: MOST // 2], *found[-MOST // 2 :]]


def _word_starts(text: str) -> Iterator[int]:
    place = 0
    for segment in WordBreaker(text, "root"):
        if any(map(str.isalnum, segment)):
            yield place
        place += len(segment)


def _cuts(text: str, words: list[int]) -> Iterator[int]:
    """Where each piece of ``text``, the ``words`` of which begin there, ends."""
    starts, place = [], 0
    for sentence in phrases.sentences(text):
        starts.append(text.index(sentence, place))
        place = starts[-1] + len(sentence)
    for start, end in pairwise([*starts, len(text)]):
        clauses = [found.start() for found in _CLAUSE.finditer(text, start, end)]
        while (limit := _limit(start, end, words)) < end:
            # Mostly the last clause that fits; a run without any is cut between two words.
            start = max((cut for cut in clauses if start < cut <= limit), default=limit)
            yield start
        yield end


def _limit(start: int, end: int, words: list[int]) -> int:
    """Where a piece that begins at ``start``, of a sentence that goes to ``end``, ends at the
    latest."""
    if _fits(start, end, words):
        return end
    first = bisect_left(words, start)
    following = words[first + 1 : first + LONGEST + 1]
    return max((one for one in following if one <= start + WIDEST), default=start + WIDEST)


def _fits(start: int, end: int, words: list[int]) -> bool:
    return end - start <= WIDEST and _count(start, end, words) <= LONGEST


def _count(start: int, end: int, words: list[int]) -> int:
    return bisect_left(words, end) - bisect_left(words, start)


def _joined(ends: list[int], words: list[int]) -> Iterator[int]:
    """The ``ends`` of pieces without those of pieces that are too short to stand alone."""
    start = 0
    for end, following in zip_longest(ends, ends[1:]):
        short = _count(start, end, words) < SHORTEST
        if following is None or not (short and _fits(start, following, words)):
            yield end
            start = end
