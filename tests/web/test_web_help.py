"""The contacts without the chat: pages, files and what a cache may keep of them."""

from __future__ import annotations

import datetime
import html
import itertools
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from forewarn.hotlines import Hotlines
from forewarn.knowledge.loader import Knowledge
from tests.knowledge_base import LANGUAGES
from tests.web.fake_bot import FakeBot
from web.guide import Guide
from web.settings import WebSettings
from web.sheets import Sheets

MOST_BYTES = 20_000

OPERATED = {
    "operator_name": "A Foundation of Friends of Migrant Workers",
    "operator_contact": "help@friends-of-migrant-workers.example.org",
    "operator_country": "Thailand",
    "public_url": "https://contacts.friends-of-migrant-workers.example.org",
}
OFFERED = [*LANGUAGES, "zh-Hant"]


@pytest.fixture
def guide(knowledge: Knowledge, make_settings: Callable[..., WebSettings]) -> Guide:
    return Guide(knowledge, make_settings())


@pytest.fixture
def sheets(guide: Guide) -> Sheets:
    return Sheets(guide)


@pytest.fixture
def client(make_client: Callable[..., TestClient], bot: FakeBot) -> TestClient:
    """Web with every other part dead."""
    bot.kill()
    return make_client(**OPERATED)


def numbers(page: str) -> list[tuple[str, str]]:
    """Every number a page offers to dial, each with the words before it in its line."""
    found = re.findall(r"<li>([^<]*)\n?<a href=\"(?:tel|sms):([^\"]+)\"", html.unescape(page))
    return [(before, number) for before, number in found]


def test_every_contact_is_on_a_page_of_the_country_it_rings_in(
    knowledge: Knowledge, sheets: Sheets
) -> None:
    hotlines = Hotlines(knowledge)
    for country, contacts in knowledge.contacts.items():
        listed = {item.id for item in hotlines.listed(country, "en")}
        for citizens_of in hotlines.citizens_listed(country):
            theirs = hotlines.listed(country, "en", citizens_of)
            assert {item.serves for item in theirs} <= {
                knowledge.messages["en"].serves_everyone,
                knowledge.messages["en"].serves_citizens.format(
                    country=knowledge.countries.countries[citizens_of].name["en"]
                ),
            }
            listed |= {item.id for item in theirs}
            assert f"{country}-{citizens_of}" in sheets.slugs
        assert listed >= {contact.id for contact in contacts}


@pytest.mark.parametrize("language", OFFERED)
def test_every_page_is_small_and_shows_each_number_after_its_country(
    client: TestClient, sheets: Sheets, language: str
) -> None:
    sizes = {}
    for slug in sheets.slugs:
        response = client.get(f"/help/{language}/{slug}")
        assert response.status_code == 200
        sizes[slug] = len(response.content)
        sheet = sheets.sheet(slug, language)
        page = html.unescape(response.text)
        shown = numbers(response.text)
        told = [
            (f"{way.how}: ", (way.url or "").partition(":")[2], line.country)
            for line in sheet.lines
            for way in line.ways
            if (way.url or "").startswith(("tel:", "sms:"))
        ]
        assert shown == [(how, number) for how, number, _ in told]
        assert [how for how, _, country in told if country not in how] == []
        for line in sheet.lines:
            assert f"<li>\n<p><strong>{line.country}</strong> {line.name}" in page
            for words in (line.name_local, line.hedge, line.purpose, line.serves, line.fresh):
                assert not words or words in page
    assert {slug: size for slug, size in sizes.items() if size >= MOST_BYTES} == {}
    index = client.get(f"/help/{language}")
    assert len(index.content) < MOST_BYTES


@pytest.mark.parametrize("language", OFFERED)
def test_every_file_is_small_and_needs_nothing_from_outside(
    client: TestClient, guide: Guide, sheets: Sheets, language: str
) -> None:
    for slug in sheets.slugs:
        response = client.get(f"/help/{language}/{slug}/save")
        assert response.headers["content-disposition"] == 'attachment; filename="notes.html"'
        assert len(response.content) < MOST_BYTES
        page = html.unescape(response.text)
        assert re.search(r"<(?:link|script|img|iframe|object)\b|url\(|@import|src=", page) is None
        sites = {w.reach for one in sheets.sheet(slug, language).lines for w in one.ways if w.url}
        led_to = re.findall(r'href="([^"]+)"', page)
        assert [
            to for to in led_to if not to.startswith(("tel:", "sms:")) and to not in sites
        ] == []
        assert numbers(response.text) == numbers(client.get(f"/help/{language}/{slug}").text)
        assert f"<title>{guide.messages(language).help_notes}</title>" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_says_who_we_are_not_what_to_think_first_and_when_it_was_made(
    client: TestClient, knowledge: Knowledge, language: str
) -> None:
    messages = knowledge.messages[language]
    page = html.unescape(client.get(f"/help/{language}/TH").text)
    today = datetime.date.today().isoformat()  # noqa: DTZ011 as web tells the day
    for sentence in (
        messages.nobody_told,
        messages.widget_call_trace,
        messages.help_dialled,
        messages.help_made.format(date=today),
        messages.operator.format(
            name=OPERATED["operator_name"],
            country=OPERATED["operator_country"],
            contact=OPERATED["operator_contact"],
        ),
    ):
        assert sentence in page
    reviewed = {one.code: one.native_review for one in knowledge.languages}[language]
    assert (messages.widget_unreviewed in page) is not reviewed
    for path in ("", "/TH-CN", "/TH/save", "/TH.png", "/TH/keep"):
        assert f'href="/help/{language}{path}"' in page
    assert f'href="/figures/{language}"' in page


