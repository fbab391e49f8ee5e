"""A walk through every kind of danger in every language, with everything really running.

With `FOREWARN_PICTURES=<folder>` each reply is kept there as `<language>-<kind>.png`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.schema.dangers import Danger, DangerLevel
from tests.browser.conftest import PHONE, Visit
from tests.knowledge_base import LANGUAGES
from tests.whole_stack import WholeStack

PICTURES = os.environ.get("FOREWARN_PICTURES")

TALL = {"width": PHONE["width"], "height": 2600}
"""High enough for a whole reply: nothing has to be scrolled to be seen in a picture."""

CUT = """element => [...element.querySelectorAll("p, li, button, a, summary, strong, span")]
  .filter(one => one.checkVisibility() && !one.classList.contains("hidden"))
  .filter(one => !one.closest(".hidden"))
  .filter(one => {
    const box = one.getBoundingClientRect();
    return box.right > innerWidth + 1 || box.left < -1 || one.scrollWidth > one.clientWidth + 1
      && getComputedStyle(one).display !== "inline";
  }).map(one => one.textContent.slice(0, 60))"""
"""The texts inside an element that reach beyond the screen or beyond their own box."""

OVERLAID = """element => [...element.querySelectorAll(".card, .line-pair > div, .dial")]
  .flatMap(box => [...box.children].filter(one => one.checkVisibility())
    .map(one => one.getBoundingClientRect())
    .map((one, at, all) => at && one.top < all[at - 1].bottom - 1 ? box.textContent : "")
    .filter(Boolean))"""
"""The cards in which one line stands over another."""

BROKEN = """element => [...element.querySelectorAll(".dial:is([href^='tel:'], [href^='sms:'])")]
  .map(one => one.querySelector(".dial-number"))
  .filter(one => one.offsetHeight > 1.5 * parseFloat(getComputedStyle(one).lineHeight))
  .map(one => one.textContent)"""
"""The numbers that run over two lines."""

NO_MONTH = re.compile(r"M\d\d")
"""What a browser writes for a month whose name it does not know."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind(
    visit_at: Callable[..., Visit], whole_stack: WholeStack, knowledge: Knowledge, language: str
) -> None:
    page = visit_at(whole_stack.address, language, viewport=TALL).page
    again = knowledge.messages[language].widget_delete
    expect(page.locator(".opening .choice").first).to_be_visible()
    for kind, danger in knowledge.dangers.items():
        answer = _cry(page, danger.must_match[language][0])
        if PICTURES:
            page.wait_for_timeout(400)  # until it has stopped scrolling
            page.screenshot(path=Path(PICTURES) / f"{language}-{kind}.png")
        _check(page, answer, danger, knowledge, language)
        page.get_by_role("button", name=again).click()
        expect(page.locator(".guide:not(.opening)")).to_have_count(0)
        expect(page.locator(".opening .choice").first).to_be_visible()


def _cry(page: Page, text: str) -> Locator:
    page.locator("textarea").fill(text)
    page.locator(".send").click()
    answers = page.locator(".guide:not(.opening)")
    expect(answers).to_have_count(1)
    return answers.last


def _check(
    page: Page, answer: Locator, danger: Danger, knowledge: Knowledge, language: str
) -> None:
    messages = knowledge.messages[language]
    if danger.level is DangerLevel.danger:
        first = answer.locator(".text").first.inner_text()
        if danger.reply[language] not in first:
            # A graver kind is served first ("they beat me every day"), and this one named.
            graver = [one for one in knowledge.dangers.values() if one.order < danger.order]
            assert any(one.reply[language] in first for one in graver)
            expect(answer).to_contain_text(danger.mention[language])
        expect(answer).to_contain_text(messages.nobody_told)
        countries = [country.name[language] for country in knowledge.countries.countries.values()]
        expect(answer.locator(".dial").first).to_have_attribute("href", re.compile("^tel:"))
        for card in answer.locator(".card").all():
            # Its first words, over every number in it.
            assert card.inner_text().split("\n")[0] in countries
        reviewed = {one.code: one.native_review for one in knowledge.languages}[language]
        expect(answer.locator(".english").first).to_be_visible(visible=not reviewed)
    else:
        expect(answer).to_contain_text(messages.perhaps_danger.partition("{lines}")[0].strip())
        expect(answer.get_by_role("button", name=messages.perhaps_danger_button)).to_be_visible()
        expect(answer).not_to_contain_text(messages.goodbye)
    expect(answer.locator(".choice").first).to_be_visible()
    expect(page.locator(".leave")).to_be_in_viewport()
    for wrong in (CUT, OVERLAID, BROKEN):
        assert answer.evaluate(wrong) == []
    assert NO_MONTH.search(answer.inner_text()) is None
    assert page.evaluate("document.documentElement.scrollWidth") <= TALL["width"]
