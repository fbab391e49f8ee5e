"""What a person writes is nowhere but in the request to the bot: not in a log, not in memory
afterwards, not in an error, not on a disk."""

from __future__ import annotations

import gc
import inspect
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from forewarn.knowledge.loader import Knowledge
from tests.web.fake_bot import FakeBot
from tests.web.talk import choices_of, opened, say

MARKER = "zyx canary 7153 wvu"

TEST_CLIENT = TestClient.__mro__[1].__module__.partition(".")[0]
"""The logger of the client the tests use, which writes down the addresses it asks for."""


FAILING = (
    "answer", "status 500", "status 504", "garbage", "empty", "no_replies", "blank", "huge",
    "other_language", "hang_up", "frozen", "trickle",
)  # fmt: skip
"""Every way the bot may answer, or fail to."""


def send_everywhere(client: TestClient, bot: FakeBot, cry: str) -> list[str]:
    """Send the marker down every path; returns what came back where the bot had no part."""
    answers = []

    def note(response: Any) -> None:
        answers.append(response.text + str(response.headers))

    conversation = opened(client)["conversation"]
    for behaviour in FAILING:
        bot.behave = behaviour
        note(client.get(f"/ready?{MARKER}"))
        note(say(client, conversation, text=f"is this real {MARKER}"))
        note(say(client, conversation, text=f"{cry} {MARKER}"))
        note(client.post("/api/offers/check", json={"text": f"offer {MARKER}"}))
    bot.behave = "answer"
    note(say(client, conversation, text=MARKER, language=MARKER))
    note(say(client, conversation, text=MARKER, country=MARKER))
    note(say(client, MARKER, text=MARKER))
    note(say(client, conversation, choice=MARKER))
    note(say(client, conversation, text=f"{MARKER} " * 1_000))
    note(client.post("/api/chat", content=f'{{"text": "{MARKER}'.encode()))
    note(client.post("/api/chat", json={"text": {"a": MARKER}}))
    note(client.post("/api/chat", content=f'{{"text": "{MARKER} \\ud800"}}'.encode()))
    note(client.post("/api/feedback", json={"conversation": MARKER, "helpful": True}))
    note(client.request("DELETE", "/api/conversation", json={"conversation": MARKER}))
    note(client.get(f"/api/strings?language={MARKER}"))
    note(client.get(f"/help/{MARKER}"))
    for kind in ("", "/save", "/keep", ".png"):
        note(client.get(f"/help/en/{MARKER}{kind}"))
    note(client.get(f"/{MARKER}"))
    note(client.get(f"/check/{MARKER}"))
    note(client.post(f"/check/{MARKER}", data={"text": MARKER}))
    note(client.post("/check/en", data={"text": f"{MARKER} " * 5_000}))
    note(client.post("/check/en", content=MARKER.encode()))
    note(client.post("/check/en/picture", data={"written_in": MARKER}))
    note(client.post("/api/offers/picture", content=MARKER.encode()))
    note(client.post(f"/api/offers/picture?language={MARKER}", content=MARKER.encode()))
    note(client.get("/", headers={"Accept-Language": MARKER}))
    note(client.post("/api/offers/check", json={"text": f"{MARKER} " * 1_500}))
    note(client.post("/api/offers/check", json={"text": f"{MARKER} " * 15_000}))
    note(client.post("/api/offers/check", json={"text": MARKER, "language": MARKER}))
    note(client.post("/api/chat", json={"text": f"{MARKER} " * 5_000}))
    note(client.post("/api/chat", json=[MARKER]))
    note(client.patch("/api/chat", json={"text": MARKER}))
    note(client.post("/api/conversation", json={"language": MARKER}))
    note(client.post("/api/conversation", json={"conversation": MARKER, "language": "en"}))
    note(client.post("/api/conversation", content=MARKER.encode()))
    note(client.request("DELETE", "/api/conversation", content=MARKER.encode()))
    headers = dict.fromkeys(("Referer", "User-Agent", "X-Forwarded-For", "Cookie"), MARKER)
    for page in ("", "help", "figures", "privacy", "recipes", "recipes/look", "widget", "api"):
        note(client.get(f"/{page}/{MARKER}"))
        note(client.get(f"/{page}?{MARKER}", headers={**headers, "Accept-Language": MARKER}))
    for _ in range(30):
        note(say(client, conversation, text=f"again {MARKER}"))
    return answers


