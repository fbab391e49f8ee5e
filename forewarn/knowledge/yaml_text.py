"""YAML as staff write it: text, numbers, true, false and null, nothing that surprises.

Anchors and aliases are refused: a few lines of them can unfold into
gigabytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
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


_TAG = "tag:yaml.org,2002:"

for _name, _pattern, _first in (
    ("bool", r"^(?:true|false)$", "tf"),
    ("null", r"^(?:null|~|)$", ["n", "~", ""]),
    ("int", r"^-?(?:0|[1-9][0-9]*)$", list("-0123456789")),
):
    _Loader.add_implicit_resolver(_TAG + _name, re.compile(_pattern), list(_first))

_READ: dict[str, Callable[[str], Any]] = {
    f"{_TAG}str": str,
    f"{_TAG}int": int,
    f"{_TAG}bool": {"true": True, "false": False}.__getitem__,
    f"{_TAG}null": {"null": None, "~": None, "": None}.__getitem__,
}
"""How each kind of plain value is read."""

DEEPEST = 20
"""How deep values may be nested; ours are five deep. The C parser crashes far beyond."""

_SUSPECT = tuple(
    map(re.compile, (r"[&*](?<![^\s\ufeff,\[{:-][&*])[\w-]", r"\n {40}", r"[-?] (?:[-?] ){9}"))
)
"""What may be an anchor or alias, or deep nesting: then the text is walked through first."""

_BRACKET = re.compile(r"[\[{\]}]")


def parse(text: str) -> Any:
    """The value ``text`` holds.

    Raises:
        YamlError: it is not YAML, repeats a field, is nested too deeply, or uses anchors, aliases
            or tags.
    """
    try:
        if any(one.search(text) for one in _SUSPECT) or _brackets_deep(text) > DEEPEST:
            _refuse_traps(text)
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "this is not YAML"
        last = max(1, len(text.splitlines()))
        raise YamlError(min(mark.line + 1, last) if mark else 1, problem) from error
    return None if node is None else _value(node)


def _value(node: yaml.Node) -> Any:
    """What ``node`` holds; PyYAML's own constructor takes three times as long."""
    if isinstance(node, yaml.ScalarNode):
        try:
            return _READ[node.tag](node.value)
        except (KeyError, ValueError):
            raise _unused(node) from None
    if node.tag == f"{_TAG}seq":
        return [_value(item) for item in node.value]
    if node.tag != f"{_TAG}map":
        raise _unused(node)
    found: dict[Any, Any] = {}
    names: set[str] = set()
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise YamlError(key.start_mark.line + 1, "the name of a field is one word")
        if key.value in names:
            problem = f"the field “{key.value}” stands here a second time"
            raise YamlError(key.start_mark.line + 1, problem)
        names.add(key.value)
        found[_value(key)] = _value(value)
    return found


def _unused(node: yaml.Node) -> YamlError:
    kind = node.tag.replace(_TAG, "!!")
    return YamlError(node.start_mark.line + 1, f"a value of the kind “{kind}” is not used here")


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
