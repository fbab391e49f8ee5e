"""The real knowledge base, and a copy of it that a test may break."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from forewarn.knowledge.loader import Knowledge, load

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load(KNOWLEDGE)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the knowledge base."""
    return Path(shutil.copytree(KNOWLEDGE, tmp_path / "knowledge"))


@pytest.fixture
def change(copied: Path) -> Callable[[str, str, str], Path]:
    """Replaces, in one file of the copy, a text that must stand there."""

    def replace(name: str, old: str, new: str) -> Path:
        file = copied / name
        text = file.read_text(encoding="utf-8")
        assert old in text, f"{name} no longer holds {old!r}"
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
        return file

    return replace
