"""Files of JSON lines, plain or gzipped; what is wrong with one is named by file and line."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

Text = Annotated[str, StringConstraints(min_length=1)]


class Line(BaseModel):
    """What every line has: a name of its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Text


Some = TypeVar("Some", bound=Line)


def read(path: Path, kind: type[Some]) -> Iterator[tuple[int, Some]]:
    """Each line of the file ``path``, with its number; blank lines are passed over. A file whose
    name ends in ``.gz`` is unpacked.

    Raises:
        ValueError: a line is not of this ``kind``, or two have the same id; names file and line,
            never what stands there. Or the file is cut short.
        OSError: it cannot be read.
    """
    seen: set[str] = set()
    for number, line in enumerate(_content(path).split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            parsed = kind.model_validate_json(line)
        except ValidationError as error:
            fields = ", ".join(".".join(map(str, one["loc"])) or "line" for one in error.errors())
            raise ValueError(f"{path}:{number}: wrong or missing: {fields}") from error
        if parsed.id in seen:
            raise ValueError(f"{path}:{number}: the id {parsed.id} is used twice")
        seen.add(parsed.id)
        yield number, parsed


def _content(path: Path) -> bytes:
    if path.suffix != ".gz":
        return path.read_bytes()
    try:
        with gzip.open(path) as file:
            return file.read()
    except EOFError as error:
        raise ValueError(f"{path} is cut short") from error
