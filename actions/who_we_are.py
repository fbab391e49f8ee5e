"""Says who answers here, and who runs the service."""

from __future__ import annotations

from actions.base import ForewarnAction
from actions.conversation import Conversation
from actions.reply import Reply


class WhoWeAre(ForewarnAction):
    """``who_are_you``."""

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_who_we_are"

    async def reply(self, conversation: Conversation) -> Reply:
        """The entry about ourselves."""
        return self.composer.answer(self.composer.menus.about_us, conversation)
