"""The trained model on disk, and the stamp that says what it was made from.

Loading a model runs code paths that trust it, so only the file we trained ourselves is loaded:
its hash must be the stamp's (compare CVE-2024-49375).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

BOT = Path(__file__).parent
ROOT = BOT.parent
INPUTS = ("config.yml", "domain", "data", "components", "meaning.py", "train.py")


class ModelError(Exception):
    """There is no model to serve, or it is not the one we trained. Says what to run."""


@dataclass(frozen=True)
class Stamp:
    """What a model was made from, and its own hash."""

    inputs: str
    model: str
    encoder: str


def model_path(var: Path) -> Path:
    """Where the trained model is."""
    return var / "bot" / "model.tar.gz"


def stamp_path(var: Path) -> Path:
    """Where its stamp is."""
    return var / "bot" / "model.json"


def read_stamp(var: Path) -> Stamp | None:
    """The stamp of the model on disk; None when there is none or it cannot be read."""
    try:
        return Stamp(**json.loads(stamp_path(var).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write_stamp(var: Path, stamp: Stamp) -> None:
    """Write the stamp, whole or not at all."""
    draft = stamp_path(var).with_suffix(".draft")
    draft.write_text(json.dumps(asdict(stamp), indent=2) + "\n", "utf-8")
    os.replace(draft, stamp_path(var))


def trained(var: Path) -> tuple[Path, Stamp]:
    """The model to serve.

    Raises:
        ModelError: when it is missing or its hash is not the stamp's.
    """
    path, stamp = model_path(var), read_stamp(var)
    if stamp is None or not path.is_file():
        raise ModelError(f"{path}: no trained model. Run: python -m bot.train")
    if hash_of([path]) != stamp.model:
        raise ModelError(f"{path}: not the model that was trained here. Run: python -m bot.train")
    return path, stamp


def inputs_hash(vectors: Path) -> str:
    """A hash over all that training reads: data, code, vectors and Rasa's version."""
    from importlib.metadata import version

    files = sorted(file for name in INPUTS for file in _files(BOT / name))
    return hash_of([*files, vectors], seed=version("rasa"))


def hash_of(files: Iterable[Path], seed: str = "") -> str:
    """SHA-256 over files' names within the repository and their contents."""
    digest = hashlib.sha256(seed.encode())
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _files(path: Path) -> Iterable[Path]:
    if path.is_file():
        return [path]
    return [file for file in path.rglob("*") if file.is_file() and file.suffix in {".yml", ".py"}]
