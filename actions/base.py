"""What every action does: read the conversation, reply, and keep help within reach."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.composer import Composer
from actions.conversation import CLEARED_EACH_TURN, Conversation
from actions.found import reply_to_form
from actions.reply import Reply, choice
from actions.retrieval_client import RetrievalClient
from forewarn.knowledge.entries import BASE_LANGUAGE
from forewarn.knowledge.schema.dangers import DangerLevel
from forewarn.replies import ChoicesBlock, Tone


class ForewarnAction(Action):  # type: ignore[misc]  # rasa_sdk publishes no types for Action
    """One action. Subclasses name it and write ``reply``."""

    keeps_contacts = True
    """Whether the contacts of a danger in force are added under the reply."""

    asked_in_danger = False
    """Whether those who ask for this may be in danger, also where nothing they wrote says so."""

    heeds_form = True
    """Whether a message that is a question by its form is answered instead."""

    def __init__(self, composer: Composer, retrieval: RetrievalClient) -> None:
        """Actions share one composer and one client."""
        self.composer = composer
        self.retrieval = retrieval

    async def reply(self, conversation: Conversation) -> Reply:
        """The reply to this turn."""
        raise NotImplementedError

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Rasa's door: send the blocks of ``reply`` and set its slots."""
        conversation = Conversation.of(tracker, BASE_LANGUAGE)
        reply = None
        if self.heeds_form:
            reply = await reply_to_form(self.composer, self.retrieval, conversation)
        reply = reply or await self.reply(conversation)
        if self.keeps_contacts:
            reply += self._within_reach(conversation)
        blocks = list(reply.blocks)
        if reply.choices:
            blocks.append(ChoicesBlock(items=reply.choices))
        blocks = self.composer.for_another_language(blocks, conversation)
        dispatcher.utter_message(
            json_message={"blocks": [block.model_dump(mode="json") for block in blocks]}
        )
        slots = {**dict.fromkeys(CLEARED_EACH_TURN), **conversation.told, **reply.slots}
        return [SlotSet(name, value) for name, value in slots.items()]

    def _within_reach(self, conversation: Conversation) -> Reply:
        """The lines that stay in sight: all of them while a danger is in force, one sentence
        where there may be one."""
        composer, messages = self.composer, self.composer.messages(conversation)
        if conversation.danger_in_force:
            reply = composer.say(messages.danger_in_force, Tone.note)
            reply.blocks.append(composer.lines(composer.kinds_in_force(conversation), conversation))
            reply.choices.append(choice(messages.danger_end_button, "end_danger"))
            return reply
        if self.asked_in_danger or conversation.danger_level is DangerLevel.perhaps:
            reply = composer.say(composer.perhaps_in_danger(conversation), Tone.danger)
            reply.choices.append(choice(messages.perhaps_danger_button, "danger"))
            return reply
        return Reply()
