"""Answers a question from the knowledge, or says that it does not know."""

from __future__ import annotations

from actions.base import ForewarnAction
from actions.conversation import Conversation
from actions.reply import Reply, choice

MOST_CHOICES = 3
"""The most answers offered to choose from: more is a list to read, not a choice."""


class AnswerQuestion(ForewarnAction):
    """``question``: by tap, or by search."""

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_answer_question"

    async def reply(self, conversation: Conversation) -> Reply:
        """The answer; or two or three to choose from; or who may know."""
        if conversation.faq:
            return self.composer.answer(conversation.faq, conversation)
        found = await self.retrieval.search(conversation.text, conversation.language)
        if found.outcome == "answer":
            return self.composer.answer(found.hits[0].id, conversation)
        if found.outcome == "choose":
            return self._choose([hit.id for hit in found.hits[:MOST_CHOICES]], conversation)
        return self._unknown(conversation)

    def _choose(self, names: list[str], conversation: Conversation) -> Reply:
        messages = self.composer.messages(conversation)
        reply = self.composer.say(messages.answer_choose)
        reply.choices = self.composer.entries(names, conversation.language)
        reply.choices.append(choice(messages.answer_none_of_these, "show_topic"))
        return reply

    def _unknown(self, conversation: Conversation) -> Reply:
        composer = self.composer
        reply = composer.say(composer.messages(conversation).answer_unknown)
        if not conversation.danger_in_force:
            contacts = composer.contacts(composer.menus.person_kinds, conversation)
            reply.blocks += [block for block in contacts.blocks if block.type == "hotlines"]
        reply.choices = composer.topics(conversation.language)
        return reply
