"""What the short replies share: one sentence, then the first screen's buttons."""

from __future__ import annotations

from actions.base import ForewarnAction
from actions.conversation import Conversation
from actions.reply import Reply
from forewarn.knowledge.schema.dangers import DangerLevel


class SmallTalk(ForewarnAction):
    """A sentence of the messages file and the buttons everything begins with."""

    message: str
    """The name of the sentence in ``knowledge/messages``."""

    async def reply(self, conversation: Conversation) -> Reply:
        """The sentence, and the buttons. Whoever may be in danger was not making small talk: "I am
        scared" is short, and may pass for a goodbye."""
        perhaps = conversation.danger_level is DangerLevel.perhaps
        message = "danger_which" if perhaps else self.message
        sentence: str = getattr(self.composer.messages(conversation), message)
        return self.composer.say(sentence) + self.composer.first_screen(conversation)
