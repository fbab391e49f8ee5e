"""What the assistant must be able to answer."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from forewarn.knowledge.schema.record import Id, Record
from forewarn.knowledge.schema.texts import Text


class Covered(Record):
    """One thing the assistant must be able to answer, and the entries that answer it."""

    says: Text
    document: Annotated[str, StringConstraints(pattern=r"^00[0-4]$")] | None = None
    answered_by: list[Id] = Field(min_length=1)


class Coverage(Record):
    """The whole of ``coverage.yml``."""

    reported: list[Covered]
    asked: list[Covered]
