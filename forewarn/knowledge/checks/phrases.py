"""Whether each record's own sentences prove its phrases, in every language."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from forewarn.countries import Gazetteer
from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.problems import Problem, problem_at
from forewarn.knowledge.schema.offers import Raised, RedFlag
from forewarn.knowledge.schema.phrases import Phrases
from forewarn.knowledge.side_by_side import words_file
from forewarn.offers.reached import Reached
from forewarn.phrases import PhraseError, PhraseSet


def phrases(knowledge: Knowledge, share: int = 0, shares: int = 1) -> Iterator[Problem]:
    """Every phrase that cannot be read, and every sentence recognised wrongly or not at all; of
    ``shares`` into which the records are dealt out, those of number ``share``."""
    records: list[tuple[str, Phrases]] = [
        *((f"danger/{name}.yml", danger) for name, danger in knowledge.dangers.items()),
        *((f"red_flags/{name}.yml", flag) for name, flag in knowledge.red_flags.items()),
    ]
    reached: Reached | None = None
    try:
        reached = Reached(knowledge, Gazetteer(knowledge))
    except PhraseError as error:
        yield problem_at(
            knowledge.folder,
            "countries.yml",
            "places",
            "a name of a place or people, or a phrase of i_am_here or i_come_from, cannot be used: "
            f"{error}",
            "Correct it here or in the language's own file",
        )
    yield from _unreadable_patterns(knowledge)
    for path, record in records[share::shares]:
        try:
            recognises = _recogniser(knowledge, record, reached)
        except PhraseError:
            yield from _unreadable(knowledge, path, record)
        else:
            yield from _unproved(knowledge, path, record, recognises)


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


def _unreadable_patterns(knowledge: Knowledge) -> Iterator[Problem]:
    """Patterns that only tell what a text is about have no sentences to prove them."""
    deciding = knowledge.deciding
    if deciding is None:
        return
    patterns = [("about", deciding.about), ("leans_on", deciding.leans_on)]
    patterns += [(f"{question.id}.told", question.told) for question in deciding.questions]
    for field, languages in patterns:
        for language, many in languages.items():
            try:
                PhraseSet({language: many}, {}, knowledge.spaces)
            except PhraseError as error:
                file = words_file("deciding.yml", language)
                yield problem_at(knowledge.folder, file, field, str(error), "Correct the phrase")


def _recogniser(
    knowledge: Knowledge, record: Phrases, reached: Reached | None
) -> Callable[[str], bool]:
    """Tells whether ``record`` recognises a sentence: by the phrases of every language, as messages
    are read, or by its finder."""
    if isinstance(record, RedFlag) and record.raised_by is not Raised.phrases:
        kind = record.raised_by
        return lambda sentence: reached is not None and kind in reached.signs(sentence)
    compiled = PhraseSet(record.phrases, record.unless, knowledge.spaces)
    return lambda sentence: bool(compiled.find(knowledge.door.read(sentence)))


def _unproved(
    knowledge: Knowledge, path: str, record: Phrases, recognises: Callable[[str], bool]
) -> Iterator[Problem]:
    for field, wanted in (("must_match", True), ("must_not_match", False)):
        for language, sentences in getattr(record, field).items():
            for sentence in sentences:
                if recognises(sentence) is not wanted:
                    yield problem_at(
                        knowledge.folder,
                        words_file(path, language),
                        field,
                        f"“{sentence}” is {'not ' if wanted else ''}recognised",
                        "Add or widen a phrase"
                        if wanted
                        else "Narrow a phrase, or add one under unless",
                    )
