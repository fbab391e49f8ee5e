"""From files to checked records, with the line of every problem."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from forewarn.knowledge.entries import BASE_LANGUAGE
from forewarn.knowledge.problems import Problem
from forewarn.knowledge.schema import Text
from forewarn.knowledge.side_by_side import SideBySide, record_in
from forewarn.knowledge.yaml_text import Place, YamlError, line_of, parse

R = TypeVar("R", bound=BaseModel)
T = TypeVar("T")

LARGEST_FILE = 1_000_000
"""Bytes: ten times the largest file anybody needs. More is a mistake, or meant to exhaust us."""

MOST_FIELDS_NAMED = 20
"""The most field names an error message lists: nobody reads more."""

_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)
_PROSE = TypeAdapter(Text)


@dataclass
class ParseCache:
    """What was read without a problem, kept as long as the files stay as they are.

    Give the same one to every reading of a folder, and only changed files are parsed again.
    """

    kept: dict[tuple[str, ...], tuple[tuple[Any, ...], Any]] = field(default_factory=dict)

    def get(self, files: list[Path]) -> Any:
        """What was read from just these files; None where one of them changed."""
        signature, value = self.kept.get(_names(files), ((), None))
        return value if signature == _signature(files) else None

    def put(self, files: list[Path], signature: tuple[Any, ...], value: Any) -> None:
        """Keep what was read from ``files`` when they had that ``signature``."""
        self.kept[_names(files)] = (signature, value)


def _names(files: list[Path]) -> tuple[str, ...]:
    return tuple(map(str, files))


def _signature(files: list[Path]) -> tuple[Any, ...]:
    """Changes whenever a file is saved."""
    signature: list[tuple[int, int, int]] = []
    for path in files:
        with suppress(FileNotFoundError):
            stat = os.stat(path)
            signature.append((stat.st_mtime_ns, stat.st_size, stat.st_ino))
    return tuple(signature)


@dataclass(frozen=True)
class _Read:
    """One file as it was read: the YAML in ``text`` begins on ``first_line`` of the file."""

    name: str
    text: str
    first_line: int
    data: Any

    def line_of(self, place: Place) -> int:
        return line_of(self.text, place) + self.first_line - 1


class FileReader:
    """Reads files one by one and keeps every problem instead of stopping at the first."""

    def __init__(self, folder: Path, cache: ParseCache | None = None) -> None:
        """Read the knowledge base in ``folder``; what ``cache`` holds is not parsed again.

        Files of the languages in ``unread`` are passed over.
        """
        self.folder = folder
        self.unread: frozenset[str] = frozenset()
        self.problems: list[Problem] = []
        self._cache = cache if cache is not None else ParseCache()
        self._root = folder.resolve()
        self._listed: dict[str, dict[str, list[str]]] = {}

    def report(self, path: str, line: int, name: str, problem: str, fix: str = "") -> None:
        """Note a problem of the file ``path``, named relative to the folder."""
        fix = fix or "Correct it as the staff guide shows"
        path = (self.folder / path).as_posix()
        self.problems.append(Problem(path, line, "error", name, problem, fix))

    def record(self, name: str, model: type[R]) -> R | None:
        """The file ``name``, with its words in every language, as one record; None where it cannot
        be read."""
        return self._unchanged(
            [self.folder / name, *self._beside(name)], lambda: self._record(name, model)
        )

    def records(self, name: str, model: type[R]) -> list[R]:
        """The file ``name``, a list, with its words in every language, as records."""
        found = self._unchanged(
            [self.folder / name, *self._beside(name)], lambda: self._records(name, model)
        )
        return found or []

    def by_name(self, folder: str, model: type[R]) -> dict[str, R]:
        """Every YAML file of ``folder``, with the words beside it, as a record, by file name."""
        names = sorted(filter(self._is_read, chain(*self._stems(folder).values())))
        for name in names:
            stem, _, language = name.removesuffix(".yml").partition(".")
            if language and f"{stem}.yml" not in names:
                self.report(
                    f"{folder}/{name}",
                    1,
                    "file",
                    "there is no English file beside it",
                    f"Add {stem}.yml, which holds the facts, or rename this file",
                )
        read = {
            name.removesuffix(".yml"): self.record(f"{folder}/{name}", model)
            for name in names
            if "." not in name.removesuffix(".yml")
        }
        return {name: record for name, record in read.items() if record is not None}

    def prose(self, path: Path, model: type[R]) -> tuple[R, str] | None:
        """A Markdown file as its front matter and the text below it."""
        return self._unchanged([path], lambda: self._prose(path, model))

    def _unchanged(self, files: list[Path], read: Callable[[], T]) -> T | None:
        """What ``read`` gives, or gave when none of ``files`` was different."""
        kept: T | None = self._cache.get(files)
        if kept is not None:
            return kept
        before, signature = len(self.problems), _signature(files)
        value = read()
        if len(self.problems) == before:
            self._cache.put(files, signature, value)
        return value

    def _beside(self, name: str) -> list[Path]:
        folder, _, file = name.rpartition("/")
        names = self._stems(folder).get(file.removesuffix(".yml"), [])
        return [self.folder / folder / one for one in names if one != file and self._is_read(one)]

    def _stems(self, folder: str) -> dict[str, list[str]]:
        """The names of the YAML files in ``folder``, in order, by what stands before the first
        dot; looked up once, for a folder of hundreds is asked about each of them."""
        if folder not in self._listed:
            self._listed[folder] = defaultdict(list)
            with suppress(OSError):
                for name in sorted(os.listdir(self.folder / folder)):
                    if name.endswith(".yml"):
                        self._listed[folder][name.split(".", 1)[0]].append(name)
        return self._listed[folder]

    def _is_read(self, name: str) -> bool:
        """``held.th.yml`` and ``messages/th.yml`` are files of the language th."""
        return name.removesuffix(".yml").rsplit(".", 1)[-1] not in self.unread

    def _record(self, name: str, model: type[R]) -> R | None:
        base = self._yaml_file(name)
        if base is None:
            return None
        return self._validated(base, self._sides(name), model, model)

    def _records(self, name: str, model: type[R]) -> list[R]:
        base = self._yaml_file(name)
        if base is None:
            return []
        if not isinstance(base.data, list):
            self.report(name, 1, "file", "a list is expected", "Begin each record with “- ”")
            return []
        return self._validated(base, self._sides(name), model, list[model]) or []  # type: ignore[valid-type]

    def _sides(self, name: str) -> dict[str, _Read]:
        """The files of words beside ``name`` that can be read, by language."""
        stem = Path(name).stem
        read = {
            path.stem.removeprefix(f"{stem}."): self._yaml_file(self._relative(path))
            for path in self._beside(name)
        }
        return {language: file for language, file in read.items() if file is not None}

    def _prose(self, path: Path, model: type[R]) -> tuple[R, str] | None:
        name = self._relative(path)
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
        read = self._yaml(name, match[1], first_line=2)
        if read is None:
            return None
        header = self._validated(read, {}, model, model)
        body = self._body(name, match[2], line=match[1].count("\n") + 4)
        return None if header is None or body is None else (header, body)

    def _body(self, name: str, text: str, line: int) -> str | None:
        body = text.strip()
        if not body:
            self.report(
                name,
                line,
                "answer",
                "the text below the front matter is empty",
                "Write the answer there",
            )
            return None
        try:
            return _PROSE.validate_python(body)
        except ValidationError as error:
            problem = error.errors()[0]["msg"].removeprefix("Value error, ")
            self.report(name, line, "answer", problem, "Write plain words; lists begin with “- ”")
            return None

    def _text(self, name: str) -> str | None:
        path = self.folder / name
        refusal = _refused(path, self._root)
        if refusal:
            self.report(name, 1, "file", *refusal)
            return None
        try:
            text = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            self.report(name, 1, "file", "the file is not UTF-8 text", "Save it as UTF-8")
            return None
        refusal = _unwanted(text)
        if refusal:
            self.report(name, 1, "file", *refusal)
            return None
        return text

    def _yaml_file(self, name: str) -> _Read | None:
        text = self._text(name)
        return None if text is None else self._yaml(name, text, first_line=1)

    def _yaml(self, name: str, text: str, first_line: int) -> _Read | None:
        try:
            data = parse(text)
        except YamlError as error:
            self.report(
                name,
                first_line + error.line - 1,
                "file",
                f"the file cannot be read here: {error}",
                "Put texts that hold “: ” or begin with a special character in quotes, and begin "
                "each line with blanks, not tabs, level with its neighbours",
            )
            return None
        if data is None:
            self.report(name, first_line, "file", "there is nothing in it", "Fill in the fields")
            return None
        return _Read(name, text, first_line, data)

    def _validated(
        self, base: _Read, sides: dict[str, _Read], model: type[BaseModel], wanted: type[T]
    ) -> T | None:
        """The files as what is ``wanted``: a record of ``model``, or a list of them."""
        files = {BASE_LANGUAGE: base, **sides}
        together = SideBySide(base.data, {name: side.data for name, side in sides.items()})
        misplaced = list(together.misplaced(model))
        for stranger in misplaced:
            file = files[stranger.language]
            self._report_at(file, stranger.place, stranger.problem, stranger.fix)
        try:
            return TypeAdapter(wanted).validate_python(together.combined(model))
        except ValidationError as error:
            for detail in error.errors(include_url=False, include_input=False):
                place = tuple(part for part in detail["loc"] if part != "function-after")
                language, in_file = together.found_at(place, model)
                self._report_detail(files[language], in_file, detail, model)
            return None

    def _report_detail(
        self, file: _Read, place: Place, detail: ErrorDetails, model: type[BaseModel]
    ) -> None:
        self._report_at(file, place, _plain_words(detail), _fix(model, place, detail["type"]))

    def _report_at(self, file: _Read, place: Place, problem: str, fix: str) -> None:
        where = ".".join(_named(place, file.data)) or "record"
        self.report(file.name, file.line_of(place), where, problem, fix)

    def _relative(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()


def _refused(path: Path, root: Path) -> tuple[str, str] | None:
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


def _unwanted(text: str) -> tuple[str, str] | None:
    """Why the bytes of a text are not as ours, and what to do."""
    if text.startswith("\ufeff"):
        return "the file begins with a byte-order mark", "Save it as “UTF-8 without BOM”"
    if "\r" in text:
        return "the lines end as on Windows", "Save it with line ends “LF” (Unix)"
    if "\0" in text:
        return "the file holds zero bytes: it was perhaps only half saved", "Save it again"
    return None


_PLAIN = {
    "missing": "this field is missing",
    "extra_forbidden": "there is no such field",
    "string_type": "a text is expected here",
    "list_type": "a list is expected here: lines that begin with “- ”, or [one, two]",
    "dict_type": "fields are expected here",
    "model_type": "fields are expected here",
    "bool_type": "true or false is expected here",
    "bool_parsing": "true or false is expected here",
    "int_type": "a whole number is expected here",
    "int_parsing": "a whole number is expected here",
    "string_too_short": "there is nothing here",
    "string_pattern_mismatch": "it is not written as it should be",
    "too_short": "at least {min_length} are needed, here are {actual_length}",
    "too_long": "at most {max_length} are allowed, here are {actual_length}",
    "enum": "it is none of: {expected}",
    "literal_error": "it is none of: {expected}",
}
"""What is wrong, by pydantic's name for it, in the words of someone who writes files."""


