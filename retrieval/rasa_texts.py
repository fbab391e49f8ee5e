"""The texts in Rasa's files that need a vector: training examples and what users say in tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML


def texts(folders: Iterable[Path]) -> list[str]:
    """Every example and every user message in the YAML files of ``folders``, each once."""
    found: dict[str, None] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*.yml")):
            content = YAML(typ="safe", pure=True).load(path)
            for text in _in_file(content if isinstance(content, dict) else {}):
                if text:
                    found[text] = None
    return list(found)


def _in_file(content: dict[str, Any]) -> Iterator[str]:
    for group in content.get("nlu") or ():
        for line in str(group.get("examples", "")).splitlines():
            yield line.removeprefix("-").strip()
    for story in content.get("stories") or ():
        for step in story.get("steps") or ():
            if isinstance(step, dict) and isinstance(step.get("user"), str):
                yield step["user"].strip()
