"""How long a saved file takes to be live, seen through every part that speaks from it."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from bench import synthetic
from bench.processes import free_ports, stop
from bench.results_file import percentile
from bench.running import NotRunningError
from bench.starting import ROOT
from forewarn.knowledge.loader import content_hash
from retrieval.settings import RetrievalSettings

ENTRIES = 10_000

_EDITS = 30
_LARGE_EDITS = 10
_WARM_UP = 2
_START_SECONDS = 300.0
_LIVE_SECONDS = 60.0
_LOOK_SECONDS = 0.01

_KINDS: tuple[tuple[str, str, str, str], ...] = (
    ("an answer", "faq/*/*.en.md", "\n---\n", "\n---\nEdit {number}. "),
    ("a question", "faq/*/*.en.md", "also_asked:\n", "also_asked:\n  - ask it {number} times\n"),
    ("a contact", "hotlines/TH.yml", '    purpose: "', '    purpose: "Edited. '),
    ("a sentence of ours", "messages/en.yml", '\ngoodbye: "', '\ngoodbye: "Edited. '),
    ("a warning sign", "red_flags/upfront-fee.yml", "\nwhy: ", "\nwhy: Edited. "),
)  # fmt: skip
"""What is edited in turn: its name, the file, and a text in it that is replaced."""


def edits() -> dict[str, Any]:
    """Edit the real knowledge, in a copy, beside retrieval, actions and web, while requests go on.

    Raises:
        NotRunningError: nothing is published in ``var``, or an edit does not go live.
    """
    settings = RetrievalSettings()
    if not (settings.index_folder / "current").exists():
        raise NotRunningError("nothing is published: run `make train` first")
    with tempfile.TemporaryDirectory(prefix="publishing-") as folder:
        work = Path(folder)
        shutil.copytree(settings.knowledge, work / "knowledge")
        shutil.copytree(settings.index_folder, work / "var" / "index", symlinks=True)
        (work / "var" / "encoder").symlink_to(settings.encoder_folder.absolute())
        with _running(work, ("retrieval", "actions", "web")) as parts, parts.asked() as statuses:
            taken = _edit(parts, work / "knowledge", _EDITS)
    return {
        "entries": len(list((settings.knowledge / "faq").glob("*/*.en.md"))),
        "files": len([p for p in settings.knowledge.rglob("*") if p.suffix in {".yml", ".md"}]),
        **taken,
        "requests": len(statuses),
        "dropped": sum(status != httpx.codes.OK for status in statuses),
    }


def large() -> dict[str, Any]:
    """Build an index of made-up entries, and edit one of them after the other.

    Raises:
        NotRunningError: an edit does not go live.
        subprocess.CalledProcessError: the index could not be built.
    """
    settings = RetrievalSettings()
    with tempfile.TemporaryDirectory(prefix="publishing-") as folder:
        work = Path(folder)
        synthetic.make(settings.knowledge, work / "knowledge", ENTRIES)
        (work / "var").mkdir()
        (work / "var" / "encoder").symlink_to(settings.encoder_folder.absolute())
        start = time.perf_counter()
        command = [sys.executable, "-m", "retrieval", "build"]
        subprocess.run(command, cwd=ROOT, env=_environment(work), check=True, stdout=sys.stderr)
        seconds = time.perf_counter() - start
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        start = time.perf_counter()
        with _running(work, ("retrieval",)) as parts:
            started = time.perf_counter() - start
            taken = _edit(parts, work / "knowledge", _LARGE_EDITS, kinds=2)
            serving = parts.memory_mb("retrieval")
    return {
        "entries": ENTRIES,
        "build_seconds": round(seconds),
        "build_peak_mb": round(memory / 1024),
        "start_seconds": round(started, 1),
        "serving_peak_mb": serving,
        **taken,
    }


@dataclass
class _Parts:
    """Running parts, by name: their addresses and processes."""

    addresses: dict[str, str]
    processes: dict[str, subprocess.Popen[bytes]]
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=5, trust_env=False))

    def knowledge(self, part: str) -> str | None:
        """The content hash of the knowledge a part speaks from; None while it does not answer."""
        try:
            return str(self.client.get(f"{self.addresses[part]}/health").json()["knowledge"])
        except httpx.TransportError:
            return None

    def memory_mb(self, part: str) -> int:
        """The most memory a part held at once."""
        status = Path(f"/proc/{self.processes[part].pid}/status").read_text("utf-8")
        peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return round(int(peak.split()[1]) / 1024)

    @contextlib.contextmanager
    def asked(self) -> Iterator[list[int]]:
        """Ask all the time; the list fills with the status of each reply, 0 where none came."""
        over = threading.Event()
        statuses: list[int] = []

        def ask() -> None:
            question = {"text": "is this job abroad real", "language": "en"}
            with httpx.Client(timeout=5, trust_env=False) as client:
                while not over.wait(0.05):
                    for method, url, body in (
                        ("POST", f"{self.addresses['retrieval']}/search", question),
                        ("GET", f"{self.addresses['web']}/api/strings?language=th", None),
                    ):
                        try:
                            statuses.append(client.request(method, url, json=body).status_code)
                        except httpx.TransportError:
                            statuses.append(0)

        thread = threading.Thread(target=ask)
        thread.start()
        try:
            yield statuses
        finally:
            over.set()
            thread.join()


def _edit(parts: _Parts, knowledge: Path, times: int, kinds: int = len(_KINDS)) -> dict[str, Any]:
    """Edit one file after the other; for each part, how long until it spoke from the new state."""
    taken: dict[str, list[float]] = {part: [] for part in (*parts.addresses, "all")}
    for number in range(_WARM_UP + times):
        kind = _KINDS[number % kinds]
        files = sorted(knowledge.glob(kind[1]))
        path = files[(7 * number) % len(files)]
        text = path.read_text("utf-8").replace(kind[2], kind[3].format(number=number), 1)
        saved = time.perf_counter()
        path.write_text(text, "utf-8")
        seconds = _seen(parts, content_hash(knowledge), saved, kind[0])
        if number >= _WARM_UP:
            for part, one in seconds.items():
                taken[part].append(one)
            taken["all"].append(max(seconds.values()))
    return {
        "edits": times,
        "live_seconds": {
            part: {
                "p50": round(percentile(every, 0.5), 2),
                "p95": round(percentile(every, 0.95), 2),
                "slowest": round(max(every), 2),
            }
            for part, every in taken.items()
        },
    }


def _seen(parts: _Parts, wanted: str, saved: float, kind: str) -> dict[str, float]:
    seconds: dict[str, float] = {}
    while len(seconds) < len(parts.addresses):
        for part in parts.addresses.keys() - seconds.keys():
            if parts.knowledge(part) == wanted:
                seconds[part] = time.perf_counter() - saved
        if time.perf_counter() - saved > _LIVE_SECONDS:
            told = parts.client.get(f"{parts.addresses['retrieval']}/publish").json()
            raise NotRunningError(f"{kind} did not go live: {told['outcome']} {told['problems']}")
        time.sleep(_LOOK_SECONDS)
    return seconds


@contextlib.contextmanager
def _running(work: Path, names: tuple[str, ...]) -> Iterator[_Parts]:
    """Run parts on free ports, with the knowledge and the index of the folder ``work``."""
    ports = free_ports(len(names))
    addresses = {name: f"http://127.0.0.1:{port}" for name, port in zip(names, ports, strict=True)}
    environment = _environment(work)
    for name, address in addresses.items():
        environment[f"FOREWARN_{name.upper()}_URL"] = address
        environment[f"FOREWARN_{name.upper()}_PORT"] = address.rsplit(":", 1)[1]
    parts = _Parts(addresses, {})
    try:
        for name in names:
            command = [sys.executable, "-m", name, "serve"]
            parts.processes[name] = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
            )
        until = time.perf_counter() + _START_SECONDS
        while not all(map(parts.knowledge, names)):
            if time.perf_counter() > until:
                raise NotRunningError(f"{', '.join(names)} did not start")
            time.sleep(_LOOK_SECONDS)
        yield parts
    finally:
        for process in parts.processes.values():
            stop(process)
        parts.client.close()


def _environment(work: Path) -> dict[str, str]:
    return {
        **os.environ,
        "FOREWARN_KNOWLEDGE": str(work / "knowledge"),
        "FOREWARN_VAR": str(work / "var"),
        "FOREWARN_WATCH_KNOWLEDGE": "true",
        "FOREWARN_BOT_SECRET": "a secret for measuring only",
        "FOREWARN_TOKEN_KEY": "another secret for measuring only",
        "FOREWARN_RATE_ADDRESS_BURST": "0",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