def _plain_words(detail: ErrorDetails) -> str:
    kind = detail["type"]
    if kind.startswith("date"):
        return "this is not a date written as 2026-11-22"
    if kind in _PLAIN:
        return _PLAIN[kind].format_map(detail.get("ctx", {}))
    return detail["msg"].removeprefix("Value error, ").rstrip(".")


def _named(place: Place, data: Any) -> Iterator[str]:
    """The parts of ``place`` as people count: an item of a list by its id, or from 1."""
    for part in place:
        known = isinstance(data, list) and isinstance(part, int) and part < len(data)
        item = data[part] if known else data.get(part) if isinstance(data, dict) else None
        name = item.get("id") if known and isinstance(item, dict) else None
        yield str(name or (part + 1 if isinstance(part, int) else part))
        data = item


def _fix(model: type[BaseModel], place: Place, kind: str) -> str:
    """How to mend a field: its own description, or what its error kind calls for."""
    models = list(_models(model, place))
    name = str(place[-1]) if place else ""
    if kind == "extra_forbidden":
        return _remove_or_rename(name, list(models[-1].model_fields))
    if kind == "string_type":
        return "Put the value in quotes"
    if kind.startswith("date"):
        return "Write the Western year, the month and the day, in digits"
    parts = [part for part in place if isinstance(part, str)]
    for one in reversed(models):
        for part in reversed(parts):
            described = one.model_fields.get(part)
            if described is not None and described.description:
                return f"It should hold {described.description}"
    return "Correct it as the staff guide shows"


def _models(model: type[BaseModel], place: Place) -> Iterator[type[BaseModel]]:
    """The classes of the records on the way to ``place``, the outermost first."""
    yield model
    for part in place:
        described = model.model_fields.get(str(part))
        inner = record_in(described.annotation) if described else None
        if inner is not None:
            model = inner
            yield model


def _remove_or_rename(name: str, fields: list[str]) -> str:
    """What to do with a field that does not exist: most often its name is misspelt."""
    close = get_close_matches(name, fields, n=1)
    if close:
        return f"Did you mean “{close[0]}”? Otherwise remove it"
    few = f", or use one of: {', '.join(fields)}" if len(fields) <= MOST_FIELDS_NAMED else ""
    return f"Remove it{few}"
