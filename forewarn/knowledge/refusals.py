"""Files that are not read at all: why, and what to do."""

from __future__ import annotations

from pathlib import Path

LARGEST_FILE = 1_000_000
"""Bytes: ten times the largest file anybody needs. More is a mistake, or meant to exhaust us."""


def refused(path: Path, root: Path) -> tuple[str, str] | None:
    """Why a file is not even opened, and what to do; ``root`` is its folder without links."""
    if not path.is_file():
        return "the file is missing", "Restore it"
    if not path.resolve().is_relative_to(root):
        return "the file is a link that leads out of the folder", "Put the file itself here"
    if path.stat().st_size > LARGEST_FILE:
        return (
            f"the file is larger than {LARGEST_FILE // 1000} kB",
            "Look for something pasted by mistake, or divide it",
        )
    return None


def unwanted(text: str) -> tuple[str, str] | None:
    """Why the bytes of a text are not as ours, and what to do."""
    if text.startswith("\ufeff"):
        return "the file begins with a byte-order mark", "Save it as “UTF-8 without BOM”"
    if "\r" in text:
        return "the lines end as on Windows", "Save it with line ends “LF” (Unix)"
    if "\0" in text:
        return "the file holds zero bytes: it was perhaps only half saved", "Save it again"
    return None
