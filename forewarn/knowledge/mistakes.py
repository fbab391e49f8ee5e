"""A mistake in a record, in the words of someone who writes files."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from forewarn.knowledge.side_by_side import record_in
from forewarn.knowledge.yaml_text import Place

MOST_FIELDS_NAMED = 20
"""The most field names an error message lists: nobody reads more."""

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


def what_is_wrong(detail: ErrorDetails) -> str:
    """What pydantic found, in plain words."""
    kind = detail["type"]
    if kind.startswith("date"):
        return "this is not a date written as 2026-11-22"
    if kind in _PLAIN:
        return _PLAIN[kind].format_map(detail.get("ctx", {}))
    return detail["msg"].removeprefix("Value error, ").rstrip(".")


def named(place: Place, data: Any) -> Iterator[str]:
    """The parts of ``place`` as people count: an item of a list by its id, or from 1."""
    for part in place:
        known = isinstance(data, list) and isinstance(part, int) and part < len(data)
        item = data[part] if known else data.get(part) if isinstance(data, dict) else None
        name = item.get("id") if known and isinstance(item, dict) else None
        yield str(name or (part + 1 if isinstance(part, int) else part))
        data = item


def how_to_mend(model: type[BaseModel], place: Place, kind: str) -> str:
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
