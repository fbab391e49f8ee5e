"""The search finds the entry that was asked for, in the reader's language first."""

from pathlib import Path

import numpy as np
import pytest

from forewarn.knowledge.loader import Knowledge, load
from retrieval.confidence import Confidence, Signals
from retrieval.encoder import Encoder
from retrieval.index import Index, build
from retrieval.search import Searcher
from tests.retrieval.conftest import cut

FIELDS = list(Signals.__dataclass_fields__)


def test_every_entry_is_found_by_its_own_question(
    index: Index, small: Knowledge, encoder: Encoder
) -> None:
    searcher = Searcher(index)
    for name, entry in small.faq.items():
        for language, text in entry.texts.items():
            vector = encoder.questions([text.question])[0]
            hit = searcher.search(text.question, vector, language, 1).hits[0]
            assert (hit.id, hit.kind, hit.language) == (name, "faq", language)


def test_entries_come_once_and_best_first(index: Index, encoder: Encoder) -> None:
    text = "is it real"
    hits = Searcher(index).search(text, encoder.questions([text])[0], "en", 20).hits
    assert len({hit.id for hit in hits}) == len(hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_the_first_are_the_same_however_many_are_asked_for(index: Index, encoder: Encoder) -> None:
    searcher = Searcher(index)
    for text in ("is it real", "passport", "🙂"):
        vector = encoder.questions([text])[0]
        every = searcher.rank(text, vector, "en", 10_000)
        for top in range(1, len(every)):
            assert searcher.rank(text, vector, "en", top) == every[:top]


def test_another_language_is_labelled(
    small_folder: Path, index: Index, encoder: Encoder, tmp_path: Path
) -> None:
    folder = cut(small_folder, tmp_path / "knowledge")
    thai = max((folder / "faq").glob("*/*.th.md"), key=lambda path: path.name)
    name = thai.name.removesuffix(".th.md")
    asked = load(folder).faq[name].texts["th"].question
    thai.unlink()
    searcher = Searcher(build(load(folder), encoder, remembered=index.remembered))
    hit = searcher.search(asked, encoder.questions([asked])[0], "th", 1).hits[0]
    assert (hit.id, hit.language) == (name, "en")


def test_without_a_fitted_confidence_nothing_is_claimed(index: Index, encoder: Encoder) -> None:
    text = "is it real"
    found = Searcher(index).search(text, encoder.questions([text])[0], "en", 3)
    assert found.outcome == "unknown"
    assert [hit.confidence for hit in found.hits] == [0, 0, 0]


@pytest.mark.parametrize("text", ["", " ", "🙂", "\u202e", "x" * 20_000, "\ud800"])
def test_any_text_gets_an_answer(index: Index, encoder: Encoder, text: str) -> None:
    found = Searcher(index).search(text, encoder.questions([text])[0], "en", 3)
    assert len(found.hits) == 3


def test_a_vector_that_does_not_fit_is_refused(index: Index) -> None:
    with pytest.raises(ValueError, match="do not fit a space of 384"):
        Searcher(index).search("x", np.zeros(3, np.float32), "en", 3)


def confidence(**weights: float) -> Confidence:
    return Confidence(
        encoder="encoder",
        knowledge="knowledge",
        fitted_on={"questions.en.jsonl": "digest"},
        questions=50,
        weights=tuple(weights.get(name, 0.0) for name in FIELDS),
        bias=-1.0,
        answer_from=0.8,
        choose_from=0.4,
    )


def test_confidence_is_the_logistic_of_the_weighted_signals() -> None:
    signals = Signals(**dict.fromkeys(FIELDS, 0.5))
    expected = 1 / (1 + np.exp(-(0.5 * 3 + 0.5 * 2 - 1)))
    assert confidence(meaning=3, margin=2).of(signals) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("confidences", "outcome"),
    [
        ([0.9, 0.1], "answer"),
        ([0.8, 0.7], "answer"),
        ([0.79, 0.7], "choose"),
        ([0.4], "choose"),
        ([0.39, 0.3], "unknown"),
        ([], "unknown"),
    ],
)
def test_outcome_depends_on_the_best_entry(confidences: list[float], outcome: str) -> None:
    assert confidence().outcome(confidences) == outcome


def test_confidence_is_read_as_it_was_written(tmp_path: Path) -> None:
    fitted = confidence(meaning=1)
    fitted.save(tmp_path / "confidence.json")
    again = Confidence.load(tmp_path / "confidence.json")
    assert (again, again.digest()) == (fitted, fitted.digest())


def test_confidence_of_other_features_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "confidence.json"
    confidence().save(path)
    path.write_text(path.read_text().replace('"meaning"', '"mood"', 1))
    with pytest.raises(ValueError, match="was fitted on other features: run `make calibrate`"):
        Confidence.load(path)
