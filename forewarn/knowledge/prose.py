"""Entries and articles: Markdown files, translations side by side."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial

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
    for group in _groups(reader, reader.matching("faq/*/*.md")):
        entry = _faq(reader, group)
        if entry is None:
            continue
        if entry.id in entries:
            reader.report(
                group[BASE_LANGUAGE],
                1,
                "file",
                f"the id “{entry.id}” is used in another topic too",
                "Rename one of the two",
            )
        entries[entry.id] = entry
    return entries


def read_articles(reader: FileReader) -> dict[str, Article]:
    """Every article of ``articles/``, by id."""
    groups = _groups(reader, reader.matching("articles/*.md"))
    articles = [_article(reader, group) for group in groups]
    return {article.id: article for article in articles if article is not None}


def _faq(reader: FileReader, group: dict[str, str]) -> Faq | None:
    file = group[BASE_LANGUAGE]
    base = reader.prose(file, FaqHeader, partial(_first_text, file))
    texts: dict[str, FaqText] = {}
    if base is not None:
        texts[BASE_LANGUAGE] = base[1]
    for language, name in _translations(group):
        translated = reader.prose(name, FaqTranslationHeader, partial(_translated_text, name))
        if translated is not None:
            texts[language] = translated
    return None if base is None else Faq(_id(file), file.split("/")[-2], base[0], texts)


def _first_text(path: str, header: FaqHeader, body: str) -> tuple[FaqHeader, FaqText]:
    return header, FaqText.of(header, body, path, native_review=True)


def _translated_text(path: str, words: FaqTranslationHeader, body: str) -> FaqText:
    return FaqText.of(
        words,
        body,
        path,
        native_review=words.native_review,
        translated_from=words.translated_from,
    )


def _article(reader: FileReader, group: dict[str, str]) -> Article | None:
    file = group[BASE_LANGUAGE]
    base = reader.prose(file, ArticleHeader, partial(_first_article, file))
    texts: dict[str, ArticleText] = {}
    if base is not None:
        texts[BASE_LANGUAGE] = base[1]
    for language, name in _translations(group):
        translated = reader.prose(
            name, ArticleTranslationHeader, partial(_translated_article, name)
        )
        if translated is not None:
            texts[language] = translated
    return None if base is None else Article(_id(file), base[0], texts)


def _first_article(
    path: str, header: ArticleHeader, body: str
) -> tuple[ArticleHeader, ArticleText]:
    return header, ArticleText(header.title, body, True, None, path)


def _translated_article(path: str, words: ArticleTranslationHeader, body: str) -> ArticleText:
    return ArticleText(words.title, body, words.native_review, words.translated_from, path)


def _groups(reader: FileReader, names: Iterable[str]) -> Iterator[dict[str, str]]:
    """Files that are translations of each other, where the English one is among them."""
    groups: dict[str, dict[str, str]] = {}
    for name in names:
        folder, _, file = name.rpartition("/")
        match = _NAME.match(file)
        if match is None:
            reader.report(
                name,
                1,
                "file",
                "the file name does not read <id>.<language>.md",
                "Rename it, such as protect-yourself.th.md",
            )
            continue
        if match["language"] in reader.unread:
            continue
        groups.setdefault(f"{folder}/{match['id']}", {})[match["language"]] = name
    for group in groups.values():
        if BASE_LANGUAGE in group:
            yield group
            continue
        name = next(iter(group.values()))
        reader.report(
            name,
            1,
            "file",
            "there is no English file beside it",
            f"Add {_id(name)}.{BASE_LANGUAGE}.md, which holds the facts",
        )


def _translations(group: dict[str, str]) -> list[tuple[str, str]]:
    return [(language, name) for language, name in group.items() if language != BASE_LANGUAGE]


def _id(name: str) -> str:
    return name.rpartition("/")[2].split(".", 1)[0]
