"""The repairs of Rasa 3.6.21. Each test shows the fault first: where Rasa differs, it fails."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from typing import Any

import jsonschema
import pytest
import rasa
from rasa.core.actions.action import RemoteAction
from rasa.core.channels.channel import CollectingOutputChannel
from rasa.core.processor import MessageProcessor
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.regex_message_handler import RegexMessageHandler
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message
from rasa.utils.endpoints import EndpointConfig

from bot import frozen
from bot.model import ROOT

CANARY = "I am behind the blue gate"
GOOD = {"events": [{"event": "slot", "name": "language", "value": "th"}], "responses": [{}]}
BAD: list[Any] = [
    {"events": "many", "responses": []},
    {"events": [{"event": "no such event"}], "responses": []},
    {"events": [], "responses": ["words"]},
    {"events": [{"name": "no event"}]},
    {"events": [{"event": "slot", "name": "no value", "timestamp": None}]},
    {"events": [{"event": "slot", "name": 7, "value": "th"}]},
    {"events": [{"event": "slot", "name": "language", "value": "th", "timestamp": "now"}]},
]


@pytest.fixture
def _mended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        RemoteAction, "_validate_action_result", RemoteAction._validate_action_result
    )
    monkeypatch.setattr(RegexMessageHandler, "process", RegexMessageHandler.process)
    frozen.mend()


def test_this_is_the_rasa_the_repairs_were_made_for() -> None:
    assert rasa.__version__ == "3.6.21"


def test_rasa_builds_the_reply_schema_for_every_call(monkeypatch: pytest.MonkeyPatch) -> None:
    built = []
    schema = RemoteAction.action_response_format_spec
    monkeypatch.setattr(
        RemoteAction,
        "action_response_format_spec",
        staticmethod(lambda: built.append(1) or schema()),
    )
    action = RemoteAction("action_x", None)
    for _ in range(3):
        action._validate_action_result(GOOD)

    assert len(built) == 3


@pytest.mark.usefixtures("_mended")
def test_mended_the_schema_is_built_once(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[int] = []
    monkeypatch.setattr(
        RemoteAction, "action_response_format_spec", staticmethod(lambda: built.append(1))
    )
    action = RemoteAction("action_x", None)

    assert [action._validate_action_result(GOOD) for _ in range(3)] == [True] * 3
    assert built == []


@pytest.mark.parametrize("reply", BAD)
def test_the_check_refuses_what_rasa_refuses_and_quotes_nothing(reply: Any) -> None:
    with pytest.raises(jsonschema.ValidationError):
        RemoteAction("action_x", None)._validate_action_result(reply)
    check = frozen._ReplyCheck(RemoteAction.action_response_format_spec())
    with pytest.raises(frozen.ActionError) as refused:
        check(reply)

    assert (refused.value.status, str(refused.value)) == (500, "action_reply_not_valid")


@pytest.mark.parametrize("reply", [None, [], "text"])
def test_the_check_refuses_what_is_no_object(reply: Any) -> None:
    with pytest.raises(frozen.ActionError):
        frozen._ReplyCheck(RemoteAction.action_response_format_spec())(reply)


def _typed(domain: Domain, text: str) -> str | None:
    handler = RegexMessageHandler.create({}, None, Resource("x"), None)
    intent = handler.process([Message({"text": text})], domain)[0].get("intent")
    return intent["name"] if intent else None


@pytest.mark.parametrize("head", ["", " ", "\u3000", "\u2028", "\x1f"])
def test_rasa_obeys_typed_commands(domain: Domain, head: str) -> None:
    assert _typed(domain, f"{head}/danger") == "danger"


@pytest.mark.usefixtures("_mended")
@pytest.mark.parametrize("head", ["", " ", "\u3000", "\u2028", "\x1f"])
def test_mended_typed_commands_are_text(domain: Domain, head: str) -> None:
    assert _typed(domain, f"{head}/danger") is None


class _Raises:
    """An action that fails with a person's words in its error."""

    def name(self) -> str:
        return "action_x"

    async def run(self, *_: Any) -> list[Any]:
        raise ValueError(CANARY)

    def event_for_successful_execution(self, _: Any) -> Any:
        return UserUttered("x")


class _Prediction:
    events: tuple[Any, ...] = ()
    policy_name = "RulePolicy"
    max_confidence = 1.0


def _run(kind: type[Any], action: Any) -> Any:
    """Run an action with a processor that was not given a model."""
    processor = object.__new__(kind)
    processor.domain = Domain.empty()
    tracker = DialogueStateTracker("c", [])
    return asyncio.run(
        processor._run_action(action, tracker, CollectingOutputChannel(), None, _Prediction())
    )


def _watched_kind(monkeypatch: pytest.MonkeyPatch) -> type[Any]:
    monkeypatch.setattr(MessageProcessor, "__init__", lambda self: None)
    kind: type[Any] = type(frozen.watched_processor())
    return kind


def test_rasa_swallows_a_failed_action_and_logs_the_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    go_on = _run(MessageProcessor, _Raises())

    assert (go_on, CANARY in caplog.text) == (True, True)


def test_mended_a_failed_action_fails_the_turn_and_logs_its_kind(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(frozen.ActionError) as failed:
        _run(_watched_kind(monkeypatch), _Raises())

    assert (failed.value.status, failed.value.code) == (500, "action_failed")
    assert caplog.messages == ["action_x raised ValueError"]


def test_rasa_sends_actions_every_event_and_the_domain(domain: Domain) -> None:
    tracker = DialogueStateTracker.from_events("c", [UserUttered(CANARY)] * 3, domain.slots)
    endpoint = EndpointConfig("http://127.0.0.1/webhook")
    call = RemoteAction("action_x", endpoint)._action_call_format(tracker, domain)

    assert (len(call["tracker"]["events"]), len(call["domain"]) > 5) == (3, True)
    needed = frozen._what_actions_need(call)
    assert needed == {**call, "domain": {}, "tracker": {**call["tracker"], "events": []}}


@pytest.mark.parametrize("verb", ["serve", "train"])
def test_rasa_serves_and_trains_without_tensorflow_if_it_is_left_out_before_rasa_comes(
    verb: str,
) -> None:
    there_is_none = "import sys; sys.modules['tensorflow'] = None;"
    leave_out = f"from bot import frozen; frozen.{verb}_without_tensorflow();"
    needed = "import rasa.core.agent, rasa.model_training, bot.turns; print('imported')"

    without = _python(there_is_none + leave_out + needed)
    as_it_ships = _python(there_is_none + needed)
    was_imported = "import types; sys.modules['rasa.utils.tensorflow.callback'] = types;"
    late = _python(there_is_none + was_imported + leave_out)

    assert without.stdout.split() == ["imported"]
    assert as_it_ships.stderr.splitlines()[-1].startswith("ModuleNotFoundError: ")
    assert late.stderr.splitlines()[-1] == (
        "RuntimeError: rasa.utils.tensorflow.callback was imported before it could be left out"
    )


def _python(script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
