"""A help page as one picture to pass on in a chat, where a link would be looked at with suspicion
or cannot be opened.

It is drawn in shades of grey with few levels, so that it stays under 100 kB, and holds every number
the page holds, each after its country. Drawn when first asked for, beside the event loop, and kept
in memory until the knowledge or the day changes.
"""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from icu4py.breakers import LineBreaker
from PIL import Image, ImageDraw, ImageFont

from web.fonts import Fonts, runs
from web.guide import Guide
from web.settings import WebSettings
from web.sheets import Line, Sheets

log = logging.getLogger(__name__)

MOST_BYTES = 100_000
WIDTH = 720
"""Pixels: twice as many as a small phone shows, so that it can be read without making it larger."""

MARGIN, GAP, INSET = 28, 18, 16
SPACING = 1.55
"""Height of a line, by the size of its letters. Burmese and Khmer stack signs above and below."""

LEVELS = (4, 3, 2)
"""Shades of grey, the most that fit: four make smooth letters, two bits a pixel."""

WHITE, FAINT, INK = 255, 170, 0


@dataclass(frozen=True)
class Style:
    """How letters look. ``size``: pixels."""

    size: int
    bold: bool = False


HEADING, STRONG, NUMBER = Style(34, bold=True), Style(23, bold=True), Style(32, bold=True)
PLAIN, SMALL, WARNING = Style(23), Style(18), Style(18, bold=True)


@dataclass(frozen=True)
class Drawn:
    """Letters at a place: ``left`` and ``base``, the line they stand on, in pixels."""

    text: str
    style: Style
    left: float
    base: float


@dataclass(frozen=True)
class Layout:
    """All of a picture. ``rules``: from, to and shade of each line that is not a letter."""

    letters: list[Drawn]
    rules: list[tuple[float, float, int]]
    height: int


Span = tuple[str, Style]
"""Letters in one style."""


class Pictures:
    """The pictures of all sheets."""

    def __init__(self, guide: Guide, settings: WebSettings, sheets: Sheets) -> None:
        """Look for the fonts each language of `guide` needs; say which are missing."""
        self._guide = guide
        self._settings = settings
        self._sheets = sheets
        self._fonts = Fonts(settings.fonts)
        self._offered = set(guide.languages)
        for language in guide.languages:
            missing = self._fonts.missing(guide.messages(language).nobody_told)
            if missing:
                self._offered.discard(language)
                log.warning(
                    "no pictures of the contacts in %s: missing below %s: %s",
                    language, self._fonts.folder, ", ".join(missing),
                )  # fmt: skip
        self._one_at_a_time = asyncio.Lock()
        self._day = sheets.today()
        self._drawn: dict[tuple[str, str], bytes] = {}

    def offered(self, language: str) -> bool:
        """Whether there are pictures in `language`."""
        return language in self._offered

    async def picture(self, slug: str, language: str) -> bytes:
        """The sheet `slug` as a PNG."""
        async with self._one_at_a_time:
            if self._day != self._sheets.today():
                self._day = self._sheets.today()
                self._drawn.clear()
            key = (slug, language)
            if key not in self._drawn:
                self._drawn[key] = await asyncio.to_thread(self._draw, slug, language)
            return self._drawn[key]

    def layout(self, slug: str, language: str) -> Layout:
        """Where everything of the sheet `slug` stands."""
        sheet = self._sheets.sheet(slug, language)
        messages = self._guide.messages(language)
        page = _Page(self._fonts, language, traditional=language != self._guide.of(language))
        page.write([(f"{messages.help_title} · {sheet.title}", HEADING)])
        page.rule(FAINT)
        page.write([(messages.nobody_told, STRONG)])
        page.write([(messages.help_dialled, SMALL)])
        if not self._guide.is_reviewed(language):
            page.write([(messages.widget_unreviewed, SMALL)])
        for line in sheet.lines:
            page.rule(FAINT)
            self._write_line(page, line)
        page.rule(INK)
        for missing in sheet.none_known:
            page.write([(missing, SMALL)])
        address = self._settings.address(f"/help/{language}/{slug}")
        page.write([(sheet.made, SMALL)])
        for more in filter(None, (address, self._guide.operator(language))):
            page.write([(more, SMALL)])
        return page.layout()

    def _write_line(self, page: _Page, line: Line) -> None:
        page.write([(f"{line.country} ", STRONG), (line.name, PLAIN)])
        if line.name_local and not self._fonts.missing(line.name_local):
            page.write([(line.name_local, SMALL)])
        if line.hedge:
            page.write([(line.hedge, WARNING)])
        for way in line.ways:
            how = f"{way.how}: " if way.how else ""
            # A number is never broken over two lines.
            reach = way.reach.replace(" ", "\u00a0")
            large = NUMBER if _rings(way.url) else PLAIN
            page.write([(how, PLAIN), (reach, large), (way.then, PLAIN)], inset=INSET)
        about = " · ".join(filter(None, (line.serves, line.purpose, line.fresh)))
        page.write([(about, SMALL)])

    def _draw(self, slug: str, language: str) -> bytes:
        layout = self.layout(slug, language)
        traditional = language != self._guide.of(language)
        image = Image.new("L", (WIDTH, layout.height), WHITE)
        pencil = ImageDraw.Draw(image)
        for top, bottom, shade in layout.rules:
            pencil.rectangle((MARGIN, top, WIDTH - MARGIN, bottom), fill=shade)
        for letters in layout.letters:
            left = letters.left
            for script, text in runs(letters.text):
                style = letters.style
                font = self._fonts.font(
                    script, style.size, bold=style.bold, traditional=traditional
                )
                pencil.text((left, letters.base), text, INK, font, anchor="ls")
                left += font.getlength(text)
        sizes = (_png(image, levels) for levels in LEVELS)
        return next((file for file in sizes if len(file) <= MOST_BYTES), _png(image, LEVELS[-1]))


