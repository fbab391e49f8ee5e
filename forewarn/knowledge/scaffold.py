"""Makes the files of a new language or a new question, with everything still to be written marked.

What begins with :data:`~forewarn.knowledge.schema.texts.TODO` is named by validation, line by line.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel

from forewarn.knowledge.entries import BASE_LANGUAGE, Article, Faq
from forewarn.knowledge.guide import HINTS
from forewarn.knowledge.loader import Knowledge, load
from forewarn.knowledge.messages import Messages
from forewarn.knowledge.schema.contacts import ContactFile
from forewarn.knowledge.schema.freshness import AgesLike
from forewarn.knowledge.schema.texts import TODO
from forewarn.knowledge.schema.wording import Wording
from forewarn.knowledge.side_by_side import markers, record_in, words_file, words_in
from forewarn.knowledge.yaml_text import parse

FEWEST_ASKED = 3
"""How many other ways to ask a new question begins with."""


class ScaffoldError(ValueError):
    """Nothing was made; the message says why and what to do."""


def add_language(
    folder: Path, *, code: str, name: str, html_lang: str, script: str, spaces: bool
) -> list[Path]:
    """Declare a language as a draft and make every file it needs; the paths that were made.

    Raises:
        ScaffoldError: the code, name or script is none, the language is there already, or one of
            its files is.
    """
    if not re.fullmatch(r"[a-z]{2,3}", code):
        raise ScaffoldError(f"“{code}” is no language code. Use two or three letters, such as ms")
    if not name or not script.isalpha():
        raise ScaffoldError("a language needs its own name and its script, such as Latin")
    knowledge = load(folder)
    if code in knowledge.all_languages:
        raise ScaffoldError(f"“{code}” is in languages.yml already")
    files = dict(_language_files(knowledge, code))
    _refuse_existing(folder, files)
    entry = {
        "code": code, "name": name, "html_lang": html_lang, "script": script,
        "spaces": spaces, "draft": True, "native_review": False,
    }  # fmt: skip
    with (folder / "languages.yml").open("a", encoding="utf-8") as languages:
        languages.write(_dumped([entry]))
    return _written(folder, files)


def new_faq(folder: Path, topic: str, name: str, today: datetime.date) -> list[Path]:
    """Make the files of a new question in English and in every language that needs all entries.

    Raises:
        ScaffoldError: the name is no id, there is no such topic, or there is such an entry.
    """
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise ScaffoldError(
            f"“{name}” is no id. Use lower-case words joined by hyphens, such as lost-passport"
        )
    knowledge = load(folder)
    if topic not in knowledge.topics:
        known = ", ".join(knowledge.topics)
        raise ScaffoldError(f"there is no topic “{topic}”. Choose one of: {known}")
    if name in knowledge.faq:
        path = knowledge.faq[name].texts[BASE_LANGUAGE].path
        raise ScaffoldError(f"“{name}” stands in {path} already. Choose another name")
    words = {
        "question": f"{TODO} the question as a person would ask it",
        "also_asked": [f"{TODO} another way to ask it {n}" for n in range(1, FEWEST_ASKED + 1)],
        "check_with": [f"{TODO} a question that must find this entry, worded differently"],
    }
    facts = {
        "sources": [],
        "reviewed": today.isoformat(),
        "ages_like": AgesLike.advice.value,
        "contacts": [],
        "related": [],
    }
    answer = (
        f"{TODO} the answer: 60 to 130 plain words, who said what and when.\n\n- {TODO} a step\n"
    )
    files = {f"faq/{topic}/{name}.{BASE_LANGUAGE}.md": _prose({**words, **facts}, answer)}
    translated = {**words, "translated_from": today.isoformat(), "native_review": False}
    for language in knowledge.languages:
        if language.every_entry:
            files[f"faq/{topic}/{name}.{language.code}.md"] = _prose(translated, answer)
    _refuse_existing(folder, files)
    return _written(folder, files)


def _language_files(knowledge: Knowledge, code: str) -> Iterator[tuple[str, str]]:
    """Every file of a new language, by path, with its text."""
    folder = knowledge.folder
    messages = knowledge.messages[BASE_LANGUAGE]
    yield f"messages/{code}.yml", _dumped(_to_do(messages.model_dump()))
    yield f"wording/{code}.yml", _dumped(_wording())
    for kind, hint in HINTS.items():
        model = record_in(hint)
        if model is None or model in (Messages, Wording):
            continue
        single = folder / f"{kind}.yml"
        bases = [single] if single.exists() else sorted((folder / kind).glob("[!.]*.yml"))
        for base in bases:
            if "." in base.stem or not _is_needed(knowledge, base, model):
                continue
            words = words_in(parse(base.read_text(encoding="utf-8")), model)
            if words:
                path = base.relative_to(folder).as_posix()
                yield words_file(path, code), _dumped(_to_do(words))
    entries: list[Faq | Article] = [*knowledge.faq.values(), *knowledge.articles.values()]
    for entry in entries:
        path = entry.texts[BASE_LANGUAGE].path
        english = (folder / path).read_text(encoding="utf-8")
        yield path.replace(f".{BASE_LANGUAGE}.md", f".{code}.md"), _translation(entry, english)


def _is_needed(knowledge: Knowledge, base: Path, model: type[BaseModel]) -> bool:
    """Whether every language needs the words of a record: figures, sources and the contacts far
    from the region may stay in English."""
    if model is ContactFile:
        country = knowledge.countries.countries.get(base.stem)
        return country is not None and country.region
    return any(mark.required for mark in markers(model))


def _translation(entry: Faq | Article, english: str) -> str:
    if isinstance(entry, Faq):
        text = entry.texts[BASE_LANGUAGE]
        words: dict[str, Any] = {
            "question": text.question,
            "also_asked": list(text.also_asked),
            "check_with": list(text.check_with),
        }
    else:
        words = {"title": entry.texts[BASE_LANGUAGE].title}
    reviewed = entry.header.reviewed.isoformat()
    header = {**_to_do(words), "translated_from": reviewed, "native_review": False}
    return _prose(header, f"{TODO}\n\n{english.split('---', 2)[2].strip()}\n")


def _wording() -> Any:
    """What parity compares by, twelve months and how "not" is said, how people ask, and
    what must not be seen on a locked screen."""
    months = [datetime.date(2000, month, 1).strftime("%B") for month in range(1, 13)]
    words = {"months": months, "negations": ["not"], "asks": ["what"], "joins": ["and"]}
    return _to_do({**words, "goes_on": ["what about …"], "alarming": ["danger"]})


def _to_do(words: Any) -> Any:
    """``words`` with every text marked as still to be written; ids stay."""
    if isinstance(words, dict):
        return {key: one if key == "id" else _to_do(one) for key, one in words.items()}
    if isinstance(words, list):
        return [_to_do(one) for one in words]
    return f"{TODO} {words}"


def _prose(header: dict[str, Any], body: str) -> str:
    return f"---\n{_dumped(header)}---\n{body}"


def _dumped(data: Any) -> str:
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=10**6)


def _refuse_existing(folder: Path, files: dict[str, str]) -> None:
    there = [path for path in files if (folder / path).exists()]
    if there:
        raise ScaffoldError(f"{there[0]} is there already: nothing was made")


def _written(folder: Path, files: dict[str, str]) -> list[Path]:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return [folder / path for path in files]
