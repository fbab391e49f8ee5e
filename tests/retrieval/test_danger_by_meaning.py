"""Danger is recognised by meaning, and by nothing where there is nothing to learn from."""

from pathlib import Path

import numpy as np
import pytest

from forewarn.danger import Judge, Meaning
from forewarn.knowledge.loader import Knowledge, load
from forewarn.knowledge.schema.dangers import DangerLevel
from forewarn.phrases import width
from retrieval.danger_by_meaning import LONG, DangerByMeaning
from retrieval.encoder import Encoder
from retrieval.index import Index
from tests.retrieval.conftest import ROOT, cut

IN_DANGER = [
    "the guards beat us and will not let us leave, please get us out",
    "ยามขังเราไว้ในตึก ไม่ให้ออกไปไหน ช่วยด้วย",
    "保安不让我们离开大楼，求求你们救我们出去",
]
ORDINARY = [
    "what did the two governments agree on",
    "สองรัฐบาลตกลงอะไรกัน",
    "两国政府达成了什么协议",
    "where can I buy a cheap phone",
]


@pytest.mark.parametrize("text", IN_DANGER)
def test_people_in_danger_are_seen(index: Index, encoder: Encoder, text: str) -> None:
    meaning = index.danger.judge(encoder.questions([text])[0])
    assert meaning.level is not DangerLevel.none
    assert sum(meaning.kinds.values()) == pytest.approx(1, abs=1e-4)
    assert max(meaning.kinds, key=meaning.kinds.__getitem__) in {"held", "hurt"}
    assert meaning.by_phrase is DangerLevel.danger


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_messages_are_left_alone(index: Index, encoder: Encoder, text: str) -> None:
    assert index.danger.judge(encoder.questions([text])[0]).level is DangerLevel.none


def test_a_long_offer_is_not_taken_for_danger(
    index: Index, small: Knowledge, encoder: Encoder
) -> None:
    """What it says of danger is for the check of offers to tell."""
    written = [lure.examples for lure in small.lures.values()] + [small.honest_offers.messages]
    long = [
        text
        for by_language in written
        for many in by_language.values()
        for text in many
        if width(text) >= LONG
    ]
    assert len(long) > 20
    levels = [index.danger.judge(vector).level for vector in encoder.questions(long)]
    assert levels.count(DangerLevel.danger) == 0


def test_every_example_of_a_danger_file_is_seen(
    index: Index, small: Knowledge, encoder: Encoder
) -> None:
    judge = Judge(small, index.danger)
    texts = [
        text
        for danger in small.dangers.values()
        for group in (danger.examples, danger.must_match)
        for many in group.values()
        for text in many
    ]
    vectors = encoder.questions(texts)
    missed = [
        text
        for text, vector in zip(texts, vectors, strict=True)
        if judge.judge(text, vector.tolist()).level is DangerLevel.none
    ]
    assert missed == []


def test_is_read_as_it_was_written(index: Index, encoder: Encoder, tmp_path: Path) -> None:
    index.danger.save(tmp_path / "danger.npz")
    again = DangerByMeaning.load(tmp_path / "danger.npz")
    vector = encoder.questions(IN_DANGER[:1])[0]
    assert again.judge(vector) == index.danger.judge(vector)
    assert (again.kinds, again.weak) == (index.danger.kinds, index.danger.weak)


def test_without_examples_nothing_is_claimed(encoder: Encoder, tmp_path: Path) -> None:
    folder = cut(ROOT / "knowledge", tmp_path / "knowledge")
    for path in (folder / "danger").glob("*.yml"):
        path.unlink()
    mean = np.zeros(encoder.dimension, np.float32)
    danger = DangerByMeaning.fit(load(folder), [], encoder.questions, mean)
    nothing = Meaning(DangerLevel.none, {}, by_phrase=DangerLevel.danger)
    assert danger.judge(encoder.questions(IN_DANGER[:1])[0]) == nothing
