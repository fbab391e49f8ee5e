"""What the memory of retrieval is made of, and what of set-up takes room on the disk."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bench.running import NotRunningError
from bench.starting import ROOT
from stack.environments import layers
from stack.parts import base_environment
from stack.settings import StackSettings

MEMORY_GOAL_MB, MEMORY_STRETCH_MB = 850, 700
"""The most that retrieval may hold with its index, and what it had better."""

DISK_GOAL_GB = 3.0
"""The most that set-up may leave on the disk."""

_LOAD_SECONDS = 120
_BIGGEST = 12
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)


def of_retrieval() -> dict[str, Any]:
    """Load what retrieval serves with, part by part, in a process with the stack's settings.

    Raises:
        subprocess.SubprocessError: something is not prepared; the process has said what.
    """
    done = subprocess.run(
        [sys.executable, "-m", "bench.loading"],
        cwd=ROOT,
        env=base_environment(StackSettings()),
        stdout=subprocess.PIPE,
        check=True,
        timeout=_LOAD_SECONDS,
    )
    goals = {"goal_mb": MEMORY_GOAL_MB, "stretch_mb": MEMORY_STRETCH_MB}
    return {**goals, **json.loads(done.stdout)}


def on_disk() -> dict[str, Any]:
    """What `make setup` and `make train` leave, without what only building and testing needs.

    Raises:
        NotRunningError: an environment is not there.
    """
    var = StackSettings().var
    parts: dict[str, int] = {}
    packages: dict[str, int] = {}
    for name in ("main", "bot"):
        folder = var / "environments" / name
        if not folder.is_dir():
            raise NotRunningError(f"there is no environment {name}: run `make setup` first")
        parts[f"environment {name}"], sizes = environment(folder, _wanted(name))
        packages |= {f"{package} ({name})": size for package, size in sizes.items()}
    parts["encoder"] = size_of(var / "encoder")
    parts["index and bot"] = size_of(var / "index") + size_of(var / "bot")
    biggest = sorted(packages, key=lambda one: -packages[one])[:_BIGGEST]
    return {
        "goal_gb": DISK_GOAL_GB,
        "total_gb": round(sum(parts.values()) / 1e9, 2),
        "parts_mb": {part: round(size / 1e6) for part, size in parts.items()},
        "packages_mb": {package: round(packages[package] / 1e6) for package in biggest},
    }


def environment(folder: Path, wanted: set[str]) -> tuple[int, dict[str, int]]:
    """Bytes of the environment ``folder``, and of each package in it; what is installed and not
    ``wanted`` does not count. What belongs to no package, as Python itself, does."""
    total, kept = size_of(folder), {}
    for record in folder.glob("lib/python*/site-packages/*.dist-info/RECORD"):
        package = normal(record.parent.name.split("-")[0])
        size = _bytes(_files(record))
        if package in wanted:
            kept[package] = size
        else:
            total -= size
    return total, kept


def _files(record: Path) -> Iterator[Path]:
    """The files of a package, and the byte code Python made of them."""
    place = record.parent.parent
    tag = place.parent.name.replace("python", "cpython-").replace(".", "")
    for line in record.read_text("utf-8").splitlines():
        path = place / line.split(",")[0]
        yield path
        if path.suffix == ".py":
            yield path.parent / "__pycache__" / f"{path.stem}.{tag}.pyc"


def size_of(folder: Path) -> int:
    """Bytes on the disk of all files in ``folder``; a file with several names counts once."""
    return _bytes((folder.resolve()).rglob("*"))


def normal(package: str) -> str:
    """The name of a package as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", package).lower()


def _wanted(name: str) -> set[str]:
    """The packages that set-up installs, and what comes with every environment."""
    pins = {"pip", "setuptools"}
    for layer in layers(name)[1]:
        text = layer.lock.read_text("utf-8") if layer.lock else layer.arguments[-1]
        pins |= {normal(pin) for pin in _PIN.findall(text)}
    return pins


def _bytes(files: Iterable[Path]) -> int:
    seen: dict[tuple[int, int], int] = {}
    for path in files:
        try:
            status = os.lstat(path)
        except OSError:
            continue
        seen[status.st_dev, status.st_ino] = status.st_blocks * 512
    return sum(seen.values())
