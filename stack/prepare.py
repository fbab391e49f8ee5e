"""Makes what the parts need before they start: encoder, index, vectors and the trained bot.

Each step declares what it reads and what it writes. It is skipped while what it writes is there
and what it reads has not changed by a single byte since it last succeeded.
"""

import functools
import hashlib
import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from forewarn.published import CURRENT
from stack.alone import alone
from stack.parts import base_environment, bot_environment, python
from stack.settings import ROOT, StackSettings

# A long step says something at least this often, in seconds.
HEARTBEAT = 8.0

# What turns the weights in the package into the encoder: other changes to retrieval/ leave it be.
CONVERSION = (
    "adapter.npz",
    "adapter.py",
    "convert.py",
    "folders.py",
    "graph.py",
    "vocabulary.py",
    "wheel.py",
)

_GENERATED = {"__pycache__", ".rasa"}

Say = Callable[[str], None]


class StepError(Exception):
    """A step failed. The message names it; what it printed has been shown."""


@dataclass(frozen=True)
class Step:
    """One step: the command, the files and folders it reads, and those it writes.

    `values` are settings that change its result without any file changing. Where `instead` exists,
    a failure is told and no more: what was made before goes on serving.
    """

    name: str
    command: tuple[str, ...]
    reads: Sequence[Path]
    writes: Sequence[Path] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    instead: Path | None = None


def steps(settings: StackSettings) -> list[Step]:
    """Return the steps in their order, for these settings."""
    var = settings.var.absolute()
    knowledge = settings.knowledge.absolute()
    main, bot = str(python(settings, "retrieval")), str(python(settings, "bot"))
    embed = (main, "-m", "retrieval")
    common, for_bot = base_environment(settings), bot_environment(settings)
    # Nothing is served yet: every core may encode.
    all_cores = {"FOREWARN_ENCODER_THREADS": str(os.cpu_count() or 1), **common}
    encoder, index = var / "encoder", var / "index"
    vectors, model = var / "bot" / "vectors.npz", var / "bot" / "model.tar.gz"
    published = index / CURRENT
    lock = ROOT / "requirements" / "main.txt"
    chosen = {"ENCODER_MODEL": settings.encoder_model}
    embedding = [ROOT / "retrieval", lock, *([] if settings.encoder_from_hub() else [encoder])]
    made: list[Step] = []
    if settings.encoder_model == "embedded":
        convert = (*embed, "encoder", "--output", str(encoder))
        reads = [*(ROOT / "retrieval" / name for name in CONVERSION), lock]
        made.append(Step("encoder", convert, reads, [encoder], common, chosen))
    made += [
        Step(
            "knowledge check",
            (main, "-m", "forewarn", "validate"),
            [knowledge, ROOT / "forewarn"],
            environment=common,
            instead=published,
        ),
        Step(
            "index",
            (*embed, "build", "--output", str(index)),
            [knowledge, ROOT / "forewarn", *embedding],
            [published],
            all_cores,
            chosen,
            instead=published,
        ),
        Step(
            "vectors",
            (*embed, "vectors", "bot/data/nlu", "bot/tests", "--output", str(vectors)),
            [ROOT / "bot" / "data" / "nlu", ROOT / "bot" / "tests", *embedding],
            [vectors],
            all_cores,
            chosen,
        ),
        Step(
            "bot training",
            (bot, "-m", "bot.train"),
            [ROOT / "bot", vectors, ROOT / "requirements" / "bot.txt"],
            [model],
            for_bot,
        ),
    ]
    return made


def prepare(todo: Sequence[Step], stamps: Path, say: Say, show: Say) -> list[str]:
    """Run the steps that are due, in order; return their names.

    `say` gets our own sentences, `show` what a step prints. Raises StepError at the first failure,
    before which every earlier step has been remembered as done.
    """
    with alone(stamps, say):
        return [step.name for step in todo if _prepared(step, stamps, say, show)]


def _prepared(step: Step, stamps: Path, say: Say, show: Say) -> bool:
    """Run a step if it is due; say whether it was."""
    stamp = stamps / f"{step.name.replace(' ', '-')}.json"
    # Hashed before the run: what changes while a step reads it makes the step due again.
    inputs = digest(step)
    if all(path.exists() for path in step.writes) and _stamped(stamp) == inputs:
        return False
    began = time.monotonic()
    say(f"{step.name} …")
    try:
        _run(step, say, show)
    except StepError as failure:
        if step.instead is None or not step.instead.exists():
            raise
        say(f"{failure} What was published before stays in service.")
        return True
    stamp.write_text(json.dumps({"inputs": inputs}), encoding="utf-8")
    say(f"{step.name}: done ({time.monotonic() - began:.0f} s)")
    return True


def digest(step: Step) -> str:
    """Return the SHA-256 of all that the step's result depends on."""
    sha = hashlib.sha256()
    # Where things lie is not what they are: a moved checkout is not a changed one.
    command = [argument.replace(str(ROOT), "") for argument in step.command]
    sha.update(json.dumps([command, dict(step.values)], sort_keys=True).encode())
    for top in step.reads:
        for path in _files(top):
            name = path.relative_to(top.parent).as_posix()
            sha.update(f"\n{name}\n".encode())
            stat = path.stat()
            sha.update(_content(path, stat.st_size, stat.st_mtime_ns))
    return sha.hexdigest()


@functools.cache
def _content(path: Path, size: int, changed: int) -> bytes:
    """Return the SHA-256 of a file, computed once for all the steps that read it."""
    del size, changed  # part of the key: another size or time is another content
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _files(top: Path) -> Iterator[Path]:
    if top.is_file():
        yield top
    elif top.is_dir():
        for path in sorted(top.rglob("*")):
            if path.is_file() and not _GENERATED.intersection(path.parts):
                yield path


def _stamped(stamp: Path) -> str | None:
    try:
        return str(json.loads(stamp.read_text(encoding="utf-8"))["inputs"])
    except (OSError, ValueError, KeyError):
        return None


def _run(step: Step, say: Say, show: Say) -> None:
    """Run one step, show what it prints when it ends, and say meanwhile that it still runs."""
    began = time.monotonic()
    try:
        process = subprocess.Popen(
            step.command,
            cwd=ROOT,
            env=dict(step.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    except OSError as failure:
        raise StepError(
            f"{step.name} cannot be started: {failure.strerror}: make setup"
        ) from failure
    printed = ""
    while True:
        try:
            printed, _ = process.communicate(timeout=HEARTBEAT)
            break
        except subprocess.TimeoutExpired:
            say(f"{step.name}: {time.monotonic() - began:.0f} s so far")
        except BaseException:
            process.terminate()
            process.wait()
            raise
    if process.returncode != 0:
        for line in printed.splitlines():
            show(line)
        raise StepError(f"{step.name} failed (status {process.returncode}); see above.")
