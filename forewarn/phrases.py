"""Reviewed phrases: word patterns that staff can read, compiled once and matched in text.

A phrase is a row of words. ``a|b`` means either, a word in ``(brackets)`` may be missing, ``…``
stands for up to 30 other characters of the same sentence, a trailing ``*`` lets a word go on
(``pay*`` finds "paying") and alone is any one word, and ``_`` joins words that belong together
("mae_sot|mae_sai"). In languages without spaces the words follow each other directly or with spaces
between. Everything is compared after :func:`normalise`, so case, full-width letters and invisible
characters make no difference.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from forewarn.typed import well_spelled

GAP = 30
"""The most characters ``…`` may stand for."""

REACH, HAN = 20, 3
"""How many letters from a phrase ``unless`` still cancels it, and for how many of them a Chinese
character counts. In text without punctuation the sentence is the whole message, and a cry in the
same breath as "in the film" must not be cancelled. The least that keeps what must not match;
docs/decisions/0007-danger-by-meaning.md has what was measured."""

SHORTEST_WORDS, SHORTEST_RUN = 3, 2
"""The fewest letters the words of a phrase that cannot be missing must have together, in languages
with and without spaces: a phrase that is left with "not" alone would match half of all messages."""

BEGINNING = 2
"""How many letters a string that phrases need is found by."""

_SENTENCE_END = re.compile(r"[.!?]+(?=\s|$)|[。！？;；။។៕\r\n\u2028\u2029]+")
_HAN = re.compile("[\u3400-\u9fff]")
_INVISIBLE = dict.fromkeys(
    [0x00AD, 0x061C, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)]
)
_ALIKE = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "\u1040": "\u101d"})
"""Signs people type for one another: apostrophes, and the Burmese digit 0 for the letter wa."""
_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")

_WORD = re.compile(r"\([^()]+\)|…|\S+")


def normalise(text: str) -> str:
    """Bring ``text`` to the one form in which phrases are compared.

    NFKC turns full-width and compatibility forms into plain ones, case is folded, invisible
    characters (which would let a word slip past a phrase) are dropped, runs of blanks become one.
    """
    composed = unicodedata.normalize("NFC", text)
    return " ".join("".join(map(_folded, composed)).split())


@cache
def _folded(character: str) -> str:
    """One character as it is compared; kept, for texts repeat the same few hundred."""
    if ord(character) in _INVISIBLE:
        return ""
    return unicodedata.normalize("NFKC", character.translate(_ALIKE)).casefold()


def _offsets(text: str) -> list[int]:
    """For each character of the normalised ``text`` (in NFC) which one of ``text`` it came from,
    so that a match can be quoted exactly as it was written."""
    plain: list[str] = []
    offsets: list[int] = []
    for offset, character in enumerate(text):
        for part in _folded(character):
            letter = " " if part.isspace() else part
            if letter == " " and (not plain or plain[-1] == " "):
                continue
            plain.append(letter)
            offsets.append(offset)
    if plain and plain[-1] == " ":
        plain.pop()
        offsets.pop()
    return offsets


def sentences(text: str) -> list[str]:
    """The sentences of ``text`` as written, without their end marks and without empty ones."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]


class PhraseError(ValueError):
    """A phrase that cannot be read; the message says what is wrong with it."""


