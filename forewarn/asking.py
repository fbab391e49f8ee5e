"""How people ask: two questions in one message, and messages that go on from the answer before.

The words that tell are those of ``knowledge/wording/``, of every language at once: people mix
them, and a short message hardly tells its language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from forewarn.knowledge.loader import Knowledge

LONGEST_TO_PART = 300
"""Characters: a longer message is a pasted text or a story, not two questions."""

LONGEST_GOING_ON = 80
"""Characters: a longer message says by itself what it is about."""

MOST_CUTS = 2
"""In how many places a message is tried to be parted: each costs two searches."""

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？;；။។៕\r\n])")
_PAUSE = re.compile(r"[,，、၊]|(?<=[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3400-\u9fff])\s+")
"""A comma, or the blank that scripts without blanks between words put between clauses."""
_QUESTION_MARK = re.compile("[?？]")
_FRINGE = " \t\r\n,，、၊.。!！?？;；။។៕"


class Asking:
    """Tells how a message asks."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Compile the words of ``knowledge.wording``."""
        self._door = knowledge.door
        asks, joins, goes_on = [], [], []
        for language, words in knowledge.wording.items():
            spaces = knowledge.spaces.get(language, True)
            asks += [_word(word, spaces=spaces) for word in words.asks]
            joins += [_word(word, spaces=spaces) for word in words.joins]
            goes_on += words.goes_on
        self._asks = _any(asks)
        self._joins = _any(joins)
        self._before = _any(
            rf"^{_word(one[:-1].strip(), spaces=one[-2].isspace())}"
            for one in goes_on
            if one.endswith("…")
        )
        self._behind = _any(
            rf"{_word(one[1:].strip(), spaces=one[1].isspace())}$"
            for one in goes_on
            if one.startswith("…")
        )

    def goes_on(self, text: str) -> str | None:
        """What ``text`` asks about, without the words with which it goes on from what was said
        before ("and …?"); None where it has none of them, or is long."""
        if len(text) > LONGEST_GOING_ON:
            return None
        whole = self._door.read(text).strip(_FRINGE)
        rest, longer = whole, ""
        while rest != longer:
            longer = rest
            rest = self._behind.sub("", self._before.sub("", rest)).strip(_FRINGE)
        return rest if rest and rest != whole else None

    def in_two(self, text: str) -> list[tuple[str, str]]:
        """The ways to part ``text`` into two questions, the likeliest first: at the ends of
        sentences, at words such as "and", at commas. None where it is long."""
        found: dict[tuple[str, str], None] = {}
        if len(text) <= LONGEST_TO_PART:
            text = self._door.read(text)
            for cut in (_SENTENCE_END, self._joins, _PAUSE):
                for place in cut.finditer(text):
                    first, second = text[: place.start()].strip(), text[place.end() :].strip()
                    if join := self._joins.match(second):
                        second = second[join.end() :].strip()
                    if self._is_question(first) and self._is_question(second):
                        found[first, second] = None
        return list(found)[:MOST_CUTS]

    def _is_question(self, text: str) -> bool:
        asked = _QUESTION_MARK.search(text) or self._asks.search(text)
        return bool(asked and text.strip(_FRINGE))


def _word(word: str, *, spaces: bool) -> str:
    return rf"(?<!\w){re.escape(word)}(?!\w)" if spaces else re.escape(word)


def _any(patterns: Iterable[str]) -> re.Pattern[str]:
    # The longest first: "and then" before "and".
    return re.compile("|".join(sorted(patterns, key=len, reverse=True)) or "(?!)", re.IGNORECASE)
