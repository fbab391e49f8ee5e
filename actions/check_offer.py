"""Judges a pasted offer by its red flags, or asks for it."""

from __future__ import annotations

import httpx

from actions.base import ForewarnAction
from actions.conversation import Conversation
from actions.reply import Reply, choice, taps


class CheckOffer(ForewarnAction):
    """``check_offer``: a verdict with reasons, or an invitation to paste."""

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_check_offer"

    async def reply(self, conversation: Conversation) -> Reply:
        """The verdict on what was pasted; where nothing was, how to show it."""
        if not self.composer.offers.is_an_offer(conversation.text):
            return self._invite(conversation)
        composer = self.composer
        try:
            verdict = await self.retrieval.check_offer(
                conversation.text,
                conversation.language,
                holds_something=conversation.danger_in_force,
            )
        except httpx.HTTPError:
            # Phrases see most lures alone: a verdict by them is worth more than an apology.
            verdict = composer.offers.check(
                conversation.text,
                conversation.language,
                holds_something=conversation.danger_in_force,
            )
        reply = Reply([verdict])
        sources = composer.offers.sources(verdict)
        if sources:
            reply.blocks.append(composer.flag_sources(sources, conversation))
        return reply + under_verdict(self, conversation)

    def _invite(self, conversation: Conversation) -> Reply:
        messages = self.composer.messages(conversation)
        reply = self.composer.say(messages.offer_invite)
        reply.choices = [choice(messages.offer_by_taps, "offer_answer")]
        reply.slots["offer_state"] = None
        return reply


def under_verdict(action: ForewarnAction, conversation: Conversation) -> Reply:
    """Whom to ask, and what to tap, under any verdict."""
    composer = action.composer
    reply = Reply(choices=taps(composer.menus.under_verdict, conversation.language))
    if conversation.danger_in_force:
        return reply
    return reply + composer.contacts(composer.menus.offer_kinds, conversation)