@dataclass(frozen=True)
class Phrase:
    """A phrase as a regular expression. Of each of ``needed``, its words that cannot be missing,
    one string stands in every text it matches, and they stand there in this order: whether they do
    is told a hundred times sooner than whether the ``pattern`` does, and mostly they do not."""

    words: tuple[str, ...]
    spaces: bool
    needed: tuple[tuple[str, ...], ...]

    @property
    def skips(self) -> bool:
        """Whether there is a gap in it that anything may stand in."""
        return "…" in self.words

    @cached_property
    def telling(self) -> tuple[str, ...]:
        """The one of ``needed`` that the fewest texts will have: its shortest string is longest."""
        return max(self.needed, key=_shortest)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when first needed: of thousands of phrases a text needs a few."""
        return re.compile(_source(self.words, spaces=self.spaces))

    def search(self, plain: str) -> re.Match[str] | None:
        """The first place in ``plain``, a normalised text, where the phrase stands."""
        return next(self.places(plain), None)

    def places(self, plain: str) -> Iterator[re.Match[str]]:
        """Every place in ``plain``, a normalised text, where the phrase stands."""
        end = 0
        for either in self.needed:
            ends = [at + len(one) for one in either if (at := plain.find(one, end)) >= 0]
            if not ends:
                return iter(())
            end = min(ends)
        return self.pattern.finditer(plain)


@cache
def compile_phrase(phrase: str, *, spaces: bool) -> Phrase:
    """Read one phrase of a language with or without ``spaces`` between words.

    Raises:
        PhraseError: the phrase is empty, begins or ends with ``…``, or leaves a bracket open.
    """
    words: list[str] = _WORD.findall(normalise_phrase(phrase))
    if not words:
        raise PhraseError("the phrase is empty")
    if words[0] == "…" or words[-1] == "…":
        raise PhraseError("a phrase cannot begin or end with …")
    for word in words:
        plain = word[1:-1] if _may_be_missing(word) else word
        if "(" in plain or ")" in plain:
            raise PhraseError(f"a bracket in “{plain}” is not closed or stands inside a word")
    certain = [word for word in words if word != "…" and not _may_be_missing(word)]
    if not certain:
        raise PhraseError("every word of the phrase may be missing")
    shortest = sum(min(map(len, word.split("|"))) for word in certain)
    if shortest < (SHORTEST_WORDS if spaces else SHORTEST_RUN):
        raise PhraseError(f"the words of “{phrase}” that cannot be missing are too few letters")
    return Phrase(tuple(words), spaces, tuple(filter(None, map(_literals, certain))))


def _may_be_missing(word: str) -> bool:
    return word.startswith("(") and word.endswith(")")


def _source(words: Iterable[str], *, spaces: bool) -> str:
    """The regular expression of a phrase of these ``words``."""
    between = " " if spaces else " ?"
    gap = rf"\b.{{0,{GAP}}}?\b" if spaces else rf".{{0,{GAP}}}?"
    pattern, separator = r"(?<!\w)" if spaces else "", ""
    for word in words:
        if word == "…":
            separator = gap
        elif not _may_be_missing(word):
            pattern += separator + _alternatives(word, spaces=spaces)
            separator = between
        elif separator:
            pattern += f"(?:{separator}{_alternatives(word[1:-1], spaces=spaces)})?"
        else:
            pattern += f"(?:{_alternatives(word[1:-1], spaces=spaces)}{between})?"
    return pattern


def normalise_phrase(phrase: str) -> str:
    """Normalise a phrase, well spelled, without losing ``…``, which NFKC would turn into three
    dots."""
    parts = well_spelled(phrase).split("…")
    return "…".join(map(normalise, parts)).replace("…", " … ")


def _alternatives(word: str, *, spaces: bool) -> str:
    either = "|".join(_word(part, spaces=spaces) for part in word.split("|") if part)
    return rf"(?:{either})(?!\w)" if spaces else f"(?:{either})"


def _literals(word: str) -> tuple[str, ...]:
    """Of each alternative of ``word``, letters that stand in the text just as they are."""
    parts = tuple(filter(None, word.split("|")))
    if "_" not in word and "*" not in word:
        return parts
    return tuple(max(part.removesuffix("*").split("_"), key=len) for part in parts)


def _shortest(literals: tuple[str, ...]) -> int:
    return min(map(len, literals), default=0)


def _word(word: str, *, spaces: bool) -> str:
    parts = word.removesuffix("*").split("_")
    if spaces:
        return " ".join(map(re.escape, parts)) + (r"\w*" if word.endswith("*") else "")
    # A name in Latin letters is a whole word in any script.
    start = "(?<![a-z0-9])" if parts[0][:1] in _LATIN else ""
    end = "(?![a-z0-9])" if parts[-1][-1:] in _LATIN else ""
    return start + " ?".join(map(re.escape, parts)) + end


@dataclass(frozen=True)
class Sentence:
    """One sentence of a text as ``written``, ``plain`` as it is compared, and each of its letters,
    alone and with the next: made once, for phrases of many records are looked for in it."""

    written: str
    plain: str
    beginnings: frozenset[str]

    @classmethod
    def all_of(cls, text: str) -> list[Sentence]:
        """The sentences of ``text``, which came through the door of :mod:`forewarn.typed`."""
        written = sentences(unicodedata.normalize("NFC", text))
        return [cls(one, plain := normalise(one), _beginnings(plain)) for one in written]

    @classmethod
    def whole(cls, text: str) -> Sentence:
        """All of such a text, as one sentence."""
        return cls(text, plain := normalise(text), _beginnings(plain))


def _beginnings(plain: str) -> frozenset[str]:
    places, lengths = range(len(plain)), range(1, BEGINNING + 1)
    return frozenset(plain[at : at + length] for length in lengths for at in places)


@dataclass(frozen=True)
class Match:
    """A phrase found in a text: the words that matched and their sentence, both as written."""

    quote: str
    sentence: str


class PhraseSet:
    """The phrases of one record in every language, ready to be searched for."""

    def __init__(
        self,
        phrases: Mapping[str, Iterable[str]],
        unless: Mapping[str, Iterable[str]],
        spaces: Mapping[str, bool],
    ) -> None:
        """Compile ``phrases`` and ``unless``, both keyed by language code.

        ``spaces`` says for each language whether its script separates words by blanks.

        Raises:
            PhraseError: a phrase cannot be read.
        """
        self._phrases, self._unless = (
            _compiled(
                tuple((spaces.get(language, True), tuple(some)) for language, some in many.items())
            )
            for many in (phrases, unless)
        )

    def find(self, text: str) -> list[Match]:
        """As :meth:`find_in`, for the sentences of ``text``."""
        return self.find_in(Sentence.all_of(text))

    def find_in(self, said: Iterable[Sentence]) -> list[Match]:
        """Every sentence ``said`` in which a phrase stands with no ``unless`` phrase near it.

        All languages are tried: people mix them, and the language of a message may be guessed
        wrongly; a danger must not be missed for that.
        """
        return [match for match in map(self._match, said) if match]

    def _match(self, sentence: Sentence) -> Match | None:
        hit = next(self._phrases.places(sentence), None)
        if hit is None:
            return None
        cancelled = [one.span() for one in self._unless.places(sentence)]
        if cancelled:
            hits = self._phrases.places(sentence)
            hit = next((one for one in hits if not _in_reach(sentence.plain, one, cancelled)), None)
            if hit is None:
                return None
        written, offsets = sentence.written, _offsets(sentence.written)
        return Match(written[offsets[hit.start()] : offsets[hit.end() - 1] + 1], written)


def _in_reach(plain: str, hit: re.Match[str], spans: Iterable[tuple[int, int]]) -> bool:
    """Whether one of ``spans`` of ``plain`` overlaps ``hit`` or begins or ends close to it."""
    between = (plain[end : hit.start()] or plain[hit.end() : start] for start, end in spans)
    return any(width(part) <= REACH for part in between)


def width(text: str) -> int:
    """How many letters ``text`` comes to, a Chinese character counting for :data:`HAN`."""
    return len(text) + (HAN - 1) * len(_HAN.findall(text))


class Phrases:
    """Many phrases in an order, found by how the strings they need begin: a sentence has some
    dozens of beginnings, the phrases have ten thousand strings."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        """Look for ``phrases``, in their order."""
        self._phrases = tuple(phrases)
        self._needing: dict[str, dict[str, list[int]]] = {}
        for number, phrase in enumerate(self._phrases):
            for needed in phrase.telling:
                alike = self._needing.setdefault(needed[:BEGINNING], {})
                alike.setdefault(needed, []).append(number)

    def places(self, sentence: Sentence) -> Iterator[re.Match[str]]:
        """Where the phrases stand in ``sentence``, in the order of the phrases."""
        return (hit for _, hit in self.numbered(sentence))

    def numbered(self, sentence: Sentence) -> Iterator[tuple[int, re.Match[str]]]:
        """As :meth:`places`, each with the number of its phrase."""
        for number in sorted(set(self._possible(sentence))):
            for hit in self._phrases[number].places(sentence.plain):
                yield number, hit

    def _possible(self, sentence: Sentence) -> Iterator[int]:
        """The numbers of the phrases of which ``sentence`` holds a string they need."""
        for beginning in sentence.beginnings & self._needing.keys():
            for needed, numbers in self._needing[beginning].items():
                if needed in sentence.plain:
                    yield from numbers


@lru_cache(maxsize=1000)
def _compiled(phrases: tuple[tuple[bool, tuple[str, ...]], ...]) -> Phrases:
    """Phrases of languages with and without spaces; kept, for those of nearly all records are the
    same in the next version."""
    return Phrases(
        compile_phrase(phrase, spaces=spaces) for spaces, many in phrases for phrase in many
    )
