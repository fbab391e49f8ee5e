"""What the short replies share: one sentence, then the first screen's buttons."""

from __future__ import annotations

from actions.base import ForewarnAction
from actions.conversation import Conversation
from actions.reply import Reply


class SmallTalk(ForewarnAction):
    """A sentence of the messages file and the buttons everything begins with."""

    message: str
    """The name of the sentence in ``knowledge/messages``."""

    async def reply(self, conversation: Conversation) -> Reply:
        """The sentence, and the buttons."""
        sentence: str = getattr(self.composer.messages(conversation), self.message)
        return self.composer.say(sentence) + self.composer.first_screen(conversation)
