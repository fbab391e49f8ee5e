"""Scores equal a plain NumPy computation, and bad vectors are refused."""

import numpy as np
import pytest

from retrieval.dense import Dense
from retrieval.encoder import Encoder
from retrieval.index import Index
from retrieval.space import SHRINKAGE, Space


def test_scores_equal_brute_force(index: Index, encoder: Encoder) -> None:
    shelf, space = index.shelves["question"], index.space
    vector = encoder.questions(["how do I know a job abroad is real"])
    moved = (shelf.vectors.astype(np.float64) - space.question_mean) @ space.matrix
    asked = (vector.astype(np.float64) - space.question_mean) @ space.matrix
    expected = (moved @ asked[0]) / np.linalg.norm(moved, axis=1) / np.linalg.norm(asked)
    (numbers,), (scores,) = shelf.dense.search(space.questions(vector), len(shelf.rows))
    assert numbers.tolist() == np.argsort(-expected, kind="stable").tolist()
    np.testing.assert_allclose(scores, np.sort(expected)[::-1], atol=1e-5)


def test_whitening_is_the_inverse_root_of_the_scatter_within_entries() -> None:
    drawn = np.random.default_rng(0)
    names = [str(number // 5) for number in range(50)]
    questions = drawn.normal(size=(50, 4)).astype(np.float32)
    space = Space.fit(questions, names, np.empty((0, 4), np.float32), [])
    rest = questions - np.repeat(questions.reshape(10, 5, 4).mean(axis=1), 5, axis=0)
    scatter = rest.T @ rest / 50
    scatter = (1 - SHRINKAGE) * scatter + SHRINKAGE * np.trace(scatter) / 4 * np.eye(4)
    np.testing.assert_allclose(space.matrix @ scatter @ space.matrix, np.eye(4), atol=1e-4)


def test_one_wording_an_entry_only_takes_the_mean_away() -> None:
    questions = np.array([[1, 0], [0, 1]], dtype=np.float32)
    space = Space.fit(questions, ["a", "b"], np.empty((0, 2), np.float32), [])
    half = np.sqrt(np.float32(0.5))
    np.testing.assert_allclose(space.questions(questions), [[half, -half], [-half, half]])


@pytest.mark.parametrize(
    "vector",
    [np.zeros((1, 5)), np.zeros(384), np.full((1, 384), np.nan), np.full((1, 384), np.inf)],
)
def test_vectors_that_do_not_fit_are_refused(index: Index, vector: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"do not fit a space of 384|is not finite"):
        index.space.questions(vector.astype(np.float32))


def test_nothing_indexed_nothing_found() -> None:
    dense = Dense.build(np.empty((0, 3), dtype=np.float32), [])
    numbers, scores = dense.search(np.ones((1, 3), np.float32), 5)
    assert (numbers.tolist(), scores.tolist(), dense.vectors.shape) == ([[]], [[]], (0, 3))
