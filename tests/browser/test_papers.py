"""Cards to show, the trip card and the report sheet, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.schema.papers import Paper
from tests.browser.conftest import Site, Visit
from tests.browser.test_widget import ACCESSIBLE, ask, first_screen
from tests.knowledge_base import LANGUAGES

Open = Callable[..., Visit]

MARKER = "zyx canary 7153 wvu"
SMALL = {"width": 320, "height": 640}
NEVER_PRINTS = "() => { window.print = () => { window.printed = (window.printed ?? 0) + 1; }; }"
KEPT = """async () => [
  localStorage.length, sessionStorage.length, document.cookie, window.name,
  (await indexedDB.databases()).length, (await caches.keys()).length,
  (await navigator.serviceWorker.getRegistrations()).length, history.length, history.state,
]"""


def fill(page: Page) -> int:
    """Type the marker into every box and choose countries; return how many boxes there were."""
    boxes = page.locator(".field textarea").all()
    for box in boxes:
        box.press_sequentially(MARKER)
        box.press("Enter")
    for position, country in enumerate(page.locator("select").all()):
        country.select_option(["PH", "TH", "KH", "MM"][position])
    return len(boxes)


@pytest.mark.parametrize("path", ["/trip/my", "/report/lo/km"])
def test_what_is_written_reaches_nobody_and_is_kept_nowhere(
    visit: Open, site: Site, path: str
) -> None:
    page = visit(path=path).page
    page.evaluate(NEVER_PRINTS)
    before, asked = page.evaluate(KEPT), []
    page.context.on("request", lambda request: asked.append(request.url))
    boxes = fill(page)
    page.locator("#print").click()
    page.locator("#copy").click()
    expect(page.locator("#text")).to_be_visible()
    assert page.locator("#text").input_value().count(MARKER) == boxes
    page.keyboard.press("Enter")
    assert page.evaluate("window.printed") == 1
    assert page.evaluate(KEPT) == before
    assert page.url == site.address + path
    page.locator("#clear").click()
    assert page.evaluate("document.querySelectorAll('textarea').length") > boxes
    assert (
        page.evaluate("[...document.querySelectorAll('textarea')].map(b => b.value).join('')") == ""
    )
    page.locator(".field textarea").first.fill(MARKER)
    page.reload()
    assert page.locator(".field textarea").first.input_value() == ""
    assert [url for url in asked if url != site.address + path] == []
    assert site.bot.requests == []


@pytest.mark.parametrize(("path", "own"), [("/trip/en", "en"), ("/report/en/th", "en")])
def test_a_page_saved_to_disk_works_without_us(
    visit: Open, browser: Browser, site: Site, tmp_path: Path, path: str, own: str
) -> None:
    saved = tmp_path / "saved.html"
    response = visit(path=path).page.request.get(site.address + path)
    saved.write_text(response.text(), encoding="utf-8")
    site.stop()
    context = browser.new_context(offline=True)
    page, errors = context.new_page(), []
    page.on("console", lambda message: errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(saved.as_uri())
    boxes = fill(page)
    page.locator("#copy").click()
    expect(page.locator("#text")).to_be_visible()
    assert page.locator("#text").input_value().count(MARKER) == boxes
    refused = """fetch("https://example.org/?" + document.querySelector("textarea").value)
      .then(() => "sent", () => "refused")"""
    assert page.evaluate(refused) == "refused"
    assert any("connect-src 'none'" in error for error in errors)
    context.close()


def test_the_trip_card_shows_whom_to_call_in_the_countries_on_the_way(
    visit: Open, knowledge: Knowledge
) -> None:
    page = visit(path="/trip/en").page
    shown = page.locator(".lines li:visible")
    expect(shown).to_have_count(0)
    page.locator("[data-route]").first.select_option("TH")
    served = [line.get_attribute("data-of") for line in shown.all()]
    assert served
    assert set(served) == {None}
    page.locator("[data-home]").select_option("CN")
    lines = [
        (line.get_attribute("data-country"), line.get_attribute("data-of")) for line in shown.all()
    ]
    assert {country for country, _ in lines} == {"TH", "CN"}
    assert {of for _, of in lines} <= {None, "CN"}
    assert ("TH", "CN") in lines
    assert ("CN", "CN") in lines
    none_known = page.get_by_text(knowledge.messages["en"].no_consular_known_other)
    expect(none_known).to_be_hidden()
    page.locator("[data-home]").select_option("LA")
    expect(none_known).to_be_visible()
    expect(page.locator(".lines [data-of=CN]:visible")).to_have_count(0)
    page.locator("#copy").click()
    written = page.locator("#text").input_value()
    name = knowledge.countries.countries["TH"].name["en"]
    assert f"- {name}" in written
    for says in knowledge.forms["trip"].parts[-1].says["en"]:
        assert f"- {says}" in written


def test_the_report_as_text_is_in_both_languages_with_what_was_written_as_it_was(
    visit: Open, knowledge: Knowledge
) -> None:
    form = knowledge.forms["report"]
    page = visit(path="/report/vi/km").page
    page.locator("#person-name").fill("  Nguyễn <b>A</b>\nB ")
    page.locator("#copy").click()
    request, person = form.parts[0], form.parts[1]
    assert form.mark is not None
    both = [f"{words['km']} / {words['vi']}" for words in (form.title, request.title, person.title)]
    lines = zip(request.says["km"], request.says["vi"], strict=True)
    said = "\n".join([both[1], *(f"- {there} / {own}" for there, own in lines)])
    mark = f"({form.mark['km']} / {form.mark['vi']})"
    label = person.fields[0].label
    wrote = f"{label['km']} / {label['vi']}: Nguyễn <b>A</b>\nB"
    assert page.locator("#text").input_value() == (
        f"{both[0]}\n\n{said}\n\n{both[2]}\n{mark}\n{wrote}"
    )
    assert page.locator("#person-passport").count() == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_javascript_a_form_prints_on_one_page_to_fill_in_by_pen(
    visit: Open, knowledge: Knowledge, language: str
) -> None:
    for path in (f"/trip/{language}", f"/report/{language}/my"):
        page = visit(path=path, java_script_enabled=False).page
        expect(page.locator(".tools")).to_be_hidden()
        expect(page.get_by_text(knowledge.messages[language].form_by_pen)).to_be_visible()
        printed = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type /Page\b", printed)) == 1
        page.emulate_media(media="print")
        expect(page.locator("header")).to_be_hidden()
        form = knowledge.forms[path.split("/")[1]]
        for part in form.parts:
            expect(page.locator(f"#{part.id}")).to_contain_text(part.title[language])
            for field in part.fields:
                label = page.locator(f"section:has(#{part.id})").get_by_text(field.label[language])
                expect(label.last).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_chosen_card_fills_the_screen_without_javascript(
    visit: Open, knowledge: Knowledge, language: str
) -> None:
    assert knowledge.cards is not None
    place = "my" if language != "my" else "lo"
    page = visit(path=f"/show/{language}/{place}", java_script_enabled=False, viewport=SMALL).page
    card = next(card for card in knowledge.cards.cards if card.id == "call")
    page.get_by_role("link", name=card.name[language], exact=True).click()
    shown = page.get_by_role("article", name=card.name[language], exact=True)
    expect(shown.get_by_text(card.says[place])).to_be_in_viewport()
    expect(shown.get_by_text(card.says[language])).to_be_in_viewport()
    box = shown.bounding_box()
    assert box is not None
    assert box["height"] >= SMALL["height"]
    shown.get_by_role("textbox").fill("+66 2 572 8442")
    shown.get_by_role("textbox").press("Enter")
    assert page.url.endswith(f"/show/{language}/{place}#call")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_can_be_seen_named_and_touched_on_a_small_phone(
    visit: Open, language: str, scheme: str
) -> None:
    for path in (
        f"/show/{language}",
        f"/show/{language}/my",
        f"/show/{language}/{language}",
        f"/trip/{language}",
        f"/report/{language}/km",
    ):
        page = visit(path=path, viewport=SMALL, color_scheme=scheme).page
        assert page.evaluate(ACCESSIBLE) == []
        page.evaluate("for (const style of document.querySelectorAll('style')) style.remove()")
        assert page.evaluate("document.documentElement.scrollWidth") <= SMALL["width"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reply_in_danger_leads_to_the_cards_beside_the_conversation(
    visit: Open, site: Site, knowledge: Knowledge, language: str
) -> None:
    page = visit(language).page
    first_screen(page)
    answer = ask(page, knowledge.dangers["held"].must_match[language][0])
    link = answer.get_by_role("link", name=knowledge.link_to(Paper.show)[language], exact=True)
    expect(link).to_have_attribute("href", f"{site.address}/show/{language}")
    expect(link).to_have_attribute("target", "_blank")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
