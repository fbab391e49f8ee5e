"""A new language and a new question: every file is made, and validation names exactly what is
still to be written."""

import datetime
import re
from pathlib import Path

import pytest

from forewarn.__main__ import main
from forewarn.knowledge.loader import load
from forewarn.knowledge.scaffold import ScaffoldError, add_language, new_faq
from forewarn.knowledge.validate import validate

TODAY = datetime.date(2026, 11, 22)
UNWRITTEN = "this is still to be written"


def add_quenya(folder: Path) -> list[Path]:
    return add_language(
        folder, code="qq", name="Quenya", html_lang="qq", script="Latin", spaces=True
    )


def to_do(paths: list[Path]) -> set[tuple[str, int]]:
    """The lines of files in which something is marked as still to be written."""
    return {
        (path.as_posix(), number)
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if "TODO" in line
    }


def test_a_made_up_language_is_a_draft_and_validation_names_exactly_what_is_missing(
    copied: Path,
) -> None:
    made = add_quenya(copied)
    found = validate(copied)
    assert {problem.severity for problem in found} == {"warning"}
    unwritten = {(one.path, one.line) for one in found if one.problem == UNWRITTEN}
    assert unwritten == to_do(made)
    others = [one for one in found if one.problem != UNWRITTEN and ("qq" in one.field)]
    assert others == []
    assert "qq" not in load(copied).language_codes


def test_every_record_whose_words_are_needed_gets_its_file(copied: Path) -> None:
    made = {path.relative_to(copied).as_posix() for path in add_quenya(copied)}
    thai = {
        path.relative_to(copied).as_posix().replace(".th.", ".qq.").replace("/th.yml", "/qq.yml")
        for pattern in ("*.th.yml", "*.th.md", "th.yml")
        for path in copied.rglob(pattern)
        if path.parent.name not in {"figures", "sources"} and "honest_offers" not in path.name
    }
    assert thai == made


def test_a_finished_language_leaves_nothing_to_say(copied: Path) -> None:
    made = add_quenya(copied)
    for path in made:
        thai = path.with_name(path.name.replace("qq", "th"))
        path.write_text(thai.read_text(encoding="utf-8"), encoding="utf-8")
    languages = copied / "languages.yml"
    text = languages.read_text(encoding="utf-8").replace("  draft: true\n", "")
    declared = "code: qq\n  name: Quenya\n  html_lang: qq\n  script: {}\n  spaces: {}\n"
    thai = text.replace(declared.format("Latin", "true"), declared.format("Thai", "false"))
    languages.write_text(thai, encoding="utf-8")
    assert [one for one in validate(copied) if one.severity == "error"] == []
    assert load(copied).language_codes == ["en", "th", "zh", "qq"]


def test_a_language_that_is_there_is_refused_and_nothing_changes(copied: Path) -> None:
    before = sorted(copied.rglob("*"))
    with pytest.raises(ScaffoldError, match=r"“th” is in languages\.yml already"):
        add_language(copied, code="th", name="ไทย", html_lang="th", script="Thai", spaces=False)
    assert sorted(copied.rglob("*")) == before


def test_a_new_question_is_made_in_every_language_that_needs_it(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--knowledge", str(copied), "new-faq", "travel", "lost-passport"]) == 0
    made = [copied / f"faq/travel/lost-passport.{code}.md" for code in ("en", "th", "zh")]
    assert capsys.readouterr().out.splitlines() == [
        *map(str, made),
        "Replace every TODO in them; `make validate` lists what is missing.",
    ]
    found = {(one.path, one.line) for one in validate(copied) if one.problem == UNWRITTEN}
    # A second TODO in the answer is the same text.
    assert found == {one for one in to_do(made) if not is_step(Path(one[0]), one[1])}


def is_step(path: Path, line: int) -> bool:
    return path.read_text(encoding="utf-8").splitlines()[line - 1].startswith("- TODO a step")


@pytest.mark.parametrize(
    ("topic", "name", "problem"),
    [
        ("travels", "lost-passport", "there is no topic “travels”. Choose one of: protect, "),
        ("travel", "wang-xing", "“wang-xing” stands in faq/cases/wang-xing.en.md already. "),
    ],
)
def test_a_question_that_cannot_be_made(copied: Path, topic: str, name: str, problem: str) -> None:
    with pytest.raises(ScaffoldError, match=re.escape(problem)):
        new_faq(copied, topic, name, TODAY)
