"""Held-out questions are not among the knowledge, neither letter for letter nor by meaning.

Two ways to ask one thing in our own entries are this alike: half of them below 0.47, 99 of 100
below 0.82 (similarity of centred vectors, nearest neighbour within an entry and language). From
0.93 on, two texts are one sentence with a word exchanged: whoever wrote one has copied the other.
"""

import numpy as np
import pytest

from bench import follow_ups
from forewarn.knowledge.loader import load
from forewarn.phrases import normalise
from retrieval import shipped
from retrieval.encoder import Encoder
from retrieval.index import encode_with
from retrieval.questions import Question, read
from retrieval.rows import rows
from retrieval.space import Vectors, shifted, unit
from tests.retrieval.conftest import ROOT

NEARLY = 0.93


def questions(folder: str) -> list[Question]:
    return [
        one
        for path in sorted((ROOT / "bench" / folder).glob("questions*.jsonl"))
        for one in read(path)
    ]


@pytest.fixture(scope="module")
def variants() -> list[str]:
    """All ways to ask that the entries know."""
    return [row.text for row in rows(load(ROOT / "knowledge")) if row.part == "question"]


@pytest.fixture(scope="module")
def entries(variants: list[str], encoder: Encoder) -> Vectors:
    """Their vectors: there are thousands, and only those that are new are encoded."""
    return shipped.sparing(encoder, encode_with(encoder))("question", variants)


@pytest.mark.parametrize("folder", ["heldout", "calibration"])
def test_questions_stand_apart_from_the_entries(
    folder: str, variants: list[str], entries: Vectors, encoder: Encoder
) -> None:
    asked = questions(folder)
    assert asked
    known = {normalise(text) for text in variants}
    assert [one.id for one in asked if normalise(one.text) in known] == []
    texts = encoder.questions([one.text for one in asked])
    mean = entries.mean(axis=0)
    alike = unit(shifted(texts, mean)) @ unit(shifted(entries, mean)).T
    nearest = alike.max(axis=1)
    assert [asked[i].id for i in np.flatnonzero(nearest >= NEARLY)] == []


def test_no_question_is_both_held_out_and_for_calibration() -> None:
    held_out = {normalise(one.text) for one in questions("heldout")}
    assert not held_out & {normalise(one.text) for one in questions("calibration")}


def test_follow_ups_stand_apart_and_name_what_exists() -> None:
    held_out, others = (
        follow_ups.read(ROOT / "bench" / folder / "follow-ups.jsonl")
        for folder in ("heldout", "calibration")
    )
    assert not {normalise(one.text) for one in held_out} & {normalise(one.text) for one in others}
    knowledge = load(ROOT / "knowledge")
    known = {*knowledge.faq, *knowledge.articles, None}
    for one in (*held_out, *others):
        assert {one.after, *(name for names in one.expect for name in names)} <= known, one.id
    for language in knowledge.language_codes:
        assert len([one for one in held_out if one.language == language]) >= 8


def test_enough_questions_in_every_language() -> None:
    for language in load(ROOT / "knowledge").languages:
        mine = [one for one in questions("heldout") if one.language == language.code]
        whole = language.every_entry or language.code == "en"
        assert len([one for one in mine if one.expect]) >= (40 if whole else 30)
        assert [one for one in mine if not one.expect]


def test_nothing_but_evaluation_reads_held_out_questions() -> None:
    readers = {
        path.relative_to(ROOT).as_posix()
        for folder in ("actions", "bench", "bot", "forewarn", "retrieval", "stack", "web")
        for path in (ROOT / folder).rglob("*.py")
        if "heldout" in path.read_text("utf-8")
    }
    measures = ("danger", "follow_ups", "heldout", "intents", "offers", "parity", "reliability")
    assert readers <= {"bench/__main__.py", *(f"bench/{name}.py" for name in measures)}


def test_every_expected_entry_exists() -> None:
    knowledge = load(ROOT / "knowledge")
    known = {*knowledge.faq, *knowledge.articles}
    for folder in ("heldout", "calibration"):
        for one in questions(folder):
            assert one.expect <= known, one.id
