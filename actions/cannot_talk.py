"""Helps someone who cannot speak or type much."""

from __future__ import annotations

from actions.base import ForewarnAction
from actions.conversation import Conversation
from actions.reply import Reply


class CannotTalk(ForewarnAction):
    """``cannot_talk``: what needs no voice first, and everything by tap."""

    asked_in_danger = True

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_cannot_talk"

    async def reply(self, conversation: Conversation) -> Reply:
        """Lines to write to, in the country or, while it is unknown, the region; and the first
        screen's buttons."""
        composer, messages = self.composer, self.composer.messages(conversation)
        reply = composer.say(messages.cannot_talk)
        contacts = composer.contacts(composer.menus.written_kinds, conversation, written=True)
        reply += contacts
        country = conversation.person.country
        written = any(block.type == "hotlines" and block.items for block in contacts.blocks)
        if country in composer.knowledge.contacts and not written:
            name = composer.knowledge.countries.countries[str(country)].name
            text = messages.cannot_talk_no_written.format(country=name[conversation.language])
            reply += composer.say(text)
        reply.choices = reply.choices or composer.first_screen(conversation).choices
        return reply