def test_the_address_of_the_page_is_a_qr_code_where_it_is_known(
    client: TestClient, make_client: Callable[..., TestClient]
) -> None:
    address = f"{OPERATED['public_url']}/help/th/TH"
    page = client.get("/help/th/th").text
    assert address in page
    assert '<svg aria-hidden="true" ' in page
    assert "<svg" not in make_client().get("/help/th/TH").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_short_page_leads_to_every_country_and_begins_with_the_police(
    client: TestClient, knowledge: Knowledge, language: str
) -> None:
    page = html.unescape(client.get(f"/help/{language}").text)
    messages = knowledge.messages[language]
    assert messages.nobody_told in page
    assert Hotlines(knowledge).one_line(language) in page
    for code in knowledge.contacts:
        name = knowledge.countries.countries[code].name[language]
        assert f'<a href="/help/{language}/{code}">{name}</a>' in page


@pytest.mark.parametrize("slug", ["TH", "th", "Th", "TH-CN", "th-cn"])
def test_a_country_may_be_written_small(client: TestClient, slug: str) -> None:
    page = client.get(f"/help/en/{slug}")
    assert page.text == client.get(f"/help/en/{slug.upper()}").text


@pytest.mark.parametrize("slug", ["ZZ", "thailand", "TH-TH", "TH-9", "-", "TH-CN-VN"])
@pytest.mark.parametrize("kind", ["", "/save", "/keep", ".png"])
def test_an_unknown_page_leads_to_those_there_are(client: TestClient, slug: str, kind: str) -> None:
    response = client.get(f"/help/th/{slug}{kind}")
    assert response.status_code == 404
    assert response.text == client.get("/help/th").text
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path", ["/help/th", "/help/th/TH", "/help/zh-Hant/TH-CN", "/help/th/TH/save", "/help.css"]
)
def test_an_ordinary_cache_may_keep_it_and_asks_whether_it_changed(
    client: TestClient, path: str
) -> None:
    first = client.get(path)
    assert first.headers["cache-control"] == (
        "public, max-age=86400, stale-while-revalidate=2592000, stale-if-error=2592000"
    )
    tag = first.headers["etag"]
    again = client.get(path, headers={"If-None-Match": f'"another", {tag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag
    assert again.headers["cache-control"] == first.headers["cache-control"]
    assert client.get(path, headers={"If-None-Match": '"another"'}).content == first.content
    assert "set-cookie" not in first.headers


def test_no_page_that_is_read_has_a_script_and_only_one_may_make_a_worker(
    client: TestClient, sheets: Sheets
) -> None:
    for path in ("/help/en", *(f"/help/en/{slug}" for slug in sheets.slugs)):
        assert "<script" not in client.get(path).text
    keep = client.get("/help/en/TH/keep")
    assert re.findall(r"<script[^>]*>", keep.text) == ['<script src="/help/keep.js" type="module">']
    assert "trusted-types keep" in keep.headers["content-security-policy"]
    assert keep.headers["cache-control"] == "no-store"
    assert "trusted-types 'none'" in client.get("/help/en/TH").headers["content-security-policy"]


def test_nothing_of_the_widget_can_keep_a_page_on_a_phone() -> None:
    # The widget may be open on a phone that is searched.
    widget = Path(__file__).resolve().parents[2] / "web" / "widget"
    for path in itertools.chain(widget.glob("*.js"), widget.glob("*.html")):
        text = path.read_text(encoding="utf-8")
        assert re.search(r"serviceWorker|\bcaches\b|/keep\b", text) is None, path.name


def test_a_contact_grows_old_on_the_page_while_web_runs(
    knowledge: Knowledge, make_settings: Callable[..., WebSettings]
) -> None:
    from web.pages import Pages
    from web.pictures import Pictures

    day = datetime.date(2026, 11, 1)
    settings = make_settings()
    guide = Guide(knowledge, settings)
    sheets = Sheets(guide, lambda: day)
    pages = Pages(guide, settings, sheets, Pictures(guide, settings, sheets))
    fresh = pages.contacts("TH", "en")
    assert "Made on 2026-11-01." in fresh
    day = datetime.date(2036, 11, 1)
    old = pages.contacts("TH", "en")
    assert "Made on 2036-11-01." in old
    assert old.count('class="hedge"') > fresh.count('class="hedge"')
