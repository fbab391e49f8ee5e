"""Shows contacts to someone who asks for them."""

from __future__ import annotations

from actions.base import ForewarnAction
from actions.conversation import Conversation
from actions.reply import Reply


class ShowContacts(ForewarnAction):
    """``contact_wanted``: those in the countries that are named, of the last answer, or all kinds
    of people to reach."""

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_show_contacts"

    async def reply(self, conversation: Conversation) -> Reply:
        """The contacts, and the question that makes them fit."""
        composer = self.composer
        if conversation.danger_in_force:
            return composer.say(composer.messages(conversation).show_contacts)
        entry = composer.knowledge.faq.get(conversation.last_faq or "")
        tapped = not conversation.text
        kinds = entry.header.contacts if entry and tapped else composer.menus.person_kinds
        reply = composer.say(composer.messages(conversation).show_contacts)
        lines = composer.lines_named(composer.menus.person_kinds, conversation)
        kinds = kinds or composer.menus.person_kinds
        return reply + composer.contacts(kinds, conversation, lines=lines)
