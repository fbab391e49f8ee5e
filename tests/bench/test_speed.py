"""What is told of times, recall and room follows from what was measured."""

from pathlib import Path

import numpy as np
import pytest

from bench import interleaved, memory, scale, turns


def test_calls_take_turns_and_each_begins_a_round() -> None:
    called: list[str] = []
    taken = interleaved.timed({name: lambda n=name: called.append(n) for name in "abc"}, 2)
    assert {name: len(every) for name, every in taken.items()} == {"a": 2, "b": 2, "c": 2}
    assert "".join(called[-6:]) == "abcbca"
    assert all((every > 0).all() for every in taken.values())


def test_turns_are_compared_one_by_one() -> None:
    shipped = np.array([[100.0, 80.0, 50.0], [20.0, 100.0, 100.0]])
    ours = np.array([[50.0, 40.0, 50.0], [20.0, 50.0, 100.0]])
    repaired = np.full((2, 3), 10.0)
    waited = {"shipped": shipped, "repaired": repaired, "ours": ours}
    summary = turns.summary(turns.Taken(waited, waited))
    assert {name: summary[name] for name in turns.GOAL} == {
        "times_shipped": 0.75,
        "above_repaired_ms": 40.0,
        "fortieth_times_second": 1.62,
    }
    assert summary["turn_ms"]["ours"] == {
        "p50": 50.0,
        "p95": 100.0,
        "second": 45.0,
        "last": 75.0,
        "processor": 51.7,
    }


def test_recall_is_the_share_of_the_true_ones() -> None:
    assert scale.recall(np.array([[1, 2], [3, 4]]), np.array([[2, 9], [4, 3]])) == 0.75


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """An environment with a package that is wanted, one that is not, and a file of nobody's."""
    packages = tmp_path / "lib" / "python3.11" / "site-packages"
    for name in ("Wanted_One", "other"):
        (packages / name / "__pycache__").mkdir(parents=True)
        (packages / name / "code.py").write_bytes(bytes(8192))
        (packages / name / "__pycache__" / "code.cpython-311.pyc").write_bytes(bytes(4096))
        record = packages / f"{name}-1.0.dist-info" / "RECORD"
        record.parent.mkdir()
        record.write_text(f"{name}/code.py,sha256=x,8192\n", "utf-8")
    (tmp_path / "python").write_bytes(bytes(16384))
    return tmp_path


def test_only_what_is_wanted_counts(environment: Path) -> None:
    whole = memory.size_of(environment)
    total, sizes = memory.environment(environment, {"wanted-one"})
    assert sizes == {"wanted-one": 12288}
    assert whole - total == 12288


def test_a_file_with_two_names_counts_once(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(bytes(4096))
    (tmp_path / "b").hardlink_to(tmp_path / "a")
    assert memory.size_of(tmp_path) == 4096
