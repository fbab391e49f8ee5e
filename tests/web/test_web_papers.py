"""Cards to show, trip cards and report sheets: made on the device, and never sent to us."""

from __future__ import annotations

import base64
import datetime
import hashlib
import html
import itertools
import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient

from forewarn.chinese import traditional
from forewarn.countries import Gazetteer
from forewarn.knowledge.loader import Knowledge, load
from forewarn.knowledge.schema.papers import Paper
from tests.knowledge_base import LANGUAGES
from tests.web.conftest import KNOWLEDGE
from tests.web.fake_bot import FakeBot
from web.guide import Guide
from web.papers.papers import Papers
from web.settings import WebSettings

LARGEST = 20_000
"""Bytes of a page of cards: it must load on a slow phone."""


class Spoken(HTMLParser):
    """The texts of a page, each with the language it is said to be in."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self._open: list[tuple[str, str]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        inherited = self._open[-1][1] if self._open else ""
        if tag not in {"meta", "link", "input", "br"}:
            self._open.append((tag, dict(attrs).get("lang") or inherited))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and self._open[-1][0] not in {"style", "script"}:
            self.texts.append((self._open[-1][1], data.strip()))


def html_langs(knowledge: Knowledge) -> dict[str, str]:
    """What a page calls each language."""
    return {one.code: one.html_lang for one in knowledge.languages}


def check_cards(client: TestClient, knowledge: Knowledge, own: str, place: str) -> None:
    """The page of cards for a reader of `own` where people read `place`: each in the language of
    the place, and then in the reader's."""
    response = client.get(f"/show/{own}/{place}")
    assert response.status_code == 200
    assert len(response.content) < LARGEST
    page, langs = response.text, html_langs(knowledge)
    assert "<script" not in page
    assert f'<html lang="{langs[own]}">' in page
    assert knowledge.cards is not None
    expected = [card for card in knowledge.cards.cards if own != place or not card.foreign]
    shown = re.findall(r'<article id="([^"]+)".*?</article>', page, re.DOTALL)
    assert shown == [card.id for card in expected]
    for card in expected:
        article = page.partition(f'<article id="{card.id}"')[2].partition("</article>")[0]
        texts = Spoken(f'<html lang="{langs[own]}"><div {article}</div>').texts
        said = [(lang, text) for lang, text in texts if text in card.says.values()]
        both = [(langs[place], card.says[place]), (langs[own], card.says[own])]
        assert said == both[: 1 if own == place else 2]
        assert ("<input" in article) == (card.below == "line")
    (interpreter,) = [card for card in knowledge.cards.cards if card.below == "language"]
    names = {one.id: one.name for one in knowledge.cards.languages}
    article = page.partition(f'<article id="{interpreter.id}"')[2].partition("</article>")[0]
    assert own == place or f"<strong>{names[own][place]}</strong>" in article


def test_traditional_chinese_is_one_more_reader_and_one_more_place(
    client: TestClient, knowledge: Knowledge
) -> None:
    assert knowledge.cards is not None
    says = next(card.says for card in knowledge.cards.cards if card.id == "forced")
    of_thai_reader = Spoken(client.get("/show/th/zh-Hant").text).texts
    assert ("zh-Hant", traditional(says["zh"])) in of_thai_reader
    assert ("th", says["th"]) in of_thai_reader
    in_both = Spoken(client.get("/show/zh-Hant/zh").text).texts
    assert ("zh-Hans", says["zh"]) in in_both
    assert ("zh-Hant", traditional(says["zh"])) in in_both
    assert ">繁體中文<" in client.get("/show/th").text


@pytest.mark.parametrize("own", LANGUAGES)
def test_each_page_says_which_words_no_native_speaker_has_read(
    client: TestClient, knowledge: Knowledge, own: str
) -> None:
    assert knowledge.cards is not None
    cards, names = knowledge.cards, {one.id: one.name for one in knowledge.cards.languages}
    reviewed = {one.code: one.native_review for one in knowledge.languages}
    for paper, place in itertools.product(("show", "report"), LANGUAGES):
        page = client.get(f"/{paper}/{own}/{place}").text
        for code in LANGUAGES:
            note = cards.unreviewed[own].format(language=names[code][own])
            assert (note in page) == (code in {own, place} and not reviewed[code])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reader_chooses_the_language_of_the_place_by_its_name(
    client: TestClient, knowledge: Knowledge, language: str
) -> None:
    assert knowledge.cards is not None
    names = {one.id: one.name[language] for one in knowledge.cards.languages}
    for paper, asks in (
        ("show", knowledge.cards.choose),
        ("report", knowledge.forms["report"].choose),
    ):
        page = client.get(f"/{paper}/{language}").text
        assert asks is not None
        assert asks[language] in page
        assert knowledge.messages[language].nobody_told in html.unescape(page)
        for one in knowledge.languages:
            link = page.partition(f'href="/{paper}/{language}/{one.code}">')[2].partition("</a>")[0]
            assert link.startswith(names[one.code])
            own_name = f'<span lang="{one.html_lang}">{one.name}</span>'
            assert (own_name in link) == (one.code != language)


