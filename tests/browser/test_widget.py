"""A person uses the widget: in three languages, by tap, by keyboard, and when all fails."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from forewarn.knowledge.loader import Knowledge
from tests.browser.conftest import NEUTRAL_PAGE, PHONE, Site, Visit
from tests.knowledge_base import LANGUAGES, ORDINARY

ACCESSIBLE = (Path(__file__).parent / "accessible.js").read_text(encoding="utf-8")
DESKTOP = {"width": 1280, "height": 800}
LONGEST_WAIT_MS = 15_000
"""Long after the three seconds that web has: how long it takes depends on the machine, and is
measured in bench/."""

Open = Callable[..., Visit]


def ask(page: Page, text: str) -> Locator:
    """Send a text and return the answer."""
    answers = page.locator(".guide")
    before = answers.count()
    page.locator("textarea").fill(text)
    page.locator(".send").click()
    expect(answers).to_have_count(before + 1)
    return answers.last


def first_screen(page: Page) -> Locator:
    """Wait for the first screen and return its buttons."""
    buttons = page.locator(".opening").last.locator(".choice")
    expect(buttons.first).to_be_visible()
    return buttons


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_screen_is_all_on_a_small_phone_and_every_tap_is_answered(
    visit: Open, site: Site, knowledge: Knowledge, language: str
) -> None:
    page = visit(language).page
    assert knowledge.menus is not None
    labels = [tap.label[language] for tap in knowledge.menus.first_screen]
    expect(first_screen(page)).to_have_text(labels)
    for label in labels:
        expect(page.get_by_role("button", name=label)).to_be_in_viewport()
    for position, tap in enumerate(knowledge.menus.first_screen):
        first_screen(page).nth(position).click()
        expect(page.locator(".guide")).to_have_count(2)
        expect(page.locator(".you p")).to_have_text(tap.label[language])
        assert site.bot.messages[-1]["choice"] == {"intent": tap.intent, "slots": tap.slots}
        page.get_by_role("button", name=knowledge.messages[language].widget_delete).click()
        expect(page.locator(".you")).to_have_count(0)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_question_is_answered_with_sources_dates_and_numbers_to_tap(
    visit: Open, knowledge: Knowledge, language: str, screen: dict[str, int]
) -> None:
    page = visit(language, viewport=screen).page
    first_screen(page)
    answer = ask(page, ORDINARY[language])
    messages = knowledge.messages[language]
    html_lang = {item.code: item.html_lang for item in knowledge.languages}[language]
    expect(answer).to_have_attribute("lang", html_lang)
    expect(answer.locator(".text li").first).to_be_visible()
    sources = answer.locator(".sources")
    link = sources.get_by_role("link", name="Report", exact=True)
    expect(link).to_have_attribute("href", "https://example.org/report")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    expect(sources).to_contain_text("2025")
    expect(sources).to_contain_text(messages.widget_source_undated)
    assert sources.get_by_text(messages.widget_unreviewed).count() == (0 if language == "en" else 1)
    cards = answer.locator(".card")
    country = knowledge.countries.countries["TH"].name[language]
    for card in cards.all():
        assert card.inner_text().startswith(country)
        expect(card).to_contain_text(messages.widget_not_dialled)
    inside = answer.get_by_role("link", name=messages.widget_inside.format(country=country)).first
    expect(inside).to_have_attribute("href", re.compile(r"^tel:\d+$"))
    expect(answer).to_contain_text(messages.widget_call_trace)
    expect(answer.locator(".text").first).to_be_in_viewport()
    answer.get_by_role("button", name=messages.widget_feedback_yes, exact=True).click()
    expect(answer.locator(".feedback")).to_have_text(messages.widget_feedback_thanks)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_state_can_be_seen_named_and_touched(
    visit: Open, site: Site, knowledge: Knowledge, language: str, scheme: str
) -> None:
    opened = visit(language, color_scheme=scheme)
    page = opened.page
    first_screen(page)
    assert page.evaluate(ACCESSIBLE) == []
    ask(page, ORDINARY[language])
    assert page.evaluate(ACCESSIBLE) == []
    ask(page, knowledge.dangers["held"].must_match[language][0])
    page.locator(".log summary").last.click()
    assert page.evaluate(ACCESSIBLE) == []
    ask(page, "verdict")
    assert page.evaluate(ACCESSIBLE) == []
    page.get_by_role("button", name=knowledge.messages[language].widget_emergency).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.evaluate(ACCESSIBLE) == []
    page.keyboard.press("Escape")
    opened.expected_errors.append("503")
    site.bot.kill()
    page.locator("textarea").fill(ORDINARY[language])
    page.locator(".send").click()
    expect(page.locator(".problem .card").first).to_be_visible()
    assert page.evaluate(ACCESSIBLE) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("how", ["killed", "frozen"])
def test_when_the_bot_dies_the_contacts_are_there_and_the_draft_is_kept(
    visit: Open, site: Site, knowledge: Knowledge, language: str, how: str
) -> None:
    opened = visit(language)
    opened.expected_errors.append("503")
    page, messages = opened.page, knowledge.messages[language]
    first_screen(page)
    if how == "killed":
        site.bot.kill()
    else:
        site.bot.behave = "frozen"
    page.locator("textarea").fill(ORDINARY[language])
    page.locator(".send").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text(messages.fallback, timeout=LONGEST_WAIT_MS)
    expect(page.locator(".problem .dial").first).to_be_in_viewport()
    cards = page.locator(".problem .card")
    region = [c for c in knowledge.countries.countries.values() if c.region]
    expect(cards).to_have_count(len(region))
    for card, country in zip(cards.all(), region, strict=True):
        assert card.inner_text().startswith(country.name[language])
    expect(page.locator("textarea")).to_have_value(ORDINARY[language])
    expect(page.locator(".you")).to_have_count(0)
    retry = page.get_by_role("button", name=messages.widget_retry)
    expect(retry).to_be_visible()
    if how == "frozen":
        site.bot.behave = "answer"
        retry.click()
        expect(page.locator(".guide")).to_have_count(2)
        expect(page.locator(".problem")).to_be_hidden()
        expect(page.locator("textarea")).to_have_value("")


@pytest.mark.parametrize("language", LANGUAGES)
def test_with_the_network_gone_the_page_still_holds_words_and_numbers(
    visit: Open, site: Site, knowledge: Knowledge, language: str
) -> None:
    opened = visit("en")
    opened.expected_errors.append("ERR_")
    page = opened.page
    first_screen(page)
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    messages = knowledge.messages[language]
    if language != "en":
        page.get_by_role("combobox").select_option(language)
    else:
        page.locator("textarea").fill("a question of mine")
        page.locator(".send").click()
    expect(page.get_by_role("alert")).to_contain_text(messages.widget_offline)
    expect(page.get_by_role("alert")).to_contain_text(messages.fallback)
    expect(page.locator(".problem .dial").first).to_have_attribute("href", re.compile("^tel:"))
    page.get_by_role("button", name=messages.widget_emergency).click()
    expect(page.get_by_role("dialog").locator(".card").first).to_be_visible()
    page.get_by_role("button", name=messages.widget_close).click()
    page.context.set_offline(False)
    page.get_by_role("button", name=messages.widget_retry).click()
    expect(page.locator(".guide")).to_have_count(2)


def test_the_language_switch_opens_the_first_screen_anew_and_keeps_the_draft(
    visit: Open, knowledge: Knowledge
) -> None:
    page = visit("en").page
    first_screen(page)
    page.locator("textarea").fill("half a sentence")
    for language in ("th", "zh", "en"):
        page.get_by_role("combobox").select_option(language)
        messages = knowledge.messages[language]
        expect(page.locator(".opening").last).to_contain_text(messages.first_screen)
        expect(page.get_by_role("textbox", name=messages.widget_input)).to_have_value(
            "half a sentence"
        )
        lang = page.locator(".chat").get_attribute("lang")
        assert lang == {"th": "th", "zh": "zh-Hans", "en": "en"}[language]
    expect(page.locator(".opening")).to_have_count(4)
    assert first_screen(page).count() == 6
    expect(page.locator(".opening").first.locator(".choice").first).to_have_attribute(
        "aria-disabled", "true"
    )


def test_the_language_switch_takes_no_line_from_someone_in_danger(
    visit: Open, site: Site, knowledge: Knowledge
) -> None:
    danger = {"level": "danger", "kinds": ["held"]}
    plain = site.bot.reply
    site.bot.reply = lambda body: {**plain(body), "danger": danger}
    page = visit("en").page
    first_screen(page)
    ask(page, knowledge.dangers["held"].must_match["en"][0])
    page.get_by_role("combobox").select_option("th")
    expect(page.locator(".opening")).to_have_count(2)
    expect(page.locator(".opening").last.locator(".card").first).to_be_visible()
    thai = knowledge.messages["th"]
    expect(page.locator(".opening").last).not_to_contain_text(thai.first_screen)
    expect(page.locator(".send")).to_have_text(thai.widget_send)


def test_writing_in_another_language_moves_the_labels_there(
    visit: Open, knowledge: Knowledge
) -> None:
    page = visit("en").page
    first_screen(page)
    ask(page, ORDINARY["th"])
    expect(page.get_by_role("combobox")).to_have_value("th")
    expect(page.locator(".send")).to_have_text(knowledge.messages["th"].widget_send)


def test_everything_can_be_done_by_keyboard_and_the_focus_is_never_lost(
    visit: Open, knowledge: Knowledge
) -> None:
    page = visit("en").page
    first_screen(page)
    messages = knowledge.messages["en"]

    def focused() -> str:
        text: str = page.evaluate(
            "() => { const at = document.activeElement.shadowRoot?.activeElement;"
            " return at ? (at.ariaLabel ?? at.labels?.[0]?.textContent ?? at.textContent).trim()"
            " : document.activeElement.localName }"
        )
        return text

    def has_ring() -> bool:
        ring: bool = page.evaluate(
            "() => { const at = document.activeElement.shadowRoot.activeElement;"
            " return getComputedStyle(at).outlineStyle !== 'none' }"
        )
        return ring

    walked = []
    for _ in range(15):
        page.keyboard.press("Tab")
        walked.append(focused())
        assert has_ring(), walked[-1]
    assert knowledge.menus is not None
    taps = [tap.label["en"] for tap in knowledge.menus.first_screen]
    assert walked == [
        messages.widget_skip,
        messages.widget_language,
        messages.widget_plain,
        messages.widget_leave,
        messages.widget_emergency,
        messages.widget_log,
        *taps,
        messages.widget_picture,
        messages.widget_input,
        messages.widget_send,
    ]
    page.keyboard.press("Shift+Tab")
    page.keyboard.type("how do I protect myself")
    page.keyboard.press("Enter")
    expect(page.locator(".guide")).to_have_count(2)
    assert focused() == messages.widget_input
    page.locator(".guide").last.locator(".choice").first.focus()
    label = focused()
    page.keyboard.press("Enter")
    expect(page.locator(".guide")).to_have_count(3)
    assert focused() == label
    page.keyboard.press("Tab")
    assert focused() not in {"body", label}
    page.locator(".emergency").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert focused() == messages.widget_emergency


def test_a_screen_reader_is_told_of_each_message_once_and_of_failures_apart(
    visit: Open, site: Site, knowledge: Knowledge
) -> None:
    opened = visit("en")
    page = opened.page
    first_screen(page)
    page.evaluate(
        """() => {
          const { shadowRoot } = document.querySelector("forewarn-chat");
          const log = shadowRoot.querySelector("[role=log]");
          window.added = [];
          new MutationObserver((changes) => {
            for (const change of changes) window.added.push(...[...change.addedNodes].map((node) =>
              node.className));
          }).observe(log, { childList: true, subtree: true });
        }"""
    )
    ask(page, "how do I protect myself")
    assert page.evaluate("window.added") == ["message you", "message guide"]
    log = page.get_by_role("log", name=knowledge.messages["en"].widget_log)
    expect(log).to_have_attribute("aria-live", "polite")
    expect(log).to_have_attribute("aria-relevant", "additions")
    opened.expected_errors.append("503")
    site.bot.behave = "status 500"
    page.locator("textarea").fill("again")
    page.locator(".send").click()
    expect(page.get_by_role("alert")).to_contain_text(knowledge.messages["en"].fallback)
    assert log.get_by_role("alert").count() == 0


@pytest.mark.parametrize("way", ["button", "Escape", "Shift"])
def test_leaving_deletes_the_conversation_and_back_does_not_return(
    visit: Open, site: Site, way: str
) -> None:
    page = visit("en").page
    first_screen(page)
    ask(page, "how do I protect myself")
    if way == "button":
        page.get_by_role("button", name="Leave").click()
    else:
        for _ in range(3):
            page.keyboard.press(way)
    page.wait_for_url(NEUTRAL_PAGE)
    assert page.title() == "Weather"
    for _ in range(100):  # web answers at once and tells the bot a moment later
        deleted = [path for method, path, _, _ in site.bot.requests if method == "DELETE"]
        if deleted:
            break
        page.wait_for_timeout(50)
    assert [path.rpartition("/")[2] for path in deleted] == [site.bot.messages[-1]["conversation"]]
    page.go_back()
    assert site.address not in page.url


def test_typing_capitals_is_not_leaving(visit: Open, site: Site) -> None:
    page = visit("en").page
    first_screen(page)
    page.locator("textarea").focus()
    for letter in "HELP":
        page.keyboard.press(f"Shift+{letter}")
    expect(page.locator("textarea")).to_have_value("HELP")
    assert page.url.startswith(site.address)


def test_nothing_is_left_on_the_device_or_in_the_address(visit: Open, site: Site) -> None:
    page = visit("en").page
    first_screen(page)
    before = page.evaluate("history.length")
    ask(page, "how do I protect myself")
    assert page.url == f"{site.address}/"
    assert page.evaluate("history.length") == before
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [
        0,
        0,
        "",
    ]
    assert page.context.cookies() == []


def test_what_is_written_is_shown_as_text_and_never_as_a_page(visit: Open, site: Site) -> None:
    page = visit("en").page
    first_screen(page)
    written = "<img src=x onerror=alert(1)><b>bold</b>"
    ask(page, f"verdict {written}")
    expect(page.locator(".you p").last).to_have_text(f"verdict {written}")
    expect(page.locator("q")).to_have_text("free flight <b>and</b> visa")
    assert page.locator(".log img, .log b").count() == 0


def test_a_message_too_long_is_stopped_at_the_box_with_nothing_lost(
    visit: Open, site: Site, knowledge: Knowledge
) -> None:
    page = visit("en").page
    first_screen(page)
    box = page.locator("textarea")
    box.fill("a" * 4_010)
    page.locator(".send").click()
    expect(page.locator(".composer .note")).to_have_text(
        knowledge.messages["en"].widget_too_long.format(count=10)
    )
    expect(box).to_have_value("a" * 4_010)
    assert site.bot.messages == []
    box.fill("   ")
    page.locator(".send").click()
    expect(page.locator(".composer .note")).to_have_text(knowledge.messages["en"].widget_empty)


def test_a_conversation_that_ended_goes_on_in_a_new_one_unasked(
    visit: Open, site: Site, knowledge: Knowledge
) -> None:
    opened = visit("en")
    opened.expected_errors += ["410", "422"]
    page = opened.page
    first_screen(page)
    forget = """async (conversation) => (await fetch("/api/conversation", {method: "DELETE",
        body: JSON.stringify({conversation})})).status"""
    with page.expect_response("**/api/chat") as answered:
        ask(page, "a first question")
    conversation: Any = answered.value.json()["conversation"]
    assert page.evaluate(forget, conversation) == 204
    ask(page, "a second question")
    assert site.bot.messages[-1]["text"] == "a second question"
    assert site.bot.messages[-1]["conversation"] != conversation.rpartition(".")[0]
    with page.expect_response("**/api/chat") as answered:
        ask(page, "🙏")
    expect(page.locator(".guide").last.locator(".choice")).to_have_count(6)
    assert page.evaluate(forget, answered.value.json()["conversation"]) == 204
    page.locator(".guide").last.locator(".choice").nth(2).click()
    expect(page.locator(".ended")).to_have_text(knowledge.messages["en"].widget_ended)
    expect(page.locator(".opening")).to_have_count(2)


def test_the_page_reads_from_right_to_left_when_told_to(visit: Open) -> None:
    page = visit("en").page
    first_screen(page)
    page.evaluate("document.documentElement.dir = 'rtl'")
    ask(page, "هل هذا العرض حقيقي؟")
    assert page.evaluate(ACCESSIBLE) == []
    brand, leave = page.locator(".brand").bounding_box(), page.locator(".leave").bounding_box()
    assert brand is not None
    assert leave is not None
    assert brand["x"] > leave["x"]


def test_who_wants_no_movement_sees_none(visit: Open) -> None:
    page = visit("en", reduced_motion="reduce").page
    first_screen(page)
    assert (
        page.evaluate("document.querySelector('forewarn-chat').shadowRoot.getAnimations().length")
        == 0
    )


def test_the_widget_stays_small(visit: Open, site: Site) -> None:
    import gzip

    from web.pages import WIDGET

    sent = [path for path in WIDGET.iterdir() if path.suffix in {".js", ".css"}]
    total = sum(len(gzip.compress(path.read_bytes())) for path in sent)
    assert total < 30_000, f"{total} bytes compressed"


def test_danger_words_no_native_speaker_has_read_carry_the_english_folded(
    visit: Open, knowledge: Knowledge
) -> None:
    held = knowledge.dangers["held"]
    page = visit("my").page
    ask(page, held.must_match["my"][0])
    reply = page.locator(".text.danger").first
    expect(reply).to_contain_text(held.reply["my"])
    folded = reply.locator("details.english")
    expect(folded.get_by_text(held.reply["en"])).to_be_hidden()
    folded.get_by_text(knowledge.messages["my"].widget_in_english).click()
    expect(folded.get_by_text(held.reply["en"])).to_be_visible()
    assert page.evaluate(ACCESSIBLE) == []
    page = visit("en").page
    ask(page, held.must_match["en"][0])
    expect(page.locator(".text.danger").first).to_contain_text(held.reply["en"])
    expect(page.locator("details.english")).to_have_count(0)
