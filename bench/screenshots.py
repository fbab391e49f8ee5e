"""How well and how fast screenshots are read: made-up chats on a phone, in every language.

The sentences are the examples of the red flags (``knowledge/red_flags/``), drawn by a browser with
Noto's fonts as a chat shows them: light, dark, and as an app sends them on, smaller and as JPEG.
"""

from __future__ import annotations

import asyncio
import html
import io
import os
import random
import resource
import subprocess
import sys
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

from bench.results_file import percentile
from forewarn.knowledge.loader import Knowledge, load
from web.reading.readers import Readers
from web.settings import WebSettings

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = os.environ.get("FOREWARN_CHROMIUM", "/usr/bin/chromium")

PHONE, POINTS_PER_PIXEL = {"width": 360, "height": 780}, 3
"""A common phone: 1,080 by 2,340 points."""

SENT_ON = 720
"""Points across a picture that a chat app has made smaller."""

PER_LANGUAGE, SENTENCES = 8, 6
GOAL_SECONDS = 4.0

_LOOKS = {
    "light": ("#e3eaf0", "#ffffff", "#1b2428"),
    "dark": ("#0f171c", "#1f2c34", "#e9edef"),
}
_PAGE = """<!doctype html><meta charset="utf-8"><style>
  body {{ margin: 0; padding: 12px; background: {paper}; color: {ink};
    font: 15px/1.6 "Noto Sans", "Noto Sans Thai", "Noto Sans Lao", "Noto Sans Myanmar",
      "Noto Sans Khmer", "Noto Sans CJK SC"; }}
  p {{ margin: 0 48px 10px 0; padding: 8px 12px; border-radius: 12px; background: {bubble}; }}
</style><body lang="{lang}">{bubbles}"""


@dataclass(frozen=True)
class Screenshot:
    """A picture, the words it shows, and how it looks: light, dark or sent on."""

    language: str
    look: str
    words: str
    file: bytes


def drawn(knowledge: Knowledge, seed: int = 7) -> Iterator[Screenshot]:
    """The screenshots, the same ones for every knowledge and seed."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport=PHONE, device_scale_factor=POINTS_PER_PIXEL)
        for language in knowledge.languages:
            chance = random.Random(seed)
            for number in range(PER_LANGUAGE):
                flags = chance.sample(sorted(knowledge.red_flags), SENTENCES)
                said = [
                    chance.choice(knowledge.red_flags[flag].must_match[language.code])
                    for flag in flags
                ]
                look = ("light", "dark", "sent on", "light")[number % 4]
                paper, bubble, ink = _LOOKS.get(look, _LOOKS["light"])
                bubbles = "".join(f"<p>{html.escape(one)}</p>" for one in said)
                page.set_content(
                    _PAGE.format(
                        paper=paper, bubble=bubble, ink=ink, lang=language.html_lang, bubbles=bubbles
                    )
                )
                shot = page.screenshot()
                file = _sent_on(shot) if look == "sent on" else shot
                yield Screenshot(language.code, look, "\n".join(said), file)
        browser.close()


def _sent_on(shot: bytes) -> bytes:
    with Image.open(io.BytesIO(shot)) as picture:
        height = round(picture.height * SENT_ON / picture.width)
        smaller = picture.convert("RGB").resize((SENT_ON, height), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    smaller.save(file, "JPEG", quality=75)
    return file.getvalue()


def error_rate(words: str, read: str) -> float:
    """Levenshtein distance of two texts, by the length of the first. White space, which some of
    these languages do not write between words, and the shape of punctuation do not count."""
    first, second = _plain(words), _plain(read)
    before = list(range(len(second) + 1))
    for row, one in enumerate(first, start=1):
        now = [row]
        for column, other in enumerate(second, start=1):
            now.append(
                min(before[column] + 1, now[-1] + 1, before[column - 1] + (one != other))
            )
        before = now
    return before[-1] / max(1, len(first))


def _plain(text: str) -> str:
    normal = unicodedata.normalize("NFKC", text)
    return "".join(one for one in normal if unicodedata.category(one)[0] not in "ZPC")
