"""What a process that decodes strangers' bytes may not do, whatever those bytes make it do.

No socket, no file, no memory without end, no processor time without end, and no core dump, which
would hold the picture. The processes it starts are held by the same.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import struct
import sys

MOST_MEMORY = 1 << 30
"""Bytes of address space: four times what the largest picture we read takes (bench/reading.py)."""

_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 22, 38  # linux/prctl.h
_SECCOMP_MODE_FILTER = 2  # linux/seccomp.h
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | 13, 0x80000000  # 13: EACCES

_MACHINES = {
    # AUDIT_ARCH of linux/audit.h, then the numbers of socket, socketpair and io_uring_setup, which
    # opens sockets without the call.
    "x86_64": (0xC000003E, (41, 53, 425)),
    "aarch64": (0xC00000B7, (198, 199, 425)),
}
_OTHER_CALLS = 0x40000000
"""From here on x86-64 has the calls a second time, under other numbers."""


def confine(seconds: int) -> bool:
    """Confine this process to `seconds` of processor time; whether the kernel keeps it off the
    network too. It opens no socket anyway."""
    os.nice(5)  # the answers to people's messages come first
    for limit, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, MOST_MEMORY),
    ):
        resource.setrlimit(limit, (most, most))
    return _refuse_sockets()


class _Program(ctypes.Structure):
    """`struct sock_fprog`: a program of the Berkeley Packet Filter."""

    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def _refuse_sockets() -> bool:
    """Have the kernel refuse every call that opens a socket, as seccomp(2) describes."""
    machine = _MACHINES.get(platform.machine())
    if sys.platform != "linux" or machine is None:
        return False
    architecture, calls = machine
    load, equal, at_least, answer = 0x20, 0x15, 0x35, 0x06  # linux/bpf_common.h
    # Each step: what to do, how many steps to jump over if so and if not, and with what.
    steps = [
        (load, 0, 0, 4),  # the architecture
        (equal, 1, 0, architecture),
        (answer, 0, 0, _KILL),
        (load, 0, 0, 0),  # the number of the call
        *((equal, len(calls) - at + 1, 0, call) for at, call in enumerate(calls)),
        (at_least, 1, 0, _OTHER_CALLS),
        (answer, 0, 0, _ALLOW),
        (answer, 0, 0, _REFUSE),
    ]
    packed = b"".join(struct.pack("=HBBI", *step) for step in steps)
    program = _Program(len(steps), packed)
    libc = ctypes.CDLL(None, use_errno=True)
    # Without it the kernel lets only root do this, and what is started could gain rights.
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    done = libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0)
    return bool(done == 0)
