"""Cuts long texts into overlapping pieces: one vector of a long text blurs what it says."""

from __future__ import annotations

from icu4py.breakers import WordBreaker

WORDS, STEP = 64, 32
"""How many words a window holds, and after how many the next one begins."""


def windows(text: str) -> list[str]:
    """``text`` in windows of :data:`WORDS` words, as ICU cuts them in any script; a text that is
    no longer is one window."""
    starts = []
    place = 0
    # A lone surrogate cannot be written as UTF-8, which ICU is given.
    whole = text.encode("utf-8", "replace").decode("utf-8")
    for segment in WordBreaker(whole, "root"):
        if any(character.isalnum() for character in segment):
            starts.append(place)
        place += len(segment)
    if len(starts) <= WORDS:
        return [whole]
    ends = [*starts[WORDS:], *[place] * WORDS]
    return [whole[starts[n] : ends[n]].strip() for n in range(0, len(starts) - STEP, STEP)]
