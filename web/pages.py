"""The pages web renders itself: the demo page of the widget, the help page, and the figures.

The last two need neither JavaScript nor any other part. All are rendered once, at start.
"""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from forewarn.hotlines import Hotlines
from forewarn.knowledge.entries import BASE_LANGUAGE
from forewarn.knowledge.messages import Messages
from forewarn.knowledge.words import in_language
from forewarn.replies import HotlineItem
from web.guide import Guide
from web.settings import WebSettings

HERE = Path(__file__).parent
WIDGET = HERE / "widget"
HELP = HERE / "help"


class Pages:
    """Every page in every language."""

    def __init__(self, guide: Guide, settings: WebSettings) -> None:
        """Render them from the knowledge of `guide`."""
        self._guide = guide
        self._settings = settings
        self._templates = Environment(
            loader=FileSystemLoader([WIDGET, HELP]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._html_lang = {item.code: item.html_lang for item in guide.offered}
        self.demo = {code: self._demo(code) for code in guide.languages}
        self.help = {code: self._help(code) for code in guide.languages}
        self.figures = {code: self._figures(code) for code in guide.languages}

    def _demo(self, language: str) -> str:
        scripts = sorted(path.name for path in WIDGET.glob("*.js"))
        return self._templates.get_template("demo.html").render(
            language=language,
            html_lang=self._html_lang[language],
            languages=self._guide.offered,
            messages={code: self._guide.messages(code) for code in self._guide.languages},
            leave_url=self._settings.leave_url,
            scripts=scripts,
        )

    def _help(self, language: str) -> str:
        knowledge = self._guide.knowledge
        hotlines = Hotlines(knowledge)
        of, messages = self._guide.of(language), self._guide.messages(language)
        countries = [
            {
                "code": code,
                "name": country.name[of],
                "lines": [
                    hotlines.item(contact, code, None, of)
                    for contact in knowledge.contacts.get(code, [])
                ],
                "none_known": [messages.kind(kind) for kind in knowledge.none_known.get(code, [])],
            }
            for code, country in knowledge.countries.countries.items()
            if code in knowledge.contacts
        ]
        page = self._templates.get_template("help.html").render(
            language=language,
            html_lang=self._html_lang[language],
            languages=self._guide.offered,
            messages=messages,
            unreviewed=not self._guide.is_reviewed(language),
            countries=countries,
            operator=self._guide.operator(language),
            dialable=_dialable,
            after=lambda line: _after(line, messages),
        )
        return self._guide.written(language, page)

    def _figures(self, language: str) -> str:
        """Every figure the knowledge repeats, the newest first; in English where the language has
        no words for one."""
        knowledge, of = self._guide.knowledge, self._guide.of(language)
        by_date = sorted(knowledge.figures.values(), key=lambda one: one.date or "", reverse=True)
        figures = [
            {
                **{
                    name: in_language(words, of) if words else None
                    for name in ("figure", "counts", "said_by", "place", "means_not", "changed")
                    for words in (getattr(figure, name),)
                },
                "lang": language if of in figure.figure else BASE_LANGUAGE,
                "date": figure.date,
                "reviewed": figure.reviewed.isoformat(),
                "sources": [
                    knowledge.sources[name].model_copy(
                        update={
                            "title": knowledge.sources[name].title
                            or in_language(knowledge.sources[name].description or {}, of)
                        }
                    )
                    for name in figure.sources
                ],
            }
            for figure in by_date
        ]
        page = self._templates.get_template("figures.html").render(
            language=language,
            html_lang=self._html_lang,
            languages=self._guide.offered,
            messages=self._guide.messages(language),
            unreviewed=not self._guide.is_reviewed(language),
            figures=figures,
        )
        return self._guide.written(language, page)


def _after(line: HotlineItem, messages: Messages) -> str:
    """What to do once the call of `line` is answered."""
    press = line.press and messages.widget_press.format(key=line.press)
    extension = line.extension and messages.widget_extension.format(number=line.extension)
    return "".join(f" · {step}" for step in (press, extension) if step)


def _dialable(number: str) -> str:
    """`number` as a phone dials it: digits, and the plus sign of a full number."""
    return "".join(character for character in number if character in "+0123456789")
