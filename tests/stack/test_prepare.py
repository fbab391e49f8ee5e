"""Preparing: each step runs when what it reads changed, and is skipped when nothing did."""

import ast
import sys
from pathlib import Path

import pytest

from retrieval.adapter import FILE
from stack.prepare import CONVERSION, Step, StepError, prepare, steps
from stack.settings import ROOT, StackSettings

COPY = """
import pathlib, sys
source, target = map(pathlib.Path, sys.argv[1:])
target.write_text(source.read_text())
"""


@pytest.fixture
def step(tmp_path: Path) -> Step:
    """A step that copies one file."""
    source, target = tmp_path / "in" / "source", tmp_path / "target"
    source.parent.mkdir()
    source.write_text("one")
    command = (sys.executable, "-c", COPY, str(source), str(target))
    return Step("copying a file", command, [source.parent], [target])


def run(step: Step, tmp_path: Path) -> list[str]:
    return prepare([step], tmp_path / "stamps", lambda line: None, lambda line: None)


def test_a_step_runs_once_while_nothing_changes(step: Step, tmp_path: Path) -> None:
    assert run(step, tmp_path) == ["copying a file"]
    assert (tmp_path / "target").read_text() == "one"
    assert run(step, tmp_path) == []


def test_a_step_runs_again_when_what_it_reads_changes(step: Step, tmp_path: Path) -> None:
    run(step, tmp_path)
    (tmp_path / "in" / "source").write_text("two")
    assert run(step, tmp_path) == ["copying a file"]
    assert (tmp_path / "target").read_text() == "two"


def test_a_step_runs_again_when_a_file_is_added(step: Step, tmp_path: Path) -> None:
    run(step, tmp_path)
    (tmp_path / "in" / "another").write_text("")
    assert run(step, tmp_path) == ["copying a file"]


def test_a_step_runs_again_when_its_result_is_gone(step: Step, tmp_path: Path) -> None:
    run(step, tmp_path)
    (tmp_path / "target").unlink()
    assert run(step, tmp_path) == ["copying a file"]


def test_byte_code_is_no_change(step: Step, tmp_path: Path) -> None:
    run(step, tmp_path)
    cache = tmp_path / "in" / "__pycache__"
    cache.mkdir()
    (cache / "source.pyc").write_bytes(b"")
    assert run(step, tmp_path) == []


def test_a_step_that_fails_is_named_shown_and_not_remembered(tmp_path: Path) -> None:
    program = "import sys; print('file.md:3: no title'); sys.exit(2)"
    failing = Step("knowledge check", (sys.executable, "-c", program), [])
    said: list[str] = []
    shown: list[str] = []
    for _ in range(2):
        with pytest.raises(StepError) as failed:
            prepare([failing], tmp_path / "stamps", said.append, shown.append)
        assert str(failed.value) == "knowledge check failed (status 2); see above."
    assert said == ["knowledge check …"] * 2
    assert shown == ["file.md:3: no title"] * 2


def test_a_step_that_fails_does_no_harm_where_its_older_result_serves(tmp_path: Path) -> None:
    program = "import sys; print('file.md:3: no title'); sys.exit(2)"
    command = (sys.executable, "-c", program)
    failing = Step("knowledge check", command, [], instead=tmp_path / "published")
    said: list[str] = []
    shown: list[str] = []
    with pytest.raises(StepError):
        prepare([failing], tmp_path / "stamps", said.append, shown.append)
    (tmp_path / "published").mkdir()
    assert prepare([failing], tmp_path / "stamps", said.append, shown.append) == [failing.name]
    assert said == [
        "knowledge check …",
        "knowledge check …",
        "knowledge check failed (status 2); see above. What was published before stays in service.",
    ]
    assert shown == ["file.md:3: no title"] * 2


def test_the_steps_in_their_order() -> None:
    assert [step.name for step in steps(StackSettings())] == [
        "encoder",
        "knowledge check",
        "index",
        "vectors",
        "bot training",
    ]


def test_another_encoder_is_not_converted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENCODER_MODEL", "intfloat/multilingual-e5-small")
    made = steps(StackSettings())
    assert "encoder" not in [step.name for step in made]
    assert all("HF_HUB_OFFLINE" not in step.environment for step in made)


def test_the_encoder_depends_on_all_that_converts_it() -> None:
    seen = {"convert.py"}
    todo = ["convert.py"]
    while todo:
        for name in _imported(ROOT / "retrieval" / todo.pop()):
            if (ROOT / "retrieval" / name).exists() and name not in seen:
                seen.add(name)
                todo.append(name)
    assert {*seen, FILE.name} == set(CONVERSION)


def _imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module == "retrieval":
            names |= {f"{alias.name}.py" for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("retrieval."):
            names.add(str(node.module).removeprefix("retrieval.") + ".py")
    return names
