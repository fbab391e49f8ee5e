"""A record and its words in other languages, which stand in files beside it.

``topics.yml`` holds the facts and the English words; ``topics.th.yml`` holds the Thai words in the
same shape. Items of a list belong together by their ``id``, or by their order where they have none.
Here they become one: each field marked ``PerLanguage`` becomes a mapping from language to words, as
the schema wants it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from forewarn.knowledge.entries import BASE_LANGUAGE
from forewarn.knowledge.schema.texts import PerLanguage
from forewarn.knowledge.yaml_text import Place


@dataclass(frozen=True)
class Misplaced:
    """Something in a file of words that the record beside it has no room for."""

    language: str
    place: Place
    problem: str
    fix: str


@dataclass(frozen=True)
class SideBySide:
    """The values of a record's own file and of the files beside it, by language."""

    base: Any
    sides: Mapping[str, Any]

    def combined(self, model: type[BaseModel]) -> Any:
        """One value for ``model``, or a list of them, with words keyed by language."""
        return _value(self.base, self.sides, model)

    def misplaced(self, model: type[BaseModel]) -> Iterator[Misplaced]:
        """Everything in the files of words that no record has room for."""
        for language, side in self.sides.items():
            for place, problem, fix in _strangers(side, self.base, model, ()):
                yield Misplaced(language, place, problem, fix)

    def found_at(self, place: Place, model: type[BaseModel]) -> tuple[str, Place]:
        """The language of the file, and the place in it, of a place in the combined value."""
        names = {name for name, _ in _word_fields(model)}
        for number, part in enumerate(place[1:], start=1):
            if place[number - 1] in names and part in {BASE_LANGUAGE, *self.sides}:
                language = str(part)
                in_file = (*place[:number], *place[number + 1 :])
                if language == BASE_LANGUAGE:
                    return language, in_file
                return language, _in_side(in_file, self.base, self.sides[language])
        return BASE_LANGUAGE, place


def words_file(path: str, language: str) -> str:
    """The file that holds the words of the record file ``path`` in ``language``."""
    stem = path.removesuffix(".yml")
    return path if language == BASE_LANGUAGE else f"{stem}.{language}.yml"


def marker(field: FieldInfo) -> PerLanguage | None:
    """How the words of ``field`` are kept; None where it holds facts."""
    inside = [
        mark
        for part in get_args(field.annotation)
        if get_origin(part) is Annotated
        for mark in part.__metadata__
    ]
    return next((one for one in (*field.metadata, *inside) if isinstance(one, PerLanguage)), None)


