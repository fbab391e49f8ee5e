"""The pages web renders itself: the demo page of the widget, the help pages, and the figures.

All but the first need neither JavaScript nor any other part.
"""

from __future__ import annotations

from pathlib import Path

import segno
from markupsafe import Markup

from forewarn.knowledge.entries import BASE_LANGUAGE
from forewarn.knowledge.schema.contacts import ContactKind
from forewarn.knowledge.words import in_language
from web.guide import Guide
from web.papers import papers
from web.pictures import Pictures
from web.settings import WebSettings
from web.sheets import Sheets
from web.templates import HELP, style, templates

HERE = Path(__file__).parent
WIDGET = HERE / "widget"
STYLE = style(HELP / "base.css", HELP / "help.css")
"""The style sheet of the help pages."""

QR_SCALE = 3
"""Pixels of one module of a QR code: about 3 cm on paper."""

_TEMPLATES = templates(WIDGET)


class Pages:
    """Every page in every language."""

    def __init__(
        self, guide: Guide, settings: WebSettings, sheets: Sheets, pictures: Pictures
    ) -> None:
        """Render what does not depend on the day from the knowledge of `guide`."""
        self._guide = guide
        self._settings = settings
        self._sheets = sheets
        self._pictures = pictures
        self._html_lang = {item.code: item.html_lang for item in guide.offered}
        self._day = sheets.today()
        self._kept: dict[tuple[str, str, bool], str] = {}
        self.demo = {code: self._demo(code) for code in guide.languages}
        self.help = {code: self._help(code) for code in guide.languages}
        self.figures = {code: self._figures(code) for code in guide.languages}

    def contacts(self, slug: str, language: str, *, whole: bool = False) -> str:
        """The help page of one sheet; `whole` in itself, as a file that leads nowhere but to the
        contacts."""
        # A contact grows old from one day to the next, also while nobody publishes anything.
        if self._day != self._sheets.today():
            self._day = self._sheets.today()
            self._kept.clear()
        key = (slug, language, whole)
        if key not in self._kept:
            self._kept[key] = self._contacts(*key)
        return self._kept[key]

    def keep(self, slug: str, language: str) -> str:
        """The page that keeps the page of a sheet on a phone, and takes it away again."""
        return self._page(
            "keep.html",
            language,
            path=f"/help/{{language}}/{slug}/keep",
            sheet=self._sheets.sheet(slug, language),
        )

    def _contacts(self, slug: str, language: str, whole: bool) -> str:
        address = self._settings.address(f"/help/{language}/{slug}")
        return self._page(
            "country.html",
            language,
            path=f"/help/{{language}}/{slug}",
            sheet=self._sheets.sheet(slug, language),
            consular=ContactKind.consular,
            style=STYLE if whole else None,
            picture=self._pictures.offered(language),
            address=address,
            code=address and _qr_code(address),
            operator=self._guide.operator(language),
        )

    def _help(self, language: str) -> str:
        return self._page(
            "index.html",
            language,
            path="/help/{language}",
            police=self._sheets.police(language),
            countries=[
                {"code": code, "name": self._sheets.country_name(code, language)}
                for code in self._sheets.countries
            ],
            papers=papers.links(self._guide, language),
            operator=self._guide.operator(language),
        )

    def _demo(self, language: str) -> str:
        scripts = sorted(path.name for path in WIDGET.glob("*.js"))
        return _TEMPLATES.get_template("demo.html").render(
            language=language,
            html_lang=self._html_lang[language],
            languages=self._guide.offered,
            messages={code: self._guide.messages(code) for code in self._guide.languages},
            leave_url=self._settings.leave_url,
            scripts=scripts,
        )

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
                "sources": self._guide.sources(figure.sources, language),
            }
            for figure in by_date
        ]
        page = self._page(
            "figures.html",
            language,
            path="/figures/{language}",
            html_langs=self._html_lang,
            figures=figures,
        )
        return self._guide.written(language, page)

    def _page(self, template: str, language: str, **values: object) -> str:
        """One page in the frame all of them share."""
        return _TEMPLATES.get_template(template).render(
            language=language,
            html_lang=self._html_lang[language],
            languages=self._guide.offered,
            messages=self._guide.messages(language),
            unreviewed=not self._guide.is_reviewed(language),
            **values,
        )


def _qr_code(address: str) -> Markup:
    """`address` as a drawing that a phone's camera reads, hidden from whoever hears the page: the
    address is written beside it."""
    drawing = segno.make(address, micro=False).svg_inline(
        scale=QR_SCALE, svgclass=None, lineclass=None
    )
    return Markup(drawing.replace("<svg ", '<svg aria-hidden="true" ', 1))  # noqa: S704 segno's
