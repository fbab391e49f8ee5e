"""The blocks a reply is made of, defined once for every part and every channel.

Actions compose them, the bot carries them, web mints the choices and renders them for the app a
person uses. Text is plain: paragraphs are separated by a blank line, list lines begin with ``- ``
or ``1. ``.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from forewarn.knowledge.schema.papers import Paper


class _Block(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Tone(StrEnum):
    """How a text should look: as an answer, as words for someone in danger, or as a side note."""

    plain = "plain"
    danger = "danger"
    note = "note"


class TextBlock(_Block):
    """A text to read. ``english`` is the same in English, to be shown folded below words about
    danger that no native speaker has read yet."""

    type: Literal["text"] = "text"
    text: str
    tone: Tone = Tone.plain
    english: str | None = None


class FlagItem(_Block):
    """One red flag found in an offer, with the exact words that raised it."""

    id: str
    name: str
    quote: str | None
    why: str


class VerdictLevel(StrEnum):
    """What we say of an offer. There is no level that says an offer is safe."""

    lure = "lure"
    careful = "careful"
    unclear = "unclear"


class VerdictBlock(_Block):
    """The verdict on one message, line by line."""

    type: Literal["verdict"] = "verdict"
    level: VerdictLevel
    headline: str
    note: str
    kind: str | None
    flags: list[FlagItem]
    ask_back: str | None
    next_moves: str | None


class HotlineItem(_Block):
    """One contact as it is shown. ``country_name`` always stands before every number; ``hedge``
    says why it may not work and whom to turn to instead."""

    id: str
    name: str
    name_local: str | None
    kind: str
    country: str
    country_name: str
    serves: str
    dial_inside: str | None
    dial_from_abroad: str | None
    sms: str | None
    whatsapp: str | None
    url: str | None
    app: str | None
    press: str | None
    extension: str | None
    hours: str | None
    languages: str | None
    purpose: str | None
    hedge: str | None
    last_printed: str | None
    last_dialled: str | None
    source: list[str]


class HotlinesBlock(_Block):
    """Contacts, the most fitting first, and a sentence where none is known."""

    type: Literal["hotlines"] = "hotlines"
    items: list[HotlineItem]
    note: str | None = None


class SourceItem(_Block):
    """One source of what was said. ``date`` says so in words where no date is printed."""

    title: str
    publisher: str | None
    date: str | None
    url: str | None


class SourcesBlock(_Block):
    """Where the answer comes from, when its facts were last checked (None: each source's own date
    holds), and whether no native speaker has read its words yet."""

    type: Literal["sources"] = "sources"
    items: list[SourceItem]
    reviewed: str | None
    unreviewed_translation: bool


class PaperBlock(_Block):
    """A link to what stays on the person's own device: cards to show, or a form. Each channel knows
    where web is and in which language it speaks: ``/<paper>/<language>``."""

    type: Literal["paper"] = "paper"
    paper: Paper
    label: str


class Meaning(_Block):
    """What tapping a choice means to the bot."""

    intent: str
    slots: dict[str, str] = Field(default_factory=dict)


class Choice(_Block):
    """A choice as the parts behind web see it."""

    label: str
    means: Meaning


class ChoicesBlock(_Block):
    """Buttons, as actions compose them."""

    type: Literal["choices"] = "choices"
    items: list[Choice]


class MintedChoice(_Block):
    """A choice as the public sees it: the token is good for one conversation and one turn."""

    label: str
    choice: str


class MintedChoicesBlock(_Block):
    """Buttons, as the public sees them."""

    type: Literal["choices"] = "choices"
    items: list[MintedChoice]


_Common = TextBlock | VerdictBlock | HotlinesBlock | SourcesBlock | PaperBlock
Block = Annotated[_Common | ChoicesBlock, Field(discriminator="type")]
"""A block between actions, bot and web."""

PublicBlock = Annotated[_Common | MintedChoicesBlock, Field(discriminator="type")]
"""A block as web gives it to the public."""

blocks: TypeAdapter[list[Block]] = TypeAdapter(list[Block])
public_blocks: TypeAdapter[list[PublicBlock]] = TypeAdapter(list[PublicBlock])


def json_schema() -> dict[str, Any]:
    """The JSON Schema of the blocks the public sees."""
    return public_blocks.json_schema()
