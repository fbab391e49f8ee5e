"""Changes the language of the conversation."""

from __future__ import annotations

from actions.base import ForewarnAction
from actions.conversation import Conversation
from actions.reply import Reply


class ChangeLanguage(ForewarnAction):
    """``change_language``: asks which, or says that it is changed."""

    # "And in Chinese?" names a language, whatever was asked before.
    heeds_form = False

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_change_language"

    async def reply(self, conversation: Conversation) -> Reply:
        """The languages as buttons; after a tap, the first screen in the new language."""
        composer, messages = self.composer, self.composer.messages(conversation)
        if not conversation.text:
            reply = composer.say(messages.language_changed)
            return reply + composer.first_screen(conversation)
        reply = composer.say(messages.change_language)
        reply.choices = composer.languages()
        return reply
