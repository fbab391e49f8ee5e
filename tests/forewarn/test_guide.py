"""Editor hints and the staff guide are what the schema says, and say it in every field."""

import json
from pathlib import Path

import pytest

from forewarn.knowledge import guide

ROOT = Path(__file__).parents[2]
HINTS = ROOT / "knowledge/.schema"
AGAIN = "run `make guide` and commit what it writes"


@pytest.mark.parametrize("name", guide.HINTS)
def test_a_hint_is_up_to_date(name: str) -> None:
    assert (HINTS / f"{name}.json").read_text(encoding="utf-8") == guide.hint(name), AGAIN


def test_no_hint_is_left_of_a_file_that_is_gone() -> None:
    assert {path.stem for path in HINTS.iterdir()} == set(guide.HINTS)


def test_editors_are_told_of_every_hint() -> None:
    told = json.loads((ROOT / ".vscode/settings.json").read_text(encoding="utf-8"))
    files = told["yaml.schemas"]
    assert set(files) == {f"knowledge/.schema/{name}.json" for name in guide.HINTS}
    for pattern in files.values():
        assert list(ROOT.glob(pattern)), pattern


def test_the_guide_is_up_to_date() -> None:
    page = (ROOT / "docs/staff-guide.md").read_text(encoding="utf-8")
    assert guide.filled(page) == page, AGAIN


def test_the_guide_names_every_field_and_what_it_holds() -> None:
    tables = guide.tables()
    for model in guide.TABLES.values():
        for name in model.model_fields:
            assert f"| `{name}` |" in tables
    assert "| `also_asked` | list of text | yes | at least three other ways to ask it |" in tables


def test_a_page_without_its_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="the page must hold the lines"):
        guide.filled("# no marks")
