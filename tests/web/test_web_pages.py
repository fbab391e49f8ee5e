"""The pages that need no JavaScript and no other part."""

from __future__ import annotations

import html
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from forewarn.knowledge.loader import Knowledge
from tests.knowledge_base import LANGUAGES
from tests.web.fake_bot import FakeBot


@pytest.mark.parametrize(
    ("accepted", "lang"),
    [
        ("th-TH,th;q=0.9,en;q=0.8", "th"),
        ("zh-CN", "zh-Hans"),
        ("zh-TW,zh;q=0.9", "zh-Hant"),
        ("zh-Hant-HK", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("fr,zh-TW;q=0.3,th;q=0.7", "th"),
        ("fr-FR", "en"),
        ("", "en"),
        ("*;q=nonsense,,;;", "en"),
    ],
)
def test_the_page_speaks_the_language_the_browser_asks_for(
    client: TestClient, accepted: str, lang: str
) -> None:
    for path in ("/", "/help"):
        page = client.get(path, headers={"Accept-Language": accepted}).text
        assert f'<html lang="{lang}">' in page


def test_without_javascript_the_demo_page_leads_to_the_help_page(
    client: TestClient, knowledge: Knowledge
) -> None:
    page = html.unescape(client.get("/").text)
    before_script = page.partition("<noscript>")[2].partition("</noscript>")[0]
    for language in LANGUAGES:
        assert knowledge.messages[language].widget_noscript in before_script
        assert f'href="/help/{language}"' in before_script


def test_the_operator_is_named_where_one_is_set(
    make_client: Callable[..., TestClient],
) -> None:
    client = make_client(
        operator_name="Help <Desk>",
        operator_contact="desk@example.org",
        operator_country="Thailand",
    )
    for path in ("/help/en", "/help/en/TH", "/help/en/TH/save"):
        assert "Help &lt;Desk&gt;" in client.get(path).text
    first = client.post("/api/conversation", json={"language": "en"}).json()["replies"][0]["text"]
    assert "Help <Desk>" in first
    assert "desk@example.org" in first


def test_the_schema_of_the_blocks_is_published(client: TestClient) -> None:
    schema = client.get("/api/schema").json()
    assert schema["type"] == "array"
    assert {"TextBlock", "HotlinesBlock", "SourcesBlock", "MintedChoicesBlock", "VerdictBlock"} <= (
        set(schema["$defs"])
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_figures_says_of_each_who_said_it_when_where_and_what_it_does_not_mean(
    client: TestClient, bot: FakeBot, knowledge: Knowledge, language: str
) -> None:
    bot.kill()
    response = client.get(f"/figures/{language}")
    assert response.status_code == 200
    page = html.unescape(response.text)
    assert page.count("<section") == len(knowledge.figures) >= 20
    for figure in knowledge.figures.values():
        for words in (figure.figure, figure.counts, figure.said_by, figure.place, figure.means_not):
            assert words.get(language, words["en"]) in page
        assert figure.date is None or figure.date in page
        for name in figure.sources:
            url = knowledge.sources[name].url
            assert url is None or url in page
    assert knowledge.messages[language].figures_means_not in page


def test_the_help_page_leads_to_the_figures(client: TestClient) -> None:
    assert 'href="/figures/th"' in client.get("/help/th").text
