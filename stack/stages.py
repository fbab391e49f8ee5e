"""Runs targets of the Makefile one after the other and says how long each took."""

import subprocess
import time
from collections.abc import Sequence

from stack.settings import ROOT
from stack.supervisor import Say


def run(targets: Sequence[str], say: Say) -> int:
    """Run `make TARGET` for every target, to the first that fails; return its exit status.

    The seconds of every stage are shown at the end, so that what grows slow is seen.
    """
    took: list[tuple[str, float, str]] = []
    status = 0
    for target in targets:
        say(f"\n=== {target}")
        began = time.monotonic()
        status = subprocess.run(
            ["make", "--no-print-directory", target], cwd=ROOT, check=False
        ).returncode
        took.append((target, time.monotonic() - began, "ok" if status == 0 else "FAILED"))
        say(f"=== {target}: {took[-1][2]} ({took[-1][1]:.0f} s)")
        if status:
            break
    say("\nStage            Seconds")
    for target, seconds, verdict in took:
        say(f"{target:16} {seconds:7.0f}  {verdict}")
    return status
