"""The widget in a real browser, against the real web part and a bot of our making."""

from __future__ import annotations

import functools
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Route, sync_playwright

from forewarn.knowledge.loader import Knowledge, load
from tests.browser.replies import full_answer
from tests.web.fake_bot import FakeBot
from web.app import create_app
from web.settings import WebSettings

KNOWLEDGE = Path(
    os.environ.get("FOREWARN_KNOWLEDGE", Path(__file__).resolve().parents[2] / "knowledge")
)
CHROMIUM = os.environ.get("FOREWARN_CHROMIUM", "/usr/bin/chromium")
NEUTRAL_PAGE = "https://neutral.test/"
PHONE = {"width": 360, "height": 640}

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Site:
    """A running web part and the bot behind it."""

    address: str
    bot: FakeBot
    stop: Callable[[], None]


@dataclass
class Visit:
    """A page, and everything that went wrong in it."""

    page: Page
    expected_errors: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def check(self) -> None:
        """Nothing went wrong but what the test meant to go wrong; nobody outside was asked."""
        assert self.outside == []
        assert [
            error
            for error in self.errors
            if not any(expected in error for expected in self.expected_errors)
        ] == []


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The real knowledge."""
    return load(KNOWLEDGE)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def site(knowledge: Knowledge) -> Iterator[Site]:
    """Web on a free port, with a bot that answers fully."""
    with FakeBot(full_answer(knowledge)) as bot:
        settings = WebSettings(
            knowledge=KNOWLEDGE,
            bot_url=bot.url,
            retrieval_url=bot.url,
            actions_url=bot.url,
            bot_secret="a secret of the tests",
            token_key="another secret of the tests",
            leave_url=NEUTRAL_PAGE,
            public_url="https://contacts.example.org",
        )
        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        server = uvicorn.Server(
            uvicorn.Config(
                create_app(settings, knowledge),
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=1,
            )
        )
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)

        def stop() -> None:
            server.should_exit = True
            thread.join()

        yield Site(f"http://127.0.0.1:{port}", bot, stop)
        stop()
        listener.close()


@pytest.fixture
def visit_at(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Opens a page of the Forewarn at an address; keyword arguments describe the browser."""
    contexts = []
    visits: list[Visit] = []

    def open_page(address: str, language: str = "en", path: str = "/", **how: object) -> Visit:
        context = browser.new_context(**{"locale": language, "viewport": PHONE, **how})
        contexts.append(context)
        page = context.new_page()
        visit = Visit(page)
        visits.append(visit)

        def on_console(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:
                visit.errors.append(f"{message.text} {message.location.get('url', '')}")

        def on_request(request: Request) -> None:
            if not request.url.startswith((address, NEUTRAL_PAGE)):
                visit.outside.append(request.url)

        def neutral(route: Route) -> None:
            route.fulfill(body="<!doctype html><title>Weather</title>", content_type="text/html")

        page.on("console", on_console)
        page.on("pageerror", lambda error: visit.errors.append(str(error)))
        page.on("request", on_request)
        page.route(NEUTRAL_PAGE + "**", neutral)
        page.goto(address + path)
        return visit

    yield open_page
    for context in contexts:
        context.close()
    for visit in visits:
        visit.check()


@pytest.fixture
def visit(site: Site, visit_at: Callable[..., Visit]) -> Callable[..., Visit]:
    """Opens a page of `site`, which outlives the page: it may still be asking for labels."""
    return functools.partial(visit_at, site.address)
