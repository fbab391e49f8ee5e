"""From files to checked records, with the line of every problem."""

from __future__ import annotations

import re
from difflib import get_close_matches
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from forewarn.knowledge.problems import Problem

R = TypeVar("R", bound=BaseModel)

MOST_FIELDS_NAMED = 20
"""The most field names an error message lists: nobody reads more."""

_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)


class FileReader:
    """Reads files one by one and keeps every problem instead of stopping at the first."""

    def __init__(self, folder: Path) -> None:
        """Read the knowledge base in ``folder``."""
        self.folder = folder
        self.problems: list[Problem] = []

    def report(self, path: str, line: int, name: str, problem: str, fix: str = "") -> None:
        """Note a problem of the file ``path``, named relative to the folder."""
        fix = fix or "Correct it as the staff guide shows"
        path = (self.folder / path).as_posix()
        self.problems.append(Problem(path, line, "error", name, problem, fix))

    def record(self, name: str, model: type[R]) -> R | None:
        """The file ``name`` as one record; None where it cannot be read."""
        data = self._yaml_file(name)
        return None if data is None else self._validated(name, data, model)

    def records(self, name: str, model: type[R]) -> list[R]:
        """The file ``name``, a list, as records."""
        data = self._yaml_file(name)
        if data is None:
            return []
        if not isinstance(data, CommentedSeq):
            self.report(name, 1, "file", "a list is expected", "Begin each record with “- ”")
            return []
        found = [self._validated(name, item, model) for item in data]
        return [record for record in found if record is not None]

    def by_name(self, folder: str, model: type[R]) -> dict[str, R]:
        """Every YAML file of ``folder`` as a record, by file name."""
        found: dict[str, R] = {}
        for path in sorted((self.folder / folder).glob("*.yml")):
            record = self.record(f"{folder}/{path.name}", model)
            if record is not None:
                found[path.stem] = record
        return found

    def prose(self, path: Path, model: type[R]) -> tuple[R, str] | None:
        """A Markdown file as its front matter and the text below it."""
        name = path.relative_to(self.folder).as_posix()
        text = self._text(name)
        if text is None:
            return None
        match = _FRONT_MATTER.match(text)
        if match is None:
            self.report(
                name,
                1,
                "file",
                "the front matter between two lines “---” is missing",
                "Begin the file with ---, the fields, and --- again",
            )
            return None
        data = self._yaml(name, match[1], first_line=2)
        if data is None:
            return None
        header = self._validated(name, data, model, first_line=2)
        body = match[2].strip()
        if not body:
            line = match[1].count("\n") + 3
            self.report(
                name,
                line,
                "answer",
                "the text below the front matter is empty",
                "Write the answer there",
            )
            return None
        return None if header is None else (header, body)

    def _text(self, name: str) -> str | None:
        try:
            return (self.folder / name).read_text(encoding="utf-8").replace("\r\n", "\n")
        except FileNotFoundError:
            self.report(name, 1, "file", "the file is missing", "Restore it")
        except UnicodeDecodeError:
            self.report(name, 1, "file", "the file is not UTF-8 text", "Save it as UTF-8")
        return None

    def _yaml_file(self, name: str) -> Any:
        text = self._text(name)
        return None if text is None else self._yaml(name, text, first_line=1)

    def _yaml(self, name: str, text: str, first_line: int) -> Any:
        try:
            data = YAML(typ="rt", pure=True).load(StringIO(text))
        except YAMLError as error:
            mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
            line = first_line + (mark.line if mark else 0)
            problem = getattr(error, "problem", None) or "this is not YAML"
            self.report(
                name,
                line,
                "file",
                f"the file cannot be read here: {problem}",
                "Put texts that hold “: ” or begin with a special character in quotes",
            )
            return None
        if data is None:
            self.report(name, first_line, "file", "there is nothing in it", "Fill in the fields")
        return data

    def _validated(self, name: str, data: Any, model: type[R], first_line: int = 1) -> R | None:
        """``data`` as a record; ``first_line`` is the line of the file its text begins at."""
        try:
            return model.model_validate(_plain(data))
        except ValidationError as error:
            for detail in error.errors(include_url=False, include_input=False):
                place = [part for part in detail["loc"] if part != "function-after"]
                line = _line(data, place) + first_line
                self.report(
                    name,
                    line,
                    ".".join(str(part) for part in place) or "record",
                    detail["msg"].removeprefix("Value error, ").rstrip("."),
                    _fix(model, place, detail["type"]),
                )
            return None


def _line(data: Any, place: list[str | int]) -> int:
    """The line of the deepest part of ``place`` that exists in ``data``, counted from 0."""
    line = int(data.lc.line) if isinstance(data, CommentedMap | CommentedSeq) else 0
    for part in place:
        try:
            if isinstance(data, CommentedMap):
                line = data.lc.key(part)[0]
            elif isinstance(data, CommentedSeq) and isinstance(part, int):
                line = data.lc.item(part)[0]
            data = data[part]
        except (KeyError, IndexError, TypeError):
            break
    return line


def _plain(data: Any) -> Any:
    """Plain dicts, lists and scalars: pydantic then sees nothing of the YAML library."""
    if isinstance(data, CommentedMap):
        return {key: _plain(value) for key, value in data.items()}
    if isinstance(data, CommentedSeq):
        return [_plain(value) for value in data]
    if isinstance(data, str):
        return str(data)
    return data


def _fix(model: type[BaseModel], place: list[str | int], kind: str) -> str:
    """How to mend a field: its own description, or what its error kind calls for."""
    if kind == "extra_forbidden":
        return _remove_or_rename(str(place[-1]), list(model.model_fields))
    if kind == "string_type":
        return "Put the value in quotes"
    top = str(place[0]) if place else ""
    described = model.model_fields.get(top)
    if described is not None and described.description:
        return f"It should hold {described.description}"
    return "Correct it as the staff guide shows"


def _remove_or_rename(name: str, fields: list[str]) -> str:
    """What to do with a field that does not exist: most often its name is misspelt."""
    close = get_close_matches(name, fields, n=1)
    if close:
        return f"Did you mean “{close[0]}”? Otherwise remove it"
    few = f", or use one of: {', '.join(fields)}" if len(fields) <= MOST_FIELDS_NAMED else ""
    return f"Remove it{few}"
