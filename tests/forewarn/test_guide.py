"""Editor hints and the staff guide are what the schema says, and say it in every field."""

import json
from pathlib import Path

import pytest

from forewarn.knowledge import guide

ROOT = Path(__file__).parents[2]
HINTS = ROOT / "knowledge/.schema"
AGAIN = "run `make guide` and commit what it writes"


def test_the_hints_are_up_to_date() -> None:
    written = {path.stem: path.read_text(encoding="utf-8") for path in HINTS.iterdir()}
    assert written == guide.hints(), AGAIN


def test_editors_are_told_of_every_hint() -> None:
    told = json.loads((ROOT / ".vscode/settings.json").read_text(encoding="utf-8"))
    files = told["yaml.schemas"]
    assert set(files) == {f"knowledge/.schema/{name}.json" for name in guide.hints()}
    for name, patterns in files.items():
        first = patterns if isinstance(patterns, str) else patterns[0]
        assert "figures.words" in name or list(ROOT.glob(first)), first


def test_a_hint_for_words_knows_the_words_and_nothing_else() -> None:
    topics = json.loads(guide.hints()["topics.words"])
    assert set(topics["items"]["properties"]) == {"id", "name"}
    countries = json.loads(guide.hints()["countries.words"])
    assert set(countries["properties"]) == {
        "countries", "i_am_here", "i_come_from", "i_come_from_unless",
        "one_of_them", "somebody_else", "their_embassy",
    }  # fmt: skip


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
