"""What an action gives back: blocks, buttons, and what the conversation should remember."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from forewarn.knowledge.schema.menus import TapAnswer
from forewarn.replies import Block, Choice, Meaning


@dataclass
class Reply:
    """A reply in the making. ``choices`` become one row of buttons under ``blocks``."""

    blocks: list[Block] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    slots: dict[str, str | None] = field(default_factory=dict)

    def __add__(self, other: Reply) -> Reply:
        """This reply, then the other one."""
        return Reply(
            [*self.blocks, *other.blocks],
            [*self.choices, *other.choices],
            {**self.slots, **other.slots},
        )


def choice(label: str, intent: str, **slots: str) -> Choice:
    """A button with ``label`` that means ``intent`` with ``slots``."""
    return Choice(label=label, means=Meaning(intent=intent, slots=slots))


def taps(answers: Sequence[TapAnswer], language: str) -> list[Choice]:
    """Buttons declared in the knowledge, in ``language``."""
    return [choice(tap.label[language], tap.intent, **tap.slots) for tap in answers]
