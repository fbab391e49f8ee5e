"""The cache gives back vectors, not for long, not many, and never a text."""

import numpy as np
import pytest

from retrieval.vector_cache import VectorCache

VECTOR = np.ones(3, dtype=np.float32)


def test_gives_back_what_was_put() -> None:
    cache = VectorCache()
    cache.put("hello", VECTOR)
    assert cache.get("hello") is VECTOR
    assert cache.get("hello ") is None


def test_keeps_only_the_newest() -> None:
    cache = VectorCache(most=2)
    for text in ("one", "two", "one", "three"):
        cache.put(text, VECTOR)
    assert [cache.get(text) is VECTOR for text in ("one", "two", "three")] == [True, False, True]


def test_forgets_with_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("retrieval.vector_cache.time.monotonic", lambda: now)
    cache = VectorCache(seconds=60)
    cache.put("hello", VECTOR)
    now = 1061.0
    assert cache.get("hello") is None


def test_holds_no_text() -> None:
    cache = VectorCache()
    cache.put("kumquat-marker", VECTOR)
    assert "kumquat-marker" not in repr(vars(cache))


def test_forgets_with_time_though_nobody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("retrieval.vector_cache.time.monotonic", lambda: now)
    cache = VectorCache(seconds=60)
    cache.put("one", VECTOR)
    now = 1030.0
    cache.put("two", VECTOR)
    now = 1061.0
    cache.drop_old()
    assert len(cache) == 1
    now = 1091.0
    cache.drop_old()
    assert len(cache) == 0
