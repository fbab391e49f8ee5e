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

from forewarn import phrases
from retrieval.windows import words, writable

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
    whole = writable(text)
    starts = words(whole)
    ends = [0, *_joined(list(_cuts(whole, starts)), starts)]
    parts = (whole[a:b].strip() for a, b in pairwise(ends))
    found = [part for part in parts if any(map(str.isalnum, part))]
    return found if len(found) <= MOST else [*found[: MOST // 2], *found[-MOST // 2 :]]


def _cuts(text: str, at: list[int]) -> Iterator[int]:
    """Where each piece of ``text``, the words of which begin ``at``, ends."""
    sentences, place = [], 0
    for sentence in phrases.sentences(text):
        sentences.append(text.index(sentence, place))
        place = sentences[-1] + len(sentence)
    for start, end in pairwise([*sentences, len(text)]):
        clauses = [found.start() for found in _CLAUSE.finditer(text, start, end)]
        while (limit := _limit(start, end, at)) < end:
            # Mostly the last clause that fits; a run without any is cut between two words.
            start = max((cut for cut in clauses if start < cut <= limit), default=limit)
            yield start
        yield end


def _limit(start: int, end: int, at: list[int]) -> int:
    """Where a piece that begins at ``start``, of a sentence that goes to ``end``, ends at the
    latest."""
    if _fits(start, end, at):
        return end
    first = bisect_left(at, start)
    following = at[first + 1 : first + LONGEST + 1]
    return max((one for one in following if one <= start + WIDEST), default=start + WIDEST)


def _fits(start: int, end: int, at: list[int]) -> bool:
    return end - start <= WIDEST and _count(start, end, at) <= LONGEST


def _count(start: int, end: int, at: list[int]) -> int:
    return bisect_left(at, end) - bisect_left(at, start)


def _joined(ends: list[int], at: list[int]) -> Iterator[int]:
    """The ``ends`` of pieces without those of pieces that are too short to stand alone."""
    start = 0
    for end, following in zip_longest(ends, ends[1:]):
        short = _count(start, end, at) < SHORTEST
        if following is None or not (short and _fits(start, following, at)):
            yield end
            start = end
