"""Says that no person answers here, and where people do."""

from __future__ import annotations

from actions.base import ForewarnAction
from actions.conversation import Conversation
from actions.reply import Reply


class TalkToPerson(ForewarnAction):
    """``talk_to_person``."""

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_talk_to_person"

    async def reply(self, conversation: Conversation) -> Reply:
        """The lines with people, and the question that makes them fit."""
        composer = self.composer
        reply = composer.say(composer.messages(conversation).talk_to_person)
        if conversation.danger_in_force:
            return reply
        return reply + composer.contacts(composer.menus.person_kinds, conversation)
