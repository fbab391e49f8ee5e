"""Everything that is wrong with a knowledge base, at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
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

Check = Callable[[Knowledge], Iterable[Problem]]

CHECKS: tuple[Check, ...] = (
    phrases, references, questions, answers, dates, translations, languages, other_languages,
    messages, contacts, writing, parity,
)  # fmt: skip

SHARES = 6
"""Into how many the proving of phrases is divided among several processes: it takes longer than all
other checks."""

_DEALT_OUT: tuple[Check, ...] = (
    *(partial(phrases, share=share, shares=SHARES) for share in range(SHARES)),
    *(check for check in CHECKS if check is not phrases),
)


def validate(folder: Path, cache: ParseCache | None = None, *, processes: int = 1) -> list[Problem]:
    """Every problem of the knowledge base in ``folder``, sorted by file and line.

    What only a draft language lacks is a warning: nobody is offered it yet. With more than one of
    ``processes`` the checks go on side by side; they are forked, which a process of several threads
    must not do.
    """
    with undisturbed():
        knowledge, problems = read(folder, cache)
        found = {*problems, *of(knowledge, processes)}
        if knowledge.drafts:
            whole, more = read(folder, cache, drafts_too=True)
            drafts = {*more, *of(whole, processes)} - found
            found |= {replace(problem, severity="warning") for problem in drafts}
        return sorted(found)


def of(knowledge: Knowledge, processes: int = 1) -> list[Problem]:
    """Every problem of files that were read well, one by one, but do not fit together."""
    if processes == 1:
        return sorted({problem for check in CHECKS for problem in check(knowledge)})
    with ProcessPoolExecutor(
        processes, get_context("fork"), initializer=_Checker.take, initargs=(knowledge,)
    ) as pool:
        return sorted(
            {problem for some in pool.map(_Checker.check, _DEALT_OUT) for problem in some}
        )


class _Checker:
    """A process that checks: the knowledge is its parent's, not sent."""

    knowledge: Knowledge

    @classmethod
    def take(cls, knowledge: Knowledge) -> None:
        cls.knowledge = knowledge

    @classmethod
    def check(cls, check: Check) -> list[Problem]:
        return list(check(cls.knowledge))
