"""Every fallback, and the pages that need no other part, keep to the rules of safety too."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import product
from typing import Any

import pytest
from fastapi.testclient import TestClient

from forewarn.knowledge.loader import Knowledge
from tests.knowledge_base import LANGUAGES
from tests.safety import (
    check_contacts,
    check_first,
    check_nobody_told,
    check_numbers_in_words,
    check_one_question,
    check_words,
)
from tests.web.conftest import KNOWLEDGE
from tests.web.fake_bot import FakeBot
from tests.web.talk import choices_of, opened, say
from web.app import create_app
from web.settings import WebSettings

FAILING = {"bot": "hang_up", "retrieval": "status 503", "actions": "status 500"}
"""How web sees each part that is down: the bot itself, or what the bot says of the others."""

PLACES = (None, "TH", "KH", "IN")

_TAG = re.compile(r"<(style|script)\b.*?</\1>|<[^>]*>", re.DOTALL)


@pytest.fixture(scope="module")
def failing(knowledge: Knowledge, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeBot]:
    """A bot that fails as it is told."""
    with FakeBot() as bot:
        yield bot


@pytest.fixture(scope="module")
def web(
    knowledge: Knowledge, failing: FakeBot, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    """Web in front of it."""
    settings = WebSettings(
        knowledge=KNOWLEDGE,
        var=tmp_path_factory.mktemp("var"),
        bot_url=failing.url,
        retrieval_url=failing.url,
        actions_url=failing.url,
        bot_secret="a secret of the tests",
        token_key="another secret of the tests",
        rate_address_burst=0,
        rate_conversation_burst=0,
    )
    with ExitStack() as stack:
        app = create_app(settings, knowledge)
        yield stack.enter_context(TestClient(app, raise_server_exceptions=False))


def check(body: dict[str, Any], knowledge: Knowledge, language: str) -> None:
    """All that holds of any fallback."""
    check_words([body["message"]], language)
    check_words([body.get("english") or ""], "en")
    check_nobody_told(body["message"], language)
    check_one_question([body["message"]])
    check_numbers_in_words(body["message"], knowledge, language)
    assert body["hotlines"]
    check_contacts(body["hotlines"], knowledge, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", FAILING)
def test_a_cry_while_a_part_is_down(
    web: TestClient, failing: FakeBot, knowledge: Knowledge, part: str, language: str
) -> None:
    failing.behave = FAILING[part]
    for kind, place in product(knowledge.dangers, PLACES):
        cry = knowledge.dangers[kind].must_match[language][0]
        about = {"language": language, **({"country": place} if place else {})}
        response = say(web, None, text=cry, **about)
        assert response.status_code == 503
        body = response.json()
        check(body, knowledge, language)
        first, _, _ = body["message"].partition("\n\n")
        check_first(first, language)
        replies = {danger.reply[language] for danger in knowledge.dangers.values()}
        messages = knowledge.messages[language]
        weak = knowledge.dangers[kind].level.value == "perhaps"
        assert first in replies or (weak and first == messages.fallback)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_tap_and_a_question_while_everything_is_down(
    web: TestClient, failing: FakeBot, knowledge: Knowledge, language: str
) -> None:
    failing.behave = "hang_up"
    assert knowledge.menus is not None
    number = [tap.intent for tap in knowledge.menus.first_screen].index("danger")
    start = opened(web, language)
    tapped = say(web, start["conversation"], choice=choices_of(start)[number]["choice"]).json()
    check(tapped, knowledge, language)
    question = knowledge.faq["protect-yourself"].texts[language].question
    asked = say(web, None, text=question, language=language).json()
    check(asked, knowledge, language)
    assert asked["message"] == tapped["message"] == knowledge.messages[language].fallback


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_widget_says_when_nothing_answers_it_any_more(
    web: TestClient, knowledge: Knowledge, language: str
) -> None:
    check(web.get(f"/api/strings?language={language}").json()["fallback"], knowledge, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_contacts(web: TestClient, knowledge: Knowledge, language: str) -> None:
    nobody = knowledge.messages[language].nobody_told
    for path in ("", "/TH", "/MM", "/KH-VN", "/IN"):
        page = web.get(f"/help/{language}{path}")
        assert page.status_code == 200
        text = " ".join(html.unescape(_TAG.sub(" ", page.text)).split())
        assert " ".join(nobody.split()) in text
        check_words([nobody, *_sentences(page.text)], language)


def _sentences(page: str) -> list[str]:
    """What a page says itself: its paragraphs, without the websites of the contacts."""
    found = re.findall(r"<p[^>]*>(.*?)</p>", page, re.DOTALL)
    texts = [html.unescape(_TAG.sub(" ", one)) for one in found]
    return [text for text in texts if "://" not in text]
