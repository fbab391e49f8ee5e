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
from tests.knowledge_base import KNOWLEDGE, LOADED
from tests.web.fake_bot import FakeBot, answer, text
from web.app import create_app
from web.channels.limits import table
from web.settings import WebSettings


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The real knowledge."""
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


def declared(name: str) -> App:
    """The app as tests/channels/test_<name>.py declares it."""
    app: App = importlib.import_module(f"tests.channels.test_{name}").DECLARED()
    assert app.name == name
    return app


@dataclass
class Connected:
    """Web and one app. ``read`` is how many messages a test has looked at."""

    app: App
    client: TestClient
    platform: StandIn
    bot: FakeBot
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

    def said(self, payload: Any, words: str) -> list[Shown]:
        """All messages that come when the app tells `payload`, up to one that has `words`."""
        self.tell(payload)
        until(lambda: any(words in one.text for one in self.shown()[self.read :]))
        new, self.read = self.shown()[self.read :], len(self.shown())
        return new

    def answers(self, payload: Any, user: str = "ann") -> list[Shown]:
        """All messages that answer `payload`: those before the answer to what `user` asks then."""
        self.tell(payload)
        *new, last = self.said(self.app.text(LAST, user=user), LAST)
        assert LAST in last.text
        return new

    def end(self, *users: str) -> None:
        """Everyone deletes the conversation, and nothing of it is left here."""
        self.platform.instead.clear()
        self.bot.behave = "answer"
        for user in users:
            self.said(self.app.text("delete", user=user), "has been deleted here")


LAST = "and is that all?"

USERS = ("ann", "bob")


def echo(body: dict[str, Any]) -> dict[str, Any]:
    """A bot that says what was said."""
    return answer(text(f"You said: {body.get('text') or body.get('choice')}"))


def settings(tmp_path: Path, bot: FakeBot, **changes: Any) -> WebSettings:
    """Settings of web for tests of channels."""
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
        # No wait that a busy machine may outlast: what was late would be sent again.
        "channel_retry_seconds": 0.05,
        "channel_call_seconds": 60,
        "deadline_web": 60,
        "operator_name": "Example Aid",
        "operator_contact": "aid@example.org",
        "operator_country": "Thailand",
    }
    return WebSettings(**{**ordinary, **changes})


@pytest.fixture
def connect(
    bot: FakeBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Connected]]:
    """Connect an app to a web of its own; keyword arguments are settings of web."""
    with ExitStack() as stack:

        def make(app: App, platform: StandIn | None = None, **changes: Any) -> Connected:
            platform = platform or stack.enter_context(StandIn(app.answer, app.is_message))
            for name, value in app.settings(platform.url).items():
                monkeypatch.setenv(name, value)
            web = create_app(settings(tmp_path, bot, **changes), LOADED)
            client = stack.enter_context(TestClient(web, raise_server_exceptions=False))
            return Connected(app, client, platform, bot)

        yield make


@pytest.fixture(scope="session", params=list(table()))
def app(request: pytest.FixtureRequest) -> App:
    """Each app there is."""
    return declared(request.param)


@pytest.fixture(scope="session", params=["memory", "redis"])
def _shared(
    request: pytest.FixtureRequest,
    app: App,
    redis_server: RedisServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Connected]:
    """One web for all tests of an app and a queue: making one takes a second."""
    with ExitStack() as stack:
        bot = stack.enter_context(FakeBot())
        platform = stack.enter_context(StandIn(app.answer, app.is_message))
        environment = stack.enter_context(pytest.MonkeyPatch.context())
        for name, value in app.settings(platform.url).items():
            environment.setenv(name, value)
        redis_url = redis_server.url if request.param == "redis" else ""
        var = tmp_path_factory.mktemp("var")
        web = create_app(settings(var, bot, redis_url=redis_url), LOADED)
        client = stack.enter_context(TestClient(web, raise_server_exceptions=False))
        yield Connected(app, client, platform, bot)


@pytest.fixture
def web(_shared: Connected) -> Iterator[Connected]:
    """Web with one app, and a bot that says what was said; nobody has written yet."""
    shared = _shared
    shared.bot.reply, shared.bot.behave = echo, "answer"
    shared.bot.requests.clear()
    shared.platform.calls.clear()
    shared.read = 0
    yield shared
    shared.end(*USERS)
    assert shared.platform.wrong == []
