"""Who may import whom: the walls of the house."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PARTS = {"forewarn", "retrieval", "actions", "bot", "web", "stack"}
MAY_IMPORT = {
    "forewarn": set(),
    "retrieval": {"forewarn"},
    "actions": {"forewarn"},
    "web": {"forewarn"},
    "bot": set(),
    "stack": {"forewarn"},
}


@pytest.mark.parametrize("part", sorted(PARTS))
def test_a_part_imports_only_what_it_may(part: str) -> None:
    imported: set[str] = set()
    for file in (ROOT / part).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                imported.add(node.module.split(".")[0])
    assert imported & PARTS - {part} <= MAY_IMPORT[part]


def test_what_everyone_shares_needs_no_network_model_or_framework() -> None:
    heavy = {"httpx", "fastapi", "torch", "numpy", "faiss", "sentence_transformers", "rasa_sdk"}
    for file in (ROOT / "forewarn").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        assert not [name for name in heavy if f"import {name}" in text], file
