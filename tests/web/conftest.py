"""Web as its users meet it: the real application and the real knowledge, a bot of our making."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from forewarn.knowledge.loader import Knowledge, load
from tests.web.fake_bot import FakeBot
from web.app import create_app
from web.settings import WebSettings

KNOWLEDGE = Path(
    os.environ.get("FOREWARN_KNOWLEDGE", Path(__file__).resolve().parents[2] / "knowledge")
)


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The real knowledge."""
    return load(KNOWLEDGE)


@pytest.fixture
def bot() -> Iterator[FakeBot]:
    """A bot that answers."""
    with FakeBot() as bot:
        yield bot


@pytest.fixture
def make_settings(bot: FakeBot, tmp_path: Path) -> Callable[..., WebSettings]:
    """Settings for tests; keyword arguments replace single ones."""

    def make(**changes: Any) -> WebSettings:
        ordinary = {
            "knowledge": KNOWLEDGE,
            "var": tmp_path,
            "bot_url": bot.url,
            "retrieval_url": bot.url,
            "actions_url": bot.url,
            "bot_secret": "a secret of the tests",
            "token_key": "another secret of the tests",
        }
        return WebSettings(**{**ordinary, **changes})

    return make


@pytest.fixture
def make_client(
    make_settings: Callable[..., WebSettings], knowledge: Knowledge
) -> Iterator[Callable[..., TestClient]]:
    """Clients of one web each; keyword arguments are settings."""
    with ExitStack() as stack:

        def make(**changes: Any) -> TestClient:
            app = create_app(make_settings(**changes), knowledge)
            return stack.enter_context(TestClient(app, raise_server_exceptions=False))

        yield make


@pytest.fixture
def client(make_client: Callable[..., TestClient]) -> TestClient:
    """A client of web with the ordinary settings."""
    return make_client()
