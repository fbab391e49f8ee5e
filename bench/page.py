"""The pieces a page of results is made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Result = dict[str, Any]


def section(title: str, text: str, result: Result, *parts: str) -> str:
    """A section, with when and on what machine its ``result`` was measured."""
    return "\n\n".join([f"## {title}", text, *parts, _when(result)]) + "\n"


def _when(result: Result) -> str:
    machine = result.get("machine")
    if machine is None:
        return ""
    return (
        f"Measured {result['date']} on {machine['processor']}, {machine['cores']} cores, "
        f"{machine['memory_gb']} GB, Python {machine['python']}."
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def measured(value: dict[str, float]) -> str:
    """A value with its interval."""
    return f"{value['value']:.3f} ({value['low']:.2f} to {value['high']:.2f})"


def number(value: float) -> str:
    """A value between 0 and 1."""
    return f"{value:.3f}"


def met(reached: bool) -> str:
    """Whether a goal was reached, in a word."""
    return "met" if reached else "missed"
