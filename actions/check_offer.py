"""Judges a pasted offer by its red flags, or asks for it."""

from __future__ import annotations

import json

import httpx

from actions.base import ForewarnAction
from actions.conversation import Conversation
from actions.found import sure_reply
from actions.reply import Reply, choice, taps
from forewarn.offers.deciding import Facts
from forewarn.replies import Choice, VerdictBlock, VerdictLevel


class CheckOffer(ForewarnAction):
    """``check_offer``: a verdict with reasons, an answer, or an invitation to paste."""

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_check_offer"

    async def reply(self, conversation: Conversation) -> Reply:
        """The verdict on what was pasted; where nothing was, the answer to what was asked of an
        offer ("should I pay the broker?"), or how to show it."""
        if not self.composer.offers.is_an_offer(conversation.text):
            return await self._answer(conversation) or self._invite(conversation)
        return _reply(self, await _verdict(self, conversation), conversation)

    async def _answer(self, conversation: Conversation) -> Reply | None:
        """The answer, where the search is sure of one that is not about ourselves: "is it real?"
        is asked of us too. It leads on to telling of the offer."""
        faq, about_us = self.composer.knowledge.faq, self.composer.menus.about_us
        answer = await sure_reply(self.composer, self.retrieval, conversation)
        if answer is None:
            return None
        entry = faq.get(str(answer.slots["last_faq"]))
        if entry is not None and entry.topic == faq[about_us].topic:
            return None
        label = self.composer.messages(conversation).offer_by_taps
        answer.choices.append(choice(label, "offer_answer"))
        return answer

    def _invite(self, conversation: Conversation) -> Reply:
        messages = self.composer.messages(conversation)
        reply = self.composer.say(messages.offer_invite)
        reply.choices = [choice(messages.offer_by_taps, "offer_answer")]
        reply.slots["offer_state"] = None
        return reply


async def warning(action: ForewarnAction, conversation: Conversation) -> Reply | None:
    """The verdict on a message that was taken for a question and shows a sign of a lure: people
    tell of an offer in their own words. None where there is nothing to warn of."""
    if not action.composer.offers.weigh(conversation.text).lines:
        return None
    verdict = await _verdict(action, conversation)
    if verdict.level is VerdictLevel.unclear:
        return None
    return _reply(action, verdict, conversation)


async def _verdict(action: ForewarnAction, conversation: Conversation) -> VerdictBlock:
    text, language, held = (
        conversation.text, conversation.language, conversation.danger_in_force,
    )  # fmt: skip
    try:
        return await action.retrieval.check_offer(text, language, holds_something=held)
    except httpx.HTTPError:
        # Phrases see most lures alone: a verdict by them is worth more than an apology.
        return action.composer.offers.check(text, language, holds_something=held)


def _reply(action: ForewarnAction, verdict: VerdictBlock, conversation: Conversation) -> Reply:
    facts = action.composer.offers.decider.facts(conversation.text)
    return verdict_reply(action, verdict, facts, conversation)


def verdict_reply(
    action: ForewarnAction, verdict: VerdictBlock, facts: Facts, conversation: Conversation
) -> Reply:
    """A verdict, what it rests on, the question that decides, how to check and whom to ask.

    What is remembered until that question is answered are names of ours: flags, questions and
    countries, no word of the offer.
    """
    composer = action.composer
    shown = verdict.model_copy(update={"checks": [], "question": None})
    reply = Reply([shown], slots={"offer_state": None})
    sources = composer.offers.sources(verdict)
    if sources:
        reply.blocks.append(composer.flag_sources(sources, conversation))
    if conversation.danger_in_force:
        return reply + Reply(choices=_menu(action, conversation))
    kinds = composer.offers.contacts(verdict, conversation.language) or composer.menus.offer_kinds
    if verdict.question is None:
        reply += Reply(choices=_ways_to_check(action, verdict, facts, conversation))
        return reply + composer.contacts(kinds, conversation)
    # One question at a time: the country is asked for once this one is answered.
    lines = composer.lines(kinds, conversation)
    reply.blocks += [lines] if lines.items or lines.note else []
    reply += composer.say(verdict.question.ask)
    reply.choices = [
        *(
            choice(answer.label, "offer_answer", offer_answer=f"{verdict.question.id}:{answer.id}")
            for answer in verdict.question.answers
        ),
        *_ways_to_check(action, verdict, facts, conversation),
    ]
    state = {
        "seen": [flag.id for flag in verdict.flags],
        "told": sorted(facts.told),
        "countries": list(facts.countries),
    }
    reply.slots["offer_state"] = json.dumps(state)
    return reply


def _ways_to_check(
    action: ForewarnAction, verdict: VerdictBlock, facts: Facts, conversation: Conversation
) -> list[Choice]:
    """What to tap: how to check in the countries named and in the person's own, and the rest."""
    composer, person = action.composer, conversation.person
    countries = composer.knowledge.countries.countries
    entries = [check.entry for check in verdict.checks]
    if facts.about_work:
        own = (countries.get(code or "") for code in (person.country, person.nationality))
        entries += [one.check_job for one in own if one is not None and one.check_job]
    ways = composer.entries(dict.fromkeys(entries), conversation.language)
    return [*ways, *_menu(action, conversation)]


def _menu(action: ForewarnAction, conversation: Conversation) -> list[Choice]:
    return taps(action.composer.menus.under_verdict, conversation.language)
