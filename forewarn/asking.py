"""How people ask: two questions in one message, messages that go on from the answer before, and
words of the trade that need an explanation.

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
_LATIN = r"A-Za-z\u00c0-\u024f\u1e00-\u1eff"
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
        self._meanings = _unheard_of(knowledge)
        self._code_words = _any(map(_code_word, self._meanings))

    def explained(self, text: str) -> str:
        """``text`` with what its code words mean behind each of them, in brackets: a search knows
        no word that none of our entries is asked for with."""
        return self._code_words.sub(
            lambda found: f"{found[0]} ({self._meanings[found[0].casefold()]})", text
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


def _unheard_of(knowledge: Knowledge) -> dict[str, str]:
    """The code words that no entry is asked for with, and what they mean. Of the others the
    entries' own wordings tell more: there an explanation would only lead away from them."""
    asked = "\n".join(
        one
        for entry in knowledge.faq.values()
        for text in entry.texts.values()
        for one in (text.question, *text.also_asked)
    ).casefold()
    return {
        code_word.casefold(): meaning
        for words in knowledge.wording.values()
        for code_word, meaning in words.code_words.items()
        if not re.search(_code_word(code_word.casefold()), asked)
    }


def _code_word(word: str) -> str:
    """A pattern of ``word``: Latin letters beside it make it another one, others do not."""
    apart = re.match(f"[{_LATIN}]", word)
    return rf"(?<![{_LATIN}]){re.escape(word)}(?![{_LATIN}])" if apart else re.escape(word)


def _word(word: str, *, spaces: bool) -> str:
    return rf"(?<!\w){re.escape(word)}(?!\w)" if spaces else re.escape(word)


def _any(patterns: Iterable[str]) -> re.Pattern[str]:
    # The longest first: "and then" before "and".
    return re.compile("|".join(sorted(patterns, key=len, reverse=True)) or "(?!)", re.IGNORECASE)
