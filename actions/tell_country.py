"""Takes note of a country and shows the lines that now fit."""

from __future__ import annotations

from actions.base import ForewarnAction
from actions.conversation import Conversation
from actions.reply import Reply, choice


class TellCountry(ForewarnAction):
    """``tell_country``: where the person is, whose passport, or where someone was last seen."""

    keeps_contacts = False

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_tell_country"

    async def reply(self, conversation: Conversation) -> Reply:
        """The contacts of what the person needs, in that country."""
        composer, messages = self.composer, self.composer.messages(conversation)
        if not conversation.danger_in_force:
            entry = composer.knowledge.faq.get(conversation.last_faq or "")
            kinds = (entry and entry.header.contacts) or composer.menus.person_kinds
            reply = composer.say(messages.show_contacts) + composer.contacts(kinds, conversation)
            reply.choices = reply.choices or composer.first_screen(conversation).choices
            return reply
        reply = composer.nobody_told(conversation)
        reply += composer.contacts(composer.kinds_in_force(conversation), conversation)
        reply.choices = reply.choices or [choice(messages.danger_end_button, "end_danger")]
        return reply
