"""What was read from files that have not changed since."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class ParseCache:
    """What was read without a problem, kept as long as the files stay as they are.

    Give the same one to every reading of a folder, and only changed files are parsed again.
    """

    kept: dict[tuple[str, ...], tuple[tuple[Any, ...], Any]] = field(default_factory=dict)

    def get(self, files: list[Path]) -> Any:
        """What was read from just these files; None where one of them changed."""
        signature, value = self.kept.get(_names(files), ((), None))
        return value if signature == signature_of(files) else None

    def put(self, files: list[Path], signature: tuple[Any, ...], value: Any) -> None:
        """Keep what was read from ``files`` when they had that ``signature``."""
        self.kept[_names(files)] = (signature, value)


def signature_of(files: list[Path]) -> tuple[Any, ...]:
    """What changes whenever one of ``files`` is saved."""
    signature: list[tuple[int, int, int]] = []
    for path in files:
        with suppress(FileNotFoundError):
            stat = os.stat(path)
            signature.append((stat.st_mtime_ns, stat.st_size, stat.st_ino))
    return tuple(signature)


def _names(files: list[Path]) -> tuple[str, ...]:
    return tuple(map(str, files))
