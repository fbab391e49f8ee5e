"""What can be wrong with the knowledge, and how it is said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in one place: ``path:line: severity: field: problem. fix.``"""

    path: str
    line: int
    severity: str
    field: str
    problem: str
    fix: str

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}: {self.severity}"
        return f"{where}: {self.field}: {self.problem}. {self.fix}."


class KnowledgeError(Exception):
    """The knowledge cannot be used; ``problems`` names everything that is wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


def problem_at(
    folder: Path, path: str, field: str, problem: str, fix: str, severity: str = "error"
) -> Problem:
    """A problem at the line of ``path`` on which ``field`` begins, or the record it belongs to."""
    file = folder / path
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    record, _, name = field.rpartition(".")
    starts = [f"id: {record}", f"code: {record}", f"{record}:"] if record else [f"{name}:"]
    numbered = list(enumerate(lines, start=1))
    line = next((n for n, text in numbered if text.strip("- ").startswith(tuple(starts))), 1)
    return Problem(file.as_posix(), line, severity, field, problem, fix)


def meant(name: str, known: Iterable[str], otherwise: str) -> str:
    """How to mend a name that nothing bears: the one most like it, or what to do ``otherwise``."""
    close = get_close_matches(name, list(known), n=1)
    return f"Did you mean “{close[0]}”? If not: {otherwise}" if close else otherwise
