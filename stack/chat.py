"""`make chat`: a conversation in the terminal. An empty line or Ctrl-D ends it."""

import asyncio
from collections.abc import Callable, Sequence

import httpx

from forewarn.replies import PublicBlock
from stack.client import Conversation, RefusedError
from stack.rendering import choices, render, render_hotlines
from stack.supervisor import Say


async def talk(
    address: str, language: str | None, say: Say, ask: Callable[[str], str] = input
) -> None:
    """Talk with web at `address` until `ask` gives an empty line or the end of the input.

    A number stands for the choice with that number, if the last reply had one.
    """
    async with Conversation(address, language) as conversation:
        replies = await conversation.open()
        offered = await _show(conversation, replies, say)
        while True:
            try:
                typed = (await asyncio.to_thread(ask, "\n> ")).strip()
            except EOFError:
                return
            if not typed:
                return
            try:
                replies = await _turn(conversation, typed, offered)
            except RefusedError as refused:
                say(f"\n{refused}")
                for line in render_hotlines(refused.hotlines, await conversation.labels()):
                    say(line)
                continue
            except httpx.HTTPError as failure:
                say(f"\nweb does not answer ({type(failure).__name__})")
                continue
            offered = await _show(conversation, replies, say)


async def _turn(
    conversation: Conversation, typed: str, offered: Sequence[str]
) -> list[PublicBlock]:
    if typed.isascii() and typed.isdigit() and 1 <= int(typed) <= len(offered):
        return await conversation.choose(offered[int(typed) - 1])
    return await conversation.say(typed)


async def _show(conversation: Conversation, replies: Sequence[PublicBlock], say: Say) -> list[str]:
    say("")
    for line in render(replies, await conversation.labels()):
        say(line)
    return choices(replies)
