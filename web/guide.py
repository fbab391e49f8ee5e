"""What web can say and decide with every other part dead: all of it from the knowledge files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from forewarn.chinese import is_traditional, traditional
from forewarn.countries import Gazetteer, Place
from forewarn.danger import NO_DANGER, Judge, Judgement
from forewarn.hotlines import Hotlines, Person
from forewarn.knowledge.entries import BASE_LANGUAGE
from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.messages import Messages
from forewarn.knowledge.schema.contacts import ContactKind
from forewarn.knowledge.schema.dangers import DangerLevel
from forewarn.knowledge.schema.languages import OtherLanguage
from forewarn.knowledge.schema.sources import Source
from forewarn.knowledge.words import in_language
from forewarn.language import identify
from forewarn.replies import (
    Block,
    Choice,
    ChoicesBlock,
    HotlineItem,
    HotlinesBlock,
    Meaning,
    SourcesBlock,
    TextBlock,
    Tone,
)
from web.offered import offered
from web.settings import WebSettings

Words = TypeVar("Words")

DANGER = "danger"
"""The intent of a tap that says a person is in danger."""

END_OF_DANGER = "end_danger"
"""The intent of the tap that says the danger is over."""

CHANGE_OF_LANGUAGE = "change_language"
"""The intent of the tap that goes on in another language."""

_QUALITY = re.compile(r"^q=(0(?:\.\d{1,3})?|1(?:\.0{1,3})?)$")


@dataclass(frozen=True)
class Help:
    """What a person gets when no answer can be had: words, and where to call; and the words in
    English where no native speaker has read the others yet."""

    message: str
    hotlines: list[HotlineItem]
    english: str | None = None


class Guide:
    """Speaks and judges from one knowledge base."""

    def __init__(self, knowledge: Knowledge, settings: WebSettings) -> None:
        """Compile the danger phrases and place names of `knowledge`.

        Raises:
            ValueError: the knowledge has no menus, so there would be no first screen.
        """
        if knowledge.menus is None:
            raise ValueError("menus.yml is not loaded")
        self.knowledge = knowledge
        self.offered = list(offered(knowledge.languages))
        self._of = {one.code: one.of for one in self.offered}
        self._tags = {tag.lower(): one.code for one in self.offered for tag in one.tags}
        self._converted = {one.of: one.code for one in self.offered if one.converted}
        self._messages = {
            code: self.written(code, knowledge.messages[of]) for code, of in self._of.items()
        }
        self._first_taps = knowledge.menus.first_screen
        self._settings = settings
        self._judge = Judge(knowledge)
        self._hotlines = Hotlines(knowledge)
        self._places = Gazetteer(knowledge)

    @property
    def languages(self) -> list[str]:
        """The codes of the languages people may choose."""
        return list(self._of)

    def messages(self, language: str) -> Messages:
        """The sentences of `language`."""
        return self._messages[language]

    # ------------------------------------------------------------------------------- languages

    def language(self, tag: str) -> str | None:
        """Which of our languages the tag `tag` (such as zh-CN) names; None for another."""
        tag = tag.lower().replace("_", "-")
        while tag not in self._tags and "-" in tag:
            tag = tag.rpartition("-")[0]
        return self._tags.get(tag)

    def of(self, language: str) -> str:
        """The code by which the other parts know `language`."""
        return self._of[language]

    def written(self, language: str, words: Words) -> Words:
        """`words` (a text, blocks, anything with texts in it) in the characters of `language`."""
        converted: Words = words if language == self._of[language] else traditional(words)
        return converted

    def preferred(self, accept: str) -> str:
        """The language of ours a browser asks for first in its Accept-Language header."""
        ranked = []
        for part in accept.split(",")[:20]:
            tag, _, quality = part.strip().partition(";")
            match = _QUALITY.match(quality.strip())
            code = self.language(tag.strip())
            if code and (match or not quality):
                ranked.append((-float(match[1]) if match else -1.0, code))
        return min(ranked, key=lambda pair: pair[0])[1] if ranked else self.languages[0]

    def written_in(self, text: str, current: str) -> str:
        """The language to answer `text` in; `current` is kept in doubt."""
        ours, others = self.knowledge.languages, self.knowledge.other_languages
        code = identify(text, ours, others, self._of[current]).language
        told = is_traditional(text) if code in self._converted else None
        if told is None:
            return current if code == self._of[current] else code
        return self._converted[code] if told else code

    def another(self, text: str) -> OtherLanguage | None:
        """The language `text` is written in, where it is one we recognise but do not speak."""
        others = self.knowledge.other_languages
        code = identify(text, self.knowledge.languages, others, self.languages[0]).written_in
        return next((one for one in others if one.code == code), None)

    # ------------------------------------------------------------------------------- judgement

    def judge(self, text: str) -> Judgement:
        """Whether the writer is in danger, by phrase."""
        return self._judge.judge(text)

    def judge_tap(self, meaning: Meaning) -> Judgement:
        """Whether a tap says that the person is in danger."""
        if meaning.intent != DANGER:
            return NO_DANGER
        kind = meaning.slots.get("danger_kind")
        return Judgement(DangerLevel.danger, (kind,) if kind else (), "phrase")

    def country(self, code: str) -> str | None:
        """The country of ours with the code `code`; None for another."""
        code = code.upper()
        return code if code in self.knowledge.countries.countries else None

    def place(self, text: str) -> Place:
        """What `text` says of places."""
        return self._places.find(text)

    # --------------------------------------------------------------------------------- replies

    def operator(self, language: str) -> str:
        """Who runs this service, in one sentence; nothing where the settings name nobody."""
        settings = self._settings
        if not settings.operator_name:
            return ""
        return self.messages(language).operator.format(
            name=settings.operator_name,
            country=settings.operator_country,
            contact=settings.operator_contact,
        )

    def first_screen(self, language: str) -> list[Block]:
        """Who we are, what we ask, and the first taps."""
        messages, reviewed = self.messages(language), self.is_reviewed(language)
        about = "\n\n".join(filter(None, (messages.who_we_are, self.operator(language))))
        blocks: list[Block] = [
            TextBlock(text=about, tone=Tone.note),
            TextBlock(text=messages.first_screen),
            self.first_taps(language),
        ]
        if not reviewed:
            blocks.append(SourcesBlock(items=[], reviewed=None, unreviewed_translation=True))
        return blocks

    def first_taps(self, language: str) -> ChoicesBlock:
        """The taps of the first screen."""
        taps = [
            Choice(
                label=self.written(language, tap.label[self._of[language]]),
                means=Meaning(intent=tap.intent, slots=tap.slots),
            )
            for tap in self._first_taps
        ]
        return ChoicesBlock(items=taps)

    def help(
        self,
        language: str,
        danger: Judgement = NO_DANGER,
        country: str | None = None,
        another: OtherLanguage | None = None,
    ) -> Help:
        """The fallback: what to do in this danger, that nobody has been told, where to call; with
        a heading in the language of the person where it is `another`."""
        helped = self._help(language, danger, country, "fallback")
        if another is None:
            return helped
        return replace(helped, message=f"{helped.message}\n\n{another.contacts}")

    def help_in_danger(self, language: str, danger: Judgement, country: str | None) -> Help:
        """What to do in this danger, that nobody has been told, where to call; where all works."""
        return self._help(language, danger, country, "nobody_told")

    def _help(self, language: str, danger: Judgement, country: str | None, last: str) -> Help:
        reviewed = self.is_reviewed(language)
        english = None if reviewed else self._said(BASE_LANGUAGE, danger, last)
        message, kind = self._said(language, danger, last), self._first_kind(danger)
        if kind is None:
            return Help(message, self.emergency(language, country), english)
        kinds = self.knowledge.dangers[kind].contacts
        lines = self.contacts(language, kinds, country)
        message = "\n\n".join(filter(None, (message, lines.note)))
        return Help(message, lines.items or self.emergency(language, None), english)

    def _said(self, language: str, danger: Judgement, last: str) -> str:
        """What to do in this danger, and the sentence `last`, that nobody has been told."""
        kind, sentence = self._first_kind(danger), str(getattr(self.messages(language), last))
        if kind is None:
            return sentence
        reply = self.knowledge.dangers[kind].reply[self._of[language]]
        return f"{self.written(language, reply)}\n\n{sentence}"

    def contacts(
        self, language: str, kinds: Sequence[ContactKind], country: str | None
    ) -> HotlinesBlock:
        """The contacts of `kinds` that fit someone who is in `country`; None while unknown."""
        chosen = self._hotlines.choose(kinds, Person(country=country), self._of[language])
        return self.written(language, chosen)

    def emergency(self, language: str, country: str | None = None) -> list[HotlineItem]:
        """The emergency lines of `country`; of the whole region where none is known there."""
        of, hotlines = self._of[language], self._hotlines
        return self.written(language, hotlines.emergency(of, country) or hotlines.emergency(of))

    def _first_kind(self, danger: Judgement) -> str | None:
        known = [kind for kind in danger.kinds if kind in self.knowledge.dangers]
        return known[0] if known and danger.level is DangerLevel.danger else None

    def sources(self, names: Sequence[str], language: str) -> list[Source]:
        """The sources `names`, each with a title that a reader of `language` can be shown."""
        of = self._of[language]
        found = [self.knowledge.sources[name] for name in names]
        return [
            one.model_copy(update={"title": one.title or in_language(one.description or {}, of)})
            for one in found
        ]

    def is_reviewed(self, language: str) -> bool:
        """Whether a native speaker has read what we say in `language`."""
        of = self._of[language]
        return next(item for item in self.knowledge.languages if item.code == of).native_review

    def strings(self, language: str, readable: list[str]) -> dict[str, Any]:
        """All a widget needs to speak `language`, also when nothing answers it any more; pictures
        can be read here in the languages `readable`."""
        fallback = self.help(language)
        return {
            "language": language,
            "html_lang": next(one.html_lang for one in self.offered if one.code == language),
            "labels": self.messages(language).with_prefix("widget_"),
            "languages": [one.as_json() for one in self.offered],
            "minutes": round(self._settings.conversation_minutes),
            "text_limit": self._settings.max_text,
            "readable": readable,
            "unreviewed": not self.is_reviewed(language),
            "fallback": {
                "message": fallback.message,
                "english": fallback.english,
                "hotlines": [item.model_dump() for item in fallback.hotlines],
            },
        }
