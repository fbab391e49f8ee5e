"""Whether each record's own sentences prove its phrases, in every language."""

from __future__ import annotations

from collections.abc import Iterator

from forewarn.countries import Gazetteer
from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.problems import Problem, problem_at
from forewarn.knowledge.schema.phrases import Phrases
from forewarn.knowledge.side_by_side import words_file
from forewarn.phrases import PhraseError, PhraseSet


def phrases(knowledge: Knowledge) -> Iterator[Problem]:
    """Every phrase that cannot be read, and every sentence recognised wrongly or not at all."""
    records: list[tuple[str, Phrases]] = [
        *((f"danger/{name}.yml", danger) for name, danger in knowledge.dangers.items()),
        *((f"red_flags/{name}.yml", flag) for name, flag in knowledge.red_flags.items()),
    ]
    try:
        Gazetteer(knowledge)
    except PhraseError as error:
        yield problem_at(
            knowledge.folder,
            "countries.yml",
            "places",
            f"a name of a place or a phrase of i_am_here cannot be used: {error}",
            "Correct it here or in the language's own file",
        )
    for path, record in records:
        try:
            compiled = PhraseSet(record.phrases, record.unless, knowledge.spaces)
        except PhraseError:
            yield from _unreadable(knowledge, path, record)
        else:
            yield from _unproved(knowledge, path, record, compiled)


def _unreadable(knowledge: Knowledge, path: str, record: Phrases) -> Iterator[Problem]:
    for language in {**record.phrases, **record.unless}:
        phrases, unless = (
            {language: one.get(language, [])} for one in (record.phrases, record.unless)
        )
        try:
            PhraseSet(phrases, unless, knowledge.spaces)
        except PhraseError as error:
            file = words_file(path, language)
            yield problem_at(knowledge.folder, file, "phrases", str(error), "Correct the phrase")


def _unproved(
    knowledge: Knowledge, path: str, record: Phrases, compiled: PhraseSet
) -> Iterator[Problem]:
    """Sentences are tried on the phrases of every language, as messages are."""
    for field, wanted in (("must_match", True), ("must_not_match", False)):
        for language, sentences in getattr(record, field).items():
            for sentence in sentences:
                if bool(compiled.find(knowledge.door.read(sentence))) is not wanted:
                    yield problem_at(
                        knowledge.folder,
                        words_file(path, language),
                        field,
                        f"“{sentence}” is {'not ' if wanted else ''}recognised",
                        "Add or widen a phrase"
                        if wanted
                        else "Narrow a phrase, or add one under unless",
                    )
