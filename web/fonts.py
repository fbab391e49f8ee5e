"""The fonts that pictures are drawn with: Noto's, one for each script, as Debian installs them.

Nothing else of Forewarn needs them: where one is missing, there are no pictures in the languages
that need it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path

from PIL import ImageFont, features

LATIN, CJK = "LATIN", "CJK"

_FILES = {
    LATIN: "NotoSans-{weight}.ttf",
    "THAI": "NotoSansThai-{weight}.ttf",
    "LAO": "NotoSansLao-{weight}.ttf",
    "MYANMAR": "NotoSansMyanmar-{weight}.ttf",
    "KHMER": "NotoSansKhmer-{weight}.ttf",
    CJK: "NotoSansCJK-{weight}.ttc",
}
"""The font of a script, which is the first word in the Unicode name of its letters. The packages
of Debian: fonts-noto-core, fonts-noto-cjk."""

_LIKE = {"CYRILLIC": LATIN, "GREEK": LATIN, "HIRAGANA": CJK, "KATAKANA": CJK, "HANGUL": CJK}

_FAMILY = {False: "Noto Sans CJK SC", True: "Noto Sans CJK TC"}
"""One file holds the Chinese characters as each country writes them."""

_WEIGHTS = ("Regular", "Bold")
_WIDE = frozenset("WF")


class Fonts:
    """The fonts below one folder."""

    def __init__(self, folder: Path) -> None:
        """Look for them in `folder` and every folder in it."""
        self.folder = folder
        self._files = _found(folder)

    def missing(self, text: str) -> list[str]:
        """What is not there and `text` cannot be drawn without."""
        lacking = [] if features.check("raqm") else ["libraqm"]
        for script in {script for script, _ in runs(text)}:
            for weight in _WEIGHTS:
                name = _FILES.get(script, script).format(weight=weight)
                if name not in self._files:
                    lacking.append(name)
        return sorted(lacking)

    def font(
        self, script: str, size: int, *, bold: bool = False, traditional: bool = False
    ) -> ImageFont.FreeTypeFont:
        """The font for `script` at `size` pixels.

        Raises:
            KeyError: it is not there.
        """
        name = _FILES[script].format(weight="Bold" if bold else "Regular")
        family = _FAMILY[traditional] if script == CJK else None
        return _font(self._files[name], size, family)


def runs(text: str) -> Iterator[tuple[str, str]]:
    """`text` in pieces that one font can draw, each with its script."""
    script = LATIN
    scripts = []
    for character in text:
        script = _script(character, script)
        scripts.append(script)
    for key, pairs in groupby(zip(scripts, text, strict=True), key=lambda pair: pair[0]):
        yield key, "".join(character for _, character in pairs)


def _script(character: str, before: str) -> str:
    if unicodedata.category(character) in {"Mn", "Mc", "Cf"}:
        return before
    first = unicodedata.name(character, LATIN).partition(" ")[0]
    first = _LIKE.get(first, first)
    if first in _FILES or character.isalpha():
        return first
    return CJK if unicodedata.east_asian_width(character) in _WIDE else LATIN


@cache
def _found(folder: Path) -> dict[str, Path]:
    wanted = {name.format(weight=weight) for name in _FILES.values() for weight in _WEIGHTS}
    return {path.name: path for path in folder.rglob("Noto*") if path.name in wanted}


@cache
def _font(path: Path, size: int, family: str | None) -> ImageFont.FreeTypeFont:
    """One font; of a file that holds several, the one of `family`."""
    index = 0
    font = ImageFont.truetype(path, size)
    while family is not None and font.getname()[0] != family:
        index += 1
        font = ImageFont.truetype(path, size, index=index)
    return font
