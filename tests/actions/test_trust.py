"""Who we are and who runs this is said; what a person forced to cheat, or whose phone is checked,
asks next is one tap away from the answer to a danger."""

import json

import httpx
import pytest
from starlette.testclient import TestClient

from actions.app import create_app
from actions.settings import ActionsSettings
from forewarn.knowledge.loader import Knowledge
from tests.actions.conftest import KNOWLEDGE, Rasa, Retrieval, Turn, call
from tests.knowledge_base import LANGUAGES


@pytest.fixture(scope="module")
def named(stand_in: Retrieval, tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """A server whose operator is named."""
    http = httpx.AsyncClient(base_url="http://retrieval", transport=httpx.MockTransport(stand_in))
    settings = ActionsSettings(
        knowledge=KNOWLEDGE,
        var=tmp_path_factory.mktemp("var"),
        operator_name="Help Desk",
        operator_contact="desk@example.org",
        operator_country="Thailand",
    )
    return TestClient(create_app(settings, http))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("how", ["asked", "tapped", "found"])
def test_who_are_you_names_who_runs_the_service(
    named: TestClient, retrieval: Retrieval, knowledge: Knowledge, language: str, how: str
) -> None:
    retrieval.finds("answer", "who-are-you")
    asked = {
        "asked": call("action_who_we_are", "x", language=language),
        "tapped": call("action_answer_question", language=language, faq="who-are-you"),
        "found": call("action_answer_question", "who are you", language=language),
    }[how]
    turn = Turn(named.post("/webhook", json=asked).json())
    operator = knowledge.messages[language].operator.format(
        name="Help Desk", contact="desk@example.org", country="Thailand"
    )
    answer = knowledge.faq["who-are-you"].texts[language].answer
    assert turn.texts[0] == f"{answer}\n\n{operator}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_asked_next_is_one_tap_away_from_the_answer_to_a_danger(
    rasa: Rasa, knowledge: Knowledge, language: str
) -> None:
    wanted = {
        "held": ["forced-to-scam", "checked-phone"],
        "threatened": ["forced-to-scam", "checked-phone"],
        "moved": ["checked-phone"],
        "hurt": ["checked-phone"],
    }
    assert {k: d.related for k, d in knowledge.dangers.items() if d.related} == wanted
    for kind, names in wanted.items():
        for country in (None, "MM"):
            turn = rasa(
                "action_respond_to_danger",
                "x",
                danger_kind=kind,
                language=language,
                country_now=country,
            )
            offered = [slots["faq"] for intent, slots in turn.meanings if intent == "question"]
            assert offered == names
            assert turn.meanings[-len(names) :] == [("question", {"faq": name}) for name in names]
    tapped = rasa(
        "action_answer_question", language=language, faq="checked-phone", danger_in_force="held"
    )
    assert knowledge.faq["checked-phone"].texts[language].answer in tapped.texts[0]
    assert tapped.block("hotlines")["items"]


def test_are_you_real_leads_to_how_to_check_a_number(rasa: Rasa) -> None:
    turn = rasa("action_answer_question", language="en", faq="are-you-real")
    assert ("question", {"faq": "fake-hotline"}) in turn.meanings
    assert json.dumps(turn.blocks).count("We never do") == 2
