"""What validation prints is what a pull request shows beside the line."""

import json
import re
from pathlib import Path

import pytest

from forewarn.knowledge.problems import Problem

MATCHER = Path(__file__).parents[2] / ".github/knowledge.json"


@pytest.mark.parametrize(
    "path", ["knowledge/topics.yml", "knowledge/faq/about/are-you-real.zh-Hant.md"]
)
@pytest.mark.parametrize("severity", ["error", "warning"])
def test_every_line_of_validation_becomes_an_annotation(path: str, severity: str) -> None:
    problem = Problem(path, 12, severity, "also_asked.2", "“a: b” stands twice", "Remove one")
    pattern = json.loads(MATCHER.read_text(encoding="utf-8"))["problemMatcher"][0]["pattern"][0]
    found = re.fullmatch(pattern["regexp"].replace(r"\\", "\\"), str(problem))
    assert found is not None
    assert found[pattern["file"]] == path
    assert found[pattern["line"]] == "12"
    assert found[pattern["severity"]] == severity
    assert found[pattern["message"]] == "also_asked.2: “a: b” stands twice. Remove one."


def test_the_count_at_the_end_is_no_annotation() -> None:
    pattern = json.loads(MATCHER.read_text(encoding="utf-8"))["problemMatcher"][0]["pattern"][0]
    assert re.fullmatch(pattern["regexp"], "0 errors, 5 warnings") is None
