"""The whole knowledge base, loaded from its folder."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from forewarn.knowledge.entries import Article, Faq
from forewarn.knowledge.files import FileReader
from forewarn.knowledge.messages import Messages
from forewarn.knowledge.problems import KnowledgeError, Problem
from forewarn.knowledge.prose import read_articles, read_faq
from forewarn.knowledge.schema import (
    Contact,
    ContactFile,
    ContactKind,
    Countries,
    Coverage,
    Danger,
    Language,
    Lure,
    Menus,
    RedFlag,
    Source,
    Topic,
    VerdictRule,
)


@dataclass
class Knowledge:
    """Everything the assistant knows and says, ready to be used."""

    folder: Path
    languages: list[Language] = field(default_factory=list)
    topics: dict[str, Topic] = field(default_factory=dict)
    countries: Countries = field(
        default_factory=lambda: Countries.model_construct(countries={}, i_am_here={})
    )
    sources: dict[str, Source] = field(default_factory=dict)
    faq: dict[str, Faq] = field(default_factory=dict)
    articles: dict[str, Article] = field(default_factory=dict)
    contacts: dict[str, list[Contact]] = field(default_factory=dict)
    none_known: dict[str, list[ContactKind]] = field(default_factory=dict)
    dangers: dict[str, Danger] = field(default_factory=dict)
    red_flags: dict[str, RedFlag] = field(default_factory=dict)
    lures: dict[str, Lure] = field(default_factory=dict)
    messages: dict[str, Messages] = field(default_factory=dict)
    menus: Menus | None = None
    verdict: VerdictRule | None = None
    coverage: Coverage = field(
        default_factory=lambda: Coverage.model_construct(reported=[], asked=[])
    )

    @property
    def language_codes(self) -> list[str]:
        """The codes of our languages, in the order of ``languages.yml``."""
        return [language.code for language in self.languages]

    @property
    def spaces(self) -> dict[str, bool]:
        """Whether each language separates words by blanks."""
        return {language.code: language.spaces for language in self.languages}

    def content_hash(self) -> str:
        """SHA-256 over the path and bytes of every knowledge file, as hexadecimal digits."""
        return content_hash(self.folder)


def content_hash(folder: Path) -> str:
    """SHA-256 over the path and bytes of every knowledge file in ``folder``."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".yml", ".md"}:
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
            digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def load(folder: Path) -> Knowledge:
    """Load the knowledge base in ``folder``.

    Raises:
        KnowledgeError: any file cannot be read or breaks the schema; it names every problem.
    """
    knowledge, problems = read(folder)
    if problems:
        raise KnowledgeError(problems)
    return knowledge


def read(folder: Path) -> tuple[Knowledge, list[Problem]]:
    """Load whatever can be loaded from ``folder``, with every problem that was met on the way."""
    reader = FileReader(folder)
    knowledge = Knowledge(folder)
    knowledge.languages = reader.records("languages.yml", Language)
    knowledge.topics = {topic.id: topic for topic in reader.records("topics.yml", Topic)}
    knowledge.countries = reader.record("countries.yml", Countries) or knowledge.countries
    knowledge.coverage = reader.record("coverage.yml", Coverage) or knowledge.coverage
    knowledge.menus = reader.record("menus.yml", Menus)
    knowledge.verdict = reader.record("verdict.yml", VerdictRule)
    knowledge.lures = {lure.id: lure for lure in reader.records("lures.yml", Lure)}
    knowledge.sources = reader.by_name("sources", Source)
    knowledge.dangers = reader.by_name("danger", Danger)
    knowledge.red_flags = reader.by_name("red_flags", RedFlag)
    knowledge.messages = reader.by_name("messages", Messages)
    for country, file in reader.by_name("hotlines", ContactFile).items():
        if file.country != country:
            reader.report(
                f"hotlines/{country}.yml", 1, "country", f"“{file.country}” is not the file's name"
            )
        knowledge.contacts[file.country] = list(file.hotlines)
        knowledge.none_known[file.country] = list(file.none_known)
    knowledge.faq = read_faq(reader)
    knowledge.articles = read_articles(reader)
    return knowledge, sorted(reader.problems)
