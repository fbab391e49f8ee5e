"""YAML as staff write it: text, numbers, true, false and null, nothing that surprises.

Anchors and aliases are refused: a few lines of them can unfold into
gigabytes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import yaml

Place = Sequence[str | int]
"""The way to a value from the top: names of fields and numbers of list items."""


class YamlError(ValueError):
    """The text is not YAML as we allow it; ``line`` counts from 1."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.line = line


class _Loader(yaml.CSafeLoader):
    """Knows only true, false, null and whole numbers besides text: YAML's own rules turn ``no``
    into false and a date into an object."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


for _tag, _pattern, _first in (
    ("bool", r"^(?:true|false)$", "tf"),
    ("null", r"^(?:null|~|)$", ["n", "~", ""]),
    ("int", r"^-?(?:0|[1-9][0-9]*)$", list("-0123456789")),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key, _ in node.value:
        if key.value in seen:
            line = key.start_mark.line + 1
            raise YamlError(line, f"the field “{key.value}” stands here a second time")
        seen.add(key.value)
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)

DEEPEST = 20
"""How deep values may be nested; ours are five deep. The C parser crashes far beyond."""

_SUSPECT = re.compile(r"(?m)(?:^|[\s,\[{:-])[&*]\w|^ {40}|(?:[-?] ){10}")
"""What may be an anchor, an alias or deep nesting: then the text is walked through first."""

_BRACKET = re.compile(r"[\[{\]}]")


def parse(text: str) -> Any:
    """The value ``text`` holds.

    Raises:
        YamlError: it is not YAML, repeats a field, is nested too deeply, or uses anchors, aliases
            or tags.
    """
    try:
        if _SUSPECT.search(text) or _brackets_deep(text) > DEEPEST:
            _refuse_traps(text)
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader, made safer
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "this is not YAML"
        last = max(1, len(text.splitlines()))
        raise YamlError(min(mark.line + 1, last) if mark else 1, problem) from error


def _brackets_deep(text: str) -> int:
    """How deep brackets open in ``text``, those within quotes counted too."""
    depth = deepest = 0
    for bracket in _BRACKET.findall(text):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _refuse_traps(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        line = 1 if event.start_mark is None else event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise YamlError(line, "a value that begins with & or * refers to another value")
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise YamlError(line, "the values are nested too deeply")


def line_of(text: str, place: Place) -> int:
    """The line, counted from 1, of the deepest part of ``place`` that exists in ``text``."""
    node = yaml.compose(text, Loader=yaml.CSafeLoader)
    if node is None:
        return 1
    line: int = node.start_mark.line
    for part in place:
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == str(part)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            found = (node.value[part],) * 2 if part < len(node.value) else None
        else:
            found = None
        if found is None:
            break
        line, node = found[0].start_mark.line, found[1]
    return line + 1
