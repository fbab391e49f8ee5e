"""The pages of words: what we keep, and where Leave leads."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from forewarn.knowledge.loader import Knowledge
from tests.knowledge_base import LANGUAGES, alarming_words
from tests.web.fake_bot import FakeBot
from web.texts import parts

NUMBER = re.compile(r"\d+|\{minutes\}")

OPERATOR = {
    "operator_name": "Help <Desk>",
    "operator_contact": "desk@example.org",
    "operator_country": "Thailand",
}


def words(page: str) -> str:
    """What a page says, on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def one_line(text: str) -> str:
    """A text of the knowledge as `words` would show it, without the marks of its steps."""
    return " ".join(re.sub(r"^(-|\d+\.) ", "", text, flags=re.MULTILINE).split())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["privacy", "recipes"])
def test_a_page_says_all_its_words_with_every_part_dead(
    make_client: Callable[..., TestClient],
    bot: FakeBot,
    knowledge: Knowledge,
    name: str,
    language: str,
) -> None:
    client = make_client(conversation_minutes=17)
    bot.kill()
    response = client.get(f"/{name}/{language}")
    assert response.status_code == 200
    page, shown = knowledge.pages[name], words(response.text)
    assert page.title[language] in shown
    assert page.intro[language] in shown
    for section in page.sections:
        assert section.heading[language] in shown
        assert one_line(section.text[language]).replace("{minutes}", "17") in shown
    assert "{" not in shown
    unreviewed = knowledge.messages[language].widget_unreviewed
    assert (unreviewed in shown) == (language != "en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["privacy", "recipes"])
def test_a_page_has_the_same_parts_and_numbers_in_every_language(
    knowledge: Knowledge, name: str, language: str
) -> None:
    for section in knowledge.pages[name].sections:
        english, other = section.text["en"], section.text[language]
        assert [(e, len(lines)) for e, lines in parts(other)] == [
            (e, len(lines)) for e, lines in parts(english)
        ]
        assert sorted(NUMBER.findall(other)) == sorted(NUMBER.findall(english))
    title = knowledge.messages[language].widget_delete
    assert name == "recipes" or title in knowledge.pages[name].sections[2].text[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_we_keep_says_who_we_are_who_runs_this_and_what_we_never_do(
    make_client: Callable[..., TestClient], knowledge: Knowledge, language: str
) -> None:
    messages = knowledge.messages[language]
    client = make_client(**OPERATOR)
    operator = messages.operator.format(
        name="Help <Desk>", contact="desk@example.org", country="Thailand"
    )
    for path in (f"/privacy/{language}", f"/help/{language}"):
        shown = html.unescape(client.get(path).text)
        assert messages.who_we_are in shown
        assert operator in shown
    first = client.post("/api/conversation", json={"language": language}).json()["replies"][0]
    assert first["text"] == f"{messages.who_we_are}\n\n{operator}"


def test_the_page_of_help_leads_to_what_we_keep_and_back(client: TestClient) -> None:
    assert 'href="/privacy/th"' in client.get("/help/th").text
    assert 'href="/help/th"' in client.get("/privacy/th").text


@pytest.mark.parametrize("language", [*LANGUAGES, "zh-Hant"])
def test_the_recipes_give_nothing_away(
    client: TestClient, knowledge: Knowledge, language: str
) -> None:
    page = client.get(f"/recipes/{language}").text
    assert re.search("forewarn|/help|/privacy|/widget|/figures", page, re.IGNORECASE) is None
    assert alarming_words(knowledge).search(page) is None
    links = set(re.findall(r'(?:href|src)="([^"]+)"', page))
    ours = {f"/recipes/{code}" for code in (*LANGUAGES, "zh-Hant")}
    look = {"/recipes/look/recipes.css", "/recipes/look/pot.svg"}
    parts = {link for link in links if link.startswith("#")}
    assert links == ours | look | parts
    for link in ours | look:
        assert client.get(link).status_code == 200, link
    assert {part.removeprefix("#") for part in parts} <= set(re.findall(r'id="([^"]+)"', page))


def test_leave_leads_to_the_recipes_unless_the_operator_says_otherwise(
    make_client: Callable[..., TestClient],
) -> None:
    assert 'leave-to="/recipes"' in make_client().get("/").text
    elsewhere = make_client(leave_url="https://weather.example/").get("/").text
    assert 'leave-to="https://weather.example/"' in elsewhere


def test_an_unknown_language_is_refused_with_the_languages_we_have(client: TestClient) -> None:
    for name in ("privacy", "recipes"):
        assert client.get(f"/{name}/xx").json()["error"] == "language_unknown"
