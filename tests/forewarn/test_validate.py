"""Every problem at once, each with its file, line, field, and what to do."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from forewarn.knowledge.loader import load
from forewarn.knowledge.problems import KnowledgeError
from forewarn.knowledge.validate import validate

Change = Callable[[str, str, str], Path]
FAQ = "faq/protect/protect-yourself"


def messages(folder: Path) -> list[str]:
    prefix = f"{folder.as_posix()}/"
    return [str(problem).removeprefix(prefix) for problem in validate(folder)]


def test_the_knowledge_base_has_no_problem(copied: Path) -> None:
    assert messages(copied) == []


def test_a_topic_that_does_not_exist(copied: Path) -> None:
    (copied / "faq/protect").rename(copied / "faq/protection")
    found = messages(copied)
    assert (
        "faq/protection/protect-yourself.en.md:1: error: topic: there is no topic “protection”. "
        "Move the file into one of: protect, checking, travel, danger, family, money, marriage, "
        "compounds, cases, governments, about."
    ) in found


def test_several_processes_find_the_same(copied: Path, change: Change) -> None:
    change("danger/held.yml", "phrases:", 'phrases:\n  - "("')
    change("hotlines/TH.yml", 'dial_inside: "191"', "dial_inside: 191")
    (copied / "faq/protect").rename(copied / "faq/protection")
    found = validate(copied)
    assert len(found) > 2
    assert validate(copied, processes=2) == found


def test_too_few_other_questions(copied: Path, change: Change) -> None:
    file = copied / f"{FAQ}.en.md"
    lines = file.read_text(encoding="utf-8").splitlines()
    start = lines.index("also_asked:")
    end = lines.index("check_with:")
    file.write_text("\n".join([*lines[: start + 2], *lines[end:]]), encoding="utf-8")
    expected = (
        f"{FAQ}.en.md:{start + 1}: error: also_asked: at least 3 are needed, "
        "here are 1. It should hold at least three other ways to ask it."
    )
    assert expected in messages(copied)


def test_an_unknown_field_and_an_unquoted_number(copied: Path, change: Change) -> None:
    change("hotlines/TH.yml", 'dial_inside: "191"', "dial_inside: 191")
    change("hotlines/LA.yml", "country: LA", "country: LA\nnumber: 5")
    found = messages(copied)
    assert any(
        line.startswith("hotlines/TH.yml:")
        and line.endswith(
            "error: hotlines.th-police-191.dial_inside: a text is expected here. "
            "Put the value in quotes."
        )
        for line in found
    )
    assert any(
        line.startswith("hotlines/LA.yml:3: error: number: there is no such field. Remove")
        for line in found
    )


def test_a_misspelt_field_is_recognised(copied: Path, change: Change) -> None:
    change("hotlines/LA.yml", "none_known:", "non_known:")
    assert [line for line in messages(copied) if "non_known" in line] == [
        "hotlines/LA.yml:3: error: non_known: there is no such field. "
        "Did you mean “none_known”? Otherwise remove it."
    ]


def test_a_missing_sentence_in_one_language(copied: Path, change: Change) -> None:
    file = copied / "messages/th.yml"
    kept = [
        line
        for line in file.read_text(encoding="utf-8").splitlines()
        if not line.startswith("nobody_told:")
    ]
    file.write_text("\n".join(kept), encoding="utf-8")
    assert any("messages/th.yml" in line and "nobody_told" in line for line in messages(copied))


def test_a_page_the_site_leads_to_and_an_entry_a_danger_leads_to_must_exist(
    copied: Path, change: Change
) -> None:
    for file in (copied / "pages").glob("recipes.*"):
        file.unlink()
    change("danger/moved.yml", "related: [checked-phone]", "related: [checked-fone]")
    assert [line for line in messages(copied) if "error" in line] == [
        "danger/moved.yml:8: error: related: there is no entry “checked-fone”. "
        "Did you mean “checked-phone”? If not: name one that exists, or add it.",
        "pages/recipes.yml:1: error: file: the file is missing. "
        "Restore it: the site leads to this page.",
    ]


def test_a_placeholder_lost_in_translation(copied: Path, change: Change) -> None:
    change("messages/zh.yml", "{lines}", "")
    found = [line for line in messages(copied) if line.startswith("messages/zh.yml")]
    assert len(found) == 1
    assert found[0].endswith(
        "error: perhaps_danger: the words in {curly} brackets differ from the English ones. "
        "Use exactly: {lines}."
    )


def test_a_translation_out_of_date_is_a_warning(copied: Path, change: Change) -> None:
    change(f"{FAQ}.en.md", "reviewed: 2026-11-21", "reviewed: 2026-11-22")
    found = messages(copied)
    assert {line.split(": ")[1] for line in found} == {"warning"}
    assert "the English text was reviewed on 2026-11-22" in found[0]


def test_a_source_a_related_entry_and_a_coverage_line_that_lead_nowhere(
    copied: Path, change: Change
) -> None:
    change(f"{FAQ}.en.md", "sources: [", "sources: [no-such-source, ")
    change(f"{FAQ}.en.md", "related: [signs-of-a-lure", "related: [no-such-entry")
    change("coverage.yml", "answered_by: [", "answered_by: [no-such-entry, ")
    found = "\n".join(messages(copied))
    assert "there is no source “no-such-source”" in found
    assert "which does not exist" in found


def test_a_danger_sentence_that_is_no_longer_recognised(copied: Path, change: Change) -> None:
    file = change("danger/held.th.yml", "must_match: [", 'must_match: ["ท้องฟ้าเป็นสีฟ้า", ')
    line = file.read_text(encoding="utf-8").splitlines().index
    number = line(next(x for x in file.read_text("utf-8").splitlines() if "must_match: [" in x))
    assert messages(copied) == [
        f"danger/held.th.yml:{number + 1}: error: must_match: “ท้องฟ้าเป็นสีฟ้า” is not recognised. "
        "Add or widen a phrase."
    ]


def test_a_country_without_an_emergency_line(copied: Path) -> None:
    file = copied / "hotlines/LA.yml"
    text = file.read_text(encoding="utf-8").replace("emergency: true", "emergency: false")
    file.write_text(text, encoding="utf-8")
    assert any(
        "countries.yml" in line and "has no emergency line" in line for line in messages(copied)
    )


def test_broken_yaml_missing_front_matter_and_bad_bytes_are_all_named(copied: Path) -> None:
    (copied / "menus.yml").write_text("first_screen: [", encoding="utf-8")
    (copied / f"{FAQ}.th.md").write_text("no front matter", encoding="utf-8")
    (copied / f"{FAQ}.zh.md").write_bytes(b"---\nquestion: \xff\n---\nx")
    found = messages(copied)
    assert any(line.startswith("menus.yml:1: error: file: the file cannot") for line in found)
    assert any(f"{FAQ}.th.md:1: error: file: the front matter" in line for line in found)
    assert any(f"{FAQ}.zh.md:1: error: file: the file is not UTF-8 text" in line for line in found)


def test_load_refuses_broken_knowledge_and_names_every_problem(copied: Path) -> None:
    (copied / "menus.yml").write_text("first_screen: [", encoding="utf-8")
    (copied / "topics.yml").write_text("- id: Bad Id", encoding="utf-8")
    with pytest.raises(KnowledgeError) as raised:
        load(copied)
    assert {Path(problem.path).name for problem in raised.value.problems} >= {
        "menus.yml",
        "topics.yml",
    }


def test_the_command_exits_1_on_errors(copied: Path) -> None:
    (copied / "menus.yml").unlink()
    run = subprocess.run(
        [sys.executable, "-m", "forewarn", "--knowledge", str(copied), "validate"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert "menus.yml:1: error: file: the file is missing. Restore it." in run.stdout
    assert run.stdout.splitlines()[-1].startswith("1 errors, ")
