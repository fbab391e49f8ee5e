"""Nothing we report on was among what anything was learnt from or tuned on."""

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
BENCH = ROOT / "bench"

SHORT = 24
"""What everybody writes ("hello", "help", "who are you") stands everywhere; so few letters, of
which a Chinese one counts threefold, are no writer's own."""

FOLLOWING = "follow-ups"
"""Held out are the second messages; the first ones are questions that are known, on purpose."""

HELD_OUT = sorted(
    path for path in (BENCH / "heldout").glob("*.jsonl") if path.stem != FOLLOWING
)  # fmt: skip


@pytest.fixture(scope="module")
def learnt() -> set[str]:
    """Every text in the knowledge, in the bot's examples and among what was calibrated on."""
    files = [*(ROOT / "knowledge").rglob("*"), *(ROOT / "bot").rglob("*.yml")]
    files.append(ROOT / "retrieval" / "ordinary.yml")
    texts = [text for path in files for text in _strings(_content(path))]
    for path in (BENCH / "calibration").glob("*.jsonl"):
        texts += [one["text"] for one in _lines(path)]
    assert len(texts) > 20_000
    return set(map(_bare, texts))


@pytest.mark.parametrize("path", HELD_OUT, ids=lambda path: path.stem)
def test_what_is_held_out_stands_nowhere_else(path: Path, learnt: set[str]) -> None:
    texts = [one["text"] for one in _lines(path)]
    assert texts
    assert [text for text in texts if _size(text) > SHORT and _bare(text) in learnt] == []


def _lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line.strip()]


def _content(path: Path) -> object:
    yaml = YAML(typ="safe")
    if path.suffix == ".yml":
        return yaml.load(path.read_text("utf-8"))
    if path.suffix == ".md":
        return yaml.load(path.read_text("utf-8").split("---\n")[1])
    return None


def _strings(content: object) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict):
        for value in content.values():
            yield from _strings(value)
    elif isinstance(content, list):
        for value in content:
            yield from _strings(value)


def _bare(text: str) -> str:
    """The letters alone: neither case nor blanks nor marks make a text another one."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())


def _size(text: str) -> int:
    return sum(3 if "\u4e00" <= one <= "\u9fff" else 1 for one in _bare(text))
