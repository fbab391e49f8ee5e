"""Text as people type it, brought to the form everything else reads: the one door for it.

Danger, places, offers, search and the encoder all read what comes out here, so that an old
font, a wrong order of marks or a drawn-out cry does not hide what was said. What is well written
comes out as it was. Case, full-width letters and invisible characters are left to whoever compares
words, who folds them.
"""

from __future__ import annotations

import re
import unicodedata
import warnings
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import pairwise

from myanmartools import ZawgyiDetector
from para.convert import zg_to_unicode

from forewarn.chinese import simplified

ZAWGYI_FROM, UNICODE_BELOW = 0.95, 0.5
"""The probability from which text counts as Zawgyi, as the detector's authors advise, and below
which it must be once converted."""

_BURMESE = re.compile(r"[\u1000-\u109f]")
_MANY_MARKS = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")

_DRAWN_OUT = re.compile(r"(?!www)([a-z])\1{2,}|(?!\u101d)([^\W\d_a-z])\2{3,}", re.IGNORECASE)
"""A letter three times or more; in other scripts four times, as Thai has เหลือออก. Burmese wa also
stands for the digit 0, as in ၃ဝဝဝဝ."""

_RUN_ON = re.compile(r"(?<![\w./@-])[A-Za-z]{12,60}(?![\w/@-]|\.\w)")
_FEWEST_WORDS, _SHORTEST_MEAN, _LONGEST_WORD = 4, 3.2, 16
"""What a run of letters, no address, must come apart into: ordinary long words come apart into
fewer words of ours, or into shorter scraps ("collect i on")."""

_EMOJI = r"(?:[\u2300-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff][\u200d\u20e3\ufe0e\ufe0f]*){1,9}"
_WITHOUT_BLANKS = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3400-\u9fff"
_BROKEN = re.compile(rf"[A-Za-z]{{1,30}}(?:{_EMOJI}[A-Za-z]{{1,30}}){{1,30}}")
_BROKEN_RUN = re.compile(rf"(?<=[{_WITHOUT_BLANKS}]){_EMOJI}(?=[{_WITHOUT_BLANKS}])")
"""Words broken by emoji, with and without blanks between words in their script."""

_MARK = (
    r"[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u17b4-\u17d3]"
)
_SPACED_OUT = re.compile(r"(?<!\w)[A-Za-z]([ .*_·-])(?:[A-Za-z]\1){2,60}[A-Za-z](?!\w)")
_SPACED_RUN = re.compile(
    rf"(?<!\w)(?:[{_WITHOUT_BLANKS}]{_MARK}* ){{3,60}}[{_WITHOUT_BLANKS}]{_MARK}*(?!\w)"
)
"""Letters one by one, with one blank or sign between any two: t o u r i s t, 高 薪 招 聘."""

_TWICE = re.compile(
    r"([\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd"
    r"\u102b-\u1032\u1036-\u1038\u103a-\u103e\u17b6-\u17d1])\1+"
)
"""A mark typed twice falls on itself and is not seen."""

_BURMESE_MARKS = re.compile(r"[\u102b-\u1032\u1036\u103b-\u103e]{2,}")
_BURMESE_ORDER = "\u103b\u103c\u103d\u103e\u1031\u102d\u102e\u1032\u102f\u1030\u102b\u102c\u1036"
"""Medials, then vowels before, above, below and after, then anusvara: Unicode Technical Note 11."""

# Subscripts (ro last), then the signs that shift a consonant, then vowels, then the rest.
_KHMER_MARKS = re.compile(r"(?:\u17d2[\u1780-\u17b3]|[\u17b6-\u17d1\u17dd]){2,}")
_KHMER_PART = re.compile(r"\u17d2[\u1780-\u17b3]|[\u17b6-\u17d1\u17dd]")

_REWRITTEN = (
    # Thai and Lao: two short e for one long ae, a tone before its vowel, am in two signs.
    (re.compile(r"\u0e40\u0e40"), "\u0e41"),
    (re.compile(r"\u0ec0\u0ec0"), "\u0ec1"),
    (re.compile(r"([\u0e48-\u0e4b])([\u0e31\u0e34-\u0e39\u0e47])"), r"\2\1"),
    (re.compile(r"([\u0ec8-\u0ecb])([\u0eb1\u0eb4-\u0eb9\u0ebb\u0ebc])"), r"\2\1"),
    (re.compile(r"\u0e4d([\u0e48-\u0e4b]?)\u0e32|([\u0e48-\u0e4b])\u0e4d\u0e32"), "\\1\\2\u0e33"),
    (re.compile(r"\u0ecd([\u0ec8-\u0ecb]?)\u0eb2|([\u0ec8-\u0ecb])\u0ecd\u0eb2"), "\\1\\2\u0eb3"),
    # Burmese: the killer after a visarga, the vowel letter u where the consonant nya is meant.
    (re.compile(r"\u1038\u103a"), "\u103a\u1038"),
    (re.compile(r"\u1025(?=[\u1037]?[\u103a\u102c])"), "\u1009"),
    # Khmer: vowels put together of two.
    (re.compile(r"\u17c1\u17b8"), "\u17be"),
    (re.compile(r"\u17c1\u17b6"), "\u17c4"),
)


