"""How well the language of a message is told, beside two libraries alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import py3langid
import pycld2

from forewarn.knowledge.loader import Knowledge, load
from forewarn.language import identify, script_of
from retrieval.evaluate import wilson
from retrieval.settings import RetrievalSettings

PUBLIC = Path(__file__).resolve().parent / "public" / "language_id"

KINDS = ("sentence", "short", "paragraph")

GOAL = {"sentence": 0.99, "short": 0.97}
"""The least share told rightly in each of our languages."""


@dataclass(frozen=True)
class Line:
    """One text to identify."""

    lang: str
    source: str
    kind: str
    text: str

    @property
    def language(self) -> str:
        """Its language; how Chinese is written is another question."""
        return self.lang.split("-")[0]


Tell = Callable[[str], str | None]


def measure() -> dict[str, Any]:
    """Tell the language of every line, from the line alone."""
    lines = [
        Line(**json.loads(line))
        for path in sorted(PUBLIC.glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    knowledge = load(RetrievalSettings().knowledge)
    scripts = {one.code: one.script for one in knowledge.languages}
    scripts |= {one.code: one.script for one in knowledge.other_languages}
    written = [line for line in lines if _shows(line, scripts[line.language])]
    ways: dict[str, Tell] = {
        "forewarn": _forewarn(knowledge),
        "pycld2": _pycld2,
        "py3langid": lambda text: py3langid.classify(text)[0],
    }
    return {
        "goal": GOAL,
        "ours": knowledge.language_codes,
        "left_out": len(lines) - len(written),
        "kinds": {
            kind: {
                language: _row([line for line in some if line.language == language], ways)
                for language in sorted({line.language for line in some})
            }
            for kind in KINDS
            if (some := [line for line in written if line.kind == kind])
        },
    }


def _shows(line: Line, script: str) -> bool:
    """Whether a single letter of ``line`` is of its language's script: a fragment may be nothing
    but a foreign name, which nobody could tell."""
    return any(script_of(character) == script for character in line.text)


def _row(lines: list[Line], ways: dict[str, Tell]) -> dict[str, Any]:
    return {
        "lines": len(lines),
        **{name: _share(tell(line.text) == line.language for line in lines)
           for name, tell in ways.items()},
    }  # fmt: skip


def _share(right: Iterable[bool]) -> dict[str, float]:
    counted = list(right)
    found = wilson(sum(counted), len(counted))
    return {name: round(value, 4) for name, value in asdict(found).items()}


def _forewarn(knowledge: Knowledge) -> Tell:
    ours, others = knowledge.languages, knowledge.other_languages
    return lambda text: identify(text, ours, others, ours[0].code).written_in


def _pycld2(text: str) -> str | None:
    _, _, found = pycld2.detect(text, bestEffort=True, isPlainText=True)
    code: str = found[0][1]
    return code.split("-")[0]
