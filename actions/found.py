"""What a search came to, said: one answer, two, or a few to choose from."""

from __future__ import annotations

from actions.composer import Composer
from actions.conversation import Conversation
from actions.reply import Reply, choice
from actions.retrieval_client import Found, RetrievalClient

MOST_CHOICES = 3
"""The most answers offered to choose from: more is a list to read, not a choice."""


def reply_to(found: Found, composer: Composer, conversation: Conversation) -> Reply | None:
    """The reply to what was ``found``; None where nothing is known."""
    names = [hit.id for hit in found.hits]
    if found.outcome == "answer":
        return composer.answers(names[: found.answers], conversation)
    if found.outcome == "unknown":
        return None
    messages = composer.messages(conversation)
    reply = composer.say(messages.answer_choose)
    reply.choices = composer.entries(names[:MOST_CHOICES], conversation.language)
    reply.choices.append(choice(messages.answer_none_of_these, "show_topic"))
    return reply


async def going_on(
    composer: Composer, retrieval: RetrievalClient, conversation: Conversation
) -> Reply | None:
    """The reply to a message that goes on from the last answer in so many words, or is nothing but
    a place while no place was asked for: short as it is, it may be taken for anything ("and my
    sister?" for a goodbye). None where it is no such message, or nothing is known.

    Raises:
        httpx.HTTPError: retrieval is down, too slow, or failed.
    """
    if conversation.after is None:
        return None
    if not conversation.names_a_place and composer.asking.goes_on(conversation.text) is None:
        return None
    found = await retrieval.search(conversation.text, conversation.language, conversation.after)
    return reply_to(found, composer, conversation)
