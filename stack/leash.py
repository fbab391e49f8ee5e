"""Starts a command that the kernel kills when the process that started it dies, however it dies,
and whose memory it never writes to a file: a core dump would hold what people wrote.

    python stack/leash.py PARENT COMMAND [ARGUMENT…]

A supervisor that is killed outright cannot stop its parts; parts left behind would hold the
ports, and the memory of people's conversations, with nobody watching them.
"""

import ctypes
import os
import resource
import signal
import sys

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main() -> None:
    """Tie this process to its parent, where the kernel can (Linux), and become the command."""
    parent, *command = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if os.getppid() != int(parent):  # it died before the kernel was told
        sys.exit(1)
    os.execvp(command[0], command)  # noqa: S606 - no shell is the point


if __name__ == "__main__":
    main()
