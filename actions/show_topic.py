"""Shows the questions of a topic, or the topics."""

from __future__ import annotations

from actions.base import ForewarnAction
from actions.conversation import Conversation
from actions.reply import Reply

MOST = 8
"""The most questions of one topic shown as buttons: a phone shows about eight."""


class ShowTopic(ForewarnAction):
    """``show_topic``: by tap."""

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_show_topic"

    async def reply(self, conversation: Conversation) -> Reply:
        """Buttons to questions, the one that answers the topic as a whole first."""
        composer, messages = self.composer, self.composer.messages(conversation)
        topic = composer.knowledge.topics.get(conversation.topic or "")
        if topic is None:
            reply = composer.say(messages.show_topics)
            reply.choices = composer.topics(conversation.language)
            return reply
        inside = [entry.id for entry in composer.knowledge.faq.values() if entry.topic == topic.id]
        names = sorted(inside, key=lambda name: name != topic.first)[:MOST]
        reply = composer.say(messages.show_topic)
        reply.choices = composer.entries(names, conversation.language)
        return reply
