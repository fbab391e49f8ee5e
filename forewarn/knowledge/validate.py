"""Everything that is wrong with a knowledge base, at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from forewarn.garbage import undisturbed
from forewarn.knowledge.checks.answers import answers, dates
from forewarn.knowledge.checks.contacts import contacts
from forewarn.knowledge.checks.other_languages import other_languages
from forewarn.knowledge.checks.parity import parity
from forewarn.knowledge.checks.phrases import phrases
from forewarn.knowledge.checks.questions import questions
from forewarn.knowledge.checks.references import references
from forewarn.knowledge.checks.translations import languages, messages, translations
from forewarn.knowledge.checks.writing import writing
from forewarn.knowledge.loader import Knowledge, read
from forewarn.knowledge.parse_cache import ParseCache
from forewarn.knowledge.problems import Problem

CHECKS = (
    references, questions, answers, dates, translations, languages, other_languages, messages,
    contacts, phrases, writing, parity,
)  # fmt: skip


def validate(folder: Path, cache: ParseCache | None = None) -> list[Problem]:
    """Every problem of the knowledge base in ``folder``, sorted by file and line.

    What only a draft language lacks is a warning: nobody is offered it yet.
    """
    with undisturbed():
        knowledge, problems = read(folder, cache)
        found = {*problems, *of(knowledge)}
        if knowledge.drafts:
            whole, more = read(folder, cache, drafts_too=True)
            drafts = {*more, *of(whole)} - found
            found |= {replace(problem, severity="warning") for problem in drafts}
        return sorted(found)


def of(knowledge: Knowledge) -> list[Problem]:
    """Every problem of files that were read well, one by one, but do not fit together."""
    return sorted({problem for check in CHECKS for problem in check(knowledge)})
