"""The real knowledge base, and a copy of it that a test may break."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from forewarn.knowledge.loader import Knowledge, load
from tests.knowledge_base import KNOWLEDGE


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load(KNOWLEDGE)


@pytest.fixture(scope="session")
def three_languages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The knowledge base in English, Thai and Chinese: every check, in less time."""
    target = tmp_path_factory.mktemp("three") / "knowledge"
    text = (KNOWLEDGE / "languages.yml").read_text(encoding="utf-8")
    others = set(re.findall(r"^- code: (\w+)$", text, re.MULTILINE)) - {"en", "th", "zh"}
    names = [name for code in others for name in (f"*.{code}.yml", f"*.{code}.md", f"{code}.yml")]
    shutil.copytree(KNOWLEDGE, target, ignore=shutil.ignore_patterns(*names))
    kept = re.sub(rf"^- code: (?:{'|'.join(others)})\n(?:  .*\n)+", "", text, flags=re.MULTILINE)
    (target / "languages.yml").write_text(kept, encoding="utf-8")
    return target


@pytest.fixture
def copied(three_languages: Path, tmp_path: Path) -> Path:
    """A copy of the knowledge base in three languages, to be broken."""
    return Path(shutil.copytree(three_languages, tmp_path / "knowledge"))


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
