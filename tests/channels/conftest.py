"""Web with one app connected: its stand-in on one side, a bot on the other."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from forewarn.knowledge.loader import Knowledge
from tests.channels.app import App, Shown, Webhook
from tests.channels.redis_server import RedisServer
from tests.channels.stand_in import StandIn, until
from tests.knowledge_base import KNOWLEDGE
from tests.web.fake_bot import FakeBot
from web.app import create_app
from web.channels.limits import table
from web.settings import WebSettings


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The real knowledge."""
    from tests.knowledge_base import LOADED

    return LOADED


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """A Redis of our own."""
    with RedisServer() as server:
        yield server


@pytest.fixture
def bot() -> Iterator[FakeBot]:
    """A bot that answers."""
    with FakeBot() as bot:
        yield bot


@pytest.fixture(params=list(table()))
def app(request: pytest.FixtureRequest) -> App:
    """Each app there is, as tests/channels/test_<name>.py declares it."""
    declared: App = importlib.import_module(f"tests.channels.test_{request.param}").DECLARED()
    assert declared.name == request.param
    return declared


@dataclass
class Connected:
    """Web and one app."""

    app: App
    client: TestClient
    platform: StandIn
    read: int = field(default=0)

    def post(self, webhook: Webhook) -> Any:
        """The app tells us something."""
        return self.client.post(
            f"/channels/{self.app.name}",
            content=webhook.raw,
            headers=webhook.headers,
            params=webhook.query,
        )

    def tell(self, payload: Any) -> None:
        """The app tells us something, and we take it."""
        response = self.post(self.app.signed(payload))
        assert response.status_code == 200, response.text

    def shown(self) -> list[Shown]:
        """All that a person has seen so far."""
        assert self.platform.wrong == []
        calls = list(self.platform.calls)
        return [
            shown for call in calls if self.app.is_message(call) for shown in self.app.shown(call)
        ]

    def next(self, count: int = 1) -> list[Shown]:
        """The next `count` messages, when they have come."""
        until(lambda: len(self.shown()) >= self.read + count)
        new = self.shown()[self.read : self.read + count]
        self.read += count
        return new

    def all(self, payload: Any) -> list[Shown]:
        """All messages that answer `payload`: those before the answer to a question after it."""
        self.tell(payload)
        before = self.read
        until(lambda: len(self.shown()) > self.read)
        self.read = len(self.shown())
        return self.shown()[before : self.read]


@pytest.fixture
def connect(
    bot: FakeBot, knowledge: Knowledge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Connected]]:
    """Web with one app; keyword arguments are settings of web."""
    with ExitStack() as stack:

        def make(app: App, platform: StandIn | None = None, **changes: Any) -> Connected:
            platform = platform or stack.enter_context(StandIn(app.answer, app.is_message))
            for name, value in app.settings(platform.url).items():
                monkeypatch.setenv(name, value)
            ordinary = {
                "knowledge": KNOWLEDGE,
                "var": tmp_path,
                "bot_url": bot.url,
                "retrieval_url": bot.url,
                "actions_url": bot.url,
                "bot_secret": "a secret of the tests",
                "token_key": "another secret of the tests",
                "public_url": "https://guide.example.org",
                "rate_conversation_burst": 0,
                "channel_retry_seconds": 0.05,
                "channel_call_seconds": 0.5,
                "operator_name": "Example Aid",
                "operator_contact": "aid@example.org",
                "operator_country": "Thailand",
            }
            web = create_app(WebSettings(**{**ordinary, **changes}), knowledge)
            client = stack.enter_context(TestClient(web, raise_server_exceptions=False))
            return Connected(app, client, platform)

        yield make
