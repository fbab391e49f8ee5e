"""`make demo`: asks what stack/demo.yml says, shows the answers, and tells what is missing."""

from collections.abc import Sequence
from pathlib import Path

import httpx
from pydantic import BaseModel, ConfigDict, TypeAdapter
from ruamel.yaml import YAML

from forewarn.replies import PublicBlock
from stack.client import Conversation, RefusedError
from stack.rendering import render, render_hotlines
from stack.supervisor import Say

SCRIPT = Path(__file__).resolve().parent / "demo.yml"


class UnansweredError(Exception):
    """Something was not answered as it must be. The message has one line for each."""


class Turn(BaseModel):
    """One thing said, and the types of the blocks that the reply must have."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    language: str
    say: str
    expect: list[str]


def script(path: Path = SCRIPT) -> list[Turn]:
    """Return the turns of the demo. Raises pydantic.ValidationError when the file is wrong."""
    return TypeAdapter(list[Turn]).validate_python(YAML(typ="safe").load(path))


async def show(address: str, turns: Sequence[Turn], say: Say) -> None:
    """Take every turn with web at `address` and show it.

    Raises UnansweredError when a reply is missing or lacks what it must have.
    """
    missing: list[str] = []
    for turn in turns:
        say(f"\n=== {turn.title} ({turn.language})\n")
        say(f"> {turn.say}\n")
        async with Conversation(address, turn.language) as conversation:
            labels = await conversation.labels()
            try:
                await conversation.open()
                replies = await conversation.say(turn.say)
            except RefusedError as refused:
                say(str(refused))
                for line in render_hotlines(refused.hotlines, labels):
                    say(line)
                missing.append(f"{turn.title}: no answer")
                continue
            except httpx.HTTPError as failure:
                missing.append(f"{turn.title}: web did not answer ({type(failure).__name__})")
                continue
            for line in render(replies, labels):
                say(line)
            missing += [
                f"{turn.title}: the reply has no {kind}" for kind in _lacking(turn, replies)
            ]
            if conversation.language != turn.language:
                missing.append(f"{turn.title}: answered in {conversation.language}")
    if missing:
        raise UnansweredError("\n".join(missing))


def _lacking(turn: Turn, replies: Sequence[PublicBlock]) -> list[str]:
    filled = {block.type for block in replies if getattr(block, "items", True)}
    return [kind for kind in turn.expect if kind not in filled]
