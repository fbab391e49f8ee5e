"""Whether every language says the same: the same files, fields and filled-in words."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from forewarn.knowledge.entries import BASE_LANGUAGE, Article, Faq
from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.problems import Problem, problem_at
from forewarn.knowledge.schema import PLACEHOLDER


def translations(knowledge: Knowledge) -> Iterator[Problem]:
    """Every entry and article stands in every language, in its newest state."""
    entries: list[Faq | Article] = [*knowledge.faq.values(), *knowledge.articles.values()]
    for entry in entries:
        first = entry.texts[BASE_LANGUAGE].path
        for language in knowledge.language_codes:
            text = entry.texts.get(language)
            if text is None:
                yield problem_at(
                    knowledge.folder,
                    first,
                    "file",
                    f"“{entry.id}” is missing in “{language}”",
                    f"Add {entry.id}.{language}.md beside it",
                )
            elif text.translated_from not in (None, entry.header.reviewed):
                yield problem_at(
                    knowledge.folder,
                    text.path,
                    "translated_from",
                    f"the English text was reviewed on {entry.header.reviewed}",
                    "Bring the translation up to date, then change the date",
                    severity="warning",
                )
        for language in set(entry.texts) - set(knowledge.language_codes):
            yield problem_at(
                knowledge.folder,
                entry.texts[language].path,
                "file",
                f"“{language}” is not a language of languages.yml",
                "Rename the file, or add the language",
            )


def languages(knowledge: Knowledge) -> Iterator[Problem]:
    """Every text a person may read stands in every language."""
    records: list[tuple[str, BaseModel]] = [("countries.yml", knowledge.countries)]
    records += [("topics.yml", topic) for topic in knowledge.topics.values()]
    records += [("lures.yml", lure) for lure in knowledge.lures.values()]
    records += [(f"danger/{name}.yml", item) for name, item in knowledge.dangers.items()]
    records += [(f"red_flags/{name}.yml", item) for name, item in knowledge.red_flags.items()]
    records += [(f"sources/{name}.yml", item) for name, item in knowledge.sources.items()]
    records += [
        (f"hotlines/{code}.yml", item)
        for code, items in knowledge.contacts.items()
        for item in items
    ]
    if knowledge.menus is not None:
        records.append(("menus.yml", knowledge.menus))
    wanted = set(knowledge.language_codes)
    for path, record in records:
        for field, text in _localized(record.model_dump(mode="json")):
            missing, unknown = wanted - set(text), set(text) - wanted
            if missing:
                yield problem_at(
                    knowledge.folder,
                    path,
                    field,
                    f"the text is missing in {', '.join(sorted(missing))}",
                    "Write it in every language",
                )
            if unknown:
                yield problem_at(
                    knowledge.folder,
                    path,
                    field,
                    f"{', '.join(sorted(unknown))} is not a language of languages.yml",
                    "Remove it, or add the language",
                )


_BY_LANGUAGE = frozenset(
    {"name", "description", "date_note", "hours", "languages", "purpose", "why", "ask_back", "ask",
     "next_moves", "label", "reply", "mention", "phrases", "must_match", "must_not_match",
     "examples", "places", "i_am_here"}
)  # fmt: skip
"""Fields that hold a text, or a list of texts, for each language."""

_MAY_BE_EMPTY = frozenset({"places"})


def _localized(data: object, field: str = "") -> Iterator[tuple[str, dict[str, object]]]:
    """Every value keyed by language in ``data``, with the path of its field."""
    if isinstance(data, dict):
        name = field.rsplit(".", 1)[-1]
        if name in _BY_LANGUAGE:
            if data or name not in _MAY_BE_EMPTY:
                yield field, data
            return
        for key, value in data.items():
            yield from _localized(value, f"{field}.{key}".lstrip("."))
    elif isinstance(data, list):
        for value in data:
            yield from _localized(value, field)


def messages(knowledge: Knowledge) -> Iterator[Problem]:
    """The assistant's own sentences stand in every language, with the same filled-in words."""
    base = knowledge.messages.get(BASE_LANGUAGE)
    for code in knowledge.language_codes:
        if not (knowledge.folder / f"messages/{code}.yml").exists():
            yield problem_at(
                knowledge.folder,
                f"messages/{code}.yml",
                "file",
                "the file is missing",
                "Add it: the assistant's own sentences are needed in every language",
            )
        own = knowledge.messages.get(code)
        if base is None or own is None:
            continue
        for name, text in own.model_dump().items():
            expected = set(PLACEHOLDER.findall(getattr(base, name)))
            if set(PLACEHOLDER.findall(text)) != expected:
                yield problem_at(
                    knowledge.folder,
                    f"messages/{code}.yml",
                    name,
                    "the words in {curly} brackets differ from the English ones",
                    f"Use exactly: {', '.join(sorted(expected)) or 'none'}",
                )
