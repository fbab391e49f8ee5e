"""Questions with known answers: one JSON object a line, for calibration and evaluation."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from retrieval import json_lines


class Line(json_lines.Line):
    """One line of a question file."""

    text: json_lines.Text
    language: json_lines.Text
    expect: list[str]


@dataclass(frozen=True)
class Question:
    """A question; ``expect`` names the entries that answer it, none when it must be refused."""

    id: str
    text: str
    language: str
    expect: frozenset[str]


def read(path: Path) -> list[Question]:
    """The questions of the file ``path``; raises as :func:`retrieval.json_lines.read`."""
    return [
        Question(line.id, line.text, line.language, frozenset(line.expect))
        for _, line in json_lines.read(path, Line)
    ]


def unknown_entries(questions: Iterable[Question], entries: Iterable[str]) -> list[str]:
    """Entries that questions expect but that do not exist, as ``question: entry``."""
    known = set(entries)
    return sorted(f"{q.id}: {name}" for q in questions for name in q.expect - known)


def read_lines(stream: TextIO) -> Iterable[dict[str, Any]]:
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
