"""Training, its stamp, and that only what was trained here is served."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.components import vectors
from bot.model import (
    ROOT,
    ModelError,
    Stamp,
    inputs_hash,
    model_path,
    read_stamp,
    stamp_path,
    trained,
    write_stamp,
)
from bot.train import train


@pytest.fixture
def copy(var: Path, tmp_path: Path) -> Path:
    """A copy of what was trained."""
    (tmp_path / "bot").mkdir()
    for path in (model_path(var), stamp_path(var)):
        shutil.copy(path, tmp_path / "bot" / path.name)
    return tmp_path


def test_the_stamp_tells_what_the_model_was_made_from(
    var: Path, vector_file: vectors.VectorFile
) -> None:
    stamp = read_stamp(var)

    assert stamp is not None
    assert (stamp.inputs, stamp.encoder) == (inputs_hash(vectors.path()), vector_file.encoder)
    assert trained(var) == (model_path(var), stamp)


def test_training_is_skipped_when_nothing_changed(copy: Path) -> None:
    before = model_path(copy).read_bytes()

    assert train(copy) is False
    assert model_path(copy).read_bytes() == before


def test_a_model_that_was_changed_is_not_served(copy: Path) -> None:
    with model_path(copy).open("ab") as model:
        model.write(b"x")

    with pytest.raises(ModelError) as refused:
        trained(copy)

    assert str(refused.value) == (
        f"{model_path(copy)}: not the model that was trained here. Run: python -m bot.train"
    )


@pytest.mark.parametrize("missing", [model_path, stamp_path])
def test_without_model_or_stamp_there_is_nothing_to_serve(copy: Path, missing: object) -> None:
    missing(copy).unlink()  # type: ignore[operator]

    with pytest.raises(ModelError) as refused:
        trained(copy)

    assert str(refused.value) == (f"{model_path(copy)}: no trained model. Run: python -m bot.train")


@pytest.mark.parametrize("content", ["", "[]", '{"inputs": "a"}', '{"other": 1}'])
def test_a_stamp_that_cannot_be_read_is_none(copy: Path, content: str) -> None:
    stamp_path(copy).write_text(content, "utf-8")

    assert read_stamp(copy) is None


def test_a_stamp_comes_back_as_it_was_written(copy: Path) -> None:
    stamp = Stamp("a", "b", "c")
    write_stamp(copy, stamp)

    assert read_stamp(copy) == stamp
    assert json.loads(stamp_path(copy).read_text("utf-8"))["encoder"] == "c"


def test_starting_without_a_model_says_what_to_run(tmp_path: Path) -> None:
    ran = _serve(tmp_path, "0123456789abcdef")

    expected = f"{model_path(tmp_path)}: no trained model. Run: python -m bot.train\n"
    assert (ran.returncode, ran.stderr) == (2, expected)


def test_starting_without_a_secret_says_so(tmp_path: Path) -> None:
    ran = _serve(tmp_path, "")

    expected = (
        "FOREWARN_BOT_SECRET: expected at least 16 plain characters, the same for web and bot\n"
    )
    assert (ran.returncode, ran.stderr) == (2, expected)


def _serve(var: Path, secret: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "FOREWARN_VAR": str(var), "FOREWARN_BOT_SECRET": secret}
    return subprocess.run(
        [sys.executable, "-m", "bot.serve"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
