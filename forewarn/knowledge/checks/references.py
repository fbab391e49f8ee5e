"""Whether everything that is named by its id exists, and everything that exists is of use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from forewarn.knowledge.entries import BASE_LANGUAGE
from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.problems import Problem, meant, problem_at
from forewarn.knowledge.refusals import LARGEST_FILE
from forewarn.knowledge.schema.papers import Paper

PAGES = ("privacy", "recipes")
"""The pages of words that the site leads to."""


def references(knowledge: Knowledge) -> Iterator[Problem]:
    """Every name that leads nowhere, and every source that nothing names."""
    for check in (
        _entries,
        _articles,
        _dangers,
        _flags_and_lures,
        _deciding,
        _figures,
        _topics,
        _menus,
        _papers,
        _coverage,
    ):
        yield from check(knowledge)
    yield from _pages(knowledge)
    yield from _contacts(knowledge)
    yield from _idle_sources(knowledge)


def _pages(knowledge: Knowledge) -> Iterator[Problem]:
    for name in PAGES:
        path = f"pages/{name}.yml"
        if name not in knowledge.pages and path not in knowledge.broken:
            problem, fix = "the file is missing", "Restore it: the site leads to this page"
            yield problem_at(knowledge.folder, path, "file", problem, fix)


def _entries(knowledge: Knowledge) -> Iterator[Problem]:
    for entry in knowledge.faq.values():
        path = entry.texts[BASE_LANGUAGE].path
        if knowledge.topics and entry.topic not in knowledge.topics:
            yield problem_at(
                knowledge.folder,
                path,
                "topic",
                f"there is no topic “{entry.topic}”",
                f"Move the file into one of: {', '.join(knowledge.topics)}",
            )
        yield from _unknown(knowledge, path, "related", "entry", entry.header.related)
        if entry.id in entry.header.related:
            problem, fix = "the entry names itself", "Remove it"
            yield problem_at(knowledge.folder, path, "related", problem, fix)
        yield from _unknown(knowledge, path, "sources", "source", entry.header.sources)


def _articles(knowledge: Knowledge) -> Iterator[Problem]:
    for article in knowledge.articles.values():
        path = article.texts[BASE_LANGUAGE].path
        yield from _unknown(knowledge, path, "source", "source", [article.header.source])


def _dangers(knowledge: Knowledge) -> Iterator[Problem]:
    for name, danger in knowledge.dangers.items():
        yield from _unknown(knowledge, f"danger/{name}.yml", "related", "entry", danger.related)


def _flags_and_lures(knowledge: Knowledge) -> Iterator[Problem]:
    for name, flag in knowledge.red_flags.items():
        path = f"red_flags/{name}.yml"
        yield from _unknown(knowledge, path, "lures", "lure", flag.lures)
        yield from _unknown(knowledge, path, "sources", "source", flag.sources)
    for lure in knowledge.lures.values():
        yield from _unknown(knowledge, "lures.yml", "entry", "entry", [lure.entry])
        yield from _unknown(knowledge, "lures.yml", "sources", "source", lure.sources)


def _deciding(knowledge: Knowledge) -> Iterator[Problem]:
    entries = [country.check_job for country in knowledge.countries.countries.values()]
    yield from _unknown(knowledge, "countries.yml", "check_job", "entry", filter(None, entries))
    if knowledge.deciding is None:
        return
    path, deciding = "deciding.yml", knowledge.deciding
    yield from _unknown(knowledge, path, "check_otherwise", "entry", [deciding.check_otherwise])
    answers = (answer for question in deciding.questions for answer in question.answers)
    raised = filter(None, (answer.raises for answer in answers))
    yield from _unknown(knowledge, path, "raises", "red flag", raised)


def _figures(knowledge: Knowledge) -> Iterator[Problem]:
    for name, figure in knowledge.figures.items():
        path = f"figures/{name}.yml"
        yield from _unknown(knowledge, path, "sources", "source", figure.sources)


def _topics(knowledge: Knowledge) -> Iterator[Problem]:
    for topic in knowledge.topics.values():
        mine = [entry.id for entry in knowledge.faq.values() if entry.topic == topic.id]
        unread = topic.first not in knowledge.faq and topic.first in knowledge.written["entry"]
        if topic.first not in mine and not unread:
            yield problem_at(
                knowledge.folder,
                "topics.yml",
                "first",
                f"“{topic.first}” is not an entry of the topic “{topic.id}”",
                meant(topic.first, mine, "name an entry in that folder"),
            )


def _menus(knowledge: Knowledge) -> Iterator[Problem]:
    if knowledge.menus is None:
        return
    menus = knowledge.menus
    slots = [tap.slots for tap in (*menus.first_screen, *menus.under_verdict)]
    entries = [menus.about_us, *(slot["faq"] for slot in slots if "faq" in slot)]
    yield from _unknown(knowledge, "menus.yml", "about_us", "entry", entries)
    dangers = [slot["danger_kind"] for slot in slots if "danger_kind" in slot]
    yield from _unknown(knowledge, "menus.yml", "danger_kind", "danger", dangers)


def _papers(knowledge: Knowledge) -> Iterator[Problem]:
    """Every page to fill in has its form."""
    for name in (paper.value for paper in Paper if paper is not Paper.show):
        if name not in knowledge.forms and f"forms/{name}.yml" not in knowledge.broken:
            problem, fix = "the file is missing", "Restore it"
            yield problem_at(knowledge.folder, f"forms/{name}.yml", "file", problem, fix)


def _coverage(knowledge: Knowledge) -> Iterator[Problem]:
    known = knowledge.written["entry"] | knowledge.written["article"]
    for item in (*knowledge.coverage.reported, *knowledge.coverage.asked):
        for name in item.answered_by:
            if name not in known:
                yield problem_at(
                    knowledge.folder,
                    "coverage.yml",
                    "answered_by",
                    f"“{item.says}” is answered by “{name}”, which does not exist",
                    meant(name, known, "name an entry or article that answers it"),
                )


def _contacts(knowledge: Knowledge) -> Iterator[Problem]:
    known = {contact.id for many in knowledge.contacts.values() for contact in many}
    if any(path.startswith("hotlines/") for path in knowledge.broken):
        return
    for code, contacts in knowledge.contacts.items():
        path = f"hotlines/{code}.yml"
        for contact in contacts:
            if contact.parent is None:
                continue
            if contact.parent == contact.id or contact.parent not in known:
                yield problem_at(
                    knowledge.folder,
                    path,
                    "parent",
                    f"“{contact.id}” points to “{contact.parent}”, which is no other contact",
                    meant(contact.parent, known - {contact.id}, "name a contact that exists"),
                )


def _idle_sources(knowledge: Knowledge) -> Iterator[Problem]:
    used = {source for entry in knowledge.faq.values() for source in entry.header.sources}
    used |= {article.header.source for article in knowledge.articles.values()}
    for citing in (knowledge.red_flags, knowledge.lures, knowledge.figures):
        used |= {source for record in citing.values() for source in record.sources}
    unread = "\n".join(_raw(knowledge, path) for path in knowledge.broken)
    for name in sorted(set(knowledge.sources) - used):
        if name in unread:
            continue
        yield problem_at(
            knowledge.folder,
            f"sources/{name}.yml",
            "file",
            "nothing names this source",
            "Cite it, or delete the file",
            severity="warning",
        )


def _unknown(
    knowledge: Knowledge, path: str, field: str, what: str, names: Iterable[str]
) -> Iterator[Problem]:
    known = knowledge.written[what]
    for name in names:
        if name not in known:
            fix = meant(name, known, "name one that exists, or add it")
            yield problem_at(knowledge.folder, path, field, f"there is no {what} “{name}”", fix)


def _raw(knowledge: Knowledge, path: str) -> str:
    """What stands in a file that could not be read, as far as it can be told."""
    file = knowledge.folder / path
    return file.read_bytes()[:LARGEST_FILE].decode("utf-8", "replace") if file.is_file() else ""
