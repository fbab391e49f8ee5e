"""`python -m bot.check`: Rasa's own checks, ours, and how well intents are told apart."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bot import check, measure
from bot.components import vectors
from bot.contract import Project
from bot.model import BOT, ROOT, model_path


def test_everything_passes(var: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "bot.check"],
        cwd=ROOT,
        env={**os.environ, "FOREWARN_VAR": str(var)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )

    assert (ran.returncode, ran.stdout.splitlines()) == (
        0,
        [
            "the bot's contract: passed",
            "rasa data validate: passed",
            "training: passed",
            "rasa test core: passed",
            "intent cross-validation: passed",
        ],
    )


def test_a_story_that_is_told_wrongly_fails(
    var: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tests").mkdir()
    story = (BOT / "tests" / "test_language.yml").read_text("utf-8")
    wrong = story.replace("intent: change_language", "intent: greet", 1)
    wrong = wrong.replace("action_change_language", "action_greet", 1)
    (tmp_path / "tests" / "test_wrong.yml").write_text(wrong, "utf-8")
    monkeypatch.setattr(check, "BOT", tmp_path)

    assert model_path(var).is_file()
    assert any("predicted: change_language" in line for line in check._stories(var))


def test_quality_is_written_and_measured_against_the_bar(
    vector_file: vectors.VectorFile, tmp_path: Path
) -> None:
    quality = measure.cross_validate(Project.read(BOT), vector_file)
    measure.write(quality, tmp_path / "intents.json")
    written = json.loads((tmp_path / "intents.json").read_text("utf-8"))

    assert sorted(written) == [
        "all",
        "by_language",
        "encoder",
        "f1_by_intent",
        "folds",
        "prior",
        "strength",
        "threshold",
    ]
    assert written["encoder"] == vector_file.encoder
    assert measure.shortfalls(quality) == []


def test_a_language_below_the_bar_is_named() -> None:
    good = measure.Score(0.9, 0.9, 100)
    by_language = {"en": good, "th": replace(good, macro_f1=0.5), "zh": good}
    quality = measure.Quality("e", 5, 30.0, 2.7, 0.4, good, by_language, {})

    assert measure.shortfalls(quality) == [f"th: macro F1 0.500 is below {measure.BAR}"]
