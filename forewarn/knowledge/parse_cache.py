"""What was read from files that have not changed since."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any


@dataclass
class ParseCache:
    """What was read without a problem, kept as long as the files stay as they are.

    Give the same one to every reading of a folder, and only changed files are parsed again.
    """

    kept: dict[tuple[str, ...], tuple[tuple[Any, ...], Any]] = field(default_factory=dict)
    hashed: dict[str, tuple[tuple[Any, ...], str]] = field(default_factory=dict)

    def get(self, files: tuple[str, ...]) -> Any:
        """What was read from just these files; None where one of them changed."""
        signature, value = self.kept.get(files, ((), None))
        return value if signature == signature_of(files) else None

    def put(self, files: tuple[str, ...], signature: tuple[Any, ...], value: Any) -> None:
        """Keep what was read from ``files`` when they had that ``signature``."""
        self.kept[files] = (signature, value)

    def hash_file(self, file: str) -> str:
        """SHA-256 of ``file``, as hexadecimal digits."""
        signature = signature_of((file,))
        known, digest = self.hashed.get(file, (None, ""))
        if known != signature:
            digest = hash_file(file)
            self.hashed[file] = (signature, digest)
        return digest


def hash_file(file: str) -> str:
    """SHA-256 of ``file``, as hexadecimal digits."""
    with open(file, "rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def signature_of(files: tuple[str, ...]) -> tuple[Any, ...]:
    """What changes whenever one of ``files`` is saved."""
    signature: list[tuple[int, int, int]] = []
    for path in files:
        with suppress(FileNotFoundError):
            stat = os.stat(path)
            signature.append((stat.st_mtime_ns, stat.st_size, stat.st_ino))
    return tuple(signature)
