"""Repairs of faults in Rasa 3.6.21, which gets no more releases. Each is proved by a test that
first shows the fault in Rasa as it is, so a repair that is no longer needed makes its test fail.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from types import ModuleType
from typing import Any

import aiohttp

logger = logging.getLogger(__name__)

_VALIDATOR = "rasa.graph_components.validators.default_recipe_validator"

_WITH_TENSORFLOW = {
    _VALIDATOR: ("DefaultV1RecipeValidator",),
    "rasa.engine.recipes.default_components": ("DEFAULT_COMPONENTS",),
    "rasa.utils.tensorflow.callback": ("RasaTrainingLogger", "RasaModelCheckpoint"),
    "rasa.utils.tensorflow.data_generator": ("RasaBatchDataGenerator",),
}


class ActionError(Exception):
    """An action gave no usable answer. The turn must fail: Rasa would go on without a word.

    Carries the HTTP status and code that the channel answers with; never what was said.
    """

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


def serve_without_tensorflow() -> None:
    """Let Rasa run without TensorFlow, which we do not install: 1.9 GB of disk, 0.3 GB of memory
    and seconds of start.

    Rasa imports it for components we have not. Call before anything of Rasa is imported.

    Raises:
        RuntimeError: when Rasa was imported already.
    """
    for name, classes in _WITH_TENSORFLOW.items():
        if name in sys.modules and not getattr(sys.modules[name], "is_stand_in", False):
            raise RuntimeError(f"{name} was imported before it could be left out")
        stand_in = ModuleType(name, "Stands in for a module of components we have not.")
        stand_in.__dict__.update({each: type(each, (), {}) for each in classes}, is_stand_in=True)
        sys.modules[name] = stand_in


def train_without_tensorflow() -> None:
    """Let Rasa train without TensorFlow, too: what training needs of the modules that are left out.
    Call before anything of Rasa is imported.

    Raises:
        RuntimeError: when Rasa was imported already.
    """
    serve_without_tensorflow()
    # Importing it enters RulePolicy, our one policy, in the registry of components.
    from bot.components.validator import Validator

    sys.modules[_VALIDATOR].__dict__["DefaultV1RecipeValidator"] = Validator


def mend() -> None:
    """Put the repairs of Rasa's own classes in place. Doing it twice does no harm."""
    from rasa.core.actions.action import RemoteAction
    from rasa.nlu.classifiers.regex_message_handler import RegexMessageHandler

    RemoteAction._validate_action_result = _ReplyCheck(RemoteAction.action_response_format_spec())
    RegexMessageHandler.process = _leave_messages_alone


class _ReplyCheck:
    """Checks an action's reply with a validator built once.

    Rasa builds one for every call, which made a turn 41 ms longer, and its error quotes the reply.
    Of an event the validator tries all twenty kinds: slots, which a reply sets by the dozen, are
    looked at before, by hand.
    """

    def __init__(self, schema: dict[str, Any]) -> None:
        from jsonschema.validators import validator_for

        self._validator = validator_for(schema)(schema)

    def __call__(self, result: Any) -> bool:
        if not isinstance(result, dict):
            raise ActionError(500, "action_reply_not_valid")
        events = result.get("events")
        if isinstance(events, list):
            others = [event for event in events if not _sets_a_slot(event)]
            result = {**result, "events": others}
        if not self._validator.is_valid(result):
            raise ActionError(500, "action_reply_not_valid")
        return True


def _sets_a_slot(event: Any) -> bool:
    return (
        isinstance(event, dict)
        and event.keys() <= {"event", "name", "value", "timestamp"}
        and event.get("event") == "slot"
        and isinstance(event.get("name"), str)
        and "value" in event
        and event.get("timestamp") is None
    )


def _leave_messages_alone(_: Any, messages: list[Any], domain: Any = None) -> list[Any]:
    """Rasa obeys a typed `/intent`, behind any white space, and logs text that looks like one.

    Nobody may steer the conversation by typing a command. Taps come with their meaning and do
    not pass here.
    """
    return messages


def watched_processor(**arguments: Any) -> Any:
    """A MessageProcessor in which an action's failure ends the turn instead of being swallowed.

    Rasa logs the failure with its traceback, in which a person's words may stand, and goes on
    with an empty reply that counts as a success. Ended here, nothing of the turn is stored.
    """
    from rasa.core.processor import MessageProcessor

    class Processor(MessageProcessor):  # type: ignore[misc]  # Rasa publishes no types
        async def _run_action(self, action: Any, *rest: Any, **more: Any) -> Any:
            watched = _WatchedAction(action)
            go_on = await super()._run_action(watched, *rest, **more)
            if watched.failure is not None:
                raise watched.failure
            return go_on

    return Processor(**arguments)


class _WatchedAction:
    """An action that keeps its failure for us and shows Rasa an empty result."""

    def __init__(self, action: Any) -> None:
        self._action = action
        self.failure: ActionError | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._action, name)

    async def run(self, *arguments: Any) -> list[Any]:
        try:
            events: list[Any] = await self._action.run(*arguments)
        except ActionError as failure:
            self.failure = failure
        except Exception as error:  # noqa: BLE001  Whatever it was, the turn fails and says so
            logger.error("%s raised %s", self._action.name(), type(error).__name__)
            self.failure = ActionError(500, "action_failed")
        else:
            return events
        return []


class ActionServer:
    """The action server as Rasa's remote actions call it, in place of Rasa's EndpointConfig.

    Rasa's own opens a connection for every call, waits up to five minutes, posts the whole
    conversation and the whole domain each time, and keeps error bodies in exceptions it logs.
    """

    def __init__(self, session: aiohttp.ClientSession, url: str, deadline: float) -> None:
        self.url = url
        self.kwargs: dict[str, Any] = {}
        self._session = session
        self._limit = aiohttp.ClientTimeout(total=deadline)

    async def request(self, *, json: dict[str, Any], **_: Any) -> Any:
        """Run one action.

        Raises:
            ActionError: 504 after the time limit, 503 when nobody listens, 500 for any status
                but 200 or a body that is not JSON.
        """
        try:
            async with self._session.post(
                self.url, json=_what_actions_need(json), timeout=self._limit
            ) as response:
                if response.status != 200:
                    raise ActionError(500, "action_failed")
                return await response.json(content_type=None)
        except asyncio.TimeoutError:
            raise ActionError(504, "actions_slow") from None
        except (aiohttp.ClientError, OSError):
            raise ActionError(503, "actions_down") from None
        except ValueError:
            raise ActionError(500, "action_reply_not_valid") from None


def _what_actions_need(call: dict[str, Any]) -> dict[str, Any]:
    tracker = {**call["tracker"], "events": []}
    return {**call, "tracker": tracker, "domain": {}}
