"""All that web says, made from one state of the knowledge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from forewarn.offers.verdict import OfferCheck
from web.check.page import CheckPages
from web.exchange import Exchange
from web.failures import Failures
from web.guide import Guide
from web.pages import Pages
from web.papers.papers import Papers
from web.pictures import Pictures
from web.settings import WebSettings
from web.sheets import Sheets
from web.texts import Texts


@dataclass(frozen=True)
class Spoken:
    """What a request is answered with, from its beginning to its end."""

    guide: Guide
    exchange: Exchange
    failures: Failures
    sheets: Sheets
    pages: Pages
    papers: Papers
    pictures: Pictures
    texts: Texts
    offers: OfferCheck
    checks: CheckPages
    strings: dict[str, dict[str, Any]]

    @classmethod
    def of(
        cls, guide: Guide, exchange: Exchange, settings: WebSettings, readable: list[str]
    ) -> Spoken:
        """Prepare every page and sentence of `guide`; pictures can be read here in the languages
        `readable`."""
        sheets = Sheets(guide)
        pictures = Pictures(guide, settings, sheets)
        return cls(
            guide=guide,
            exchange=exchange,
            failures=Failures(guide),
            papers=Papers(guide),
            sheets=sheets,
            pages=Pages(guide, settings, sheets, pictures),
            pictures=pictures,
            texts=Texts(guide, settings),
            offers=OfferCheck(guide.knowledge),
            checks=CheckPages(guide, readable),
            strings={code: guide.strings(code, readable) for code in guide.languages},
        )
