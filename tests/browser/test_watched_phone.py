"""Somebody looks over the shoulder, or takes the phone: the widget as a page of notes, leaving, and
deleting."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.messages import Messages
from tests.browser.conftest import Site, Visit
from tests.knowledge_base import LANGUAGES, alarming_words

ACCESSIBLE = (Path(__file__).parent / "accessible.js").read_text(encoding="utf-8")
NARROW = {"width": 320, "height": 640}
Open = Callable[..., Visit]

SEEN = """() => {
  const { shadowRoot } = document.querySelector("forewarn-chat");
  const seen = [document.title];
  for (const element of shadowRoot.querySelectorAll("*")) {
    if (!element.checkVisibility() || element.closest("select, .skip, style")) continue;
    for (const name of ["aria-label", "aria-description", "title", "placeholder"])
      if (element.getAttribute(name)) seen.push(element.getAttribute(name));
    for (const node of element.childNodes)
      if (node.nodeType === Node.TEXT_NODE && node.textContent.trim())
        seen.push(node.textContent.trim());
  }
  return seen;
}"""
"""Everything a page says, to the eye, to a screen reader, and in its tab."""


def said(page: Page) -> list[str]:
    seen: list[str] = page.evaluate(SEEN)
    return sorted(set(seen))


def as_notes(messages: Messages, notes: int, *more: str) -> list[str]:
    """All that a page of so many notes may say."""
    names = (
        "back title who emergency privacy leave leave_hint delete input placeholder send log "
        "subtitle"
    )
    labels = {getattr(messages, f"widget_plain_{name}") for name in names.split()}
    lines = {messages.widget_plain_note.format(number=n + 1) for n in range(notes)}
    return sorted({*labels, *lines, messages.widget_language, *more})


def in_danger(visit: Visit, knowledge: Knowledge, language: str) -> Page:
    """A conversation in which a danger was answered."""
    page = visit.page
    expect(page.locator(".opening .choice").first).to_be_visible()
    page.locator("textarea").fill(knowledge.dangers["held"].must_match[language][1])
    page.locator(".send").click()
    expect(page.locator(".guide")).to_have_count(2)
    return page


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_tap_makes_it_a_page_of_notes_and_one_tap_brings_it_back(
    visit: Open, knowledge: Knowledge, language: str
) -> None:
    messages, held = knowledge.messages[language], knowledge.dangers["held"]
    page = in_danger(visit(language, viewport={"width": 700, "height": 640}), knowledge, language)
    before, title = said(page), page.title()
    page.get_by_role("button", name=messages.widget_plain, exact=True).click()
    assert said(page) == as_notes(messages, 3)
    assert page.title() == messages.widget_plain_title
    icon = page.locator("link[rel=icon]")
    assert (icon.get_attribute("href") or "").endswith("/widget/plain.svg")
    assert [words for words in said(page) if alarming_words(knowledge).search(words)] == []
    last = page.locator(".guide").last
    page.get_by_role("button", name=messages.widget_plain_note.format(number=3)).click()
    expect(last.locator(".text.danger").first).to_contain_text(held.reply[language])
    page.get_by_role("button", name=messages.widget_plain_note.format(number=2)).click()
    expect(last.locator(".text.danger").first).to_be_hidden()
    page.get_by_role("button", name=messages.widget_plain_back, exact=True).click()
    assert said(page) == before
    assert page.title() == title
    assert (icon.get_attribute("href") or "").endswith("/widget/mark.svg")
    expect(last.locator(".text.danger").first).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_of_notes_can_be_seen_named_and_touched(
    visit: Open, knowledge: Knowledge, language: str, scheme: str
) -> None:
    opened = visit(language, viewport=NARROW, color_scheme=scheme)
    page = in_danger(opened, knowledge, language)
    page.locator(".look").click()
    assert page.evaluate(ACCESSIBLE) == []
    page.locator(".fold").nth(2).click()
    assert page.evaluate(ACCESSIBLE) == []
    page.locator(".emergency").click()
    expect(page.get_by_role("dialog").locator(".card").first).to_be_visible()
    assert page.evaluate(ACCESSIBLE) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_typed_word_changes_the_look_and_is_never_sent(
    visit: Open, site: Site, knowledge: Knowledge, language: str
) -> None:
    page = visit(language).page
    expect(page.locator(".opening .choice").first).to_be_visible()
    chat, box = page.locator(".chat"), page.locator("textarea")
    words = knowledge.messages[language].widget_plain_words.split(",")
    for number, word in enumerate(words):
        box.fill(f" {word.upper()} ")
        page.locator(".send").click()
        expect(chat).to_have_class("chat plain" if number % 2 == 0 else "chat")
        expect(box).to_have_value("")
    assert site.bot.messages == []
    expect(page.locator(".you")).to_have_count(0)


def test_a_word_of_another_language_of_ours_changes_the_look_too(
    visit: Open, site: Site, knowledge: Knowledge
) -> None:
    page = visit("en").page
    expect(page.locator(".opening .choice").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.locator("textarea").fill("บันทึก")
    page.locator(".send").click()
    expect(page.locator(".chat")).to_have_class("chat plain")
    assert site.bot.messages == []


@pytest.mark.parametrize("language", ["en", "th", "my"])
def test_among_notes_an_answer_comes_as_one_more_line_and_nothing_pops_up(
    visit: Open, site: Site, knowledge: Knowledge, language: str
) -> None:
    opened = visit(language, viewport={"width": 700, "height": 900})
    opened.expected_errors.append("503")
    page, messages = opened.page, knowledge.messages[language]
    expect(page.locator(".opening .choice").first).to_be_visible()
    page.locator(".look").click()
    page.locator("textarea").fill(knowledge.dangers["moved"].must_match[language][0])
    page.locator(".send").click()
    expect(page.locator(".guide")).to_have_count(2)
    assert said(page) == as_notes(messages, 3)
    site.bot.kill()
    page.locator("textarea").fill("one more")
    page.locator(".send").click()
    expect(page.locator(".problem")).to_be_visible()
    assert said(page) == as_notes(messages, 3, messages.widget_plain_problem)
    expect(page.get_by_role("alert")).to_be_hidden()
    page.get_by_role("button", name=messages.widget_plain_problem).click()
    expect(page.get_by_role("alert")).to_contain_text(messages.fallback)
    expect(page.locator(".problem .dial").first).to_be_visible()


def test_a_page_of_notes_leaves_nothing_on_the_device(
    visit: Open, site: Site, knowledge: Knowledge
) -> None:
    page = visit("en").page
    expect(page.locator(".opening .choice").first).to_be_visible()
    before = page.evaluate("history.length")
    page.locator(".look").click()
    page.locator("textarea").fill("a note of mine")
    page.locator(".send").click()
    expect(page.locator(".guide")).to_have_count(2)
    assert page.url == f"{site.address}/"
    assert page.evaluate("history.length") == before
    kept = """async () => [localStorage.length, sessionStorage.length, document.cookie,
        (await indexedDB.databases()).length, (await caches.keys()).length,
        (await navigator.serviceWorker.getRegistrations()).length]"""
    assert page.evaluate(kept) == [0, 0, "", 0, 0, 0]
    assert page.context.cookies() == []
    page.reload()
    expect(page.locator(".opening .choice").first).to_be_visible()
    expect(page.locator(".chat")).to_have_class("chat")
    expect(page.locator(".you")).to_have_count(0)


@pytest.mark.parametrize("look", ["ordinary", "notes"])
def test_leaving_clears_the_page_before_the_recipes_have_come(
    visit: Open, site: Site, knowledge: Knowledge, look: str
) -> None:
    page = in_danger(visit("th"), knowledge, "th")
    if look == "notes":
        page.locator(".look").click()
    page.evaluate("document.querySelector('forewarn-chat').removeAttribute('leave-to')")
    asked: list[Route] = []
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.route("**/recipes", lambda route: asked.append(route))
    page.evaluate(
        """() => addEventListener("click", () => setTimeout(() => console.log(
            `${document.title}, ${document.body.childNodes.length} left`)))"""
    )
    page.locator(".leave").click(no_wait_after=True)
    page.wait_for_timeout(1_000)  # the page before lives until the other one answers
    assert said == [", 0 left"]
    assert len(asked) == 1
    asked[0].continue_()
    page.wait_for_url(f"{site.address}/recipes")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        knowledge.pages["recipes"].title["th"]
    )
    page.go_back()
    assert not page.url.startswith(site.address)


@pytest.mark.parametrize("language", LANGUAGES)
def test_deleting_is_one_tap_and_says_that_it_is_done(
    visit: Open, site: Site, knowledge: Knowledge, language: str
) -> None:
    opened = visit(language)
    opened.expected_errors.append("ERR_")
    page, messages = in_danger(opened, knowledge, language), knowledge.messages[language]
    page.locator("textarea").fill("half a sentence")
    page.get_by_role("button", name=messages.widget_delete).click()
    expect(page.locator(".ended")).to_have_text(messages.widget_deleted)
    expect(page.locator(".you")).to_have_count(0)
    expect(page.locator(".guide")).to_have_count(1)
    expect(page.locator("textarea")).to_have_value("")
    deleted = [path for method, path, _, _ in site.bot.requests if method == "DELETE"]
    assert [path.rpartition("/")[2] for path in deleted] == [site.bot.messages[-1]["conversation"]]
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.get_by_role("button", name=messages.widget_delete).click()
    expect(page.locator(".ended")).to_have_text(messages.widget_delete_later.format(minutes=30))
    expect(page.locator(".guide")).to_have_count(0)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["recipes", "privacy"])
def test_the_pages_of_words_can_be_seen_named_and_touched(
    visit: Open, language: str, name: str
) -> None:
    page = visit(language, path=f"/{name}/{language}", viewport=NARROW).page
    assert page.evaluate(ACCESSIBLE) == []
    assert page.evaluate("document.documentElement.scrollWidth") == NARROW["width"]


def test_the_widget_leads_to_what_we_keep(visit: Open, knowledge: Knowledge) -> None:
    page = visit("th").page
    link = page.get_by_role("link", name=re.compile(re.escape("30")))
    expect(link).to_have_attribute("href", "/privacy/th")
    with page.context.expect_page() as opened:
        link.click()
    title = knowledge.pages["privacy"].title["th"]
    expect(opened.value.get_by_role("heading", level=1)).to_have_text(title)
