"""What a version says of itself."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from forewarn.published import RECORD

FORMAT = 9
"""Raised whenever an index written before cannot be read, or would score otherwise."""


class IndexRefusedError(RuntimeError):
    """An index is damaged or was made for something else; the message says which."""


@dataclass(frozen=True)
class Made:
    """What an index was made of."""

    format: int
    encoder: str
    dimension: int
    metric: str
    knowledge: str
    confidence: str


@dataclass(frozen=True)
class Fitted:
    """What space, danger and offers by meaning were fitted on, and how far the knowledge has moved
    on.

    ``examples`` is the digest of the sentences that taught danger and offers then, ``now`` that of
    today's, and ``rows`` how many rows came or went since.
    """

    examples: str
    now: str
    rows: int = 0


@dataclass(frozen=True)
class Record:
    """What a version was made of and fitted on, the SHA-256 of each of its files, and the name of
    the version it took the place of."""

    made: Made
    fitted: Fitted
    files: dict[str, str]
    after: str | None

    @classmethod
    def read(cls, folder: Path) -> Record:
        """The record of the version ``folder``.

        Raises:
            IndexRefusedError: there is none, or it is of another format.
        """
        try:
            content: dict[str, Any] = json.loads((folder / RECORD).read_text("utf-8"))
            if content.get("format") != FORMAT:
                raise IndexRefusedError(
                    f"the index in {folder.name} is of another format: run "
                    "`python -m retrieval build`"
                )
            files, after = content.pop("files"), content.pop("after")
            fitted = Fitted(**content.pop("fitted"))
            return cls(Made(**content), fitted, files, after)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexRefusedError(f"there is no index in {folder.name}") from error

    def write(self, folder: Path) -> None:
        """Write into the version ``folder``."""
        content = {
            **asdict(self.made),
            "fitted": asdict(self.fitted),
            "after": self.after,
            "files": self.files,
        }
        (folder / RECORD).write_text(json.dumps(content) + "\n", "utf-8")
