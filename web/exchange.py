"""One turn of a conversation: judged, put in order, answered, or met with a way to help."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from forewarn.danger import NO_DANGER, Judgement
from forewarn.knowledge.schema.dangers import DangerLevel
from forewarn.replies import Block, Meaning, PublicBlock, TextBlock
from web.background import Background
from web.bot_client import BotClient, BotReply, Turn, UnavailableError
from web.conversations import (
    Conversation,
    Conversations,
    EndedConversationError,
    ForgedTokenError,
    UnknownChoiceError,
)
from web.guide import CHANGE_OF_LANGUAGE, END_OF_DANGER, Guide
from web.intake import ChatBody, clean, has_words
from web.known import Known, know
from web.limits import Limiter
from web.refusals import RefusedError, Why
from web.settings import WebSettings

log = logging.getLogger(__name__)

RESERVE_SECONDS = 0.25
"""Kept back from the deadline to word and send the fallback."""

FORGET_SECONDS = 5.0
"""How long the bot may take to delete a conversation; nobody waits for it."""


@dataclass(frozen=True)
class Answer:
    """What goes back to the person."""

    conversation: str
    language: str
    replies: list[PublicBlock]

    def as_json(self) -> dict[str, object]:
        """The body of the response."""
        return {
            "conversation": self.conversation,
            "language": self.language,
            "replies": [block.model_dump(mode="json") for block in self.replies],
        }


class Exchange:
    """Takes messages and brings back answers."""

    def __init__(
        self,
        settings: WebSettings,
        guide: Guide,
        conversations: Conversations,
        bot: BotClient,
        limiter: Limiter,
        background: Background,
    ) -> None:
        """Answer with `bot`; with `guide` alone where it cannot. `limiter` counts the messages of
        each of the `conversations`; deletions end in the `background`."""
        self._settings = settings
        self._guide = guide
        self._conversations = conversations
        self._bot = bot
        self._limiter = limiter
        self._background = background

    def open(self, language: str) -> Answer:
        """Open a conversation with the first screen: needs no other part."""
        conversation = self._conversations.open(language)
        blocks = self._conversations.publish(conversation, self._guide.first_screen(language))
        return Answer(self._conversations.token(conversation), language, blocks)

    async def reopen(self, token: str, known: Known, deadline: float) -> Answer:
        """Leave the conversation of `token` for a new one. Who is in danger keeps it: the person
        changed the language, and the lines must stay.

        Raises:
            UnavailableError: no answer could be had in time.
        """
        conversation = self._found(token)
        if conversation is None:
            return self.open(known.language)
        if conversation.danger.level is not DangerLevel.danger:
            self._forget(conversation)
            return self.open(known.language)
        language = self._guide.of(known.language)
        said = Meaning(intent=CHANGE_OF_LANGUAGE, slots={"language": language})
        async with self._turn(conversation, deadline):
            before = conversation.danger
            reply = await self._ask(conversation, said, known, deadline)
        return self._answered(conversation, said, known, reply, before)

    def beside(self, token: str, language: str, blocks: list[Block]) -> Answer:
        """`blocks` said in the conversation of `token` without a turn: the choices that are open
        stay open beside theirs.

        Raises:
            RefusedError: it is not a conversation of ours, or has ended.
        """
        return self._beside(self.conversation(token), language, blocks)

    def know(self, body: ChatBody, preferred: str) -> Known:
        """Everything `body` tells at first sight. Never refuses anything, so that a refusal and
        the fallback too are in the person's language and name the danger."""
        return know(self._guide, self._found(body.conversation), body, preferred)

    async def answer(self, body: ChatBody, known: Known, deadline: float) -> Answer:
        """Answer `body` before `deadline` (a time of the running loop).

        Raises:
            RefusedError: the message cannot be taken; the conversation is as it was before.
            UnavailableError: no answer could be had in time.
        """
        if (body.text is None) == (body.choice is None):
            raise RefusedError(Why.empty if body.text is None else Why.unreadable)
        text = None if body.text is None else self._text(body.text, known)
        self._check_tags(body, known)
        conversation = self._continued(body, known)
        said: str | Meaning = text if text is not None else self._tap(conversation, body.choice)
        self._hold_back(conversation, known)
        if text is not None and not has_words(text) and not known.in_danger:
            instead = self._offer_taps(conversation, known)
            raise RefusedError(Why.no_words, instead=instead.as_json())
        async with self._turn(conversation, deadline):
            if not self._conversations.holds(conversation):
                raise RefusedError(Why.conversation_ended)
            if not isinstance(said, str):
                # Looked up again: a turn that was waited for may have brought newer choices.
                said = self._tap(conversation, body.choice)
            before = conversation.danger
            if known.in_danger:
                # Before the bot is asked: should it fail, the next fallback speaks of it too.
                conversation.danger = _added(known.danger, before)
            reply = await self._ask(conversation, said, known, deadline)
        return self._answered(conversation, said, known, reply, before)

    def _answered(
        self,
        conversation: Conversation,
        said: str | Meaning,
        known: Known,
        reply: BotReply,
        before: Judgement,
    ) -> Answer:
        """Take note of what a turn came to, and word it for the public. Its danger is the one the
        bot answered, who knows the meaning too, with the one in force `before`."""
        if not self._conversations.holds(conversation):
            raise RefusedError(Why.conversation_ended)
        # The bot knows Chinese in one way of writing: the person's own is kept here.
        same = self._guide.of(known.language) == reply.language
        conversation.language = known.language if same else reply.language
        conversation.country, conversation.told_country = known.country, known.told_country
        conversation.danger = _in_force(said, reply, before)
        return Answer(
            self._conversations.token(conversation),
            conversation.language,
            self._conversations.publish(
                conversation, self._guide.written(conversation.language, reply.replies)
            ),
        )

    def forget(self, token: str) -> None:
        """Forget the conversation of `token` here at once and, in a moment, at the bot.

        Raises:
            RefusedError: it is not a conversation of ours, or has ended.
        """
        self._forget(self.conversation(token))

    def conversation(self, token: str) -> Conversation:
        """The conversation of `token`.

        Raises:
            RefusedError: it is not a conversation of ours, or has ended.
        """
        try:
            return self._conversations.find(token)
        except ForgedTokenError:
            raise RefusedError(Why.conversation_forged) from None
        except EndedConversationError:
            raise RefusedError(Why.conversation_ended) from None

    # ------------------------------------------------------------------------ what was sent

    def _text(self, text: str, known: Known) -> str:
        if len(text) > self._settings.max_text:
            raise RefusedError(Why.too_long, {"limit": self._settings.max_text})
        cleaned = clean(text)
        if not cleaned:
            raise RefusedError(Why.empty)
        return cleaned

    def _offer_taps(self, conversation: Conversation, known: Known) -> Answer:
        """The first taps, beside the choices that are still open."""
        asked = TextBlock(text=self._guide.messages(known.language).not_understood)
        return self._beside(
            conversation, known.language, [asked, self._guide.first_taps(known.language)]
        )

    def _beside(self, conversation: Conversation, language: str, blocks: list[Block]) -> Answer:
        return Answer(
            self._conversations.token(conversation),
            language,
            self._conversations.publish(conversation, blocks, beside=True),
        )

    def _check_tags(self, body: ChatBody, known: Known) -> None:
        """Refuse a language or country we do not know; never to someone in danger."""
        if known.in_danger:
            return
        if body.language is not None and self._guide.language(body.language) is None:
            raise RefusedError(Why.language)
        if body.country is not None and self._guide.country(body.country) is None:
            raise RefusedError(Why.country)

    def _continued(self, body: ChatBody, known: Known) -> Conversation:
        """The conversation meant. A cry for help whose conversation has ended gets a new one."""
        if body.conversation is None:
            return self._conversations.open(known.language)
        try:
            return self.conversation(body.conversation)
        except RefusedError:
            if not known.in_danger:
                raise
            return self._conversations.open(known.language)

    def _found(self, token: str | None) -> Conversation | None:
        try:
            return self._conversations.find(token) if token else None
        except (ForgedTokenError, EndedConversationError):
            return None

    def _tap(self, conversation: Conversation, choice: str | None) -> Meaning:
        try:
            return self._conversations.meaning(conversation, choice or "")
        except UnknownChoiceError:
            raise RefusedError(Why.choice) from None

    def _hold_back(self, conversation: Conversation, known: Known) -> None:
        """Refuse a flood, but never a cry for help."""
        wait = self._limiter.wait(conversation.id)
        if known.in_danger:
            return
        if conversation.waiting >= self._settings.max_waiting:
            wait = max(wait, 1)
        if wait:
            raise RefusedError(Why.too_many, {"seconds": wait})

    # ---------------------------------------------------------------------------- the turn

    @asynccontextmanager
    async def _turn(self, conversation: Conversation, deadline: float) -> AsyncIterator[None]:
        """One turn at a time, in the order of arrival."""
        conversation.waiting += 1
        try:
            async with asyncio.timeout_at(deadline - RESERVE_SECONDS):
                await conversation.turn.acquire()
        except TimeoutError:
            raise UnavailableError("queue") from None
        finally:
            conversation.waiting -= 1
        try:
            yield
        finally:
            conversation.turn.release()

    async def _ask(
        self, conversation: Conversation, said: str | Meaning, known: Known, deadline: float
    ) -> BotReply:
        seconds = deadline - RESERVE_SECONDS - asyncio.get_running_loop().time()
        turn = Turn(
            conversation.id,
            said,
            self._guide.of(known.language),
            known.country,
            known.danger,
            known.in_force,
        )
        return await self._bot.ask(turn, seconds)

    def _forget(self, conversation: Conversation) -> None:
        self._conversations.forget(conversation)
        self._background.add(self._forget_at_bot(conversation))

    async def _forget_at_bot(self, conversation: Conversation) -> None:
        """After a turn still under way, or the bot would begin the conversation anew."""
        async with conversation.turn:
            try:
                await self._bot.forget(conversation.id, FORGET_SECONDS)
            except UnavailableError:
                log.warning("the bot did not delete a conversation; it expires there by itself")


def _in_force(said: str | Meaning, reply: BotReply, before: Judgement) -> Judgement:
    """The dangers a conversation is in after a turn, the newest first; they end by tap only, as
    they do at the bot."""
    if isinstance(said, Meaning) and said.intent == END_OF_DANGER:
        return NO_DANGER
    if reply.danger.level is DangerLevel.danger:
        return _added(Judgement(reply.danger.level, reply.danger.kinds, "meaning"), before)
    return before


def _added(new: Judgement, before: Judgement) -> Judgement:
    """The danger `new` and what was in force before it, the newest first."""
    kinds = dict.fromkeys((*new.kinds, *before.kinds))
    return Judgement(new.level, tuple(kinds), new.by)
