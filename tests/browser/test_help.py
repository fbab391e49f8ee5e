"""A person reads the contacts without the chat: on a small phone, offline, on paper."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from forewarn.knowledge.loader import Knowledge
from tests.browser.conftest import Site, Visit
from tests.knowledge_base import LANGUAGES

ACCESSIBLE = (Path(__file__).parent / "accessible.js").read_text(encoding="utf-8")
SMALL = {"width": 320, "height": 640}
HOME = ("TH", "CN", "MM", "KH", "LA", "VN")
PDF_PAGE = re.compile(rb"/Type\s*/Page\b")
Open = Callable[..., Visit]


def workers(page: Page) -> int:
    """How many service workers this browser keeps for us."""
    found = page.evaluate("async () => (await navigator.serviceWorker.getRegistrations()).length")
    return int(found)


def stored(page: Page) -> list[str]:
    """The paths of all that is stored, besides what an ordinary cache holds."""
    paths: list[str] = page.evaluate(
        """async () => {
          const found = [];
          for (const name of await caches.keys()) {
            for (const { url } of await (await caches.open(name)).keys()) {
              found.push(new URL(url).pathname);
            }
          }
          return found.sort();
        }"""
    )
    return paths


@pytest.mark.parametrize(
    ("language", "scheme"), [*((language, "light") for language in LANGUAGES), ("en", "dark")]
)
@pytest.mark.parametrize("path", ["", "/TH", "/TH-CN", "/TH/keep"])
def test_every_kind_of_page_can_be_seen_named_and_touched(
    visit: Open, language: str, path: str, scheme: str
) -> None:
    page = visit(language, path=f"/help/{language}{path}", viewport=SMALL, color_scheme=scheme).page
    assert page.evaluate(ACCESSIBLE) == []
    assert Axe().run(page).response["violations"] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_the_widget_to_a_number_without_javascript(
    visit: Open, knowledge: Knowledge, language: str
) -> None:
    page = visit(language, java_script_enabled=False, viewport=SMALL).page
    messages = knowledge.messages[language]
    country = knowledge.countries.countries["TH"].name[language]
    page.get_by_role("link", name=messages.help_title).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(messages.help_title)
    page.get_by_role("link", name=country, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(country)
    expect(page.locator("a[href='tel:191']")).to_be_visible()
    assert page.locator("script").count() == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_its_style_the_page_still_reads_in_order(
    visit: Open, knowledge: Knowledge, language: str
) -> None:
    opened = visit(language, path=f"/help/{language}", viewport=SMALL)
    page = opened.page
    opened.expected_errors.append("help.css")
    page.route("**/help.css", lambda route: route.abort())
    page.goto(page.url + "/TH")
    text = page.inner_text("main")
    told = text.index(knowledge.messages[language].nobody_told)
    assert told < text.index("191") < text.index("1155")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_home_country_is_one_sheet_of_paper(visit: Open, site: Site, language: str) -> None:
    page = visit(language, path=f"/help/{language}").page
    expect(page.locator("svg")).to_have_count(0)
    page.goto(f"{site.address}/help/{language}/TH")
    expect(page.locator("svg")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator("svg")).to_be_visible()
    for country in HOME:
        page.goto(f"{site.address}/help/{language}/{country}")
        pages = PDF_PAGE.findall(page.pdf(prefer_css_page_size=True))
        assert len(pages) == 1, (country, len(pages))


def test_a_file_that_was_saved_opens_on_its_own(visit: Open, site: Site, tmp_path: Path) -> None:
    page = visit("th", path="/help/th/TH").page
    with page.expect_download() as waiting:
        page.locator("a[href$='/save']").click()
    assert waiting.value.suggested_filename == "notes.html"
    waiting.value.save_as(tmp_path / "notes.html")
    shown = page.inner_text(".lines")
    site.stop()
    alone = page.context.new_page()
    alone.goto((tmp_path / "notes.html").as_uri())
    assert alone.inner_text(".lines") == shown
    assert alone.evaluate(
        "getComputedStyle(document.querySelector('.told')).borderInlineStartWidth"
    )
    assert alone.title() != "Forewarn"


def test_the_ordinary_cache_keeps_a_page_that_was_read(browser: Browser, site: Site) -> None:
    # A page whose requests a test looks at has no cache.
    page = browser.new_page()
    page.goto(f"{site.address}/help/th/TH")
    shown = page.inner_text("main")
    assert (workers(page), stored(page)) == (0, [])
    page.goto("about:blank")
    site.stop()
    page.goto(f"{site.address}/help/th/TH")
    assert page.inner_text("main") == shown
    page.close()


def test_a_page_is_kept_on_the_phone_only_after_the_tap_and_can_be_taken_away(
    visit: Open, site: Site, knowledge: Knowledge
) -> None:
    messages = knowledge.messages["th"]
    opened = visit("th", path="/help/th/TH/keep")
    page = opened.page
    button = page.get_by_role("button", name=messages.help_keep_button)
    expect(button).to_be_visible()
    assert (workers(page), stored(page)) == (0, [])
    button.click()
    expect(page.get_by_role("status").locator("p:visible")).to_have_text(messages.help_keep_done)
    assert (workers(page), stored(page)) == (1, ["/help.css", "/help/th/TH"])
    remove = page.get_by_role("button", name=messages.help_keep_remove)
    expect(remove).to_be_visible()
    page.goto(f"{site.address}/help/th/TH")
    shown = page.inner_text("main")
    page.goto(f"{site.address}/help/th/KH")
    assert stored(page) == ["/help.css", "/help/th/TH"]
    # What an ordinary cache holds is no help here: only what was kept.
    page.context.new_cdp_session(page).send("Network.clearBrowserCache")
    page.goto(f"{site.address}/help/th/TH/keep")
    page.context.set_offline(True)
    opened.expected_errors += ["ERR_INTERNET_DISCONNECTED", "Failed to load"]
    kept = page.context.new_page()
    kept.goto(f"{site.address}/help/th/TH")
    assert kept.inner_text("main") == shown
    assert kept.evaluate("getComputedStyle(document.querySelector('.told')).paddingTop") != "0px"
    kept.close()
    remove.click()
    expect(page.get_by_role("status").locator("p:visible")).to_have_text(messages.help_keep_removed)
    expect(button).to_be_visible()
    assert (workers(page), stored(page)) == (0, [])


def test_where_nothing_can_be_kept_the_file_is_offered(visit: Open, knowledge: Knowledge) -> None:
    page = visit("en", path="/help/en/TH/keep", java_script_enabled=False).page
    messages = knowledge.messages["en"]
    expect(page.locator("noscript p")).to_have_text(messages.help_keep_not)
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.locator("a[href='/help/en/TH/save']")).to_be_visible()
