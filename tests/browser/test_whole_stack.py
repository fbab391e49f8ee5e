"""The widget with everything behind it really running: what a person meets, in three languages."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psutil
import pytest
from playwright.sync_api import Locator, Page, expect

from forewarn.knowledge.loader import Knowledge
from tests.browser.conftest import Visit
from tests.whole_stack import WholeStack

LANGUAGES = ("en", "th", "zh")
LONGEST_WAIT_MS = 15_000
"""Long after the three seconds that web has: how long it takes depends on the machine, and is
measured in bench/."""

Open = Callable[..., Visit]


def answers(page: Page) -> Locator:
    return page.locator(".guide:not(.opening)")


def tap(page: Page, label: str) -> Locator:
    """Tap a button of the newest message and return the answer."""
    before = answers(page).count()
    page.locator(".guide").last.get_by_role("button", name=label, exact=True).click()
    expect(answers(page)).to_have_count(before + 1)
    return answers(page).last


def ask(page: Page, text: str) -> Locator:
    """Send a text and return the answer."""
    before = answers(page).count()
    page.locator("textarea").fill(text)
    page.locator(".send").click()
    expect(answers(page)).to_have_count(before + 1)
    return answers(page).last


@contextmanager
def frozen(process: psutil.Process) -> Iterator[None]:
    """A part that is there and does nothing."""
    os.kill(process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process.pid, signal.SIGCONT)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_from_the_knowledge_is_answered_with_its_sources(
    visit_at: Open, whole_stack: WholeStack, knowledge: Knowledge, language: str
) -> None:
    page = visit_at(whole_stack.address, language).page
    entry = knowledge.faq["protect-yourself"]
    answer = ask(page, entry.texts[language].question)
    first_line = entry.texts[language].answer.split("\n")[0]
    expect(answer.locator(".text").first).to_contain_text(first_line)
    expect(answer.locator(".sources li").first).to_be_visible()
    expect(answer.locator(".feedback")).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_first_tap_is_answered_and_leads_on(
    visit_at: Open, whole_stack: WholeStack, knowledge: Knowledge, language: str
) -> None:
    page = visit_at(whole_stack.address, language).page
    assert knowledge.menus is not None
    again = knowledge.messages[language].widget_delete
    for item in knowledge.menus.first_screen:
        answer = tap(page, item.label[language])
        expect(answer.locator(".text").first).not_to_be_empty()
        expect(answer.locator(".choice:not([aria-disabled]), .dial").first).to_be_attached()
        page.get_by_role("button", name=again).click()
        expect(answers(page)).to_have_count(0)
        expect(page.locator(".opening .choice").first).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_cry_for_help_is_told_that_nobody_knows_and_where_to_call(
    visit_at: Open, whole_stack: WholeStack, knowledge: Knowledge, language: str
) -> None:
    page = visit_at(whole_stack.address, language).page
    danger = knowledge.dangers["held"]
    answer = ask(page, danger.must_match[language][0])
    expect(answer).to_contain_text(danger.reply[language].split("\n")[0])
    expect(answer).to_contain_text(knowledge.messages[language].nobody_told)
    expect(answer.locator(".dial").first).to_have_attribute("href", re.compile("^tel:"))


@pytest.mark.parametrize("part", ["bot", "actions", "retrieval"])
def test_when_a_part_freezes_the_contacts_come_in_time_and_then_the_answer(
    visit_at: Open, whole_stack: WholeStack, knowledge: Knowledge, part: str
) -> None:
    opened = visit_at(whole_stack.address, "th")
    opened.expected_errors.append("503")
    page, messages = opened.page, knowledge.messages["th"]
    expect(page.locator(".choice").first).to_be_visible()
    question = knowledge.faq["protect-yourself"].texts["th"].question
    with frozen(whole_stack.part(part)):
        page.locator("textarea").fill(question)
        page.locator(".send").click()
        alert = page.get_by_role("alert")
        expect(alert).to_contain_text(messages.fallback, timeout=LONGEST_WAIT_MS)
        expect(page.locator(".problem .dial").first).to_be_in_viewport()
    page.get_by_role("button", name=messages.widget_retry).click()
    expect(answers(page)).to_have_count(1, timeout=10_000)
