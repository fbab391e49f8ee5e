"""The action server in process, with a retrieval that answers what a test tells it to."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from actions.app import create_app
from actions.settings import ActionsSettings
from forewarn.knowledge.loader import Knowledge, load
from forewarn.offers.verdict import OfferCheck

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load(KNOWLEDGE)


class Retrieval:
    """Stands in for retrieval: finds what it is told, and checks offers by the real phrases."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.offers = OfferCheck(knowledge)
        self.found: dict[str, Any] = {"outcome": "unknown", "answers": 0, "hits": []}
        self.failure: Exception | int | None = None
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def finds(self, outcome: str, *names: str, answers: int | None = None) -> None:
        """Find ``names``; the first is the answer, or the first ``answers`` of them."""
        count = int(outcome == "answer") if answers is None else answers
        hits = [
            {"id": n, "kind": "faq", "language": "en", "score": 0.9, "confidence": 0.9}
            for n in names
        ]
        self.found = {"outcome": outcome, "answers": count, "hits": hits}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if isinstance(self.failure, Exception):
            raise self.failure
        if self.failure:
            return httpx.Response(self.failure)
        if request.method == "GET":
            return httpx.Response(200, json={})
        body = json.loads(request.content)
        self.asked.append((request.url.path, body))
        if request.url.path == "/search":
            return httpx.Response(200, json=self.found)
        verdict = self.offers.check(
            body["text"], body["language"], holds_something=body["holds_something"]
        )
        return httpx.Response(200, json=verdict.model_dump(mode="json"))


@pytest.fixture(scope="session")
def stand_in(knowledge: Knowledge) -> Retrieval:
    return Retrieval(knowledge)


@pytest.fixture(scope="session")
def server(stand_in: Retrieval, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    client = httpx.AsyncClient(base_url="http://retrieval", transport=httpx.MockTransport(stand_in))
    settings = ActionsSettings(knowledge=KNOWLEDGE, var=tmp_path_factory.mktemp("var"))
    with TestClient(create_app(settings, client)) as test_client:
        yield test_client


@pytest.fixture
def retrieval(stand_in: Retrieval) -> Retrieval:
    """The retrieval behind the server, with nothing left of the test before."""
    stand_in.finds("unknown")
    stand_in.failure = None
    stand_in.asked.clear()
    return stand_in


class Turn:
    """What one action replied."""

    def __init__(self, body: dict[str, Any]) -> None:
        (response,) = body["responses"]
        self.blocks: list[dict[str, Any]] = response["custom"]["blocks"]
        self.slots = {event["name"]: event["value"] for event in body["events"]}

    @property
    def texts(self) -> list[str]:
        return [block["text"] for block in self.blocks if block["type"] == "text"]

    def block(self, kind: str) -> dict[str, Any]:
        (found,) = [block for block in self.blocks if block["type"] == kind]
        return found

    @property
    def meanings(self) -> list[tuple[str, dict[str, str]]]:
        return [
            (item["means"]["intent"], item["means"]["slots"])
            for block in self.blocks
            if block["type"] == "choices"
            for item in block["items"]
        ]


def call(
    action: str,
    text: str = "",
    named: Sequence[str] = (),
    peoples: Sequence[str] = (),
    **slots: Any,
) -> dict[str, Any]:
    """A call as the bot makes it: slots and the latest message, no history, no domain.

    ``named`` are the countries that retrieval found in the text, ``peoples`` those whose people.
    """
    understanding = {"place": {"mentioned": list(named), "peoples": list(peoples)}}
    return {
        "next_action": action,
        "sender_id": "someone",
        "tracker": {
            "sender_id": "someone",
            "slots": slots,
            "latest_message": {
                "text": text,
                "intent": {"name": "any"},
                "entities": [],
                "metadata": {"understanding": understanding},
            },
            "events": [],
            "paused": False,
            "followup_action": None,
            "active_loop": {},
            "latest_action_name": None,
        },
        "domain": {},
        "version": "3.6.21",
    }


class Rasa:
    """Calls actions as the bot does."""

    def __init__(self, server: TestClient) -> None:
        self.server = server

    def __call__(self, action: str, text: str = "", **slots: Any) -> Turn:
        response = self.server.post("/webhook", json=call(action, text, **slots))
        assert response.status_code == 200, response.text
        return Turn(response.json())


@pytest.fixture
def rasa(server: TestClient, retrieval: Retrieval) -> Rasa:
    return Rasa(server)
