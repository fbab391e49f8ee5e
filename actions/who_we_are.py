"""Says who answers here, and who runs the service."""

from __future__ import annotations

from actions.base import ForewarnAction
from actions.conversation import Conversation
from actions.found import sure_reply
from actions.reply import Reply


class WhoWeAre(ForewarnAction):
    """``who_are_you``."""

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_who_we_are"

    async def reply(self, conversation: Conversation) -> Reply:
        """The entry that says who we are, or what else was asked."""
        composer, sure = self.composer, None
        if not composer.asking.in_two(conversation.text):  # one answer would leave the other out
            sure = await sure_reply(composer, self.retrieval, conversation)
        return sure or composer.answer(composer.menus.about_us, conversation)
