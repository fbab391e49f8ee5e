"""Answers a question from the knowledge, or says that it does not know."""

from __future__ import annotations

from actions.base import ForewarnAction
from actions.check_offer import warning
from actions.conversation import Conversation
from actions.found import reply_to
from actions.reply import Reply


class AnswerQuestion(ForewarnAction):
    """``question``: by tap, or by search."""

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_answer_question"

    heeds_form = False

    async def reply(self, conversation: Conversation) -> Reply:
        """The answer, or both; a warning, where an offer was told of in other words; two or three
        to choose from; or who may know."""
        if conversation.faq:
            return self.composer.answer(conversation.faq, conversation)
        found = await self.retrieval.search(
            conversation.text, conversation.language, conversation.after
        )
        warned = None if found.outcome == "answer" else await warning(self, conversation)
        return warned or reply_to(found, self.composer, conversation) or self._unknown(conversation)

    def _unknown(self, conversation: Conversation) -> Reply:
        composer = self.composer
        reply = composer.say(composer.messages(conversation).answer_unknown)
        if not conversation.danger_in_force:
            contacts = composer.contacts(composer.menus.person_kinds, conversation)
            reply.blocks += [block for block in contacts.blocks if block.type == "hotlines"]
        reply.choices = composer.topics(conversation.language)
        reply.slots["last_faq"] = None
        return reply
