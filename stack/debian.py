"""python -m stack.debian: what the tests need from Debian, installed where that is allowed.

Only `make test` comes here; running Forewarn needs no package of the system. Without the letters
and the library that joins them it offers no pictures of the contacts, without Tesseract and its
language packs it reads no screenshots; it says both.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

# A queue for messaging apps; a browser; letters for every language we speak, without which a
# screenshot shows boxes; what Pillow joins them with; and what reads screenshots
# (web/reading/packs.yml).
PACKAGES = (
    "redis-server",
    "chromium",
    "fonts-noto-core",
    "fonts-noto-cjk",
    "libfribidi0",
    "tesseract-ocr",
    "tesseract-ocr-eng",
    "tesseract-ocr-tha",
    "tesseract-ocr-chi-sim",
    "tesseract-ocr-chi-tra",
    "tesseract-ocr-vie",
    "tesseract-ocr-mya",
    "tesseract-ocr-khm",
    "tesseract-ocr-lao",
)


def missing(packages: Sequence[str] = PACKAGES) -> list[str]:
    """Return those of the packages that are not installed."""
    return [name for name in packages if not _installed(name)]


def install(packages: Sequence[str]) -> str | None:
    """Install the packages; return what to do instead where that is not possible here."""
    by_hand = f"The tests need {', '.join(packages)}: install with `sudo apt-get install "
    by_hand += f"{' '.join(packages)}` (or your system's like) and run the same command again."
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return by_hand
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        done = subprocess.run(
            ["apt-get", "--quiet=2", *command],
            env=environment,
            stdout=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode != 0:
            return f"apt-get {command[0]} failed. {by_hand}"
    return None


def _installed(name: str) -> bool:
    if shutil.which("dpkg-query") is None:
        return name.startswith(("fonts-", "lib", "tesseract-")) or shutil.which(name) is not None
    status = subprocess.run(
        ["dpkg-query", "--show", "--showformat=${db:Status-Status}", name],
        capture_output=True,
        text=True,
        check=False,
    )
    return status.stdout == "installed"


def main() -> int:
    """Install what is missing; return the exit status."""
    wanted = missing()
    if not wanted:
        return 0
    sys.stdout.write(f"[set-up] installing {', '.join(wanted)} with apt-get\n")
    sys.stdout.flush()
    problem = install(wanted)
    if problem:
        sys.stderr.write(problem + "\n")
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main())
