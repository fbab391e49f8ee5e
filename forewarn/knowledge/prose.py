"""Entries and articles: Markdown files, translations side by side."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from forewarn.knowledge.entries import BASE_LANGUAGE, Article, ArticleText, Faq, FaqText
from forewarn.knowledge.files import FileReader
from forewarn.knowledge.schema.entries import (
    ArticleHeader,
    ArticleTranslationHeader,
    FaqHeader,
    FaqTranslationHeader,
)

_NAME = re.compile(r"^(?P<id>[a-z0-9-]+)\.(?P<language>[A-Za-z-]+)\.md$")


def read_faq(reader: FileReader) -> dict[str, Faq]:
    """Every entry of ``faq/``, by id."""
    entries: dict[str, Faq] = {}
    for group in _groups(reader, sorted((reader.folder / "faq").glob("*/*.md"))):
        entry = _faq(reader, group)
        if entry is None:
            continue
        if entry.id in entries:
            reader.report(
                _relative(reader, group[BASE_LANGUAGE]),
                1,
                "file",
                f"the id “{entry.id}” is used in another topic too",
                "Rename one of the two",
            )
        entries[entry.id] = entry
    return entries


def read_articles(reader: FileReader) -> dict[str, Article]:
    """Every article of ``articles/``, by id."""
    groups = _groups(reader, sorted((reader.folder / "articles").glob("*.md")))
    articles = [_article(reader, group) for group in groups]
    return {article.id: article for article in articles if article is not None}


def _faq(reader: FileReader, group: dict[str, Path]) -> Faq | None:
    base = reader.prose(group[BASE_LANGUAGE], FaqHeader)
    texts: dict[str, FaqText] = {}
    if base is not None:
        header, body = base
        path = _relative(reader, group[BASE_LANGUAGE])
        texts[BASE_LANGUAGE] = FaqText.of(header, body, path, native_review=True)
    for language, file in _translations(group):
        translated = reader.prose(file, FaqTranslationHeader)
        if translated is not None:
            words, body = translated
            texts[language] = FaqText.of(
                words,
                body,
                _relative(reader, file),
                native_review=words.native_review,
                translated_from=words.translated_from,
            )
    if base is None:
        return None
    file = group[BASE_LANGUAGE]
    return Faq(_id(file), file.parent.name, base[0], texts)


def _article(reader: FileReader, group: dict[str, Path]) -> Article | None:
    base = reader.prose(group[BASE_LANGUAGE], ArticleHeader)
    texts: dict[str, ArticleText] = {}
    if base is not None:
        header, body = base
        path = _relative(reader, group[BASE_LANGUAGE])
        texts[BASE_LANGUAGE] = ArticleText(header.title, body, True, None, path)
    for language, file in _translations(group):
        translated = reader.prose(file, ArticleTranslationHeader)
        if translated is not None:
            words, body = translated
            texts[language] = ArticleText(
                words.title,
                body,
                words.native_review,
                words.translated_from,
                _relative(reader, file),
            )
    return None if base is None else Article(_id(group[BASE_LANGUAGE]), base[0], texts)


def _groups(reader: FileReader, files: Iterable[Path]) -> Iterator[dict[str, Path]]:
    """Files that are translations of each other, where the English one is among them."""
    groups: dict[tuple[Path, str], dict[str, Path]] = {}
    for path in files:
        match = _NAME.match(path.name)
        if match is None:
            reader.report(
                _relative(reader, path),
                1,
                "file",
                "the file name does not read <id>.<language>.md",
                "Rename it, such as protect-yourself.th.md",
            )
            continue
        if match["language"] in reader.unread:
            continue
        groups.setdefault((path.parent, match["id"]), {})[match["language"]] = path
    for group in groups.values():
        if BASE_LANGUAGE in group:
            yield group
            continue
        path = next(iter(group.values()))
        reader.report(
            _relative(reader, path),
            1,
            "file",
            "there is no English file beside it",
            f"Add {_id(path)}.{BASE_LANGUAGE}.md, which holds the facts",
        )


def _translations(group: dict[str, Path]) -> list[tuple[str, Path]]:
    return [(language, file) for language, file in group.items() if language != BASE_LANGUAGE]


def _relative(reader: FileReader, path: Path) -> str:
    return path.relative_to(reader.folder).as_posix()


def _id(path: Path) -> str:
    return path.name.split(".", 1)[0]