class _Page:
    """Fills a page from the top, breaking lines where the language allows it."""

    def __init__(self, fonts: Fonts, language: str, *, traditional: bool) -> None:
        self._fonts = fonts
        self._language = language
        self._traditional = traditional
        self._letters: list[Drawn] = []
        self._rules: list[tuple[float, float, int]] = []
        self._top = float(MARGIN)

    def write(self, spans: Iterable[Span], inset: int = 0) -> None:
        """A paragraph."""
        for line in self._lines(list(spans), WIDTH - 2 * MARGIN - inset):
            size = max(style.size for _, style in line)
            self._top += size * SPACING
            left = float(MARGIN + inset)
            for text, style in line:
                base = self._top - size * (SPACING - 1) * 0.75
                self._letters.append(Drawn(text, style, left, base))
                left += self._length(text, style)

    def rule(self, shade: int) -> None:
        """A line across the page."""
        top = self._top + GAP / 2
        self._rules.append((top, top + 1, shade))
        self._top = top + GAP / 2

    def layout(self) -> Layout:
        """What was written."""
        return Layout(self._letters, self._rules, round(self._top + MARGIN))

    def _lines(self, spans: list[Span], width: float) -> Iterator[list[Span]]:
        line: list[Span] = []
        room = width
        for text, style in spans:
            for piece in LineBreaker(text, self._language.partition("-")[0]):
                length = self._length(piece.rstrip(" "), style)
                if line and length > room:
                    yield _joined(line)
                    line, room = [], width
                line.append((piece, style))
                room -= self._length(piece, style)
        if line:
            yield _joined(line)

    def _length(self, text: str, style: Style) -> float:
        return sum(
            _width(
                self._fonts.font(
                    script, style.size, bold=style.bold, traditional=self._traditional
                ),
                run,
            )
            for script, run in runs(text)
        )


@lru_cache(maxsize=20_000)
def _width(font: ImageFont.FreeTypeFont, text: str) -> float:
    """Kept, since shaping is slow and the same words come again and again."""
    return font.getlength(text)


def _joined(line: list[Span]) -> list[Span]:
    """Neighbours of one style as one: their letters are shaped together."""
    return [
        ("".join(text for text, _ in spans), style)
        for style, spans in groupby(line, key=lambda span: span[1])
    ]


def _png(image: Image.Image, levels: int) -> bytes:
    """`image` in so many shades, evenly from black to white."""
    steps = image.point([round(shade * (levels - 1) / 255) for shade in range(256)])
    indexed = Image.frombytes("P", image.size, steps.tobytes())
    shades = [round(step * 255 / (levels - 1)) for step in range(levels)]
    indexed.putpalette([shade for shade in shades for _ in "RGB"])
    file = io.BytesIO()
    indexed.save(file, "PNG", optimize=True, bits=(levels - 1).bit_length())
    return file.getvalue()


def _rings(url: str | None) -> bool:
    return url is not None and url.startswith(("tel:", "sms:"))
