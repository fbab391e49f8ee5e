"""The search among 100,000 passages: how near the graph comes to looking at all of them, and how
much longer a search takes than among the entries there are.

The passages are made up of real texts, so that they lie as those do: a vector is that of a real
text, moved by the difference of two others; a passage is pieces of two real ones. Vectors spread
evenly over all directions have no near neighbours and measure something else.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import cycle
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from bench.interleaved import median, timed
from forewarn.published import Reader
from retrieval import encoder, publish
from retrieval.dense import MOST_EXACT, Dense
from retrieval.index import Index, Shelf
from retrieval.lexical import Lexical
from retrieval.neighbours import EFFORT_MAKING, EFFORT_SEARCHING, LINKS
from retrieval.rows import Row
from retrieval.search import MOST_ROWS, Searcher
from retrieval.settings import RetrievalSettings
from retrieval.space import Vectors, unit
from retrieval.versions import Versions

PASSAGES = 100_000

GOAL = {"recall_10": 0.99, "more_ms": 2.0}
"""At least so much of what brute force finds among the first ten; at most so much longer."""

SIZES = (5_000, 10_000, 20_000, 40_000, PASSAGES)
"""Where exact search is timed, to see where a graph begins to pay."""

_MOVED = 0.6
_QUERIES = 500
_ROUNDS = 200
_QUESTIONS = 100
_EDITED = 100


def measure() -> dict[str, Any]:
    """Make the passages, index them, and search for moved vectors and for real questions.

    Raises:
        EncoderError: there is no usable encoder.
        IndexRefusedError: nothing is published: run `make train` first.
    """
    settings = RetrievalSettings()
    loaded = encoder.load(encoder.EMBEDDED, settings.encoder_folder, threads=1)
    small = publish.open_current(Versions(settings.index_folder), loaded, Reader()).index
    chance = np.random.default_rng(0)
    shelf = small.shelves["passage"]
    real = np.concatenate([one.dense.vectors for one in small.shelves.values()])
    vectors = _moved(real, PASSAGES, chance)
    texts = _shuffled([row.text for row in shelf.rows], PASSAGES, chance)
    queries = _moved(real, _QUERIES, chance)

    start = time.perf_counter()
    dense = Dense.build(vectors, texts)
    made = time.perf_counter() - start
    start = time.perf_counter()
    lexical = Lexical.build([[text] for text in texts])
    cut = time.perf_counter() - start
    large = _among(small, dense, lexical, texts)
    recalls = _near(dense, vectors, queries)
    # As the stack runs it: four parts on a few cores have one thread each.
    with threadpool_limits(1):
        measured = {
            "exact_ms": _exact(vectors, queries),
            "edit_seconds": _edited(dense, lexical, vectors, texts),
            "search": _searches(small, large, loaded),
        }
    return {
        "goal": GOAL,
        "passages": PASSAGES,
        "most_exact": MOST_EXACT,
        "graph": {
            "links": LINKS,
            "effort_making": EFFORT_MAKING,
            "effort_searching": EFFORT_SEARCHING,
            "seconds": round(made, 1),
        },
        "lexical_seconds": round(cut, 1),
        "recall": recalls,
        **measured,
    }


def recall(found: NDArray[np.int64], true: NDArray[np.int64]) -> float:
    """The share of ``true``, a row a question, that was ``found``."""
    shares = [len(set(a) & set(b)) / len(b) for a, b in zip(found, true, strict=True)]
    return round(float(np.mean(shares)), 4)


def _near(dense: Dense, vectors: Vectors, queries: Vectors) -> dict[str, float]:
    """Recall against brute force, which NumPy does."""
    true = np.concatenate(
        [
            np.argsort(-(queries[start : start + 50] @ vectors.T), axis=1)[:, :MOST_ROWS]
            for start in range(0, len(queries), 50)
        ]
    )
    found, _ = dense.search(queries, MOST_ROWS)
    few, _ = dense.search(queries, 10)
    return {"10": recall(few, true[:, :10]), str(MOST_ROWS): recall(found, true)}


def _exact(vectors: Vectors, queries: Vectors) -> dict[str, float]:
    """Milliseconds of looking at all of so many vectors, side by side."""
    calls = {}
    for size in SIZES:
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors[:size])
        look = partial(index.search, k=MOST_ROWS)
        calls[str(size)] = _in_turn(look, [(query.reshape(1, -1),) for query in queries])
    return {size: median(taken) for size, taken in timed(calls, _ROUNDS).items()}


def _edited(dense: Dense, lexical: Lexical, vectors: Vectors, texts: list[str]) -> dict[str, float]:
    """Seconds until both indexes hold some new passages in place of others."""
    changed = texts.copy()
    for number in range(0, len(texts), len(texts) // _EDITED):
        changed[number] += " Edited."
    start = time.perf_counter()
    Dense.with_graph(vectors, changed, dense.graph)
    by_meaning = time.perf_counter()
    Lexical.build([[text] for text in changed], lexical)
    by_words = time.perf_counter()
    return {"meaning": round(by_meaning - start, 2), "words": round(by_words - by_meaning, 2)}


def _searches(small: Index, large: Index, loaded: encoder.Encoder) -> dict[str, Any]:
    """A search for real questions in both: whole, and what of it looks at the passages. One round
    asks the same question of each."""
    checks = small.checks[:: max(1, len(small.checks) // _QUESTIONS)][:_QUESTIONS]
    asked = [(check.text, check.language) for check in checks]
    vectors = loaded.questions([text for text, _ in asked])
    mapped = small.space.questions(vectors)
    calls: dict[str, Callable[[], object]] = {}
    for name, index in (("small", small), ("large", large)):
        searcher, shelf = Searcher(index), index.shelves["passage"]
        whole = partial(searcher.search, top=5)
        both = [(text, one, language) for (text, language), one in zip(asked, vectors, strict=True)]
        calls[f"whole {name}"] = _in_turn(whole, both)
        look = partial(shelf.dense.search, most=MOST_ROWS)
        calls[f"meaning {name}"] = _in_turn(look, [(one.reshape(1, -1),) for one in mapped])
        calls[f"words {name}"] = _in_turn(shelf.lexical.shares, [(text,) for text, _ in asked])
    taken = timed(calls, _ROUNDS)
    return {
        part: {
            "small_ms": median(taken[f"{part} small"]),
            "large_ms": median(taken[f"{part} large"]),
            "more_ms": median(taken[f"{part} large"] - taken[f"{part} small"]),
        }
        for part in ("whole", "meaning", "words")
    }


def _among(small: Index, dense: Dense, lexical: Lexical, texts: list[str]) -> Index:
    """The index ``small`` with made-up passages in place of its own, five an article."""
    rows = [
        Row(f"made-up-{number // 5}", "article", "en", "passage", text)
        for number, text in enumerate(texts)
    ]
    worded = [row.entry for row in rows]
    passages = Shelf(rows, np.empty((0, dense.width), np.float32), dense, lexical, worded)
    return replace(small, shelves={**small.shelves, "passage": passages})


def _moved(vectors: Vectors, count: int, chance: np.random.Generator) -> Vectors:
    """``count`` vectors that lie as ``vectors`` do."""
    one, other, third = (chance.integers(len(vectors), size=count) for _ in range(3))
    return unit(vectors[one] + _MOVED * (vectors[other] - vectors[third]))


def _shuffled(texts: Sequence[str], count: int, chance: np.random.Generator) -> list[str]:
    """``count`` different texts, each of a quarter of two of ``texts`` and a number."""
    one, other = (chance.integers(len(texts), size=count) for _ in range(2))
    return [
        f"{texts[a][: len(texts[a]) // 4]} {texts[b][-len(texts[b]) // 4 :]} {number}"
        for number, (a, b) in enumerate(zip(one, other, strict=True))
    ]


def _in_turn(
    call: Callable[..., object], arguments: Sequence[tuple[Any, ...]]
) -> Callable[[], object]:
    """``call``, with the next of ``arguments`` each time."""
    turns = cycle(arguments)
    return lambda: call(*next(turns))
