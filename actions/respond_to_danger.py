"""Answers a person in danger: what to do, whom to reach, what not to do; then who can help."""

from __future__ import annotations

from actions.base import ForewarnAction
from actions.conversation import SEEN_IN, UNKNOWN, Conversation
from actions.reply import Reply, choice
from forewarn.knowledge.schema.dangers import Danger, DangerAnswer
from forewarn.replies import Tone

DANGER_ANSWER = "danger_answer"
"""What is being asked, before the kind of danger, while its question stands open."""


class RespondToDanger(ForewarnAction):
    """``danger``: decided by ``forewarn.danger`` or by a tap, never by a trained intent."""

    keeps_contacts = False

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_respond_to_danger"

    async def reply(self, conversation: Conversation) -> Reply:
        """At most three sentences, that nobody has been told, contacts, one question."""
        danger = self.composer.knowledge.dangers.get(conversation.danger_kind or "")
        if danger is None or not danger.on_menu:
            reply = self._which(danger, conversation)
        else:
            placed = _placed(danger, conversation)
            reply = self._help(danger, placed)
            if placed is not conversation:
                reply.slots[SEEN_IN] = placed.person.seen_in
        seen = (conversation.danger_kind, conversation.danger_second)
        kinds = dict.fromkeys((*filter(None, seen), *conversation.dangers_in_force))
        reply.slots["danger_in_force"] = " ".join(kinds) or UNKNOWN
        return reply

    def _which(self, danger: Danger | None, conversation: Conversation) -> Reply:
        """For a cry for help that does not say what is happening."""
        composer = self.composer
        if danger is None:
            reply = composer.say(composer.messages(conversation).danger_which, Tone.danger)
        else:
            reply = composer.say_in_danger(danger.reply, conversation)
        reply += composer.nobody_told(conversation)
        reply.blocks.append(composer.lines(composer.menus.emergency_kinds, conversation))
        dangers = composer.knowledge.dangers.items()
        reply.choices = [
            choice(danger.name[conversation.language], "danger", danger_kind=kind)
            for kind, danger in sorted(dangers, key=lambda item: item[1].order)
            if danger.on_menu
        ]
        return reply

    def _help(self, danger: Danger, conversation: Conversation) -> Reply:
        composer, language = self.composer, conversation.language
        messages = composer.messages(conversation)
        question, answer = danger.question, _answer(danger, conversation.danger_answer)
        reply = composer.say_in_danger((answer or danger).reply, conversation)
        second = self._second(danger, conversation)
        if second is not None:
            reply += composer.say_in_danger(second.mention, conversation)
        reply += composer.nobody_told(conversation)
        if question is None or answer is not None:
            paper = composer.paper(danger, conversation)
            reply += composer.contacts(danger.contacts, conversation, then=paper)
        else:
            reply.blocks.append(composer.lines(danger.contacts, conversation))
            reply += composer.say_in_danger(question.ask, conversation)
            reply.slots["asked"] = f"{DANGER_ANSWER}:{conversation.danger_kind}"
            reply.choices = [
                choice(
                    option.label[language],
                    "danger",
                    danger_kind=str(conversation.danger_kind),
                    danger_answer=str(number),
                )
                for number, option in enumerate(question.answers)
            ]
        if not reply.choices:
            reply.choices = [choice(messages.danger_end_button, "end_danger")]
        # Last, so that they stand between nobody and an answer to the question above them.
        reply.choices = [*reply.choices, *composer.entries(danger.related, language)]
        return reply

    def _second(self, served: Danger, conversation: Conversation) -> Danger | None:
        """The danger to name beside the one served: the other one of this message, else the one
        told of before."""
        other = self.composer.knowledge.dangers.get(conversation.danger_second or "")
        before = [danger for danger in self.composer.in_force(conversation) if danger.on_menu]
        named = [danger for danger in (other, *before) if danger and danger is not served]
        return named[0] if named else None


def _answer(danger: Danger, number: int | None) -> DangerAnswer | None:
    """The tapped answer to the question of ``danger``, if there is one."""
    answers = danger.question.answers if danger.question else []
    return answers[number] if number is not None and number < len(answers) else None


def _placed(danger: Danger, conversation: Conversation) -> Conversation:
    """The conversation, knowing where someone was last seen if the message names one country: the
    family that wrote "she went to Cambodia" is not asked again."""
    if danger.about != "someone" or SEEN_IN in conversation.countries_asked:
        return conversation
    one = len(conversation.named) == 1
    return conversation.looking_in(conversation.named[0]) if one else conversation
