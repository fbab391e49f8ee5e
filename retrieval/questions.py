"""Questions with known answers: one JSON object a line, for calibration and evaluation."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from pydantic import BaseModel, ConfigDict, ValidationError


class Line(BaseModel):
    """One line of a question file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    text: str
    language: str
    expect: list[str]


@dataclass(frozen=True)
class Question:
    """A question; ``expect`` names the entries that answer it, none when it must be refused."""

    id: str
    text: str
    language: str
    expect: frozenset[str]


def read(path: Path) -> list[Question]:
    """The questions of the file ``path``.

    Raises:
        ValueError: a line is not as it should be, or two have the same id; names file and line.
    """
    questions = []
    seen: set[str] = set()
    for number, line in enumerate(path.read_text("utf-8").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            parsed = Line.model_validate_json(line)
        except ValidationError as error:
            fields = ", ".join(".".join(map(str, one["loc"])) or "line" for one in error.errors())
            raise ValueError(f"{path}:{number}: wrong or missing: {fields}") from error
        if parsed.id in seen:
            raise ValueError(f"{path}:{number}: the id {parsed.id} is used twice")
        seen.add(parsed.id)
        questions.append(
            Question(parsed.id, parsed.text, parsed.language, frozenset(parsed.expect))
        )
    return questions


def unknown_entries(questions: Iterable[Question], entries: Iterable[str]) -> list[str]:
    """Entries that questions expect but that do not exist, as ``question: entry``."""
    known = set(entries)
    return sorted(f"{q.id}: {name}" for q in questions for name in q.expect - known)


def read_lines(stream: TextIO) -> Iterable[dict[str, str]]:
    """JSON objects, one a line, with at least a ``text``.

    Raises:
        ValueError: a line is none; names its number, not its content.
    """
    for number, line in enumerate(stream, start=1):
        if not line.strip():
            continue
        try:
            content = json.loads(line)
        except ValueError as error:
            raise ValueError(f"line {number} is not JSON") from error
        if not isinstance(content, dict) or not isinstance(content.get("text"), str):
            raise ValueError(f"line {number} has no text")
        yield content
