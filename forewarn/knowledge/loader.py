"""The whole knowledge base, loaded from its folder."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from forewarn.knowledge.entries import BASE_LANGUAGE, Article, Faq
from forewarn.knowledge.files import FileReader
from forewarn.knowledge.messages import Messages
from forewarn.knowledge.parse_cache import ParseCache
from forewarn.knowledge.problems import KnowledgeError, Problem
from forewarn.knowledge.prose import read_articles, read_faq
from forewarn.knowledge.schema.addresses import Addresses
from forewarn.knowledge.schema.contacts import Contact, ContactFile, ContactKind
from forewarn.knowledge.schema.countries import Countries
from forewarn.knowledge.schema.coverage import Coverage
from forewarn.knowledge.schema.dangers import Danger
from forewarn.knowledge.schema.deciding import Deciding
from forewarn.knowledge.schema.entries import Topic
from forewarn.knowledge.schema.freshness import Freshness
from forewarn.knowledge.schema.languages import Language, OtherLanguage
from forewarn.knowledge.schema.menus import Menus
from forewarn.knowledge.schema.offers import HonestOffers, Lure, RedFlag, VerdictRule
from forewarn.knowledge.schema.pages import Page
from forewarn.knowledge.schema.papers import Cards, Form, Paper
from forewarn.knowledge.schema.sources import Figure, Source
from forewarn.knowledge.schema.wording import Wording
from forewarn.typed import Door

_WORD = re.compile(r"[a-z]{2,}|\b[ai]\b")
"""The words of an English phrase."""


@dataclass
class Knowledge:
    """Everything the assistant knows and says, ready to be used.

    ``broken`` are the files that could not be read: what only follows from that is not said again.
    """

    folder: Path
    languages: list[Language] = field(default_factory=list)
    drafts: frozenset[str] = frozenset()
    other_languages: list[OtherLanguage] = field(default_factory=list)
    broken: frozenset[str] = frozenset()
    topics: dict[str, Topic] = field(default_factory=dict)
    countries: Countries = field(
        default_factory=lambda: Countries.model_construct(
            countries={}, i_am_here={}, i_come_from={}
        )
    )
    sources: dict[str, Source] = field(default_factory=dict)
    faq: dict[str, Faq] = field(default_factory=dict)
    articles: dict[str, Article] = field(default_factory=dict)
    contacts: dict[str, list[Contact]] = field(default_factory=dict)
    none_known: dict[str, list[ContactKind]] = field(default_factory=dict)
    dangers: dict[str, Danger] = field(default_factory=dict)
    red_flags: dict[str, RedFlag] = field(default_factory=dict)
    lures: dict[str, Lure] = field(default_factory=dict)
    honest_offers: HonestOffers = field(default_factory=HonestOffers)
    messages: dict[str, Messages] = field(default_factory=dict)
    menus: Menus | None = None
    cards: Cards | None = None
    forms: dict[str, Form] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)
    verdict: VerdictRule | None = None
    deciding: Deciding | None = None
    addresses: Addresses = field(
        default_factory=lambda: Addresses.model_construct(
            owners=[], hosts=[], shorteners=[], government={}, payments=[], networks=[]
        )
    )
    freshness: Freshness | None = None
    wording: dict[str, Wording] = field(default_factory=dict)
    figures: dict[str, Figure] = field(default_factory=dict)
    coverage: Coverage = field(
        default_factory=lambda: Coverage.model_construct(reported=[], asked=[])
    )

    @property
    def language_codes(self) -> list[str]:
        """The codes of our languages, in the order of ``languages.yml``."""
        return [language.code for language in self.languages]

    @property
    def all_languages(self) -> frozenset[str]:
        """The codes of our languages, and of those still being translated."""
        return self.drafts | set(self.language_codes)

    @property
    def spaces(self) -> dict[str, bool]:
        """Whether each language separates words by blanks."""
        return {language.code: language.spaces for language in self.languages}

    @cached_property
    def door(self) -> Door:
        """Reads what people type, before anything else does."""
        records = (*self.dangers.values(), *self.red_flags.values())
        words = (_words(tuple(record.phrases.get(BASE_LANGUAGE, ()))) for record in records)
        read_as = (language.read_as for language in self.languages)
        return Door(read_as, frozenset().union(*words))

    @cached_property
    def written(self) -> dict[str, frozenset[str]]:
        """The ids of all entries, articles and so on, of those in files that cannot be read too:
        what is wrong with a file is said once, there."""
        read: dict[str, tuple[str, Iterable[str]]] = {
            "entry": ("faq/", self.faq),
            "article": ("articles/", self.articles),
            "source": ("sources/", self.sources),
            "lure": ("lures/", self.lures),
            "danger": ("danger/", self.dangers),
            "red flag": ("red_flags/", self.red_flags),
        }
        return {
            what: frozenset(ids).union(
                path.rsplit("/", 1)[-1].split(".", 1)[0]
                for path in self.broken
                if path.startswith(folder)
            )
            for what, (folder, ids) in read.items()
        }

    def link_to(self, paper: Paper) -> dict[str, str]:
        """What a link to ``paper`` says, by language; empty where there is no such page."""
        page = self.cards if paper is Paper.show else self.forms.get(paper.value)
        return page.link if page else {}

    def content_hash(self) -> str:
        """What :func:`content_hash` says of its folder."""
        return content_hash(self.folder)


def content_hash(folder: Path, cache: ParseCache | None = None) -> str:
    """SHA-256 over the path and the SHA-256 of every knowledge file in ``folder``, as hexadecimal
    digits; files that ``cache`` knows are not read again."""
    known = cache or ParseCache()
    digest = hashlib.sha256()
    for name in sorted(files_in(folder)):
        digest.update(f"{name}\0{known.hash_file(f'{folder}/{name}')}\0".encode())
    return digest.hexdigest()


def files_in(folder: Path) -> dict[str, os.DirEntry[str]]:
    """Every knowledge file in ``folder``, by its path inside. With :mod:`pathlib` it takes ten
    times as long to list the files of ten thousand entries."""
    return dict(_files(str(folder), ""))


def _files(folder: str, prefix: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    try:
        entries = list(os.scandir(folder))
    except FileNotFoundError:  # a folder removed this moment
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _files(entry.path, f"{prefix}{entry.name}/")
        elif entry.name.endswith((".yml", ".md")):
            yield f"{prefix}{entry.name}", entry


@lru_cache(maxsize=1000)
def _words(phrases: tuple[str, ...]) -> frozenset[str]:
    """The words of the English phrases of a record."""
    return frozenset(word for phrase in phrases for word in _WORD.findall(phrase.lower()))


def load(folder: Path, cache: ParseCache | None = None) -> Knowledge:
    """Load the knowledge base in ``folder``; files that ``cache`` knows are not parsed again.

    Raises:
        KnowledgeError: any file cannot be read or breaks the schema; it names every problem.
    """
    knowledge, problems = read(folder, cache)
    if problems:
        raise KnowledgeError(problems)
    return knowledge


def read(
    folder: Path, cache: ParseCache | None = None, *, drafts_too: bool = False
) -> tuple[Knowledge, list[Problem]]:
    """Load whatever can be loaded from ``folder``, with every problem that was met on the way.

    A language that is still a draft is left out, unless ``drafts_too``.
    """
    reader = FileReader(folder, cache)
    knowledge = Knowledge(folder)
    languages = reader.records("languages.yml", Language)
    drafts = frozenset(one.code for one in languages if one.draft and not drafts_too)
    knowledge.languages = [one for one in languages if one.code not in drafts]
    knowledge.drafts = reader.unread = drafts
    knowledge.other_languages = reader.records("other_languages.yml", OtherLanguage)
    knowledge.topics = {topic.id: topic for topic in reader.records("topics.yml", Topic)}
    knowledge.countries = reader.record("countries.yml", Countries) or knowledge.countries
    knowledge.coverage = reader.record("coverage.yml", Coverage) or knowledge.coverage
    knowledge.menus = reader.record("menus.yml", Menus)
    knowledge.cards = reader.record("cards.yml", Cards)
    knowledge.forms = reader.by_name("forms", Form)
    knowledge.verdict = reader.record("verdict.yml", VerdictRule)
    knowledge.deciding = reader.record("deciding.yml", Deciding)
    knowledge.addresses = reader.record("addresses.yml", Addresses) or knowledge.addresses
    knowledge.freshness = reader.record("freshness.yml", Freshness)
    knowledge.wording = reader.by_name("wording", Wording)
    knowledge.figures = reader.by_name("figures", Figure)
    knowledge.lures = {lure.id: lure for lure in reader.records("lures.yml", Lure)}
    knowledge.honest_offers = (
        reader.record("honest_offers.yml", HonestOffers) or knowledge.honest_offers
    )
    knowledge.sources = reader.by_name("sources", Source)
    knowledge.dangers = reader.by_name("danger", Danger)
    knowledge.red_flags = reader.by_name("red_flags", RedFlag)
    knowledge.messages = reader.by_name("messages", Messages)
    knowledge.pages = reader.by_name("pages", Page)
    for country, file in reader.by_name("hotlines", ContactFile).items():
        if file.country != country:
            reader.report(
                f"hotlines/{country}.yml", 1, "country", f"“{file.country}” is not the file's name"
            )
        knowledge.contacts[file.country] = list(file.hotlines)
        knowledge.none_known[file.country] = list(file.none_known)
    knowledge.faq = read_faq(reader)
    knowledge.articles = read_articles(reader)
    knowledge.broken = frozenset(
        Path(problem.path).relative_to(folder).as_posix() for problem in reader.problems
    )
    return knowledge, sorted(reader.problems)
