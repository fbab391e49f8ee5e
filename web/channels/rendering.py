"""From the blocks of a reply to messages of words and choices, within what an app takes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from forewarn.replies import (
    HotlinesBlock,
    MintedChoice,
    MintedChoicesBlock,
    PaperBlock,
    PublicBlock,
    SourcesBlock,
    TextBlock,
    VerdictBlock,
)
from web.channels.limits import Buttons, Limits, Rows
from web.channels.splitting import beginning, shortened, split
from web.guide import Guide
from web.settings import WebSettings
from web.sheets import line

SHOWN = 40
"""Characters, as a reader sees them, that an app may show of a message on a locked screen."""


_LINKS = ((re.compile(r"(?<=\w)\.(?=[^\W\d])"), "[.]"), (re.compile("://"), "[:]//"),
          (re.compile("@"), "(at)"))  # fmt: skip


def unlinked(quoted: str) -> str:
    """`quoted` words of an offer, in which no app finds a link or a name to tap."""
    for link, instead in _LINKS:
        quoted = link.sub(instead, quoted)
    return quoted


class Shape(StrEnum):
    """How the choices under a message are to be shown: none, buttons, quick replies, or a list."""

    none = "none"
    buttons = "buttons"
    quick = "quick"
    rows = "rows"


class Button(BaseModel):
    """One choice: what it is called, and the token its tap sends back; in a list, what stands
    below the label."""

    model_config = ConfigDict(frozen=True)

    label: str
    token: str
    description: str = ""


class Words(BaseModel):
    """One message. ``opener`` is what opens the list, if it is one."""

    model_config = ConfigDict(frozen=True)

    text: str
    shape: Shape = Shape.none
    buttons: tuple[Button, ...] = ()
    opener: str = ""


@dataclass(frozen=True)
class Rendered:
    """The messages of one answer, and the tokens that typing 1, 2, … stands for."""

    messages: list[Words]
    numbered: tuple[str, ...]


@dataclass(frozen=True)
class _Section:
    """Words that belong together. Where an answer is too long, first what is ``spare`` is left
    out, then the others are said in ``short``, where they can be."""

    text: str
    spare: bool = False
    short: str = ""


class Renderer:
    """Renders for one app."""

    def __init__(self, limits: Limits, guide: Guide, settings: WebSettings) -> None:
        """Obey `limits`; speak with the words of `guide`."""
        self._limits = limits
        self._guide = guide
        self._settings = settings
        alarming = {
            word for wording in guide.knowledge.wording.values() for word in wording.alarming
        }
        self._alarming = re.compile("|".join(map(re.escape, sorted(alarming))), re.IGNORECASE)

    def render(self, blocks: Sequence[PublicBlock], language: str) -> Rendered:
        """`blocks` as messages in `language`."""
        choices = [
            item
            for block in blocks
            if isinstance(block, MintedChoicesBlock)
            for item in block.items
        ]
        asked = _Asked.of(choices, self._limits, self._guide, language)
        sections = [section for block in blocks for section in self._sections(block, language)]
        messages = [Words(text=text) for text in self._texts(sections, asked, language)]
        if asked.buttons:
            messages[-1] = messages[-1].model_copy(
                update={"shape": asked.shape, "buttons": asked.buttons, "opener": asked.opener}
            )
        return Rendered(messages, asked.numbered)

    # ------------------------------------------------------------------------------ how long

    def _texts(self, sections: list[_Section], asked: _Asked, language: str) -> list[str]:
        """The texts of the messages: as few as can be, not more than an answer may have, and the
        last one fit to carry the choices."""
        most, tails, texts = self._limits.messages, self._tails(asked, language), list[str]()
        needed = [section for section in sections if not section.spare]
        for some in (
            [section.text for section in sections],
            [section.text for section in needed],
            [section.short or section.text for section in needed],
        ):
            texts = self._packed(some, language, self._limits.text)
            joined = self._joined(texts, tails, asked)
            if len(joined) <= most:
                return joined
        room = max(most - len(tails), 1)
        address = self._settings.address(f"/help/{language}")
        more = f"{self._guide.messages(language).help_title}: {address}" if address else "…"
        fits = self._limits.fits(self._limits.text)
        last = split(texts[room - 1], lambda text: fits(f"{text}\n\n{more}"), language)[0]
        return [*texts[: room - 1], f"{last}\n\n{more}", *tails]

    def _tails(self, asked: _Asked, language: str) -> list[str]:
        """What stands above the choices where they have a message of their own."""
        if not asked.lines and not asked.buttons:
            return []
        text = asked.lines or self._guide.messages(language).widget_choices
        most = min(self._limits.text, asked.style.text if asked.style else self._limits.text)
        return self._packed([text], language, most)

    def _joined(self, texts: list[str], tails: list[str], asked: _Asked) -> list[str]:
        """`texts` and `tails`, the choices in the last text where that can be."""
        if not texts or not tails:
            return [*texts, *tails]
        last = f"{texts[-1]}\n\n{asked.lines}" if asked.lines else texts[-1]
        most = min(self._limits.text, asked.style.text if asked.style else self._limits.text)
        if self._limits.fits(most)(last):
            return [*texts[:-1], last]
        return [*texts, *tails]

    def _packed(self, sections: Iterable[str], language: str, most: int) -> list[str]:
        """`sections` in texts of at most `most`."""
        fits = self._limits.fits(most)
        whole = "\n\n".join(sections)
        parts = split(whole, lambda text: fits(self._opened(text, language)), language)
        return [self._opened(part, language) for part in parts]

    def _opened(self, text: str, language: str) -> str:
        """`text`, after a neutral line where a locked screen would show a word that gives its
        reader away."""
        if not self._alarming.search(beginning(text, SHOWN, language)):
            return text
        return f"{self._guide.messages(language).channel_opening}\n\n{text}"

    # ------------------------------------------------------------------------------ the blocks

    def _sections(self, block: PublicBlock, language: str) -> Iterator[_Section]:
        messages = self._guide.messages(language)
        match block:
            case TextBlock():
                yield _Section(block.text)
                if block.english:
                    yield _Section(f"{messages.widget_in_english}:\n{block.english}", spare=True)
            case VerdictBlock():
                yield from map(_Section, self._verdict(block, language))
            case HotlinesBlock():
                yield from self._contacts(block, language)
            case SourcesBlock():
                text = self._sources(block, language)
                if text:
                    yield _Section(text, spare=True)
            case PaperBlock():
                address = self._settings.address(f"/{block.paper}/{language}")
                if address:
                    yield _Section(f"{block.label}: {address}")
            case MintedChoicesBlock():
                pass

    def _verdict(self, block: VerdictBlock, language: str) -> Iterator[str]:
        messages = self._guide.messages(language)
        yield "\n".join(filter(None, (block.headline, block.kind)))
        if block.flags:
            flags = [
                f"- {flag.name}"
                + (f": “{unlinked(flag.quote)}”" if flag.quote else "")
                + f"\n  {flag.why}"
                for flag in block.flags
            ]
            yield "\n".join((f"{messages.widget_flags}:", *flags))
        if block.noticed:
            yield "\n".join(block.noticed)
        if block.next_moves:
            yield f"{messages.widget_next_moves}:\n{block.next_moves}"
        if block.ask_back:
            yield f"{messages.widget_ask_back}:\n“{block.ask_back}”"
        yield block.note

    def _contacts(self, block: HotlinesBlock, language: str) -> Iterator[_Section]:
        """The contacts; in short who they are and how they are reached, and where once."""
        messages = self._guide.messages(language)
        if block.items:
            yield _Section(f"{messages.widget_hotlines}. {messages.widget_call_trace}")
        if block.note:
            yield _Section(block.note)
        for item in block.items:
            shown = line(item, messages)
            name = " · ".join(filter(None, (shown.country, shown.name, shown.name_local)))
            ways = [f"{f'{way.how}: ' if way.how else ''}{way.reach}{way.then}"
                    for way in shown.ways]  # fmt: skip
            about = " · ".join(filter(None, (shown.serves, shown.purpose, shown.fresh)))
            said = "\n".join(filter(None, (name, shown.hedge, *ways, about)))
            is_told = all(shown.country in (way.how or "") for way in shown.ways)
            called = shown.name if is_told else f"{shown.country} · {shown.name}"
            yield _Section(said, short="\n".join(filter(None, (called, shown.hedge, *ways))))

    def _sources(self, block: SourcesBlock, language: str) -> str:
        messages = self._guide.messages(language)
        items = []
        for item in block.items:
            date = item.date or messages.widget_source_undated
            about = filter(None, (item.title, item.publisher, date, item.url))
            items.append("- " + " · ".join(about))
        lines = [f"{messages.widget_sources}:", *items] if items else []
        if block.reviewed:
            lines.append(messages.widget_reviewed.format(date=block.reviewed))
        if block.unreviewed_translation:
            lines.append(messages.widget_unreviewed)
        return "\n".join(lines)


@dataclass(frozen=True)
class _Asked:
    """How the choices of an answer are shown: as ``buttons`` in a ``shape``, or as ``lines`` with
    numbers, or both, where a label is too long for a button."""

    shape: Shape = Shape.none
    style: Buttons | None = None
    buttons: tuple[Button, ...] = ()
    opener: str = ""
    lines: str = ""
    numbered: tuple[str, ...] = ()

    @classmethod
    def of(cls, choices: list[MintedChoice], limits: Limits, guide: Guide, language: str) -> _Asked:
        """The first way of these that takes all of them whole: buttons, quick replies, a list;
        else numbers, which are tapped where there is room and typed where there is none."""
        if not choices:
            return cls()
        messages = guide.messages(language)
        room = [
            (shape, style)
            for shape, style in (
                (Shape.buttons, limits.buttons),
                (Shape.quick, limits.quick),
                (Shape.rows, limits.rows),
            )
            if style and len(choices) <= style.most
        ]
        for shape, style in room:
            buttons = [_button(one, style, limits, language) for one in choices]
            if all(buttons):
                opener = ""
                if isinstance(style, Rows):
                    fits = limits.fits(style.opener)
                    opener = shortened(messages.widget_choices, fits, language)
                return cls(shape, style, tuple(filter(None, buttons)), opener)
        lines = "\n".join(
            (messages.channel_number, *(f"{n} {one.label}" for n, one in enumerate(choices, 1)))
        )
        tokens = tuple(one.choice for one in choices)
        for shape, style in room:
            if shape is not Shape.rows:
                numbers = tuple(
                    Button(label=str(number), token=token) for number, token in enumerate(tokens, 1)
                )
                return cls(shape, style, numbers, "", lines, tokens)
        return cls(lines=lines, numbered=tokens)


def _button(choice: MintedChoice, style: Buttons, limits: Limits, language: str) -> Button | None:
    """`choice` in this style; None where its label would have to be cut."""

    if limits.fits(style.label)(choice.label):
        return Button(label=choice.label, token=choice.choice)
    if isinstance(style, Rows) and limits.fits(style.description)(choice.label):
        short = shortened(choice.label, limits.fits(style.label), language)
        return Button(label=short, token=choice.choice, description=choice.label)
    return None
