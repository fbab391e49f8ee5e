"""What one file alone cannot show: names, numbers, questions and scripts."""

from collections.abc import Callable
from pathlib import Path

import pytest

from forewarn.knowledge.validate import validate

Change = Callable[[str, str, str], Path]
FAQ = "faq/protect/protect-yourself"


def messages(folder: Path) -> list[str]:
    return [str(problem).removeprefix(f"{folder.as_posix()}/") for problem in validate(folder)]


def test_a_misspelt_id_is_recognised(copied: Path, change: Change) -> None:
    file = change(f"{FAQ}.en.md", "related: [", "related: [is-thailand-saf] # [")
    text = file.read_text(encoding="utf-8").splitlines()
    line = next(n for n, one in enumerate(text, start=1) if one.startswith("related:"))
    found = [one for one in messages(copied) if "is-thailand-saf”" in one]
    assert found == [
        f"{FAQ}.en.md:{line}: error: related: there is no entry “is-thailand-saf”. "
        "Did you mean “is-thailand-safe”? If not: name one that exists, or add it."
    ]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('dial_inside: "191"', 'dial_inside: "1"', "error: dial_inside: “th-police-191”: 1 cannot "
         "be dialled in TH. Compare it with the page that prints it, digit by digit."),
        ('dial_inside: "191"', 'dial_inside: "191"\n    dial_from_abroad: "+6612345"',
         "error: dial_from_abroad: “th-police-191”: +6612345 cannot be dialled. "
         "Compare it with the page that prints it, digit by digit."),
        ('dial_inside: "191"', 'dial_inside: "191"\n    dial_from_abroad: "+66123456789012"',
         "error: dial_from_abroad: “th-police-191”: +66123456789012 cannot be dialled. "
         "Compare it with the page that prints it, digit by digit."),
        ('dial_inside: "191"', 'dial_inside: "191"\n    doubtful: true', "error: doubtful: "
         "“th-police-191” is doubtful and names no parent. "
         "Add parent: the id of the surer line to turn to instead."),
        ('dial_inside: "191"', 'dial_inside: "191"\n    parent: th-polis-191', "error: parent: "
         "“th-police-191” points to “th-polis-191”, which is no other contact. Did you mean"),
        ("purpose: \"Police,", "purpose: \"Police +66 2 572 8442,", "error: purpose: "
         "“th-police-191” has a number among its words. "
         "Put it in a field of its own, where it can be tapped and checked."),
    ],
)  # fmt: skip
def test_contacts_that_would_lead_nowhere(
    copied: Path, change: Change, old: str, new: str, problem: str
) -> None:
    change("hotlines/TH.yml", old, new)
    assert [line for line in messages(copied) if problem in line]


@pytest.mark.parametrize(
    ("code", "why"), [("ms", "stands here twice"), ("th", "is one of our own languages by now")]
)
def test_a_language_that_we_only_recognise_is_there_once_and_not_ours(
    copied: Path, change: Change, code: str, why: str
) -> None:
    file = change("other_languages.yml", "- code: id\n", f"- code: {code}\n")
    lines = file.read_text(encoding="utf-8").splitlines()
    line = lines.index(f"- code: {code}") + 1
    assert [one for one in messages(copied) if "error:" in one] == [
        f"other_languages.yml:{line}: error: {code}.code: “{code}” {why}. Take this one out."
    ]


def test_english_left_in_a_translation(copied: Path) -> None:
    file = copied / f"{FAQ}.zh.md"
    text = file.read_text(encoding="utf-8")
    file.write_text(f"{text}\nKeep your passport with you and tell them.\n", encoding="utf-8")
    assert (
        f"{FAQ}.zh.md:1: error: answer: a line is still in English: "
        "“Keep your passport with you and tell them.”. Write it in 中文."
    ) in messages(copied)


def test_a_text_in_the_wrong_script(copied: Path, change: Change) -> None:
    text = (copied / f"{FAQ}.th.md").read_text(encoding="utf-8").split("\n---\n", 1)
    chinese = (copied / f"{FAQ}.zh.md").read_text(encoding="utf-8").split("\n---\n", 1)
    (copied / f"{FAQ}.th.md").write_text(f"{text[0]}\n---\n{chinese[1]}", encoding="utf-8")
    assert (
        f"{FAQ}.th.md:1: error: answer: most letters are not in the Thai script. Write it in ไทย."
    ) in messages(copied)


def test_nearly_the_same_question_in_two_entries(copied: Path, change: Change) -> None:
    file = copied / "faq/money/lent-account.en.md"
    text = file.read_text(encoding="utf-8")
    first = "How do ordinary people protect themselves?"
    file.write_text(text.replace("also_asked:\n", f"also_asked:\n  - {first}\n"), encoding="utf-8")
    found = [line for line in messages(copied) if "is nearly" in line]
    assert found
    assert all(": warning: also_asked: “" in line for line in found)
    assert any("“How can ordinary people protect themselves?”" in line for line in found)
