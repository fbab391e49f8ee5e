"""Finds the two Pythons that Forewarn needs, by running what looks like one.

A name on PATH proves nothing: pyenv puts a `python3.10` there that refuses to run, and Debian a
`python3.11` that cannot make an environment. So every candidate is run before it is trusted.
"""

import glob
import os
import subprocess
import sys
from typing import Iterator, List, NamedTuple, Optional

# What an environment needs, asked of the candidate itself: venv and pip, and a working TLS.
_PROBE = "import ensurepip, ssl, sys, venv; print('%d.%d.%d' % sys.version_info[:3])"


class NoPythonError(Exception):
    """No Python of the wanted version runs here. The message says what to do."""


class Python(NamedTuple):
    """A Python that was run: where it is, and the version it named (such as 3.10.13)."""

    path: str
    version: str


def find(version: str, setting: str) -> Python:
    """Return a Python of `version` (such as "3.10") that runs and can make environments.

    `setting` names the environment variable that may point to one; if it is set, nothing else is
    tried. Raises NoPythonError, with one sentence saying what to do.
    """
    named = os.environ.get(setting)
    if named:
        found = _run(named)
        if found is None or not _is(found, version):
            raise NoPythonError(
                f"{setting} is {named}, which is not a Python {version} that runs and has venv: "
                "name one that does, or unset it to let one be looked for."
            )
        return found
    refused: List[str] = []
    for path in _candidates(version):
        found = _run(path)
        if found is not None and _is(found, version):
            return found
        if path not in refused:
            refused.append(path)
    seen = f" ({refused[0]} is there but does not run or has no venv)" if refused else ""
    raise NoPythonError(
        f"No Python {version} that runs was found{seen}: install one, for example with `pyenv "
        f"install {version}` or `uv python install {version}`, or name one in {setting}, and run "
        "the same command again."
    )


def _is(found: Python, version: str) -> bool:
    return found.version.startswith(version + ".")


def _candidates(version: str) -> Iterator[str]:
    """Yield every file that may be a Python of this version, the likeliest first."""
    name = "python" + version
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        path = os.path.join(folder, name)
        if os.access(path, os.X_OK) and os.path.isfile(path):
            yield path
    pyenv = os.environ.get("PYENV_ROOT", os.path.join(os.path.expanduser("~"), ".pyenv"))
    kept = glob.glob(os.path.join(pyenv, "versions", version + "*", "bin", "python"))
    for path in sorted(kept, reverse=True):
        yield path
    if sys.version_info[:2] == tuple(int(number) for number in version.split(".")):
        yield sys.executable
    managed = _output(["uv", "python", "find", version])
    if managed:
        yield managed


def _run(path: str) -> Optional[Python]:
    version = _output([path, "-c", _PROBE])
    return Python(path, version) if version else None


def _output(command: List[str]) -> Optional[str]:
    """Return what the command prints, or None if it does not run, fails or hangs."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=30,
            check=True,
            text=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() or None
