"""A message is pasted, or read from a screenshot: on the page without JavaScript, in the widget."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from forewarn.knowledge.loader import Knowledge
from forewarn.offers.verdict import OfferCheck
from tests.browser.conftest import PHONE, Site, Visit
from tests.browser.test_widget import ACCESSIBLE, first_screen
from tests.knowledge_base import LANGUAGES
from tests.web.screenshots import drawn, file_of, moving
from tests.web.test_web_check import lure

SMALL = {"width": 320, "height": 640}
OFFER = "Work in Mae Sot. No interview."
READ_MS = 20_000
Open = Callable[..., Visit]


def upload(file: bytes) -> Any:
    """A file as a person chooses it."""
    return {"name": "Screenshot.png", "mimeType": "image/png", "buffer": file}


@pytest.fixture
def judged(site: Site, knowledge: Knowledge) -> None:
    """Retrieval answers `site` as it is to."""
    offers = OfferCheck(knowledge)

    def reply(body: dict[str, Any]) -> dict[str, Any]:
        return offers.check(body["text"], body["language"]).model_dump(mode="json")

    site.bot.reply = reply


def accessible(page: Page) -> None:
    """The page can be seen, named and touched, and does not move sideways."""
    page.wait_for_load_state("load")
    assert page.evaluate(ACCESSIBLE) == []
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= SMALL["width"]


@pytest.mark.parametrize(
    ("language", "scheme"), [*((language, "light") for language in LANGUAGES), ("en", "dark")]
)
@pytest.mark.usefixtures("judged")
def test_the_page_and_its_verdict_can_be_seen_named_and_touched(
    visit: Open, knowledge: Knowledge, language: str, scheme: str
) -> None:
    page = visit(language, path=f"/check/{language}", viewport=SMALL, color_scheme=scheme).page
    accessible(page)
    page.locator("textarea").fill(lure(knowledge, language))
    page.locator("form button").first.click()
    expect(page.locator(".verdict h2")).to_have_text(knowledge.messages[language].verdict_lure)
    accessible(page)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.usefixtures("judged")
def test_from_the_first_page_to_a_verdict_without_javascript(
    visit: Open, knowledge: Knowledge, language: str
) -> None:
    page = visit(language, java_script_enabled=False, viewport=SMALL).page
    messages = knowledge.messages[language]
    page.get_by_role("link", name=messages.check_title, exact=True).click()
    page.get_by_role("textbox", name=messages.check_text).fill(lure(knowledge, language))
    page.get_by_label(messages.ask_country_now).select_option("TH")
    page.get_by_role("button", name=messages.check_button, exact=True).click()
    expect(page.get_by_role("heading", name=messages.verdict_lure, exact=True)).to_be_in_viewport()
    expect(page.locator("a[href='tel:191']")).to_be_visible()
    assert page.url.endswith(f"/check/{language}")


@pytest.mark.usefixtures("judged")
def test_a_screenshot_is_read_corrected_and_checked_without_javascript(
    visit: Open, knowledge: Knowledge
) -> None:
    opened = visit(path="/check/th", java_script_enabled=False, viewport=SMALL)
    opened.expected_errors.append("415")
    page, messages = opened.page, knowledge.messages["th"]
    expect(page.get_by_text(messages.widget_picture_not)).to_be_visible()
    page.get_by_label(messages.check_file).set_input_files(upload(moving("PNG")))
    page.get_by_role("button", name=messages.check_read_button).click()
    expect(page.get_by_role("alert")).to_have_text(messages.error_picture_moving)
    page.get_by_label(messages.check_file).set_input_files(upload(file_of(drawn(OFFER))))
    page.get_by_label(messages.widget_picture_language).select_option("en")
    page.get_by_role("button", name=messages.check_read_button).click()
    box = page.get_by_role("textbox", name=messages.check_text)
    expect(box).to_have_value(OFFER, timeout=READ_MS)
    box.fill(OFFER.replace("Mae Sot", "Bangkok"))
    page.get_by_role("button", name=messages.check_button, exact=True).click()
    expect(page.locator(".verdict q").first).to_have_text("No interview")


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_the_widget_a_screenshot_becomes_text_in_the_box(
    visit: Open, site: Site, knowledge: Knowledge, language: str
) -> None:
    page, messages = visit(language, viewport=SMALL).page, knowledge.messages[language]
    first_screen(page)
    before = list(site.bot.requests)
    page.get_by_role("button", name=messages.widget_picture, exact=True).click()
    dialog = page.get_by_role("dialog", name=messages.widget_picture)
    expect(dialog.get_by_text(messages.widget_picture_not)).to_be_visible()
    assert page.evaluate(ACCESSIBLE) == []
    dialog.get_by_label(messages.widget_picture_language).select_option("en")
    dialog.get_by_label(messages.widget_picture_choose).set_input_files(
        upload(file_of(drawn(OFFER)))
    )
    box = page.get_by_role("textbox")
    expect(box).to_have_value(OFFER, timeout=READ_MS)
    expect(box).to_be_focused()
    expect(page.get_by_role("log")).to_contain_text(messages.widget_picture_read)
    assert site.bot.requests == before


def test_what_the_widget_cannot_read_is_said_and_nothing_that_was_written_is_lost(
    visit: Open, knowledge: Knowledge
) -> None:
    opened = visit("en")
    opened.expected_errors.append("415")
    page, messages = opened.page, knowledge.messages["en"]
    first_screen(page)
    page.get_by_role("textbox").fill("what I wrote")
    page.get_by_role("button", name=messages.widget_picture, exact=True).click()
    page.get_by_label(messages.widget_picture_choose).set_input_files(upload(b"%PDF-1.7"))
    expect(page.get_by_text(messages.error_picture_pdf)).to_be_visible(timeout=READ_MS)
    expect(page.get_by_role("textbox")).to_have_value("what I wrote")


def test_only_points_leave_the_phone(visit: Open, site: Site, knowledge: Knowledge) -> None:
    from PIL import Image

    page, messages = visit("en", viewport=PHONE).page, knowledge.messages["en"]
    first_screen(page)
    exif = Image.Exif()
    exif[0x010E] = "28.2916 N"
    large = drawn(OFFER).resize((4_000, 1_200))
    page.get_by_role("button", name=messages.widget_picture, exact=True).click()
    with page.expect_request("**/api/offers/picture?language=en") as waiting:
        page.get_by_label(messages.widget_picture_choose).set_input_files(
            upload(file_of(large, "JPEG", exif=exif))
        )
    sent = waiting.value.post_data_buffer
    assert sent is not None
    assert sent.startswith(b"\xff\xd8")
    assert b"28.2916" not in sent
    assert waiting.value.headers["content-type"] == "image/jpeg"
    expect(page.get_by_role("textbox")).to_have_value(OFFER, timeout=READ_MS)


def test_while_the_window_looks_like_notes_there_is_no_word_of_pictures(
    visit: Open, knowledge: Knowledge
) -> None:
    page, messages = visit("en").page, knowledge.messages["en"]
    first_screen(page)
    button = page.get_by_role("button", name=messages.widget_picture, exact=True)
    expect(button).to_be_visible()
    page.get_by_role("button", name=messages.widget_plain, exact=True).click()
    expect(button).to_be_hidden()
    page.get_by_role("button", name=messages.widget_plain_back, exact=True).click()
    expect(button).to_be_visible()
