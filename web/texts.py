"""Pages that are nothing but words: what we keep, and the recipes that Leave leads to.

Both come from ``knowledge/pages/`` and need neither JavaScript nor any other part. All are rendered
once, at start.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from forewarn.knowledge.schema.pages import Page
from forewarn.knowledge.words import in_language
from web.guide import Guide
from web.settings import WebSettings
from web.templates import templates

HERE = Path(__file__).parent
RECIPES = HERE / "recipes"
PRIVACY = HERE / "privacy"

_TEMPLATES = templates(RECIPES, PRIVACY)

_STEP = re.compile(r"^(?:-|\d+\.) +")


class Texts:
    """Each page in every language."""

    def __init__(self, guide: Guide, settings: WebSettings) -> None:
        """Render them from the knowledge of `guide`; a page it has not is empty of words."""
        self._guide = guide
        self._settings = settings
        self.privacy = {code: self._rendered("privacy", code) for code in guide.languages}
        self.recipes = {code: self._rendered("recipes", code) for code in guide.languages}

    def _rendered(self, name: str, language: str) -> str:
        guide, of = self._guide, self._guide.of(language)
        page = guide.knowledge.pages[name]
        html = _TEMPLATES.get_template(f"{name}.html").render(
            language=language,
            path=f"/{name}/{{language}}",
            html_lang={item.code: item.html_lang for item in guide.offered}[language],
            languages=guide.offered,
            messages=guide.messages(language),
            unreviewed=not guide.is_reviewed(language),
            operator=guide.operator(language),
            title=page.title[of],
            intro=list(parts(self._filled(in_language(page.intro, of)))) if page.intro else [],
            sections=list(self._sections(page, of)),
        )
        return guide.written(language, html)

    def _sections(self, page: Page, of: str) -> Iterator[dict[str, object]]:
        for section in page.sections:
            yield {
                "id": section.id,
                "heading": section.heading[of],
                "parts": list(parts(self._filled(section.text[of]))),
            }

    def _filled(self, text: str) -> str:
        return text.replace("{minutes}", str(round(self._settings.conversation_minutes)))


def parts(text: str) -> Iterator[tuple[str, list[str]]]:
    """The paragraphs and lists of `text`: each its HTML element (`p`, `ul`, `ol`) and its lines."""
    for block in filter(None, text.split("\n\n")):
        lines = block.splitlines()
        if not all(map(_STEP.match, lines)):
            yield "p", lines
            continue
        yield "ul" if lines[0].startswith("-") else "ol", [_STEP.sub("", line) for line in lines]
