"""Files and folders that are swapped in whole or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path


def hash_file(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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
