"""Few vectors are compared exactly; very many by a graph, which outlives small edits."""

from pathlib import Path

import numpy as np
import pytest

from retrieval import dense as dense_module
from retrieval.dense import Dense
from retrieval.neighbours import Neighbours
from retrieval.space import Vectors, unit

EXACT, MANY, WIDTH = 500, 3000, 32


@pytest.fixture(autouse=True)
def _small_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dense_module, "MOST_EXACT", EXACT)


def clustered(count: int, seed: int = 0) -> Vectors:
    """Vectors in clusters, as those of texts are."""
    chance = np.random.default_rng(seed)
    middles = np.random.default_rng(0).normal(size=(40, WIDTH))
    spread = chance.normal(size=(count, WIDTH)) / 2
    return unit((middles[chance.integers(40, size=count)] + spread).astype(np.float32))


def named(count: int) -> list[str]:
    return [f"text {number}" for number in range(count)]


def nearest(queries: Vectors, vectors: Vectors, most: int) -> np.ndarray:
    return np.argsort(-(queries @ vectors.T), axis=1)[:, :most]


def recall(found: np.ndarray, true: np.ndarray) -> float:
    return float(np.mean([len({*a} & {*b}) / len(b) for a, b in zip(found, true, strict=True)]))


def test_few_are_compared_exactly() -> None:
    vectors, queries = clustered(EXACT), clustered(20, seed=1)
    dense = Dense.build(vectors, named(EXACT))
    numbers, scores = dense.search(queries, 10)
    assert (dense.graph, len(dense)) == (None, EXACT)
    assert numbers.tolist() == nearest(queries, vectors, 10).tolist()
    np.testing.assert_allclose(scores, np.take_along_axis(queries @ vectors.T, numbers, 1), 1e-5)


def test_very_many_are_found_by_a_graph() -> None:
    vectors, queries = clustered(MANY), clustered(100, seed=1)
    dense = Dense.build(vectors, named(MANY))
    numbers, scores = dense.search(queries, 10)
    assert dense.graph is not None
    assert len(dense) == len(dense.graph) == MANY
    assert recall(numbers, nearest(queries, vectors, 10)) >= 0.99
    np.testing.assert_allclose(scores, np.take_along_axis(queries @ vectors.T, numbers, 1), 1e-5)
    np.testing.assert_array_equal(dense.vectors, vectors)


def test_after_an_edit_the_graph_is_the_same_and_what_is_found_is_not() -> None:
    vectors, texts = clustered(MANY), named(MANY)
    graph = Dense.build(vectors, texts).graph
    # In front, a new text; the second and the last are gone; the third stands there twice.
    kept = [0, *range(2, MANY - 1)]
    now = np.concatenate([clustered(1, seed=2), vectors[kept], vectors[2:3]])
    dense = Dense.with_graph(now, ["new", *(texts[n] for n in kept), texts[2]], graph)
    assert dense.graph is graph
    np.testing.assert_array_equal(dense.vectors, now)
    own, _ = dense.search(now, 10)
    assert recall(own, nearest(now, now, 10)) >= 0.99
    assert own[0, 0] == 0
    assert {*own[2, :2]} == {2, len(now) - 1}


def test_a_graph_of_nothing_that_is_left_is_not_kept() -> None:
    graph = Dense.build(clustered(MANY), named(MANY)).graph
    few = clustered(20, seed=2)
    dense = Dense.with_graph(few, [f"other {number}" for number in range(20)], graph)
    numbers, _ = dense.search(few, 3)
    assert dense.graph is None
    assert numbers.tolist() == nearest(few, few, 3).tolist()


def test_as_many_are_found_as_are_asked_for_even_if_all_are_alike() -> None:
    alike = np.repeat(clustered(1), MANY, axis=0)
    numbers, scores = Dense.build(alike, named(MANY)).search(alike[:1], 400)
    assert len({*numbers[0].tolist()} & {*range(MANY)}) == 400
    np.testing.assert_allclose(scores, 1.0, atol=1e-5)


def test_a_graph_is_the_same_after_reading(tmp_path: Path) -> None:
    vectors, texts, queries = clustered(MANY), named(MANY), clustered(5, seed=1)
    graph = Neighbours.make(vectors, texts)
    graph.save(tmp_path / graph.name)
    again = Neighbours.load(tmp_path / graph.name)
    assert again.name == graph.name
    assert again.nodes(["text 7", "unheard of"]).tolist() == [7, -1]
    found = [
        Dense.with_graph(vectors, texts, one).search(queries, 10)[0].tolist()
        for one in (graph, again)
    ]
    assert found[0] == found[1]


def test_a_graph_that_lacks_texts_is_refused(tmp_path: Path) -> None:
    graph = Neighbours.make(clustered(4), named(4))
    graph.save(tmp_path / "graph.npz")
    with np.load(tmp_path / "graph.npz") as stored:
        np.savez(tmp_path / "graph.npz", graph=stored["graph"], keys=stored["keys"][:32])
    with pytest.raises(ValueError, match=r"^graph\.npz holds 2 texts and 4 vectors$"):
        Neighbours.load(tmp_path / "graph.npz")
