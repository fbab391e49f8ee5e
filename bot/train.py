"""Train the bot: `python -m bot.train`, from the repository root. Skipped when nothing changed."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
from pathlib import Path

from bot import frozen, logs
from bot.components import vectors
from bot.model import (
    BOT,
    Stamp,
    hash_of,
    inputs_hash,
    model_path,
    read_stamp,
    stamp_path,
    write_stamp,
)


class TrainingError(Exception):
    """Rasa trained no model."""


def train(var: Path) -> bool:
    """Train and put the model and its stamp under `var`. False when it was up to date.

    Raises:
        VectorsError: when the vectors file is missing or lacks an example.
        TrainingError: when Rasa refuses the data.
    """
    source = vectors.path()
    file = vectors.load(source)
    inputs = inputs_hash(source)
    stamp, model = read_stamp(var), model_path(var)
    if stamp and stamp.inputs == inputs and model.is_file() and hash_of([model]) == stamp.model:
        return False
    model.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=model.parent) as folder:
        made = _trained_by_rasa(Path(folder))
        # Without its stamp a model is not served, so the old stamp goes before the new model comes.
        stamp_path(var).unlink(missing_ok=True)
        os.replace(made, model)
    write_stamp(var, Stamp(inputs, hash_of([model]), file.encoder))
    return True


def _trained_by_rasa(folder: Path) -> Path:
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    # A cache would hand back a classifier trained on other vectors: its key knows only the texts.
    os.environ["RASA_MAX_CACHE_SIZE"] = "0"
    os.environ["RASA_CACHE_DIRECTORY"] = str(folder / "cache")
    # Rasa draws bars and says where it put the model, which is not where it will be.
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        frozen.train_without_tensorflow()
        from rasa.model_training import train as rasa_train

        result = rasa_train(
            domain=str(BOT / "domain"),
            config=str(BOT / "config.yml"),
            training_files=[str(BOT / "data")],
            output=str(folder),
            fixed_model_name="model",
            force_training=True,
        )
    if result.code != 0 or not result.model:
        raise TrainingError(f"Rasa trained no model:\n{said.getvalue()}")
    return Path(result.model)


def main() -> int:
    """Train if needed; 1 with one clear line when it cannot be done."""
    logs.quieten()
    var = Path(os.environ.get("FOREWARN_VAR", "var"))
    try:
        new = train(var)
    except (vectors.VectorsError, TrainingError) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    sys.stdout.write(f"{model_path(var)}: {'trained' if new else 'up to date'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
