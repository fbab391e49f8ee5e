"""Questions about an offer: the one that decides under a verdict, and, for people who cannot paste
the offer, one red flag at a time."""

from __future__ import annotations

import json

from actions.base import ForewarnAction
from actions.check_offer import verdict_reply
from actions.conversation import Conversation
from actions.reply import Reply, choice
from forewarn.offers.deciding import Facts
from forewarn.offers.flags import FoundFlag

OFFER_ANSWER = "offer_answer"
"""What is being asked, before the id of the red flag, while a question about an offer is open."""


class OfferQuestion(ForewarnAction):
    """``offer_answer``: notes the answer to the last question, asks the next, then judges."""

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_offer_question"

    async def reply(self, conversation: Conversation) -> Reply:
        """The next question, or after the last one, or one that decides, the verdict."""
        about, _, answer = (conversation.offer_answer or "").rpartition(":")
        if self.composer.offers.decider.asks(about):
            return self._decided(about, answer, conversation)
        flags = self.composer.knowledge.red_flags
        questions = [name for name, flag in flags.items() if flag.on_tap_check]
        state = conversation.offer_state if conversation.offer_answer else {}
        asked, seen = list(state.get("asked", [])), list(state.get("seen", []))
        if conversation.offer_answer:
            name, _, answer = conversation.offer_answer.rpartition(":")
            if name in questions and name not in asked:
                asked.append(name)
                seen += [name] if answer == "yes" else []
        waiting = [name for name in questions if name not in asked]
        if not waiting:
            return self._judge(seen, conversation)
        reply = self._ask(waiting[0], len(asked) + 1, len(questions), conversation)
        reply.slots["offer_state"] = json.dumps({"asked": asked, "seen": seen})
        reply.slots["asked"] = f"{OFFER_ANSWER}:{waiting[0]}"
        return reply

    def _ask(self, name: str, number: int, total: int, conversation: Conversation) -> Reply:
        messages = self.composer.messages(conversation)
        question = self.composer.knowledge.red_flags[name].ask[conversation.language]
        reply = self.composer.say(
            messages.offer_question.format(number=number, total=total, question=question)
        )
        labels = {
            "yes": messages.offer_yes,
            "no": messages.offer_no,
            "unknown": messages.offer_unknown,
        }
        reply.choices = [
            choice(label, "offer_answer", offer_answer=f"{name}:{answer}")
            for answer, label in labels.items()
        ]
        return reply

    def _judge(self, seen: list[str], conversation: Conversation) -> Reply:
        composer = self.composer
        verdict = composer.offers.verdict(
            [FoundFlag(name, None) for name in seen],
            conversation.language,
            holds_something=conversation.danger_in_force,
        )
        return verdict_reply(self, verdict, Facts(), conversation)

    def _decided(self, question: str, answer: str, conversation: Conversation) -> Reply:
        """The verdict anew, with the answer to the question that decides."""
        offers, state = self.composer.offers, conversation.offer_state
        flags = offers.decider.flags({question: answer})
        seen = [FoundFlag(name, None) for name in state.get("seen", [])]
        known = Facts(
            about_work=True,
            countries=tuple(state.get("countries", [])),
            told=frozenset(state.get("told", [])),
        )
        facts = offers.decider.after(known, {question: answer})
        verdict = offers.verdict(
            list(dict.fromkeys([*seen, *flags])),
            conversation.language,
            holds_something=conversation.danger_in_force,
        )
        verdict = offers.beside(verdict, facts, conversation.language)
        return verdict_reply(self, verdict, facts, conversation)