class Door:
    """Reads what people type to us, in whatever variety of our languages."""

    def __init__(
        self, read_as: Iterable[Mapping[str, str]] = (), vocabulary: Iterable[str] = ()
    ) -> None:
        """``read_as`` has, of each language, the words of its varieties and what they are read
        as: Cantonese wording as Mandarin. ``vocabulary`` are the English words that a run of
        letters without blanks is taken apart into."""
        self._vocabulary = frozenset(vocabulary)
        words = {simplified(word): plain for one in read_as for word, plain in one.items()}
        longest = sorted(words, key=len, reverse=True)
        self._words = words
        self._varieties = re.compile("|".join(map(re.escape, longest))) if words else None

    def read(self, text: str) -> str:
        """What :func:`read` makes of ``text``, in standard wording, with missing blanks put in."""
        whole = _BROKEN.sub(lambda found: self._mended(found[0]), text)
        whole = _SPACED_OUT.sub(lambda found: self._closed_up(found[0]), whole)
        plain = _RUN_ON.sub(lambda found: self._apart(found[0]), read(whole))
        if self._varieties is None:
            return plain
        return self._varieties.sub(lambda found: self._words[found[0]], plain)

    def _mended(self, broken: str) -> str:
        """Letters with emoji between, as one word where that is one of ours, else as several."""
        parts = re.findall("[A-Za-z]+", broken)
        joined = "".join(parts)
        return joined if joined.lower() in self._vocabulary else " ".join(parts)

    def _closed_up(self, spaced: str) -> str:
        """Letters one by one as one word; a first letter that is a word itself ("a") stays one."""
        joined = spaced[::2]
        if joined.lower() not in self._vocabulary and joined[1:].lower() in self._vocabulary:
            return f"{joined[0]} {joined[1:]}"
        return joined

    def _apart(self, run: str) -> str:
        """``run`` with blanks between its words, if it is nothing but words, in the fewest."""
        letters, ends = run.lower(), {0: [0]}
        for end in range(1, len(run) + 1):
            found = [
                [*ends[start], end]
                for start in range(max(0, end - _LONGEST_WORD), end)
                if start in ends and letters[start:end] in self._vocabulary
            ]
            if found:
                # Of as many words the last one short: “in a”, not “i na”.
                ends[end] = min(found, key=lambda cuts: (len(cuts), -cuts[-2]))
        cuts = ends.get(len(run), [])
        words = [run[a:b] for a, b in pairwise(cuts)]
        if len(words) < _FEWEST_WORDS or len(run) < _SHORTEST_MEAN * len(words):
            return run
        return " ".join(words)


def read(text: str) -> str:
    """``text`` in Unicode, well spelled, with drawn-out letters once and words in one piece that
    emoji or blanks broke apart."""
    # A lone surrogate cannot be written as UTF-8, which OpenCC is given.
    plain = text.encode("utf-8", "replace").decode("utf-8")
    if _BURMESE.search(plain):
        plain = _unicode(plain)
    plain = _SPACED_RUN.sub(lambda found: found[0].replace(" ", ""), _BROKEN_RUN.sub("", plain))
    return well_spelled(_DRAWN_OUT.sub(r"\1\2", plain))


def well_spelled(text: str) -> str:
    """``text`` in NFC, in Thai, Lao, Burmese and Khmer with every mark once and in the order that
    Unicode describes, in Chinese with Simplified characters."""
    plain = unicodedata.normalize("NFC", text)
    return simplified(_ordered(plain) if _MANY_MARKS.search(plain) else plain)


def _unicode(text: str) -> str:
    """``text``, converted if it is Burmese in Zawgyi, the encoding of older phones that puts other
    signs at Unicode's places: detected by myanmartools, converted by the Rabbit rules."""
    zawgyi = _detector().get_zawgyi_probability
    if zawgyi(text) < ZAWGYI_FROM:
        return text
    converted: str = zg_to_unicode(text, force=True)
    # A short word may be either; what makes no better sense converted was Unicode already.
    return converted if zawgyi(converted) < UNICODE_BELOW else text


def _ordered(text: str) -> str:
    text = _BURMESE_MARKS.sub(_in_burmese_order, text)
    text = _KHMER_MARKS.sub(_in_khmer_order, text)
    text = _TWICE.sub(r"\1", text)
    for pattern, rewritten in _REWRITTEN:
        text = pattern.sub(rewritten, text)
    return unicodedata.normalize("NFC", text)


def _in_burmese_order(found: re.Match[str]) -> str:
    return "".join(sorted(found[0], key=_BURMESE_ORDER.index))


def _in_khmer_order(found: re.Match[str]) -> str:
    return "".join(sorted(_KHMER_PART.findall(found[0]), key=_khmer_place))


def _khmer_place(part: str) -> int:
    if part.startswith("\u17d2"):
        return 1 if part == "\u17d2\u179a" else 0
    if part in "\u17c9\u17ca":
        return 2
    return 3 if "\u17b6" <= part <= "\u17c5" else 4


@cache
def _detector() -> ZawgyiDetector:
    with warnings.catch_warnings():
        # It opens its table in a way that Python 3.11 calls deprecated.
        warnings.simplefilter("ignore", DeprecationWarning)
        return ZawgyiDetector()
