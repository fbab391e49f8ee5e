"""Logs name places, never words."""

from __future__ import annotations

import asyncio
import logging
import warnings
from typing import Any

import pytest
import sanic.exceptions
import structlog

from bot import logs
from bot.channel import answered

CANARY = "I am behind the blue gate"


@pytest.mark.usefixtures("_logs_left_alone")
def test_of_others_only_the_place_is_logged(capfd: pytest.CaptureFixture[str]) -> None:
    logs.quieten()
    logging.getLogger("rasa.core.processor").error("said: %s", CANARY)
    logging.getLogger().warning(CANARY)
    structlog.get_logger().error("message.parsing.failed", user_text=CANARY)
    structlog.get_logger("rasa").info("hidden", user_text=CANARY)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(CANARY, UserWarning, stacklevel=1)
    printed = capfd.readouterr().err.splitlines()

    assert [line.split(" ", 1)[1].rsplit(":", 1)[0] for line in printed] == [
        "ERROR rasa.core.processor test_logs",
        "WARNING root test_logs",
        printed[2].split(" ", 1)[1].rsplit(":", 1)[0],
    ]
    assert CANARY not in "".join(printed)


@pytest.mark.usefixtures("_logs_left_alone")
def test_tracebacks_name_kinds_and_places(capfd: pytest.CaptureFixture[str]) -> None:
    logs.quieten()
    try:
        try:
            raise KeyError(CANARY)
        except KeyError as error:
            raise ValueError(CANARY) from error
    except ValueError:
        logging.getLogger("bot.x").exception("a turn raised %s", "ValueError")
    printed = capfd.readouterr().err

    assert "ERROR bot.x a turn raised ValueError\n  ValueError\n    at test_" in printed
    assert "\n  KeyError\n" in printed
    assert CANARY not in printed


@pytest.mark.usefixtures("_logs_left_alone")
def test_an_error_nobody_foresaw_is_an_answer_without_words(
    capfd: pytest.CaptureFixture[str],
) -> None:
    async def handler(text: str) -> Any:
        raise ValueError(text)

    logs.quieten()
    answer = asyncio.run(answered(handler)(CANARY))
    printed = capfd.readouterr().err

    assert (answer.status, answer.body) == (500, b'{"error":"failed"}')
    assert ("a turn raised ValueError" in printed, CANARY in printed) == (True, False)


def test_errors_of_http_itself_are_left_to_the_server() -> None:
    async def handler() -> Any:
        raise sanic.exceptions.NotFound(CANARY)

    with pytest.raises(sanic.exceptions.NotFound):
        asyncio.run(answered(handler)())
