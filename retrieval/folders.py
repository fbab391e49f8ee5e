"""Files and folders that are swapped in whole or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

MANY = 200
"""New files above which they are not brought to the disk one by one."""


def hash_file(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync(folder: Path) -> None:
    """Have the disk hold all of ``folder``. Files with several names are older and lie there."""
    new: list[str] = []
    for inside, _, names in os.walk(folder):
        paths = (os.path.join(inside, name) for name in names)
        new += [path for path in paths if os.stat(path).st_nlink == 1]
        new.append(inside)
    if len(new) > MANY:
        os.sync()  # all that waits to be written, once, takes less time than very many waits
        return
    for path in new:
        _sync_one(path)


def replace_folder(new: Path, target: Path) -> None:
    """Put the folder ``new`` where ``target`` is; both must lie on one file system.

    If the second of the two renames fails the old folder is put back.
    """
    old = target.with_name(f".{target.name}-old")
    shutil.rmtree(old, ignore_errors=True)
    if not target.exists():
        os.rename(new, target)
        return
    os.rename(target, old)
    try:
        os.rename(new, target)
    except OSError:
        os.rename(old, target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def point(link: Path, target: Path) -> None:
    """Make the symbolic link ``link`` lead to its sibling ``target``, in one step."""
    fresh = link.with_name(f".{link.name}-new")
    fresh.unlink(missing_ok=True)
    os.symlink(target.name, fresh)
    os.replace(fresh, link)
    _sync_one(link.parent)


def _sync_one(path: Path | str) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
