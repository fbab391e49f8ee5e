"""Pictures show what was measured, and the same results give the same bytes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from bench import plots

MEASURED = {"value": 0.8, "low": 0.7, "high": 0.85}
BINS = [{"questions": 17, "confidence": 0.35, "share": MEASURED}]


def bars(path: Path) -> None:
    plots.bars(path, "hit@1", ["en", "th"], {"Forewarn": [MEASURED] * 2, "words": [MEASURED] * 2})


def reliability(path: Path) -> None:
    plots.reliability(path, "Confidence", {"calibration": BINS, "held out": BINS})


@pytest.mark.parametrize(
    ("draw", "said"),
    [
        (bars, {"hit@1", "en", "th", "Forewarn", "words"}),
        (reliability, {"Confidence", "calibration", "held out", "17", "share that was right"}),
    ],
)
def test_a_picture_says_in_text_what_it_shows(
    draw: Callable[[Path], None], said: set[str], tmp_path: Path
) -> None:
    draw(tmp_path / "new" / "one.svg")
    draw(tmp_path / "new" / "two.svg")
    first = (tmp_path / "new" / "one.svg").read_bytes()
    assert first == (tmp_path / "new" / "two.svg").read_bytes()
    texts = {text for text in _texts(first) if text.strip()}
    assert said <= texts


def _texts(picture: bytes) -> list[Any]:
    tree = ElementTree.fromstring(picture)  # noqa: S314 - made here
    return ["".join(element.itertext()) for element in tree.iter() if element.tag.endswith("text")]
