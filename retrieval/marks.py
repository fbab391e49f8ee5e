"""Puts back the marks that people leave out of Vietnamese, for an encoder that hardly reads it so.

Which word is meant ("toi" is tôi, tối, tội …) follows from the words beside it, as they stand
together in our own texts: the likeliest row of words by pairs (Viterbi 1967), where what a pair
says is mixed with how common the word is (Jelinek and Mercer 1980). No language is named here: one
counts of which most texts are in Latin letters with many marks. Measured in
docs/decisions/0006-search.md.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from forewarn.knowledge.loader import Knowledge
from retrieval.chosen import place
from retrieval.rows import rows

MOST = 20_000
"""Texts of a language that are learnt from where there are more: whoever saves one of very many
entries waits for it."""

MARKED = 0.4
"""The share of a text's words that have marks, from which on it is written with them."""

OURS = 0.6
"""The share of a message's words that our texts have with marks: one in English is left as it is.
So 3 of 1,512 English wordings are touched, and 235 of 237 Vietnamese ones without marks."""

_PAIRS, _UNSEEN = 0.85, 0.1
"""What a pair of words counts against the word alone, and how often each word counts as seen beyond
what was counted; tried on ``check_with`` without its marks."""

_WORD = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]+")
_MARK = re.compile("[\u00c0-\u024f\u1e00-\u1eff]")
_PAUSE = re.compile(r"[^\w\s-]|\n")
_EDGE = ""
"""What stands before the first word and behind the last."""

Rows = Mapping[str, tuple[float, tuple[str, ...]]]
"""For each form of a word the likeliest row of words that ends in it: its logarithm, its words."""


class Marks:
    """Knows how one language writes its words, with marks, and which follow each other."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Learn from ``texts``; what is written without marks is left out."""
        parts = [_words(part) for text in texts for part in _PAUSE.split(text)]
        rows_of = [[_EDGE, *words, _EDGE] for words in parts if is_marked(words)]
        self._words = Counter(word for row in rows_of for word in row[:-1])
        self._pairs = Counter(pair for row in rows_of for pair in pairwise(row))
        self._forms: defaultdict[str, list[str]] = defaultdict(list)
        for word in sorted(self._words):
            self._forms[plain(word)].append(word)
        self._all = self._words.total() + _UNSEEN * len(self._words)

    def put_in(self, text: str) -> str:
        """``text`` with its marks; as it is if it has any, or if its words are none of ours."""
        found = list(_WORD.finditer(text))
        ours = sum(self._may_have_marks(one[0].lower()) for one in found)
        if not ours or ours < OURS * len(found) or plain(text) != text:
            return text
        rows: Rows = {_EDGE: (0.0, ())}
        for one in found:
            word = one[0].lower()
            rows = {form: self._likeliest(rows, form) for form in self._forms.get(word, [word])}
        _, forms = self._likeliest(rows, _EDGE)
        marked, end = [], 0
        for one, form in zip(found, forms, strict=False):
            written = form.capitalize() if one[0][0].isupper() else form
            marked += [text[end : one.start()], one[0] if plain(form) == form else written]
            end = one.end()
        return "".join([*marked, text[end:]])

    def _may_have_marks(self, word: str) -> bool:
        return any(form != word for form in self._forms.get(word, ()))

    def _likeliest(self, rows: Rows, form: str) -> tuple[float, tuple[str, ...]]:
        """The likeliest of ``rows``, gone on with ``form``."""
        sums = {before: told + self._told(before, form) for before, (told, _) in rows.items()}
        before = max(sums, key=sums.__getitem__)
        return sums[before], (*rows[before][1], form)

    def _told(self, before: str, form: str) -> float:
        """The logarithm of how likely ``form`` is behind ``before``."""
        pair = self._pairs[before, form] / (self._words[before] or 1)
        alone = (self._words[form] + _UNSEEN) / self._all
        return math.log(_PAIRS * pair + (1 - _PAIRS) * alone)


def by_language(knowledge: Knowledge) -> dict[str, Marks]:
    """What puts marks into each language that is written with them, learnt from the texts that are
    searched and from the sentences of dangers and offers."""
    texts: dict[str, dict[str, None]] = {
        one.code: {} for one in knowledge.languages if one.script == "Latin"
    }
    for language, text in _texts(knowledge):
        if language in texts:
            texts[language][unicodedata.normalize("NFC", text)] = None
    found = {}
    for language, mine in texts.items():
        chosen = [text for text in mine if len(mine) <= MOST or place(text) < MOST / len(mine)]
        if sum(is_marked(_words(text)) for text in chosen) > len(chosen) / 2:
            found[language] = Marks(chosen)
    return found


def _texts(knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """Each text with its language."""
    yield from ((row.language, row.text) for row in rows(knowledge))
    groups = [knowledge.honest_offers.messages]
    for danger in knowledge.dangers.values():
        groups += [danger.examples, danger.must_match, danger.ordinary, danger.must_not_match]
    for flag in knowledge.red_flags.values():
        groups += [flag.examples, flag.must_match, flag.must_not_match]
    groups += [lure.examples for lure in knowledge.lures.values()]
    for group in groups:
        yield from ((language, text) for language, many in group.items() for text in many)


def plain(text: str) -> str:
    """``text`` without any mark, also that of đ."""
    apart = unicodedata.normalize("NFD", text)
    letters = "".join(each for each in apart if not unicodedata.combining(each))
    return unicodedata.normalize("NFC", letters).translate(_DASHED)


def is_marked(words: Sequence[str]) -> bool:
    """Whether enough of ``words`` have marks."""
    return bool(words) and sum(map(bool, map(_MARK.search, words))) >= MARKED * len(words)


def _words(text: str) -> list[str]:
    return [one.lower() for one in _WORD.findall(text)]


_DASHED = str.maketrans("đĐ", "dD")
