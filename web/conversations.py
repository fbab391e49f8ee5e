"""The conversations web holds: who may continue one, what may be tapped, and whose turn it is.

Held in memory and nowhere else. No message is kept: a conversation is its language, its country,
the danger it told of, and what the buttons of its newest answer mean.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from itsdangerous import BadSignature, Signer

from forewarn.danger import NO_DANGER, Judgement
from forewarn.replies import (
    Block,
    ChoicesBlock,
    Meaning,
    MintedChoice,
    MintedChoicesBlock,
    PublicBlock,
)

_ID_BYTES = 24
_CHOICE_BYTES = 12
_MOST_CHOICES = 100


class ForgedTokenError(Exception):
    """The token was not signed by us: made up, damaged, or someone's guess."""


class EndedConversationError(Exception):
    """The conversation has expired, was deleted, or was never here."""


class UnknownChoiceError(Exception):
    """The choice belongs to an earlier turn, to another conversation, or to nobody."""


@dataclass(slots=True)
class Conversation:
    """One conversation, as much of it as web needs.

    ``told_country`` says that ``country`` is what the person told, and not what the page around
    the widget knows. ``danger`` is the one the person was last known to be in: should the bot fail
    in a later turn, the fallback still speaks of it.
    """

    id: str
    language: str
    last_used: float
    country: str | None = None
    told_country: bool = False
    danger: Judgement = NO_DANGER
    choices: dict[str, Meaning] = field(default_factory=dict)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0


class Conversations:
    """Opens, finds, forgets. Not thread-safe: used by one event loop."""

    def __init__(
        self,
        key: str,
        minutes: float,
        most: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Sign tokens with `key`; forget after `minutes` without use; hold `most` at once."""
        self._signer = Signer(key, salt="forewarn.conversation", digest_method=hashlib.sha256)
        self._seconds = minutes * 60
        self._most = most
        self._clock = clock
        self._held: OrderedDict[str, Conversation] = OrderedDict()

    def __len__(self) -> int:
        return len(self._held)

    def open(self, language: str) -> Conversation:
        """Open a conversation. When too many are held, the one idle for longest is forgotten:
        nobody is turned away."""
        conversation = Conversation(secrets.token_urlsafe(_ID_BYTES), language, self._clock())
        self._held[conversation.id] = conversation
        if len(self._held) > self._most:
            self._held.popitem(last=False)
        return conversation

    def token(self, conversation: Conversation) -> str:
        """The token by which its owner continues `conversation`."""
        return self._signer.sign(conversation.id).decode()

    def find(self, token: str) -> Conversation:
        """The conversation of `token`, which counts as used now.

        Raises:
            ForgedTokenError: we did not sign it.
            EndedConversationError: we did, but the conversation is no longer here.
        """
        try:
            identity = self._signer.unsign(token.encode(errors="replace")).decode()
        except (BadSignature, UnicodeDecodeError) as error:
            raise ForgedTokenError from error
        self.sweep()
        conversation = self._held.get(identity)
        if conversation is None:
            raise EndedConversationError
        conversation.last_used = self._clock()
        self._held.move_to_end(identity)
        return conversation

    def holds(self, conversation: Conversation) -> bool:
        """Whether `conversation` has been neither deleted nor forgotten."""
        return conversation.id in self._held

    def forget(self, conversation: Conversation) -> None:
        """Forget `conversation` at once."""
        self._held.pop(conversation.id, None)

    def sweep(self) -> None:
        """Forget every conversation that has not been used for too long."""
        oldest = self._clock() - self._seconds
        while self._held and next(iter(self._held.values())).last_used <= oldest:
            self._held.popitem(last=False)

    def meaning(self, conversation: Conversation, choice: str) -> Meaning:
        """What tapping `choice` means now.

        Raises:
            UnknownChoiceError: it is not among the newest choices of this conversation.
        """
        try:
            return conversation.choices[choice]
        except KeyError as error:
            raise UnknownChoiceError from error

    def publish(
        self, conversation: Conversation, blocks: Iterable[Block], *, beside: bool = False
    ) -> list[PublicBlock]:
        """Swap what choices mean for fresh tokens. The tokens of earlier answers end here, unless
        the new ones stand `beside` them because no turn was taken."""
        fresh: dict[str, Meaning] = {}

        def minted(block: ChoicesBlock) -> MintedChoicesBlock:
            items = []
            for item in block.items:
                token = secrets.token_urlsafe(_CHOICE_BYTES)
                fresh[token] = item.means
                items.append(MintedChoice(label=item.label, choice=token))
            return MintedChoicesBlock(items=items)

        public: list[PublicBlock] = [
            minted(block) if isinstance(block, ChoicesBlock) else block for block in blocks
        ]
        kept = conversation.choices if beside else {}
        conversation.choices = dict([*kept.items(), *fresh.items()][-_MOST_CHOICES:])
        return public
