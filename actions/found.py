"""What a search came to, said: one answer, two, or a few to choose from."""

from __future__ import annotations

import httpx

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


async def sure_reply(
    composer: Composer, retrieval: RetrievalClient, conversation: Conversation
) -> Reply | None:
    """The answer to a message that was taken for something else, where the search is sure of it:
    "is that company real?" is near to "are you real?". None where it is not, or cannot be asked;
    what the message was taken for needs no search."""
    text = conversation.text
    if not text:
        return None
    try:
        found = await retrieval.search(text, conversation.language, conversation.after)
    except httpx.HTTPError:
        return None
    return reply_to(found, composer, conversation) if found.outcome == "answer" else None


async def reply_to_form(
    composer: Composer, retrieval: RetrievalClient, conversation: Conversation
) -> Reply | None:
    """The reply to a message that is a question by its form, whatever it was taken for: short as it
    is, "and my sister?" may pass for a goodbye, and "who are you and what do you store?" for one
    question. None where it is no such message, or nothing is known.

    Raises:
        httpx.HTTPError: retrieval is down, too slow, or failed.
    """
    text = conversation.text
    if not text or conversation.in_danger:
        return None
    asks_two = bool(composer.asking.in_two(text))
    goes_on = composer.asking.goes_on(text) is not None or conversation.names_a_place
    if not asks_two and not (goes_on and conversation.after):
        return None
    found = await retrieval.search(text, conversation.language, conversation.after)
    if asks_two and found.answers < 2:
        return None
    return reply_to(found, composer, conversation)
