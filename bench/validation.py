"""How long ``python -m forewarn validate`` takes, as a whole process."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from retrieval.settings import RetrievalSettings

GOAL_S = 5.0
"""The most seconds it may take."""

RUNS = 5

_ROOT = Path(__file__).resolve().parent.parent


def measure() -> dict[str, Any]:
    """Run it :data:`RUNS` times and take the median.

    Raises:
        ValueError: it could not look at the knowledge.
    """
    folder = RetrievalSettings().knowledge
    seconds = [_once(folder) for _ in range(RUNS)]
    files = [path for path in folder.rglob("*") if path.suffix in {".md", ".yml"}]
    return {
        "goal_s": GOAL_S,
        "runs": RUNS,
        "files": len(files),
        "seconds": round(statistics.median(seconds), 2),
        "fastest_s": round(min(seconds), 2),
        "slowest_s": round(max(seconds), 2),
    }


def _once(folder: Path) -> float:
    start = time.perf_counter()
    run = subprocess.run(
        [sys.executable, "-m", "forewarn", "--knowledge", str(folder.resolve()), "validate"],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if "warnings" not in run.stdout:
        raise ValueError(f"forewarn validate failed: {run.stderr.strip()}")
    return time.perf_counter() - start
