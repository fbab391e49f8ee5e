"""Makes the two Python environments, both at once, and skips what is up to date.

    python3 -m stack.environments main bot       what running needs
    python3 -m stack.environments main+dev bot   what building and testing needs as well
    python3 -m stack.environments bot+shipped    what Rasa as it ships needs as well, to be measured

Standard library only, any Python from 3.8 on. Everything is installed from locks with hashes and
without resolving, so what is installed is what was locked. torch is the one exception (TORCH):
its wheels differ from index to index, and a plain resolution of it pulls gigabytes of GPU
libraries that a machine without such a processor has no use for.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Callable, Dict, List, NamedTuple, Optional, Tuple

from stack.alone import alone
from stack.pythons import NoPythonError, Python, find

ROOT = Path(__file__).resolve().parent.parent
TORCH = "torch==2.13.0"
TORCH_INDEX = "FOREWARN_TORCH_INDEX"

# A long step says something at least this often, in seconds.
HEARTBEAT = 8.0

# What pip says when it cannot reach its index, over all versions of it in use.
_UNREACHABLE = (
    "Failed to establish a new connection",
    "NewConnectionError",
    "ConnectTimeoutError",
    "Connection refused",
    "Could not resolve host",
    "Network is unreachable",
    "Temporary failure in name resolution",
    "Read timed out",
)

Say = Callable[[str], None]


class SetUpError(Exception):
    """The environments cannot be made. The message says what to do."""


class Layer(NamedTuple):
    """One thing pip installs: `arguments` for pip, and the lock file they name, if any."""

    name: str
    arguments: Tuple[str, ...]
    lock: Optional[Path]


class Environment(NamedTuple):
    """An environment: the Python it needs, the setting that may name one, what pip is told."""

    name: str
    version: str
    setting: str
    pip: Tuple[str, ...] = ()


MAIN = Environment("main", "3.11", "FOREWARN_PYTHON_MAIN")
# The pip that comes with Python 3.10 holds what it caches in memory, and TensorFlow, which is only
# measured, is 600 MB.
BOT = Environment("bot", "3.10", "FOREWARN_PYTHON_BOT", ("--no-cache-dir",))


def layers(request: str, root: Path = ROOT) -> Tuple[Environment, List[Layer]]:
    """Return the environment and the layers for a request: "main", "main+dev", "bot" or
    "bot+shipped"."""
    torch_index = os.environ.get(TORCH_INDEX)
    from_index = ("--index-url", torch_index) if torch_index else ()
    wanted = {
        "main": (MAIN, [_locked("main", root), Layer("torch", (*from_index, TORCH), None)]),
        "bot": (BOT, [_locked("bot", root)]),
    }
    wanted["main+dev"] = (MAIN, [*wanted["main"][1], _locked("dev", root)])
    wanted["bot+shipped"] = (BOT, [*wanted["bot"][1], _locked("shipped", root)])
    if request not in wanted:
        raise SetUpError(f"There is no environment {request}: name some of {[*wanted]}.")
    return wanted[request]


def _locked(name: str, root: Path) -> Layer:
    lock = root / "requirements" / (name + ".txt")
    return Layer(name, ("--require-hashes", "-r", str(lock)), lock)


class Maker:
    """Makes one environment in `home`, layer by layer, and remembers in a stamp what it made."""

    def __init__(self, request: str, home: Path, say: Say, root: Path = ROOT) -> None:
        self.environment, self._layers = layers(request, root)
        self._folder = home / self.environment.name
        self._stamp = self._folder / "forewarn.json"
        self._log = home / (self.environment.name + ".log")
        self._python = self._folder / "bin" / "python"
        self._say = say
        self._found: Optional[Python] = None

    def look(self) -> None:
        """Find a Python if the environment has to be made anew. Raises NoPythonError."""
        if not self._made():
            self._found = find(self.environment.version, self.environment.setting)

    def make(self) -> None:
        """Bring the environment up to date, with the Python found. Raises SetUpError."""
        made = self._made()
        missing = [layer for layer in self._layers if made.get(layer.name) != _digest(layer)]
        if made and not missing:
            return
        began = time.monotonic()
        if self._found:
            self._create(self._found)
            made = {"python": self._found.version}
        for layer in missing:
            self._install(layer, made)
        self._say(
            "{}: ready, Python {} ({:.0f} s)".format(
                self.environment.name, made["python"], time.monotonic() - began
            )
        )

    def _made(self) -> Dict[str, str]:
        """Return what the stamp says was made, or nothing if its Python no longer runs."""
        try:
            made = dict(json.loads(self._stamp.read_text()))
            subprocess.run([str(self._python), "-c", ""], check=True, stderr=subprocess.DEVNULL)
        except (OSError, ValueError, subprocess.SubprocessError):
            return {}
        return made

    def _create(self, python: Python) -> None:
        name = self.environment.name
        self._say(f"{name}: making an environment of Python {python.version}")
        shutil.rmtree(str(self._folder), ignore_errors=True)
        self._run("making the environment", [python.path, "-m", "venv", str(self._folder)])

    def _install(self, layer: Layer, made: Dict[str, str]) -> None:
        self._say(f"{self.environment.name}: installing {_what(layer)}")
        # Most of what is installed is never imported; of the rest byte code is written when it is.
        pip = [str(self._python), "-m", "pip", "install", "--no-input", "--no-deps", "--no-compile"]
        quiet = ["--disable-pip-version-check", "--retries", "2", "--progress-bar", "off"]
        total = layer.lock.read_text().count("==") if layer.lock else 0
        self._run(
            f"installing {_what(layer)}",
            [*pip, *quiet, *self.environment.pip, *layer.arguments],
            total,
        )
        if layer.name == "torch":
            self._check_torch()
            self._remove_torchs_tests()
        made[layer.name] = _digest(layer)
        self._stamp.write_text(json.dumps(made))

    def _check_torch(self) -> None:
        """Raise SetUpError if torch does not load, as a build for graphics processors does not."""
        loads = [str(self._python), "-c", "import torch"]
        if subprocess.run(loads, stderr=subprocess.DEVNULL, check=False).returncode != 0:
            raise SetUpError(
                f"The package index gave a build of {TORCH} that does not load here: name an "
                f"index that serves its builds without GPU support in {TORCH_INDEX} (PyTorch's "
                "own installation page names one) and run the same command again."
            )

    def _remove_torchs_tests(self) -> None:
        """Remove the programs torch tests itself with: 130 MB, and nothing of ours runs them."""
        for torch in self._folder.glob("lib/python*/site-packages/torch"):
            shutil.rmtree(str(torch / "test"), ignore_errors=True)
            for program in [*torch.glob("bin/test_*"), *torch.glob("bin/*Test")]:
                program.unlink()

    def _run(self, what: str, command: List[str], packages: int = 0) -> None:
        """Run one command into the log, saying every few seconds how far it is."""
        environment = {**os.environ, "PYTHONUNBUFFERED": "1", "PIP_REQUIRE_VIRTUALENV": "0"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        began = time.monotonic()
        with self._log.open("w+") as log:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment
            )
            while True:
                try:
                    process.wait(HEARTBEAT)
                    break
                except subprocess.TimeoutExpired:
                    seconds = f"{_fetched(self._log, packages)}{time.monotonic() - began:.0f} s"
                    self._say(f"{self.environment.name}: still {what}, {seconds}")
                except BaseException:
                    process.terminate()
                    process.wait()
                    raise
        if process.returncode != 0:
            raise SetUpError(_reason(self.environment.name, self._log))


def _what(layer: Layer) -> str:
    return (
        str(layer.lock.parent.name + "/" + layer.lock.name) if layer.lock else layer.arguments[-1]
    )


def _digest(layer: Layer) -> str:
    content = layer.lock.read_bytes() if layer.lock else " ".join(layer.arguments).encode()
    return hashlib.sha256(content).hexdigest()


def _fetched(log: Path, total: int) -> str:
    lines = log.read_text(errors="replace").splitlines()
    count = sum(line.startswith(("Collecting ", "Processing ")) for line in lines)
    return f"{count} of {total} packages fetched, " if count and total else ""


def _reason(name: str, log: Path) -> str:
    text = log.read_text(errors="replace")
    if any(sign in text for sign in _UNREACHABLE):
        return (
            f"The environment {name} cannot be made because the Python package index does not "
            "answer: check the network (or pip's own index and proxy settings) and run the same "
            "command again; what was already made is kept."
        )
    errors = [line.strip() for line in text.splitlines() if line.upper().startswith("ERROR")]
    last = errors[-1] if errors else "no reason given"
    return f"The environment {name} cannot be made: {last} (the whole story is in {log})."


def make(requests: List[str], home: Path, say: Say, root: Path = ROOT) -> None:
    """Make the requested environments in `home`, all at once; raise the first failure."""
    makers = [Maker(request, home, say, root) for request in requests]
    failures: List[Exception] = []

    def attempt(maker: Maker) -> None:
        try:
            maker.make()
        except (SetUpError, OSError) as failure:
            failures.append(failure)

    with alone(home, say):
        # A Python that is missing is told before anything is fetched for minutes.
        for maker in makers:
            maker.look()
        threads = [threading.Thread(target=attempt, args=(maker,)) for maker in makers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    if failures:
        raise failures[0]


def main() -> int:
    """Make the environments named on the command line; return the exit status."""
    home = Path(os.environ.get("FOREWARN_VAR") or ROOT / "var") / "environments"

    def say(line: str) -> None:
        sys.stdout.write(f"[set-up] {line}\n")
        sys.stdout.flush()

    try:
        make(sys.argv[1:] or ["main", "bot"], home, say)
    except (NoPythonError, SetUpError, OSError) as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
