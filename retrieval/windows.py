"""Cuts long texts into overlapping pieces: one vector of a long text blurs what it says."""

from __future__ import annotations

from icu4py.breakers import WordBreaker

WORDS, STEP = 64, 32
"""How many words a window holds, and after how many the next one begins."""


def writable(text: str) -> str:
    """``text`` without lone surrogates: they cannot be written as UTF-8, which ICU is given."""
    return text.encode("utf-8", "replace").decode("utf-8")


def words(text: str) -> list[int]:
    """Where each word of ``text``, which must be :func:`writable`, begins, as ICU tells them."""
    starts, place = [], 0
    for segment in WordBreaker(text, "root"):
        if any(map(str.isalnum, segment)):
            starts.append(place)
        place += len(segment)
    return starts


def windows(text: str) -> list[str]:
    """``text`` in windows of :data:`WORDS` words, as ICU cuts them in any script; a text that is
    no longer is one window."""
    whole = writable(text)
    starts = words(whole)
    if len(starts) <= WORDS:
        return [whole]
    ends = [*starts[WORDS:], *[len(whole)] * WORDS]
    return [whole[starts[n] : ends[n]].strip() for n in range(0, len(starts) - STEP, STEP)]
