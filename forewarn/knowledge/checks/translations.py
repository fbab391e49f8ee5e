"""Whether every language says the same: the same files, fields and filled-in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from forewarn.knowledge.entries import BASE_LANGUAGE, Article, Faq
from forewarn.knowledge.loader import Knowledge, files_in
from forewarn.knowledge.problems import Problem, problem_at
from forewarn.knowledge.schema.texts import PLACEHOLDER
from forewarn.knowledge.side_by_side import marker, words_file


def translations(knowledge: Knowledge) -> Iterator[Problem]:
    """Every entry and article stands in the languages that need it, in its newest state."""
    entries: list[Faq | Article] = [*knowledge.faq.values(), *knowledge.articles.values()]
    for language in knowledge.languages:
        missing = [
            entry
            for entry in entries
            if language.code not in entry.texts
            and _path_in(entry, language.code) not in knowledge.broken
        ]
        if language.every_entry:
            for entry in missing:
                yield problem_at(
                    knowledge.folder,
                    entry.texts[BASE_LANGUAGE].path,
                    "file",
                    f"“{entry.id}” is missing in “{language.code}”",
                    f"Add {entry.id}.{language.code}.md beside it",
                )
        elif missing:
            names = ", ".join(sorted(entry.id for entry in missing))
            yield problem_at(
                knowledge.folder,
                "languages.yml",
                language.code,
                f"{len(missing)} of {len(entries)} entries and articles are shown in English: "
                f"{names}",
                "Translate them as time allows, those about danger first",
                severity="warning",
            )
    for entry in entries:
        yield from _newest(knowledge, entry)


def _path_in(entry: Faq | Article, language: str) -> str:
    path = entry.texts[BASE_LANGUAGE].path
    return f"{path.removesuffix(f'.{BASE_LANGUAGE}.md')}.{language}.md"


def _newest(knowledge: Knowledge, entry: Faq | Article) -> Iterator[Problem]:
    for language, text in entry.texts.items():
        if language not in knowledge.all_languages:
            yield problem_at(
                knowledge.folder,
                text.path,
                "file",
                f"“{language}” is not a language of languages.yml",
                "Rename the file, or add the language",
            )
        elif text.translated_from is not None and text.translated_from < entry.header.reviewed:
            yield problem_at(
                knowledge.folder,
                text.path,
                "translated_from",
                f"the English text was reviewed on {entry.header.reviewed}",
                "Bring the translation up to date, then change the date",
                severity="warning",
            )


def languages(knowledge: Knowledge) -> Iterator[Problem]:
    """Every text a person may need stands in every language."""
    for path, name, record, everywhere in _records(knowledge):
        for field, texts, needed in _words(record, name):
            if not (needed and everywhere):
                continue
            for language in knowledge.language_codes:
                if language not in texts:
                    file = words_file(path, language)
                    known = (knowledge.folder / file).exists()
                    yield problem_at(
                        knowledge.folder,
                        file,
                        field if known else "file",
                        "the words are missing" if known else "the file is missing",
                        "Add them, in the shape of the English file"
                        if known
                        else f"Add it: the words of {path} in this language",
                    )
    yield from _unknown_languages(knowledge)


def _unknown_languages(knowledge: Knowledge) -> Iterator[Problem]:
    """Files of words in no language of ours; those of drafts are passed over."""
    for file in sorted(files_in(knowledge.folder)):
        _, *language, ending = file.rpartition("/")[2].split(".")
        if language and ending == "yml" and language[0] not in knowledge.all_languages:
            yield problem_at(
                knowledge.folder,
                file,
                "file",
                f"“{language[0]}” is not a language of languages.yml",
                "Remove it, or add the language",
            )


def _records(knowledge: Knowledge) -> Iterator[tuple[str, str, BaseModel, bool]]:
    """Every record with words: its file, its name in the file, itself, and whether its words are
    needed in every language. Contacts far from the region may stand in English alone: the software
    then says what kind of line it is in the reader's language."""
    for stem, alone in (
        ("countries", knowledge.countries),
        ("menus", knowledge.menus),
        ("cards", knowledge.cards),
        ("deciding", knowledge.deciding),
    ):
        if alone is not None:
            yield f"{stem}.yml", "", alone, True
    for stem, listed in (("topics", knowledge.topics), ("lures", knowledge.lures)):
        for name, part in listed.items():
            yield f"{stem}.yml", name, part, True
    for folder, files in (
        ("danger", knowledge.dangers),
        ("red_flags", knowledge.red_flags),
        ("pages", knowledge.pages),
        ("forms", knowledge.forms),
    ):
        for name, record in files.items():
            yield f"{folder}/{name}.yml", "", record, True
    for code, contacts in knowledge.contacts.items():
        country = knowledge.countries.countries.get(code)
        for contact in contacts:
            near = country is not None and country.region
            yield f"hotlines/{code}.yml", contact.id, contact, near


def _words(record: BaseModel, name: str) -> Iterator[tuple[str, Mapping[str, object], bool]]:
    """Every field of ``record`` that holds words by language: its place, they, and whether they
    are needed in every language."""
    for field, described in type(record).model_fields.items():
        value = getattr(record, field)
        here = f"{name}.{field}".lstrip(".")
        mark = marker(described)
        if mark is not None:
            if value:
                yield here, value, mark.required
            continue
        inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(
            value, list
        ) else [("", value)]  # fmt: skip
        for key, one in inside:
            if isinstance(one, BaseModel):
                yield from _words(one, f"{here}.{key}".rstrip("."))


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