def check_report(client: TestClient, knowledge: Knowledge, own: str, place: str) -> None:
    """The report of a family that speaks `own` for people who read `place`: in both languages, it
    marks whose words are in the boxes."""
    response = client.get(f"/report/{own}/{place}")
    assert response.status_code == 200
    langs, form = html_langs(knowledge), knowledge.forms["report"]
    texts = Spoken(response.text).texts
    assert form.mark is not None
    fixed = [form.title, form.mark]
    for part in form.parts:
        lines = range(len(part.says.get("en", [])))
        fixed += [{code: said[n] for code, said in part.says.items()} for n in lines]
        fixed += [part.title, *(field.label for field in part.fields)]
    for words in fixed:
        assert (langs[place], words[place]) in texts
        assert (langs[own], words[own]) in texts
    marked = [part for part in form.parts if part.fields]
    assert texts.count((langs[place], form.mark[place])) == len(marked)


@pytest.mark.parametrize("own", LANGUAGES)
@pytest.mark.parametrize("check", [check_cards, check_report])
def test_a_page_stands_in_the_language_of_the_place_and_in_the_readers(
    client: TestClient,
    bot: FakeBot,
    knowledge: Knowledge,
    own: str,
    check: Callable[[TestClient, Knowledge, str, str], None],
) -> None:
    bot.kill()
    for place in LANGUAGES:
        check(client, knowledge, own, place)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/trip/{language}", "/report/{language}/th"])
def test_what_is_filled_in_has_no_way_out_of_the_page(
    client: TestClient, language: str, path: str
) -> None:
    response = client.get(path.format(language=language))
    page = response.text
    assert re.findall(r"<form|\sname=\"(?!viewport|referrer|color-scheme)|\saction=", page) == []
    boxes = re.findall(r"<(?:textarea|input|select)[^>]*>", page)
    assert boxes
    assert [box for box in boxes if 'autocomplete="off"' not in box] == []
    written = [box for box in boxes if "<textarea" in box]
    assert [box for box in written if 'spellcheck="false"' not in box] == []
    assert re.findall(r"(?:src|href)=\"(?!/|#|tel:|data:,)[^\"]*", page) == []
    assert re.findall(r"\bfetch|XMLHttp|sendBeacon|WebSocket|Storage|indexedDB|cookie", page) == []