def test_the_marker_is_in_no_log_no_answer_and_no_file(
    make_client: Callable[..., TestClient],
    bot: FakeBot,
    knowledge: Knowledge,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    caplog.set_level(logging.DEBUG)
    client = make_client(deadline_web=0.6)
    answers = send_everywhere(client, bot, knowledge.dangers["held"].must_match["en"][0])
    assert len(answers) > 100
    assert [text for text in answers if "canary" in text] == []
    logged = [
        f"{record.getMessage()} {record.exc_text} {record.args}"
        for record in caplog.records
        if record.name != TEST_CLIENT
    ]
    assert logged
    assert [line for line in logged if "canary" in line] == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("method", "path", "where"),
    [
        ("POST", "/api/chat", "web.exchange.Exchange.know"),
        ("POST", "/api/chat", "web.exchange.Exchange.answer"),
        ("POST", "/api/chat", "web.bot_client.BotClient.ask"),
        ("POST", "/api/conversation", "web.exchange.Exchange.open"),
        ("DELETE", "/api/conversation", "web.exchange.Exchange.forget"),
        ("POST", "/api/feedback", "web.exchange.Exchange.conversation"),
        ("POST", "/api/offers/check", "web.guide.Guide.judge"),
        ("POST", "/api/offers/picture", "web.reading.readers.Readers.read"),
        ("GET", "/check/en", "web.check.page.CheckPages.page"),
        ("GET", f"/check/{MARKER}", "web.guide.Guide.language"),
        ("GET", f"/privacy/{MARKER}", "web.guide.Guide.language"),
        ("GET", f"/recipes/{MARKER}", "web.guide.Guide.language"),
        ("GET", f"/help/{MARKER}", "web.guide.Guide.language"),
        ("GET", f"/ready?{MARKER}", "web.readiness.Readiness.state"),
    ],
)
def test_a_fault_of_ours_logs_where_it_was_and_nothing_else(
    client: TestClient,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    path: str,
    where: str,
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError(MARKER)

    body = {
        "/api/chat": {"text": MARKER},
        "/api/conversation": {"conversation": MARKER} if method == "DELETE" else {},
        "/api/feedback": {"conversation": MARKER, "helpful": True},
        "/api/offers/check": {"text": MARKER},
        "/api/offers/picture": {"text": MARKER},
    }.get(path)
    monkeypatch.setattr(where, fail)
    caplog.set_level(logging.INFO)
    logging.getLogger(TEST_CLIENT).setLevel(logging.WARNING)
    response = client.request(method, path, json=body)
    assert response.status_code == 500
    assert "canary" not in response.text
    assert "canary" not in caplog.text
    assert "a fault of ours: RuntimeError at test_web_privacy.py:" in caplog.text


def test_nothing_a_person_wrote_stays_in_memory(
    make_client: Callable[..., TestClient], bot: FakeBot
) -> None:
    client = make_client()
    conversation = opened(client)["conversation"]
    written = MARKER.upper() + " in memory"
    assert say(client, conversation, text=written).status_code == 200
    bot.requests.clear()
    lifespan = inspect.unwrap(client.app.router.lifespan_context)  # type: ignore[attr-defined]
    held = [cell.cell_contents for cell in lifespan.__closure__]
    assert {type(one).__name__ for one in held} == {"Channels", "Service"}
    seen: set[int] = set()
    words: list[str] = []
    waiting: list[object] = [*held]
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen or isinstance(thing, type):
            continue
        seen.add(id(thing))
        if isinstance(thing, (str, bytes)):
            words.append(thing if isinstance(thing, str) else thing.decode(errors="replace"))
            continue
        if type(thing).__module__.split(".")[0] in {"web", "builtins", "collections"}:
            waiting.extend(gc.get_referents(thing))
    assert conversation.rpartition(".")[0] in words  # the walk came by the conversation itself
    assert [word for word in words if written in word] == []


def test_senders_are_names_that_lead_back_to_nobody() -> None:
    from web.limits import Senders

    first, second = Senders(), Senders()
    assert first.name("192.0.2.7") == first.name("192.0.2.7")
    assert first.name("192.0.2.7") != first.name("192.0.2.8")
    assert first.name("192.0.2.7") != second.name("192.0.2.7")
    assert first.name("2001:db8:1:2::3") == first.name("2001:db8:1:2:ffff::9")
    assert first.name("2001:db8:1:2::3") != first.name("2001:db8:1:3::3")
    assert "192.0.2.7" not in first.name("192.0.2.7")


def test_an_answer_leaves_no_cookie_and_is_kept_by_nobody(client: TestClient) -> None:
    body = opened(client)
    tap = choices_of(body)[0]["choice"]
    for response in (
        client.get("/"),
        client.get("/help"),
        client.get("/help/th/TH/keep"),
        client.get("/privacy/th"),
        client.get("/recipes/th"),
        client.get("/check/th"),
        client.get("/api/strings"),
        say(client, body["conversation"], choice=tap),
        say(client, "forged", text="a question of mine"),
    ):
        assert "set-cookie" not in response.headers
        assert response.headers["cache-control"] == "no-store"
