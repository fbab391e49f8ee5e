"""Kinds are told by the nearest examples, also where a kind lies in two places."""

import numpy as np

from retrieval.machines import NearKinds
from retrieval.space import Vectors

NORTH, EAST, SOUTH = np.eye(3, dtype=np.float32)


def near(direction: Vectors, off: float) -> Vectors:
    point: Vectors = direction + np.float32(off)
    return point / np.linalg.norm(point)


def test_a_kind_may_lie_in_two_places() -> None:
    examples = np.stack([near(one, off) for one in (NORTH, EAST, SOUTH) for off in (0.0, 0.05)])
    kinds = NearKinds.fit(examples, ["hurt", "hurt", "held", "held", "hurt", "hurt"], ridge=0.1)
    assert kinds.names == ("held", "hurt")
    fitting = kinds.fitting(np.stack([near(one, 0.1) for one in (NORTH, EAST, SOUTH)]))
    assert fitting.argmax(axis=1).tolist() == [1, 0, 1]
    assert np.allclose(fitting.sum(axis=1), 1, atol=1e-5)


def test_one_kind_fits_whatever_comes() -> None:
    only = NearKinds.fit(np.stack([NORTH, EAST]), ["held", "held"], ridge=0.1)
    assert only.fitting(SOUTH.reshape(1, -1)).tolist() == [[1.0]]


def test_none_is_read_as_it_was_written() -> None:
    again = NearKinds.of(NearKinds.none(3).arrays())
    assert again.names == ()
    assert again.fitting(NORTH.reshape(1, -1)).shape == (1, 0)
