"""Puts a knowledge folder into service as retrieval does, without what only retrieval reads."""

import json
import os
import shutil
from pathlib import Path

from forewarn.knowledge.loader import content_hash
from forewarn.published import COPY, CURRENT, RECORD


def put_in_service(knowledge: Path, versions: Path) -> str:
    """Make a version of ``knowledge`` and move the pointer to it; returns its content hash."""
    versions.mkdir(parents=True, exist_ok=True)
    before = versions / CURRENT / COPY
    version = versions / f"version-{len(list(versions.iterdir()))}"

    def copy(source: str, target: str) -> None:
        old = before / Path(source).relative_to(knowledge)
        if old.is_file() and old.read_bytes() == Path(source).read_bytes():
            os.link(old, target)
        else:
            shutil.copy2(source, target)

    shutil.copytree(knowledge, version / COPY, copy_function=copy)
    hashed = content_hash(knowledge)
    (version / RECORD).write_text(json.dumps({"knowledge": hashed}))
    point(versions, version.name)
    return hashed


def point(versions: Path, name: str) -> None:
    """Move the pointer to the version ``name``."""
    fresh = versions / ".fresh"
    fresh.symlink_to(name)
    fresh.replace(versions / CURRENT)
