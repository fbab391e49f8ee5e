"""Takes a yes or no on whether an answer helped."""

from __future__ import annotations

from actions.base import ForewarnAction
from actions.conversation import Conversation
from actions.reply import Reply, choice


class TakeFeedback(ForewarnAction):
    """``feedback``."""

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_take_feedback"

    async def reply(self, conversation: Conversation) -> Reply:
        """Asks by buttons, then thanks."""
        composer, messages = self.composer, self.composer.messages(conversation)
        if conversation.helpful:
            return composer.say(messages.feedback_thanks) + composer.first_screen(conversation)
        reply = composer.say(messages.feedback_ask)
        reply.choices = [
            choice(messages.feedback_yes, "feedback", helpful="yes"),
            choice(messages.feedback_no, "feedback", helpful="no"),
        ]
        return reply