@pytest.mark.parametrize(
    "path", ["/show/th", "/show/th/my", "/report/th", "/report/th/my", "/trip/th"]
)
def test_the_policy_lets_in_the_style_and_program_of_the_page_and_nothing_else(
    client: TestClient, path: str
) -> None:
    response = client.get(path)
    policy = dict(
        part.strip().partition(" ")[::2]
        for part in response.headers["content-security-policy"].split(";")
    )
    styles = re.findall(r"<style>(.*?)</style>", response.text, re.DOTALL)
    scripts = re.findall(r'<script type="module">(.*?)</script>', response.text, re.DOTALL)
    hashes = [
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
        for text in (*styles, *scripts)
    ]
    assert len(styles) == 1
    assert len(scripts) == (path in {"/trip/th", "/report/th/my"})
    assert policy == {
        "default-src": "'none'",
        "style-src": hashes[0],
        "script-src": hashes[1] if scripts else "'none'",
        "img-src": "data:",
        "connect-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    carried = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', response.text)
    assert carried is not None
    with_header = response.headers["content-security-policy"]
    assert html.unescape(carried[1]) == with_header.removesuffix("; frame-ancestors 'none'")
    assert re.search(r"\sstyle=|\son\w+=|javascript:", response.text) is None


def test_a_page_is_kept_for_when_there_is_no_connection(client: TestClient) -> None:
    cards, trip = client.get("/show/th/my"), client.get("/trip/th")
    days = 86_400
    assert cards.headers["cache-control"] == (
        f"public, max-age={7 * days}, "
        f"stale-while-revalidate={30 * days}, stale-if-error={30 * days}"
    )
    assert trip.headers["cache-control"].startswith(f"public, max-age={days},")
    for page in (cards, trip):
        again = client.get(page.request.url.path, headers={"If-None-Match": page.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == page.headers["etag"]
    assert cards.headers["etag"] != trip.headers["etag"]
    assert client.get("/show/th/my", headers={"If-None-Match": 'W/"old"'}).status_code == 200


def test_without_a_language_the_browsers_is_taken_and_nothing_is_kept(
    client: TestClient, knowledge: Knowledge
) -> None:
    for paper in Paper:
        response = client.get(f"/{paper}", headers={"Accept-Language": "lo"})
        assert '<html lang="lo">' in response.text
        assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/trip/th/my", "/show/xx", "/show/th/xx", "/report/th/th/th"])
def test_there_are_no_other_pages(client: TestClient, path: str) -> None:
    assert client.get(path).status_code in {404, 422}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_trip_card_holds_the_numbers_of_the_knowledge_each_after_its_country(
    client: TestClient, knowledge: Knowledge, language: str
) -> None:
    page = html.unescape(client.get(f"/trip/{language}").text)
    by_name = {contact.id: contact for many in knowledge.contacts.values() for contact in many}
    lines = re.findall(r'<li data-country="([A-Z]{2})"([^>]*)hidden>(.*?)</li>', page, re.DOTALL)
    assert {country for country, _, _ in lines} == set(knowledge.contacts)
    numbers = {
        number
        for contact in by_name.values()
        for number in (contact.dial_inside, contact.dial_from_abroad)
        if number
    }
    for country, rest, line in lines:
        name = knowledge.countries.countries[country].name[language]
        assert line.strip().startswith(f"<strong>{name}</strong>")
        shown = re.findall(r'href="tel:[^"]+">([^<]+)', line)
        assert set(shown) <= numbers
        own = [one for one in knowledge.contacts[country] if {one.dial_inside} & set(shown)]
        of = re.search(r'data-of="([A-Z]{2})"', rest)
        assert not own or (of[1] if of else None) in {one.nationality for one in own}
    short = [line for _, _, line in lines if re.search(r'href="tel:\d{2,6}"', line)]
    works_inside = knowledge.messages[language].widget_inside_only.split("{")[0]
    assert short
    assert all(re.search(r'href="tel:\+', line) or works_inside in line for line in short)


def test_a_contact_grows_old_on_the_trip_card_from_one_day_to_the_next() -> None:
    knowledge = load(KNOWLEDGE)
    day = [datetime.date(2026, 11, 22)]
    settings = WebSettings(bot_secret="a secret of the tests", token_key="another secret of tests")
    papers = Papers(Guide(knowledge, settings), lambda: day[0])
    first = papers.page(Paper.trip, "en")
    assert papers.page(Paper.trip, "en") is first
    day[0] = datetime.date(2031, 1, 1)
    later = papers.page(Paper.trip, "en")
    assert first is not None
    assert later is not None
    assert first.html.count('class="hedge"') < later.html.count('class="hedge"')


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_help_page_leads_to_every_paper(
    client: TestClient, knowledge: Knowledge, language: str
) -> None:
    page = html.unescape(client.get(f"/help/{language}").text)
    for paper in Paper:
        assert f'href="/{paper}/{language}">{knowledge.link_to(paper)[language]}</a>' in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_card_promises_gives_an_order_or_names_a_place(
    knowledge: Knowledge, language: str
) -> None:
    """What an officer reads is what the reader says: true for whoever needs it, in any country."""
    assert knowledge.cards is not None
    places = Gazetteer(knowledge)
    for card in knowledge.cards.cards:
        says = card.says[language]
        assert places.find(says).mentioned == ()
        assert len(says) < 400
        assert not re.search(r"\d", says) or card.id == "under-18"


@pytest.mark.parametrize("path", ["/trip/th", "/report/th/my", "/show/th/my"])
def test_a_saved_page_is_whole(client: TestClient, path: str) -> None:
    page = client.get(path).text
    assert re.findall(r"<[^>]*\ssrc=|<link(?![^>]*data:,)", page) == []
