"""How well and how fast screenshots are read: made-up chats on a phone, in every language.

The sentences are the examples of the red flags (``knowledge/red_flags/``), drawn by a browser with
Noto's fonts as a chat shows them: light, dark, and as an app sends them on, smaller and as JPEG.
"""

from __future__ import annotations

import asyncio
import contextlib
import html
import io
import os
import random
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import fmean
from typing import Any

import psutil
from PIL import Image
from playwright.sync_api import ViewportSize, sync_playwright
from pydantic import SecretStr

from bench.results_file import percentile
from forewarn.knowledge.loader import Knowledge, load
from web.reading.readers import Readers
from web.settings import WebSettings

CHROMIUM = os.environ.get("FOREWARN_CHROMIUM", "/usr/bin/chromium")

PHONE, POINTS_PER_PIXEL = ViewportSize(width=360, height=780), 3
"""A common phone: 1,080 by 2,340 points."""

SENT_ON = 720
"""Points across a picture that a chat app has made smaller."""

PER_LANGUAGE, SENTENCES = 8, 6
_SECRET = SecretStr("not a secret: nothing listens")
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


_LOOK_SECONDS = 0.01


def measure() -> dict[str, Any]:
    """Read every screenshot as web does, one after the other."""
    settings = WebSettings(bot_secret=_SECRET, token_key=_SECRET)
    knowledge = load(settings.knowledge)
    shots = list(drawn(knowledge))
    return asyncio.run(_measured(Readers(settings), knowledge, shots))


async def _measured(
    readers: Readers, knowledge: Knowledge, shots: list[Screenshot]
) -> dict[str, Any]:
    await readers.read(shots[0].file, shots[0].language)  # the programs are on their way to memory
    seconds: dict[str, list[float]] = {}
    errors: dict[str, dict[str, list[float]]] = {}
    memory = 0.0
    for shot in shots:
        watch = asyncio.create_task(_most_memory())
        start = time.perf_counter()
        reading = await readers.read(shot.file, shot.language)
        seconds.setdefault(shot.language, []).append(time.perf_counter() - start)
        watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            memory = max(memory, await watch)
        error = error_rate(shot.words, reading.text)
        errors.setdefault(shot.language, {}).setdefault(shot.look, []).append(error)
    every = [one for taken in seconds.values() for one in taken]
    return {
        "knowledge": knowledge.content_hash(),
        "screenshots": len(shots),
        "goal_s": GOAL_SECONDS,
        "p50_s": round(percentile(every, 0.5), 2),
        "p95_s": round(percentile(every, 0.95), 2),
        "slowest_s": round(max(every), 2),
        "memory_mb": round(memory),
        "languages": {
            language: {
                "p95_s": round(percentile(seconds[language], 0.95), 2),
                "error_rate": round(fmean(one for each in looks.values() for one in each), 4),
                "looks": {look: round(fmean(each), 4) for look, each in looks.items()},
            }
            for language, looks in errors.items()
        },
    }


async def _most_memory() -> float:
    """The most MB that the processes under this one have held at once until this is cancelled:
    memory they share counts for each by its part."""
    most = 0.0
    try:
        while True:
            held = 0
            for process in psutil.Process().children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    held += process.memory_full_info().pss
            most = max(most, held / 2**20)
            await asyncio.sleep(_LOOK_SECONDS)
    except asyncio.CancelledError:
        return most


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
                        paper=paper,
                        bubble=bubble,
                        ink=ink,
                        lang=language.html_lang,
                        bubbles=bubbles,
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
            now.append(min(before[column] + 1, now[-1] + 1, before[column - 1] + (one != other)))
        before = now
    return before[-1] / max(1, len(first))


def _plain(text: str) -> str:
    normal = unicodedata.normalize("NFKC", text)
    return "".join(one for one in normal if unicodedata.category(one)[0] not in "ZPC")
