"""Whether each translation says what its English says, as far as that can be seen without knowing
what the words mean; ``python -m retrieval parity`` compares the meaning too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from forewarn.knowledge.entries import BASE_LANGUAGE, ArticleText, FaqText
from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.parity import Difference, Kind, comparers
from forewarn.knowledge.problems import Problem

CERTAIN = frozenset({Kind.step, Kind.contact})
"""What cannot be translated in another way: the list lines, and addresses on the web. Everything
else may be worded so that we do not recognise it, and is a warning."""

_SAID = {
    Kind.number: ("numbers differ", "Write the numbers of the English, in digits"),
    Kind.date: ("dates differ", "Write the dates of the English"),
    Kind.contact: ("addresses differ", "Write the addresses of the English, letter for letter"),
    Kind.name: ("names in capitals differ", "Write them as in English: people look them up"),
    Kind.step: ("the lines differ", "Keep the paragraphs and list lines of the English"),
    Kind.negation: ("“not” differs", "Read both lines: does one forbid what the other tells to do"),
    Kind.meaning: ("the line seems to say something else", "Read it beside the English line"),
    Kind.length: ("the line seems to lack a part", "Read it beside the English line"),
}


@dataclass(frozen=True)
class Translation:
    """A text and its English: of which entry, in which language, and in which file."""

    id: str
    language: str
    path: str
    english: str
    text: str


def parity(knowledge: Knowledge) -> Iterator[Problem]:
    """Every translation whose numbers, dates, addresses, steps or negations are not the
    English ones."""
    if BASE_LANGUAGE not in knowledge.wording:
        return
    spoken = set(knowledge.language_codes) | {BASE_LANGUAGE}
    by_language = comparers(
        {language: own for language, own in knowledge.wording.items() if language in spoken}
    )
    for one in compared(knowledge):
        if one.language in by_language:
            found = by_language[one.language].differences(one.english, one.text)
            yield from said(knowledge.folder, one, found)


def compared(knowledge: Knowledge) -> Iterator[Translation]:
    """Every translated answer and article with its English, entries first, in order of their
    files."""
    for entry in knowledge.faq.values():
        for language, words in entry.texts.items():
            yield from _pair(entry.id, language, entry.texts[BASE_LANGUAGE], words)
    for article in knowledge.articles.values():
        for language, told in article.texts.items():
            yield from _pair(article.id, language, article.texts[BASE_LANGUAGE], told)


def _pair(
    name: str, language: str, english: FaqText | ArticleText, own: FaqText | ArticleText
) -> Iterator[Translation]:
    if language != BASE_LANGUAGE:
        yield Translation(name, language, own.path, _text(english), _text(own))


def _text(words: FaqText | ArticleText) -> str:
    return words.answer if isinstance(words, FaqText) else words.body


def said(folder: Path, one: Translation, differences: list[Difference]) -> Iterator[Problem]:
    """``differences`` as problems of the file of ``one``, each at its line there."""
    if not differences:
        return
    file = folder / one.path
    places = _places(file)
    for difference in differences:
        problem, fix = _SAID[difference.kind]
        detail = f": {difference.detail}" if difference.detail else ""
        line = places[difference.line - 1] if difference.line <= len(places) else 1
        severity = "error" if difference.kind in CERTAIN else "warning"
        yield Problem(file.as_posix(), line, severity, "answer", problem + detail, fix)


def _places(file: Path) -> list[int]:
    """The line in ``file`` of each line of its text, blank ones and front matter left out."""
    lines = file.read_text("utf-8").splitlines()
    rules = [number for number, line in enumerate(lines, start=1) if line.rstrip() == "---"]
    start = rules[1] if len(rules) > 1 else 0
    return [number for number, line in enumerate(lines, start=1) if number > start and line.strip()]