def record_in(annotation: Any) -> type[BaseModel] | None:
    """The class of the records that a field of this type holds, alone, in a list or by name."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(record_in, get_args(annotation))), None)


def markers(model: type[BaseModel]) -> Iterator[PerLanguage]:
    """How the words of every field of ``model`` and of the records in it are kept."""
    return (mark for _, mark in _word_fields(model))


def _word_fields(model: type[BaseModel]) -> Iterator[tuple[str, PerLanguage]]:
    for name, field in model.model_fields.items():
        mark, inner = marker(field), record_in(field.annotation)
        if mark is not None:
            yield name, mark
        if inner is not None:
            yield from _word_fields(inner)


def _value(base: Any, sides: Mapping[str, Any], model: type[BaseModel]) -> Any:
    if isinstance(base, list):
        return [
            _value(item, {language: _same(side, item, number) for language, side in sides.items()},
                   model)
            for number, item in enumerate(base)
        ]  # fmt: skip
    if not isinstance(base, dict):
        return base
    combined = dict(base)
    for name, field in model.model_fields.items():
        below = {language: _field(side, name) for language, side in sides.items()}
        if marker(field):
            words = {BASE_LANGUAGE: base.get(name), **below}
            known = {language: value for language, value in words.items() if value is not None}
            if known:
                combined[name] = known
            continue
        inner = record_in(field.annotation)
        if inner is None or name not in base:
            continue
        if _by_name(field) and isinstance(base[name], dict):
            combined[name] = {
                key: _value(item, {lang: _field(side, key) for lang, side in below.items()}, inner)
                for key, item in base[name].items()
            }
        else:
            combined[name] = _value(base[name], below, inner)
    return combined


def _field(side: Any, name: str) -> Any:
    return side.get(name) if isinstance(side, dict) else None


def _same(side: Any, item: Any, number: int) -> Any:
    """The item of the list ``side`` that belongs to ``item``, the ``number``th of its own."""
    if not isinstance(side, list):
        return None
    name = _field(item, "id")
    if name is not None:
        return next((one for one in side if _field(one, "id") == name), None)
    return side[number] if number < len(side) else None


def _by_name(field: FieldInfo) -> bool:
    """Whether the records of ``field`` are kept by name instead of in a list."""
    return get_origin(field.annotation) is dict


def _strangers(
    side: Any, base: Any, model: type[BaseModel], place: tuple[str | int, ...]
) -> Iterator[tuple[Place, str, str]]:
    if isinstance(base, list) and isinstance(side, list):
        yield from _stranger_items(side, base, model, place)
    elif isinstance(base, dict) and isinstance(side, dict):
        for name, value in side.items():
            yield from _stranger_field(name, value, base, model, place)
    elif type(side) is not type(base):
        yield place, "the file beside it has another shape", "Keep the shape of the English"


def _stranger_field(
    name: str,
    value: Any,
    base: dict[str, Any],
    model: type[BaseModel],
    place: tuple[str | int, ...],
) -> Iterator[tuple[Place, str, str]]:
    here = (*place, name)
    field = model.model_fields.get(name)
    if field is not None and marker(field):
        if base.get(name) is None:
            yield here, "there are no English words for it", "Write those first"
        return
    inner = record_in(field.annotation) if field else None
    if field is None or inner is None or name not in base:
        if name != "id":
            fix = "Remove the field: facts stand in the file without a language in its name"
            yield here, "this file holds words only", fix
    elif _by_name(field) and isinstance(value, dict):
        for key, item in value.items():
            if key in base[name]:
                yield from _strangers(item, base[name][key], inner, (*here, key))
            else:
                yield (*here, key), f"there is no “{key}” in the English file", "Remove it"
    else:
        yield from _strangers(value, base[name], inner, here)


def _stranger_items(
    side: list[Any], base: list[Any], model: type[BaseModel], place: tuple[str | int, ...]
) -> Iterator[tuple[Place, str, str]]:
    names = [_field(item, "id") for item in base]
    for number, item in enumerate(side):
        here = (*place, number)
        name = _field(item, "id")
        if any(names):
            if name in names:
                yield from _strangers(item, base[names.index(name)], model, here)
            else:
                yield here, f"there is no “{name}” in the English file", "Remove it, or mend its id"
        elif number < len(base):
            yield from _strangers(item, base[number], model, here)
        else:
            yield here, f"the English file has only {len(base)} of these", "Remove it"


def _in_side(place: Place, base: Any, side: Any) -> Place:
    """``place`` of the base, with the numbers of list items as they are in ``side``."""
    moved: list[str | int] = []
    for part in place:
        if isinstance(base, list) and isinstance(part, int) and isinstance(side, list):
            item = base[part]
            other = _same(side, item, part)
            moved.append(next((n for n, one in enumerate(side) if one is other), part))
            base, side = item, other
        else:
            moved.append(part)
            base = base.get(part) if isinstance(base, dict) else None
            side = side.get(part) if isinstance(side, dict) else None
    return tuple(moved)


def words_in(base: Any, model: type[BaseModel]) -> Any:
    """The English words of the value ``base`` in the shape of a file of words; None where it has
    none."""
    if isinstance(base, list):
        items = [words_in(item, model) for item in base]
        return [item if item is not None else {} for item in items] if any(items) else None
    if not isinstance(base, dict):
        return None
    words: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        value = base.get(name)
        inner = record_in(field.annotation)
        if value is None:
            continue
        if marker(field):
            words[name] = value
        elif inner is not None and _by_name(field):
            words[name] = {key: words_in(item, inner) for key, item in value.items()}
        elif inner is not None:
            words[name] = words_in(value, inner)
    words = {name: value for name, value in words.items() if value}
    return {**({"id": base["id"]} if "id" in base else {}), **words} if words else None
