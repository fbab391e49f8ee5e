"""What was learnt is added to the matrices it was learnt for, and to no others."""

from pathlib import Path

import numpy as np
import pytest

from retrieval import wheel
from retrieval.adapter import FILE, LINEAR, Adapted, Adapter, AdapterError

NARROW = np.array([[1.0, 0.0, -1.0]], np.float32)
WIDE = np.array([[0.5], [0.25]], np.float32)
LEARNT = Adapter({"0.output.dense": (NARROW, WIDE)})
MATRIX = np.ones((2, 3), np.float32)


def test_twice_the_product_is_added() -> None:
    changed = LEARNT.applied("0.output.dense", MATRIX)
    np.testing.assert_array_equal(changed, [[2.0, 1.0, 0.0], [1.5, 1.0, 0.5]])
    assert changed.dtype == np.float32


def test_other_matrices_stay_as_they_are() -> None:
    assert LEARNT.applied("1.output.dense", MATRIX) is MATRIX
    assert Adapter.none().applied("0.output.dense", MATRIX) is MATRIX


def test_what_is_saved_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "adapter.npz"
    LEARNT.save(path)
    (name,) = Adapter.load(path).changes
    assert name == "0.output.dense"
    assert Adapter.load(path).digest() == LEARNT.digest() != Adapter.none().digest()
    for stored, was in zip(Adapter.load(path).changes[name], (NARROW, WIDE), strict=True):
        np.testing.assert_array_equal(stored, was)


def test_ours_fits_every_matrix_of_every_layer() -> None:
    model, adapter = wheel.open_installed(), Adapter.load()
    layers = range(model.shape.layers)
    assert set(adapter.changes) == {f"{n}.{name}" for n in layers for name in LINEAR.values()}
    plain, adapted = Adapted(model, Adapter.none()), Adapted(model, adapter)
    for part in LINEAR:
        before, after = plain.matrix(0, part), adapted.matrix(0, part)
        assert before.shape == after.shape
        assert 0 < np.abs(after - before).max() < np.abs(before).max()


@pytest.mark.parametrize("content", [None, b"", b"no archive", FILE.read_bytes()[:1000]])
def test_a_missing_or_damaged_file_is_said_with_what_to_do(
    tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "adapter.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(AdapterError) as error:
        Adapter.load(path)
    assert str(error.value) == (
        f"{path} is missing or damaged: take it from the repository again, or learn it anew with "
        "`python -m retrieval adapt`"
    )
