"""The contacts as pictures: small, whole, and not offered where the letters are missing."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from fontTools.ttLib import TTFont
from PIL import Image

from forewarn.knowledge.loader import Knowledge
from tests.knowledge_base import LANGUAGES
from web.fonts import Fonts, runs
from web.guide import Guide
from web.pictures import MARGIN, WIDTH, Pictures
from web.settings import WebSettings
from web.sheets import Sheets

MOST_BYTES = 100_000
OFFERED = [*LANGUAGES, "zh-Hant"]

if Fonts(Path("/usr/share/fonts")).missing("a ก ກ က ក 中"):
    pytest.skip("the fonts of Debian are not here", allow_module_level=True)


@pytest.fixture
def sheets(knowledge: Knowledge, make_settings: Callable[..., WebSettings]) -> Sheets:
    return Sheets(Guide(knowledge, make_settings()))


@pytest.fixture
def pictures(
    knowledge: Knowledge, make_settings: Callable[..., WebSettings], sheets: Sheets
) -> Pictures:
    settings = make_settings(public_url="https://contacts.example.org")
    return Pictures(Guide(knowledge, settings), settings, sheets)


@pytest.fixture(scope="session")
def at_home(knowledge: Knowledge) -> list[str]:
    """The countries people are taken to and come from."""
    home = [code for code, one in knowledge.countries.countries.items() if one.region]
    assert len(home) == 6
    return home


def solid(text: str) -> str:
    """`text` without its spaces, where lines may have been broken."""
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("language", OFFERED)
def test_every_number_is_drawn_after_its_country_and_inside_the_picture(
    pictures: Pictures, sheets: Sheets, at_home: list[str], language: str
) -> None:
    for slug in sheets.slugs:
        if slug[:2] not in at_home:
            continue
        layout = pictures.layout(slug, language)
        rest = solid("".join(drawn.text for drawn in layout.letters))
        for line in sheets.sheet(slug, language).lines:
            before, found, rest = rest.partition(solid(f"{line.country} {line.name}"))
            assert found, (slug, line.name, before)
            for way in line.ways:
                shown = solid(f"{way.how or ''}: {way.reach}{way.then}").removeprefix(":")
                before, found, rest = rest.partition(shown)
                assert found, (slug, way.reach, before)
                if (way.url or "").startswith(("tel:", "sms:")):
                    assert line.country in str(way.how)
        numbers = {w.reach for line in sheets.sheet(slug, language).lines for w in line.ways}
        whole = {drawn.text.replace("\u00a0", " ") for drawn in layout.letters}
        assert {
            number for number in numbers if "/" not in number and ":" not in number
        } - whole == (set())
        for drawn in layout.letters:
            assert MARGIN <= drawn.left < WIDTH - MARGIN
            assert 0 < drawn.base < layout.height


@pytest.mark.parametrize("language", OFFERED)
def test_the_picture_of_a_home_country_is_small_and_whole(
    make_client: Callable[..., TestClient], at_home: list[str], language: str
) -> None:
    client = make_client(public_url="https://contacts.example.org")
    for code in at_home:
        response = client.get(f"/help/{language}/{code}.png")
        assert response.headers["content-type"] == "image/png"
        assert response.headers["content-disposition"] == 'inline; filename="notes.png"'
        assert len(response.content) <= MOST_BYTES, (code, len(response.content))
        image = Image.open(io.BytesIO(response.content))
        assert image.width == WIDTH
        darkest, lightest = image.convert("L").getextrema()
        assert (darkest, lightest) == (0, 255)
        again = client.get(
            f"/help/{language}/{code}.png", headers={"If-None-Match": response.headers["etag"]}
        )
        assert again.status_code == 304


def test_every_letter_that_is_drawn_is_in_its_font(pictures: Pictures, at_home: list[str]) -> None:
    fonts = Fonts(Path("/usr/share/fonts"))
    letters: dict[str, set[str]] = {}
    for language in OFFERED:
        for slug in at_home:
            for drawn in pictures.layout(slug, language).letters:
                for script, text in runs(drawn.text):
                    letters.setdefault(script, set()).update(text)
    for script, used in letters.items():
        file = str(fonts.font(script, 20).path)
        with TTFont(file, fontNumber=2 if file.endswith(".ttc") else -1, lazy=True) as font:
            known = font.getBestCmap()
        lacking = {letter for letter in used if ord(letter) not in known}
        assert lacking == set(), script


def test_where_a_font_is_missing_web_says_so_and_offers_no_picture(
    make_client: Callable[..., TestClient],
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:
    (tmp_path / "NotoSans-Regular.ttf").touch()
    (tmp_path / "NotoSans-Bold.ttf").touch()
    with caplog.at_level(logging.WARNING, "web.pictures"):
        client = make_client(fonts=tmp_path)
    said = [record.getMessage() for record in caplog.records]
    assert (
        f"no pictures of the contacts in th: missing below {tmp_path}: "
        "NotoSansThai-Bold.ttf, NotoSansThai-Regular.ttf"
    ) in said
    assert len(said) == len(OFFERED) - 2  # English and Vietnamese can be drawn
    page = client.get("/help/th/TH")
    assert page.status_code == 200
    assert ".png" not in page.text
    assert client.get("/help/th/TH.png").status_code == 404
    assert "/help/en/TH.png" in client.get("/help/en/TH").text
