"""Cards to show, and forms to fill in, in the reader's language and in that of the place."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from forewarn.hotlines import Hotlines
from forewarn.knowledge.schema.contacts import Contact, ContactKind
from forewarn.knowledge.schema.papers import Card, Cards, Form, Paper
from forewarn.replies import HotlineItem
from web.guide import Guide
from web.papers.page import WITH_NUMBERS_SECONDS, WORDS_ONLY_SECONDS, PaperPage, policy
from web.templates import HELP, style, templates

HERE = Path(__file__).parent

_TEMPLATES = templates(HERE)
_SCRIPT = (HERE / "form.js").read_text(encoding="utf-8")
_LOOK = (HELP / "base.css", HERE / "page.css")
_CARDS_STYLE, _FORM_STYLE = style(*_LOOK, HERE / "cards.css"), style(*_LOOK, HERE / "form.css")


@dataclass(frozen=True)
class Line:
    """A contact on a form. It is shown where `country` is on the way and the reader is of the
    country `of` (None: whosever citizen), and always where `country` is home and it is for a
    family there."""

    country: str
    of: str | None
    for_family: bool
    item: HotlineItem

    @property
    def alike(self) -> tuple[str, str | None]:
        """Its kind, and whom it serves."""
        return self.item.kind, self.of


class Papers:
    """Every card page and form, each made when it is first asked for on a day: a contact may be
    too old to be shown without a word from one day to the next."""

    def __init__(
        self, guide: Guide, today: Callable[[], datetime.date] = datetime.date.today
    ) -> None:
        """Speak from `guide`; `today` tells the day.

        Raises:
            ValueError: the knowledge has no cards, or lacks a form.
        """
        if guide.knowledge.cards is None:
            raise ValueError("cards.yml is not loaded")
        missing = [paper for paper in Paper if paper is not Paper.show]
        missing = [paper for paper in missing if paper.value not in guide.knowledge.forms]
        if missing:
            raise ValueError(f"forms/{missing[0]}.yml is not loaded")
        self._cards: Cards = guide.knowledge.cards
        self._guide = guide
        self._today = today
        self._hotlines = Hotlines(guide.knowledge, today)
        self._named = {one.id: one.name for one in self._cards.languages}
        self._offered = {one.code: one for one in guide.offered}
        self._day = today()
        self._made: dict[tuple[Paper, str, str | None], PaperPage] = {}

    def page(self, paper: Paper, language: str, place: str | None = None) -> PaperPage | None:
        """`paper` for a reader of `language` where people read `place`; without it, the page that
        asks for it, where there is something to ask. None where no such page is.

        Raises:
            KeyError: `language` or `place` is none of ours.
        """
        if place is not None and not self._asks(paper):
            return None
        if self._day != self._today():
            self._day = self._today()
            self._made.clear()
        key = (paper, language, place)
        if key not in self._made:
            self._made[key] = self._make(*key)
        return self._made[key]

    def _asks(self, paper: Paper) -> bool:
        return paper is Paper.show or self._form(paper).two_languages

    def _form(self, paper: Paper) -> Form:
        return self._guide.knowledge.forms[paper.value]

    def _make(self, paper: Paper, language: str, place: str | None) -> PaperPage:
        if place is None and self._asks(paper):
            return self._choose(paper, language)
        if paper is Paper.show:
            return self._show(language, place or language)
        return self._fill(paper, language, place or language)

    def _choose(self, paper: Paper, language: str) -> PaperPage:
        of = self._cards if paper is Paper.show else self._form(paper)
        return self._page("choose.html", WORDS_ONLY_SECONDS, paper, language, language, of=of)

    def _show(self, language: str, place: str) -> PaperPage:
        return self._page(
            "show.html",
            WORDS_ONLY_SECONDS,
            Paper.show,
            language,
            place,
            cards=[card for card in self._cards.cards if self._fits(card, language, place)],
        )

    def _fits(self, card: Card, language: str, place: str) -> bool:
        return not card.foreign or self._guide.of(language) != self._guide.of(place)

    def _fill(self, paper: Paper, language: str, place: str) -> PaperPage:
        form = self._form(paper)
        kinds = [kind for part in form.parts for kind in part.contacts]
        countries = self._guide.knowledge.countries.countries
        return self._page(
            "form.html",
            WITH_NUMBERS_SECONDS if kinds else WORDS_ONLY_SECONDS,
            paper,
            language,
            place,
            script=_SCRIPT,
            form=form,
            countries=[(code, country.name) for code, country in countries.items()],
            lines=self._lines(kinds, language),
            consular=ContactKind.consular,
        )

    def _lines(self, kinds: list[ContactKind], language: str) -> list[Line]:
        """Every contact of `kinds`, by country. What is printed and left at home holds none that
        may not work, unless there is no other of its kind for the same people."""
        lines = []
        for country, contacts in self._guide.knowledge.contacts.items():
            chosen = sorted(
                (contact for contact in contacts if contact.kind in kinds),
                key=lambda contact: kinds.index(contact.kind),
            )
            here = [self._line(contact, country, language) for contact in chosen]
            sure = {line.alike for line in here if not line.item.hedge}
            kept = [line for line in here if not line.item.hedge or line.alike not in sure]
            lines += sorted(kept, key=lambda line: line.item.hedge is not None)
        return lines

    def _line(self, contact: Contact, country: str, language: str) -> Line:
        of = contact.nationality
        police = contact.kind is ContactKind.police and contact.emergency
        own = contact.kind is ContactKind.consular and of == country
        item = self._hotlines.item(contact, country, None, self._guide.of(language))
        return Line(country, of, police or own, self._guide.written(language, item))

    def _page(
        self,
        template: str,
        seconds: int,
        paper: Paper,
        language: str,
        place: str,
        script: str | None = None,
        **more: Any,
    ) -> PaperPage:
        look = _FORM_STYLE if script else _CARDS_STYLE
        rules = policy(look, script)
        of = self._guide.of
        unreviewed = dict.fromkeys(
            code for code in (place, language) if not self._guide.is_reviewed(code)
        )
        html = _TEMPLATES.get_template(template).render(
            policy=rules,
            style=look,
            script=script and Markup(script),  # noqa: S704 our own file
            paper=paper.value,
            html_lang=self._offered[language].html_lang,
            language=self._offered[language],
            place=self._offered[place],
            same=language == place,
            languages=self._guide.offered,
            messages=self._guide.messages(language),
            words=self._cards,
            own=lambda texts: self._say(texts, language),
            there=lambda texts: self._say(texts, place),
            name=lambda code, reader: (
                self._say(self._named[of(code)], reader)
                if of(code) in self._named
                else self._offered[code].name
            ),
            unreviewed=unreviewed,
            **more,
        )
        return PaperPage(html, rules, seconds)

    def _say(self, texts: Mapping[str, Any], language: str) -> Any:
        return self._guide.written(language, texts[self._guide.of(language)])


def links(guide: Guide, language: str) -> list[tuple[str, str]]:
    """The path of every paper, and what a link that leads there says in `language`."""
    return [
        (paper.value, guide.written(language, said[guide.of(language)]))
        for paper in Paper
        if (said := guide.knowledge.link_to(paper))
    ]
