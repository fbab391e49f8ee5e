"""Ends a danger in force, when the person says so by the button."""

from __future__ import annotations

from actions.base import ForewarnAction
from actions.conversation import Conversation
from actions.reply import Reply


class EndDanger(ForewarnAction):
    """``end_danger``: only a tap does it, so that "I am fine", written under someone's eyes,
    takes no line away."""

    keeps_contacts = False

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_end_danger"

    async def reply(self, conversation: Conversation) -> Reply:
        """A kind word, and the first screen."""
        reply = self.composer.say(self.composer.messages(conversation).danger_ended)
        reply += self.composer.first_screen(conversation)
        reply.slots.update(danger_in_force=None, seen_in=None)
        return reply
