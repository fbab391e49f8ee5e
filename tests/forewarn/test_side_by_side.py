"""Words stand beside their record: what is wrong in either file is named in that file."""

from collections.abc import Callable
from pathlib import Path

import pytest

from forewarn.knowledge.loader import load
from forewarn.knowledge.validate import validate

Change = Callable[[str, str, str], Path]
QUOTES = (
    "Put texts that hold “: ” or begin with a special character in quotes, and begin each line "
    "with blanks, not tabs, level with its neighbours."
)


def messages(folder: Path, severity: str = "error") -> list[str]:
    return [
        str(problem).removeprefix(f"{folder.as_posix()}/")
        for problem in validate(folder)
        if problem.severity == severity
    ]


def test_words_of_a_record_that_does_not_exist(copied: Path, change: Change) -> None:
    change("topics.th.yml", "- id: money\n", "- id: mony\n")
    assert messages(copied) == [
        "topics.th.yml:1: error: money.name: the words are missing. "
        "Add them, in the shape of the English file.",
        "topics.th.yml:11: error: mony: there is no “mony” in the English file. "
        "Remove it, or mend its id.",
    ]


def test_a_fact_among_the_words(copied: Path, change: Change) -> None:
    change("topics.th.yml", "- id: protect\n", "- id: protect\n  on_menu: false\n")
    assert messages(copied) == [
        "topics.th.yml:2: error: protect.on_menu: this file holds words only. Remove the field: "
        "facts stand in the file without a language in its name."
    ]


def test_words_of_the_wrong_kind_are_named_in_their_own_file(copied: Path, change: Change) -> None:
    change("topics.th.yml", "- id: protect\n  name: ", "- id: protect\n  name: 5 #")
    assert messages(copied)[-1] == (
        "topics.th.yml:2: error: protect.name: a text is expected here. Put the value in quotes."
    )


def test_a_list_longer_than_the_english_one(copied: Path) -> None:
    file = copied / "menus.th.yml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text + "  - label: อีกปุ่ม\n", encoding="utf-8")
    last = len(text.splitlines()) + 1
    assert messages(copied) == [
        f"menus.th.yml:{last}: error: under_verdict.3: the English file has only 2 of these. "
        "Remove it."
    ]


def test_a_missing_file_of_words_is_named_once(copied: Path) -> None:
    (copied / "danger/held.zh.yml").unlink()
    assert messages(copied) == [
        "danger/held.zh.yml:1: error: file: the file is missing. "
        "Add it: the words of danger/held.yml in this language."
    ]


def test_words_without_a_record(copied: Path) -> None:
    (copied / "danger/held.th.yml").rename(copied / "danger/gone.th.yml")
    found = messages(copied)
    assert found[0] == (
        "danger/gone.th.yml:1: error: file: there is no English file beside it. "
        "Add gone.yml, which holds the facts, or rename this file."
    )


def test_words_in_a_language_nobody_declared(copied: Path) -> None:
    (copied / "topics.xx.yml").write_text("- id: protect\n  name: Xyz\n", encoding="utf-8")
    assert messages(copied) == [
        "topics.xx.yml:1: error: file: “xx” is not a language of languages.yml. "
        "Remove it, or add the language."
    ]


def test_what_a_draft_language_lacks_is_a_warning_and_nobody_is_offered_it(
    copied: Path, change: Change
) -> None:
    change("languages.yml", "- code: zh\n", "- code: zh\n  draft: true\n")
    (copied / "danger/held.zh.yml").write_text("reply: [not, a, text]\n", encoding="utf-8")
    assert messages(copied) == []
    found = messages(copied, "warning")
    assert any(line.startswith("danger/held.zh.yml:1: warning: reply:") for line in found)
    knowledge = load(copied)
    assert "zh" not in knowledge.language_codes
    assert "zh" not in knowledge.messages
    assert all("zh" not in entry.texts for entry in knowledge.faq.values())
    assert all("zh" not in danger.reply for danger in knowledge.dangers.values())


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("topics.yml", b"\xef\xbb\xbf- id: x", "the file begins with a byte-order mark. "
         "Save it as “UTF-8 without BOM”."),
        ("topics.yml", b"- id: x\r\n", "the lines end as on Windows. "
         "Save it with line ends “LF” (Unix)."),
        ("topics.yml", b"- id: \0\0\0", "the file holds zero bytes: it was perhaps only half "
         "saved. Save it again."),
        ("topics.yml", b"", "there is nothing in it. Fill in the fields."),
        ("topics.yml", b"a: &x [1]\nb: [*x, *x]", "the file cannot be read here: a value that "
         "begins with & or * refers to another value. " + QUOTES),
        ("topics.yml", b"- &-x [1, *-x]", "the file cannot be read here: a value that "
         "begins with & or * refers to another value. " + QUOTES),
        ("topics.yml", b"- ? [x]\n  : y", "the file cannot be read here: the name of a field is "
         "one word. " + QUOTES),
        ("topics.yml", b"- id: !!float 1", "the file cannot be read here: a value of the kind "
         "“!!float” is not used here. " + QUOTES),
        ("topics.yml", b"- id: " + b"9" * 5_000, "the file cannot be read here: a value of the "
         "kind “!!int” is not used here. " + QUOTES),
        ("topics.yml", b"[" * 100_000, "the file cannot be read here: the values are nested too "
            "deeply. " + QUOTES),
        ("topics.yml", b"#" * 50_000_000, "the file is larger than 1000 kB. "
         "Look for something pasted by mistake, or divide it."),
    ],
)  # fmt: skip
def test_bytes_that_are_not_ours_are_refused_in_plain_words(
    copied: Path, name: str, content: bytes, problem: str
) -> None:
    (copied / name).write_bytes(content)
    assert f"{name}:1: error: file: {problem}" in messages(copied)


def test_a_link_that_leads_out_of_the_folder(copied: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.yml"
    (copied / "topics.yml").rename(outside)
    (copied / "topics.yml").symlink_to(outside)
    assert (
        "topics.yml:1: error: file: the file is a link that leads out of the folder. "
        "Put the file itself here."
    ) in messages(copied)


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        ("<script>alert(1)</script>", "HTML and script are not allowed here"),
        ("[tap](javascript:alert(1))", "HTML and script are not allowed here"),
        ("call \u202e191", "there is an invisible control character in it"),
    ],
)
def test_markup_and_hidden_characters_in_an_answer(copied: Path, bad: str, problem: str) -> None:
    file = copied / "faq/protect/protect-yourself.en.md"
    text = file.read_text(encoding="utf-8")
    file.write_text(f"{text}\n{bad}\n", encoding="utf-8")
    line = text.split("\n---\n", 1)[0].count("\n") + 3
    assert (
        f"faq/protect/protect-yourself.en.md:{line}: error: answer: {problem}. "
        "Write plain words; lists begin with “- ”."
    ) in messages(copied)


def test_a_field_that_stands_twice(copied: Path, change: Change) -> None:
    change("hotlines/LA.yml", "country: LA\n", "country: LA\ncountry: LA\n")
    assert (
        "hotlines/LA.yml:3: error: file: the file cannot be read here: the field “country” stands "
        "here a second time. " + QUOTES
    ) in messages(copied)
