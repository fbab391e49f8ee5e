"""Check the bot's data and what was trained from it: `python -m bot.check`, from the repository
root. Runs everything, says everything that is wrong, and ends with 1 if anything was.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from bot import contract, logs, measure
from bot.components import vectors
from bot.model import BOT, ROOT, model_path
from bot.train import TrainingError, train


def main() -> int:
    """Run every check."""
    logs.quieten()
    var = Path(os.environ.get("FOREWARN_VAR", "var")).resolve()
    checks: tuple[tuple[str, Callable[[], list[str]]], ...] = (
        ("the bot's contract", _contract),
        ("rasa data validate", _validate),
        ("training", lambda: _train(var)),
        ("rasa test core", lambda: _stories(var)),
        ("intent cross-validation", _cross_validate),
    )
    failed = False
    for name, check in checks:
        found = check()
        failed = failed or bool(found)
        sys.stdout.write(f"{name}: {'failed' if found else 'passed'}\n")
        sys.stdout.writelines(f"  {line}\n" for line in found)
        sys.stdout.flush()
    return 1 if failed else 0


def _contract() -> list[str]:
    return contract.problems(contract.Project.read(BOT))


def _validate() -> list[str]:
    domain, data = str(BOT / "domain"), str(BOT / "data")
    config = str(BOT / "config.yml")
    where = ("--domain", domain, "--data", data, "--config", config)
    return _rasa("data", "validate", "--fail-on-warnings", *where)


def _train(var: Path) -> list[str]:
    try:
        train(var)
    except (TrainingError, vectors.VectorsError) as problem:
        return [str(problem)]
    return []


def _stories(var: Path) -> list[str]:
    # Rasa reads what people say in a story only with --e2e, and without the other flag it reports
    # wrong predictions and ends with 0.
    strict = ("--e2e", "--fail-on-prediction-errors", "--no-plot")
    where = ("--stories", str(BOT / "tests"), "--out", str(var / "bot" / "stories"))
    return _rasa("test", "core", *strict, "--model", str(model_path(var)), *where)


def _rasa(*arguments: str) -> list[str]:
    environment = {
        **os.environ,
        "RASA_TELEMETRY_ENABLED": "false",
        "PYTHONWARNINGS": "ignore",
        "NO_COLOR": "1",
        "LOG_LEVEL": "WARNING",
    }
    ran = subprocess.run(
        [sys.executable, "-m", "bot.rasa_command", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return [] if ran.returncode == 0 else (ran.stdout + ran.stderr).splitlines()[-40:]


def _cross_validate() -> list[str]:
    try:
        quality = measure.cross_validate(contract.Project.read(BOT), vectors.load(vectors.path()))
    except vectors.VectorsError as problem:
        return [str(problem)]
    measure.write(quality, ROOT / "bench" / "results" / "intents.json")
    return measure.shortfalls(quality)


if __name__ == "__main__":
    sys.exit(main())
