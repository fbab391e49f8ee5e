"""From files to checked records, with the line of every problem."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from glob import glob
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from forewarn.knowledge.entries import BASE_LANGUAGE
from forewarn.knowledge.mistakes import how_to_mend, named, what_is_wrong
from forewarn.knowledge.parse_cache import ParseCache, signature_of
from forewarn.knowledge.problems import Problem
from forewarn.knowledge.refusals import refused, unwanted
from forewarn.knowledge.schema.texts import Text
from forewarn.knowledge.side_by_side import SideBySide
from forewarn.knowledge.yaml_text import Place, YamlError, line_of, parse

R = TypeVar("R", bound=BaseModel)
T = TypeVar("T")

_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)
_PROSE = TypeAdapter(Text)


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
        self._folder = str(folder)
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
        return self._unchanged([name, *self._beside(name)], lambda: self._record(name, model))

    def records(self, name: str, model: type[R]) -> list[R]:
        """The file ``name``, a list, with its words in every language, as records."""
        names = [name, *self._beside(name)]
        return self._unchanged(names, lambda: self._records(name, model)) or []

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

    def prose(self, name: str, model: type[R], make: Callable[[R, str], T]) -> T | None:
        """What ``make`` makes of a Markdown file, its front matter and the text below it."""
        return self._unchanged([name], lambda: self._prose(name, model, make))

    def matching(self, pattern: str) -> list[str]:
        """The files whose path inside the folder matches the ``pattern``, in order."""
        found = glob(pattern, root_dir=self.folder, include_hidden=True)
        return sorted(found, key=lambda name: name.split("/"))

    def _unchanged(self, names: list[str], read: Callable[[], T]) -> T | None:
        """What ``read`` gives, or gave when none of the files ``names`` was different."""
        files = tuple(f"{self._folder}/{name}" for name in names)
        kept: T | None = self._cache.get(files)
        if kept is not None:
            return kept
        before, signature = len(self.problems), signature_of(files)
        value = read()
        if len(self.problems) == before:
            self._cache.put(files, signature, value)
        return value

    def _beside(self, name: str) -> list[str]:
        folder, slash, file = name.rpartition("/")
        names = self._stems(folder).get(file.removesuffix(".yml"), [])
        beside = (one for one in names if one != file and self._is_read(one))
        return [f"{folder}{slash}{one}" for one in beside]

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
        stem = name.removesuffix(".yml")
        read = {
            one.removesuffix(".yml").removeprefix(f"{stem}."): self._yaml_file(one)
            for one in self._beside(name)
        }
        return {language: file for language, file in read.items() if file is not None}

    def _prose(self, name: str, model: type[R], make: Callable[[R, str], T]) -> T | None:
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
        return None if header is None or body is None else make(header, body)

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
        refusal = refused(path, self._root)
        if refusal:
            self.report(name, 1, "file", *refusal)
            return None
        try:
            text = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            self.report(name, 1, "file", "the file is not UTF-8 text", "Save it as UTF-8")
            return None
        refusal = unwanted(text)
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
        self._report_at(
            file, place, what_is_wrong(detail), how_to_mend(model, place, detail["type"])
        )

    def _report_at(self, file: _Read, place: Place, problem: str, fix: str) -> None:
        where = ".".join(named(place, file.data)) or "record"
        self.report(file.name, file.line_of(place), where, problem, fix)
