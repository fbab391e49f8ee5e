"""What is rendered fits each app and gives nobody away, whatever the knowledge says."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from icu4py.breakers import CharacterBreaker

from forewarn.hotlines import Hotlines, Person
from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.schema.contacts import ContactKind
from forewarn.replies import (
    FlagItem,
    HotlinesBlock,
    MintedChoice,
    MintedChoicesBlock,
    PublicBlock,
    SourceItem,
    SourcesBlock,
    TextBlock,
    VerdictBlock,
    VerdictLevel,
)
from tests.knowledge_base import KNOWLEDGE, LANGUAGES, alarming_words
from web.channels.events import What
from web.channels.limits import Buttons, Limits, Rows, Unit, table
from web.channels.rendering import SHOWN, Renderer, Shape, Words
from web.channels.splitting import beginning, split
from web.guide import Guide
from web.settings import WebSettings

SETTINGS = WebSettings.model_validate(
    {
        "knowledge": KNOWLEDGE,
        "bot_secret": "a secret of the tests",
        "token_key": "another secret of the tests",
        "public_url": "https://guide.example.org",
    }
)

SMALL = Limits(
    title="Small",
    text=900,
    unit=Unit.bytes,
    messages=3,
    picture_bytes=1,
    webhook_bytes=1,
    quick=Buttons(most=3, text=600, label=20, payload=64),
    rows=Rows(most=6, text=700, label=24, payload=64, opener=20, description=72),
)
"""Tighter than any app: what fits here was made to fit."""


@pytest.fixture(scope="module")
def guide(knowledge: Knowledge) -> Guide:
    return Guide(knowledge, SETTINGS)


def choices(*labels: str) -> MintedChoicesBlock:
    return MintedChoicesBlock(
        items=[MintedChoice(label=one, choice=f"token-{n:010}") for n, one in enumerate(labels)]
    )


def replies(knowledge: Knowledge, guide: Guide, language: str) -> Iterator[list[PublicBlock]]:
    """The longest of what is said: every answer, everything said in danger, all lines."""
    hotlines = Hotlines(knowledge, lambda: datetime.date(2026, 11, 22))
    lines = HotlinesBlock(items=guide.emergency(language))
    taps = choices(*(tap.label[language] for tap in guide._first_taps))
    for entry in knowledge.faq.values():
        said = entry.texts.get(language) or entry.texts["en"]
        named = [
            SourceItem(title=s, publisher=s, date=None, url=None) for s in entry.header.sources
        ]
        sources = SourcesBlock(items=named, reviewed="2026-11-22", unreviewed_translation=True)
        yield [TextBlock(text=said.answer), sources, taps]
    for danger in knowledge.dangers.values():
        english = danger.reply["en"]
        yield [TextBlock(text=danger.reply[language], english=english), lines, taps]
        for country in ("TH", "MM"):
            chosen = hotlines.choose(danger.contacts, Person(country=country), language)
            yield [TextBlock(text=danger.mention[language]), chosen, taps]
    yield [hotlines.choose(list(ContactKind), Person(country=None), language), taps]


def check(words: Words, limits: Limits) -> None:
    """One message is within the limits."""
    assert words.text.strip()
    assert limits.unit.length(words.text) <= limits.text
    assert (words.shape is Shape.none) == (words.buttons == ())
    if words.shape is Shape.none:
        return
    style: Any = getattr(limits, words.shape)
    assert limits.unit.length(words.text) <= style.text
    assert len(words.buttons) <= style.most
    assert len(words.opener) > 0 or words.shape is not Shape.rows
    for button in words.buttons:
        assert 0 < limits.unit.length(button.label) <= style.label
        assert len(button.token.encode()) <= style.payload
        assert limits.unit.length(button.description) <= getattr(style, "description", 0)


ROWS = {f"{name} {what}": row.after(what)
        for name, row in table().items()
        for what in (What.text, *row.messages_after) if what is not What.opened}  # fmt: skip
"""What each app takes after words, and after all for which its row says something else; but a
greeting, which says no such thing."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [*ROWS, "small"])
def test_all_that_is_said_fits_and_gives_its_reader_away_to_nobody(
    knowledge: Knowledge, guide: Guide, name: str, language: str
) -> None:
    limits = {**ROWS, "small": SMALL}[name]
    renderer = Renderer(limits, guide, SETTINGS)
    alarming = alarming_words(knowledge)
    for blocks in replies(knowledge, guide, language):
        rendered = renderer.render(blocks, language)
        assert 1 <= len(rendered.messages) <= limits.messages
        for words in rendered.messages:
            check(words, limits)
            assert not alarming.search(beginning(words.text, SHOWN, language))
        tokens = [button.token for words in rendered.messages for button in words.buttons]
        assert {f"token-{n:010}" for n in range(6)} == {*tokens, *rendered.numbered}
        if name == "small":
            continue
        whole = "\n".join(words.text for words in rendered.messages)
        for block in blocks:
            if isinstance(block, HotlinesBlock):
                for item in block.items:
                    assert (item.dial_inside or "") in whole, item.id
        assert f"/help/{language}" not in whole


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_neutral_line_is_long_enough_to_hide_what_follows(
    knowledge: Knowledge, language: str
) -> None:
    opening = knowledge.messages[language].channel_opening
    assert len(list(CharacterBreaker(opening, language))) >= SHOWN


