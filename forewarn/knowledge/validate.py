"""What one file alone cannot show: whether the files of the knowledge base fit together.

Every check yields all the problems it finds; nothing stops at the first.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from forewarn.knowledge import parity
from forewarn.knowledge.entries import BASE_LANGUAGE, Faq
from forewarn.knowledge.loader import Knowledge, read
from forewarn.knowledge.problems import Problem, problem_at
from forewarn.knowledge.schema import Phrases
from forewarn.phrases import PhraseError, PhraseSet, normalise


def validate(folder: Path) -> list[Problem]:
    """Every problem of the knowledge base in ``folder``, sorted by file and line."""
    knowledge, problems = read(folder)
    checks = (
        _faq, _questions, parity.translations, _sources, _articles, _topics, _menus,
        parity.languages, parity.messages, _contacts, _phrases, _red_flags, _coverage,
    )  # fmt: skip
    for check in checks:
        problems.extend(check(knowledge))
    return sorted(set(problems))


def _faq(knowledge: Knowledge) -> Iterator[Problem]:
    for entry in knowledge.faq.values():
        path = entry.texts[BASE_LANGUAGE].path
        if entry.topic not in knowledge.topics:
            yield problem_at(
                knowledge.folder,
                path,
                "topic",
                f"there is no topic “{entry.topic}”",
                f"Move the file into one of: {', '.join(knowledge.topics)}",
            )
        for related in entry.header.related:
            if related not in knowledge.faq:
                yield problem_at(
                    knowledge.folder,
                    path,
                    "related",
                    f"there is no entry “{related}”",
                    "Name an entry that exists, or remove it",
                )
            elif related == entry.id:
                yield problem_at(
                    knowledge.folder, path, "related", "the entry names itself", "Remove it"
                )


def _questions(knowledge: Knowledge) -> Iterator[Problem]:
    """A question asked in two entries would be answered by chance; one used for checking proves
    nothing once it is in the index."""
    for language in knowledge.language_codes:
        seen: dict[str, str] = {}
        for entry in knowledge.faq.values():
            text = entry.texts.get(language)
            if text is None:
                continue
            for question in (text.question, *text.also_asked, *text.check_with):
                plain = normalise(question)
                if plain in seen:
                    where = "this file" if seen[plain] == text.path else seen[plain]
                    yield problem_at(
                        knowledge.folder,
                        text.path,
                        "also_asked",
                        f"“{question}” stands in {where} too",
                        "Word one of the two differently",
                    )
                seen.setdefault(plain, text.path)


def _sources(knowledge: Knowledge) -> Iterator[Problem]:
    used = {source for entry in knowledge.faq.values() for source in entry.header.sources}
    used |= {article.header.source for article in knowledge.articles.values()}
    used |= {source for flag in knowledge.red_flags.values() for source in flag.sources}
    used |= {source for lure in knowledge.lures.values() for source in lure.sources}
    for name in sorted(set(knowledge.sources) - used):
        yield problem_at(
            knowledge.folder,
            f"sources/{name}.yml",
            "file",
            "nothing names this source",
            "Cite it, or delete the file",
            severity="warning",
        )
    for entry in knowledge.faq.values():
        yield from _known_sources(knowledge, _base_path(entry), entry.header.sources)
    for name, flag in knowledge.red_flags.items():
        yield from _known_sources(knowledge, f"red_flags/{name}.yml", flag.sources)
    for lure in knowledge.lures.values():
        yield from _known_sources(knowledge, "lures.yml", lure.sources)


def _known_sources(knowledge: Knowledge, path: str, sources: list[str]) -> Iterator[Problem]:
    for source in sources:
        if source not in knowledge.sources:
            yield problem_at(
                knowledge.folder,
                path,
                "sources",
                f"there is no source “{source}”",
                f"Add sources/{source}.yml, or name one that exists",
            )


def _base_path(entry: Faq) -> str:
    return entry.texts[BASE_LANGUAGE].path


def _articles(knowledge: Knowledge) -> Iterator[Problem]:
    for article in knowledge.articles.values():
        path = article.texts[BASE_LANGUAGE].path
        yield from _known_sources(knowledge, path, [article.header.source])


def _topics(knowledge: Knowledge) -> Iterator[Problem]:
    for topic in knowledge.topics.values():
        first = knowledge.faq.get(topic.first)
        if first is None or first.topic != topic.id:
            yield problem_at(
                knowledge.folder,
                "topics.yml",
                "first",
                f"“{topic.first}” is not an entry of the topic “{topic.id}”",
                "Name an entry in that folder",
            )


def _menus(knowledge: Knowledge) -> Iterator[Problem]:
    if knowledge.menus is None:
        return
    menus = knowledge.menus
    taps = [*menus.first_screen, *menus.under_verdict]
    for name in (menus.about_us, *(tap.slots["faq"] for tap in taps if "faq" in tap.slots)):
        if name not in knowledge.faq:
            yield problem_at(
                knowledge.folder,
                "menus.yml",
                "about_us",
                f"there is no entry “{name}”",
                "Name an entry that exists",
            )
    for kind in (tap.slots["danger_kind"] for tap in taps if "danger_kind" in tap.slots):
        if kind not in knowledge.dangers:
            yield problem_at(
                knowledge.folder,
                "menus.yml",
                "danger_kind",
                f"there is no danger “{kind}”",
                "Name a file of danger/",
            )


def _contacts(knowledge: Knowledge) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for code, contacts in knowledge.contacts.items():
        path = f"hotlines/{code}.yml"
        if code not in knowledge.countries.countries:
            yield problem_at(
                knowledge.folder,
                path,
                "country",
                f"“{code}” is not in countries.yml",
                "Add the country there first",
            )
        for contact in contacts:
            if contact.id in seen:
                yield problem_at(
                    knowledge.folder,
                    path,
                    "id",
                    f"“{contact.id}” stands in {seen[contact.id]} too",
                    "Give each contact its own id",
                )
            seen[contact.id] = path
        for kind in set(knowledge.none_known[code]) & {contact.kind for contact in contacts}:
            yield problem_at(
                knowledge.folder,
                path,
                "none_known",
                f"“{kind}” is said to be unknown, yet a contact of that kind is listed",
                "Remove one of the two",
            )
    for code, country in knowledge.countries.countries.items():
        if country.region and not any(c.emergency for c in knowledge.contacts.get(code, [])):
            yield problem_at(
                knowledge.folder,
                "countries.yml",
                code,
                "a country of the region has no emergency line",
                f"Mark one contact of hotlines/{code}.yml with emergency: true",
            )


def _phrases(knowledge: Knowledge) -> Iterator[Problem]:
    """Each record's own sentences prove its phrases, in every language."""
    records: list[tuple[str, Phrases]] = [
        *((f"danger/{name}.yml", danger) for name, danger in knowledge.dangers.items()),
        *((f"red_flags/{name}.yml", flag) for name, flag in knowledge.red_flags.items()),
    ]
    for path, record in records:
        try:
            compiled = PhraseSet(record.phrases, record.unless, knowledge.spaces)
        except PhraseError as error:
            yield problem_at(knowledge.folder, path, "phrases", str(error), "Correct the phrase")
            continue
        for sentence in (one for many in record.must_match.values() for one in many):
            if not compiled.find(sentence):
                yield problem_at(
                    knowledge.folder,
                    path,
                    "must_match",
                    f"“{sentence}” is not recognised",
                    "Add or widen a phrase",
                )
        for sentence in (one for many in record.must_not_match.values() for one in many):
            if compiled.find(sentence):
                yield problem_at(
                    knowledge.folder,
                    path,
                    "must_not_match",
                    f"“{sentence}” is recognised",
                    "Narrow a phrase, or add one under unless",
                )


def _red_flags(knowledge: Knowledge) -> Iterator[Problem]:
    for name, flag in knowledge.red_flags.items():
        for lure in flag.lures:
            if lure not in knowledge.lures:
                yield problem_at(
                    knowledge.folder,
                    f"red_flags/{name}.yml",
                    "lures",
                    f"there is no lure “{lure}”",
                    f"Name one of: {', '.join(knowledge.lures)}",
                )
    for lure_record in knowledge.lures.values():
        if lure_record.entry not in knowledge.faq:
            yield problem_at(
                knowledge.folder,
                "lures.yml",
                "entry",
                f"there is no entry “{lure_record.entry}”",
                "Name one that exists",
            )


def _coverage(knowledge: Knowledge) -> Iterator[Problem]:
    known = set(knowledge.faq) | set(knowledge.articles)
    for item in (*knowledge.coverage.reported, *knowledge.coverage.asked):
        for name in item.answered_by:
            if name not in known:
                yield problem_at(
                    knowledge.folder,
                    "coverage.yml",
                    "answered_by",
                    f"“{item.says}” is answered by “{name}”, which does not exist",
                    "Name an entry or article that answers it",
                )
