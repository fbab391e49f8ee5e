"""The page on which a message is checked: it needs no JavaScript, and no other part."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from forewarn.danger import Judgement
from forewarn.replies import VerdictBlock
from web.guide import Guide, Help
from web.sheets import line
from web.templates import style, templates
from web.texts import parts

HERE = Path(__file__).parent

STYLE = style(HERE / "check.css")
"""What this page has beside the other plain pages."""

_TEMPLATES = templates(HERE)


@dataclass
class Shown:
    """What one page shows. ``text`` is what a person wrote or what was read in a picture
    (``was_read``), ``notes`` are the names of sentences about codes in it, and ``written_in`` is
    the language of its words; ``answers`` are those given to the questions that decide, by
    question; ``sources`` are the ids of those behind the ``verdict``, and ``refusal`` says why
    something was not taken."""

    language: str
    text: str = ""
    was_read: bool = False
    notes: list[str] = field(default_factory=list)
    written_in: str = ""
    country: str | None = None
    holds_something: bool = False
    answers: dict[str, str] = field(default_factory=dict)
    verdict: VerdictBlock | None = None
    sources: list[str] = field(default_factory=list)
    danger: Judgement | None = None
    refusal: str = ""


class CheckPages:
    """The page in every language."""

    def __init__(self, guide: Guide, readable: list[str]) -> None:
        """Speak from `guide`; pictures can be read here in the languages `readable`.

        Raises:
            ValueError: the knowledge has no menus.
        """
        if guide.knowledge.menus is None:
            raise ValueError("menus.yml is not loaded")
        self._guide = guide
        self._kinds = guide.knowledge.menus.offer_kinds
        self._readable = [one for one in guide.offered if one.code in readable]
        self._html_lang = {item.code: item.html_lang for item in guide.offered}

    def page(self, shown: Shown) -> str:
        """The page with what is to be `shown`."""
        guide, language = self._guide, shown.language
        messages, of = guide.messages(language), guide.of(language)
        helped = self._help(shown)
        countries = guide.knowledge.countries.countries
        return _TEMPLATES.get_template("check.html").render(
            language=language,
            path="/check/{language}",
            html_lang=self._html_lang[language],
            languages=guide.offered,
            messages=messages,
            unreviewed=not guide.is_reviewed(language),
            shown=shown,
            told=list(parts(helped.message)),
            english=list(parts(helped.english or "")),
            lines=[line(item, messages) for item in helped.hotlines],
            notes=[getattr(messages, name) for name in shown.notes],
            sources=guide.written(language, guide.sources(shown.sources, language)),
            next_moves=list(parts(shown.verdict.next_moves or "")) if shown.verdict else [],
            readable=self._readable,
            countries=[
                (code, guide.written(language, country.name[of]))
                for code, country in countries.items()
            ],
            operator=guide.operator(language),
        )

    def _help(self, shown: Shown) -> Help:
        """Whom to turn to; before that, what to say to someone in danger."""
        guide, language = self._guide, shown.language
        if shown.danger is not None:
            return guide.help_in_danger(language, shown.danger, shown.country)
        if shown.verdict is None and not shown.refusal:
            return Help("", [])
        chosen = guide.contacts(language, self._kinds, shown.country)
        return Help(chosen.note or "", chosen.items)