@pytest.mark.parametrize(
    ("labels", "shape", "shown", "numbered"),
    [
        (["a", "b"], Shape.quick, ["a", "b"], 0),
        (["a", "b", "c", "d"], Shape.rows, ["a", "b", "c", "d"], 0),
        (["a" * 40, "b"], Shape.rows, ["a" * 21 + "…", "b"], 0),
        (["a" * 80, "b"], Shape.quick, ["1", "2"], 2),
        (["a"] * 7, Shape.none, [], 7),
    ],
)
def test_choices_are_shown_in_the_first_way_that_takes_them_whole(
    guide: Guide, labels: list[str], shape: Shape, shown: list[str], numbered: int
) -> None:
    rendered = Renderer(SMALL, guide, SETTINGS).render(
        [TextBlock(text="Which?"), choices(*labels)], "en"
    )
    (words,) = rendered.messages
    assert (words.shape, [button.label for button in words.buttons]) == (shape, shown)
    assert rendered.numbered == tuple(f"token-{n:010}" for n in range(numbered))
    for number in range(1, numbered + 1):
        assert f"\n{number} {labels[number - 1]}" in words.text


def test_a_verdict_reads_well_and_none_of_its_quotations_can_be_tapped(guide: Guide) -> None:
    verdict = VerdictBlock(
        level=VerdictLevel.lure,
        headline="This looks like a lure",
        note="This is about this message only.",
        kind=None,
        flags=[FlagItem(id="x", name="A link", quote="https://evil.example @boss", why="Because.")],
        ask_back="Which company?",
        next_moves=None,
    )
    (words,) = Renderer(table()["telegram"], guide, SETTINGS).render([verdict], "en").messages
    assert words.text == (
        "Here is what I can tell you about what you wrote.\n\n"
        "This looks like a lure\n\n"
        "What we noticed:\n- A link: “https[:]//evil[.]example (at)boss”\n  Because.\n\n"
        "A question to send back:\n“Which company?”\n\n"
        "This is about this message only."
    )


@pytest.mark.parametrize(
    ("text", "most", "parts"),
    [
        ("One. Two. Three.", 9, ["One. Two.", "Three."]),
        ("First.\n\nSecond one.", 14, ["First.", "Second one."]),
        ("Call +66 2 123 4567 now", 16, ["Call", "+66 2 123 4567", "now"]),
        ("No end at all", 5, ["No", "end", "at", "all"]),
        ("xxxxxxxxxx", 4, ["xxxx", "xxxx", "xx"]),
        ("你好。再见！很好。", 6, ["你好。再见！", "很好。"]),
        ("", 5, []),
    ],
)
def test_a_text_is_cut_where_it_may_be(text: str, most: int, parts: list[str]) -> None:
    assert split(text, lambda part: len(part) <= most, "en") == parts
