"""What web can say and decide with every other part dead: all of it from the knowledge files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from forewarn.countries import Gazetteer, Place
from forewarn.danger import NO_DANGER, Judge, Judgement
from forewarn.hotlines import Hotlines, Person
from forewarn.knowledge.entries import BASE_LANGUAGE
from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.messages import Messages
from forewarn.knowledge.schema import DangerLevel, Language
from forewarn.language import identify
from forewarn.replies import (
    Block,
    Choice,
    ChoicesBlock,
    HotlineItem,
    Meaning,
    SourcesBlock,
    TextBlock,
    Tone,
)
from web.settings import WebSettings

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
        self._first_taps = knowledge.menus.first_screen
        self._settings = settings
        self._judge = Judge(knowledge)
        self._hotlines = Hotlines(knowledge)
        self._places = Gazetteer(knowledge)

    @property
    def languages(self) -> list[str]:
        """The codes of our languages."""
        return self.knowledge.language_codes

    def messages(self, language: str) -> Messages:
        """The sentences of `language`."""
        return self.knowledge.messages[language]

    # ------------------------------------------------------------------------------- languages

    def language(self, tag: str) -> str | None:
        """Which of our languages the tag `tag` (such as zh-CN) names; None for another."""
        primary = re.split(r"[-_]", tag, maxsplit=1)[0].lower()
        return next((code for code in (tag, primary) if code in self.languages), None)

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
        knowledge = self.knowledge
        return identify(text, knowledge.languages, knowledge.other_languages, current).language

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

    def first_screen(self, language: str) -> list[Block]:
        """Who we are, what we ask, and the first taps."""
        messages = self.messages(language)
        about = messages.who_we_are
        if self._settings.operator_name:
            about += "\n\n" + messages.operator.format(
                name=self._settings.operator_name,
                country=self._settings.operator_country,
                contact=self._settings.operator_contact,
            )
        blocks: list[Block] = [
            TextBlock(text=about, tone=Tone.note),
            TextBlock(text=messages.first_screen),
            self.first_taps(language),
        ]
        if not self.is_reviewed(language):
            blocks.append(SourcesBlock(items=[], reviewed=None, unreviewed_translation=True))
        return blocks

    def first_taps(self, language: str) -> ChoicesBlock:
        """The taps of the first screen."""
        taps = [
            Choice(label=tap.label[language], means=Meaning(intent=tap.intent, slots=tap.slots))
            for tap in self._first_taps
        ]
        return ChoicesBlock(items=taps)

    def help(
        self, language: str, danger: Judgement = NO_DANGER, country: str | None = None
    ) -> Help:
        """The fallback: what to do in this danger, that nobody has been told, where to call."""
        english = None if self.is_reviewed(language) else self._fallback(BASE_LANGUAGE, danger)
        message, kind = self._fallback(language, danger), self._first_kind(danger)
        if kind is None:
            return Help(message, self.emergency(language, country), english)
        kinds = self.knowledge.dangers[kind].contacts
        lines = self._hotlines.choose(kinds, Person(country=country), language)
        message = "\n\n".join(filter(None, (message, lines.note)))
        return Help(message, lines.items or self.emergency(language, None), english)

    def _fallback(self, language: str, danger: Judgement) -> str:
        """What to do in this danger, and that nobody has been told."""
        kind, fallback = self._first_kind(danger), self.messages(language).fallback
        if kind is None:
            return fallback
        return f"{self.knowledge.dangers[kind].reply[language]}\n\n{fallback}"

    def emergency(self, language: str, country: str | None = None) -> list[HotlineItem]:
        """The emergency lines of `country`; of the whole region where none is known there."""
        return self._hotlines.emergency(language, country) or self._hotlines.emergency(language)

    def _first_kind(self, danger: Judgement) -> str | None:
        known = [kind for kind in danger.kinds if kind in self.knowledge.dangers]
        return known[0] if known and danger.level is DangerLevel.danger else None

    def is_reviewed(self, language: str) -> bool:
        """Whether a native speaker has read what we say in `language`."""
        return self._record(language).native_review

    def _record(self, language: str) -> Language:
        return next(item for item in self.knowledge.languages if item.code == language)

    def strings(self, language: str) -> dict[str, Any]:
        """All a widget needs to speak `language`, also when nothing answers it any more."""
        record = self._record(language)
        fallback = self.help(language)
        return {
            "language": language,
            "html_lang": record.html_lang,
            "labels": self.messages(language).with_prefix("widget_"),
            "languages": [
                item.model_dump(include={"code", "name", "html_lang"})
                for item in self.knowledge.languages
            ],
            "minutes": round(self._settings.conversation_minutes),
            "text_limit": self._settings.max_text,
            "unreviewed": not self.is_reviewed(language),
            "fallback": {
                "message": fallback.message,
                "english": fallback.english,
                "hotlines": [item.model_dump() for item in fallback.hotlines],
            },
        }
