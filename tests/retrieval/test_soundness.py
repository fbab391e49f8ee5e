"""Looking only where something changed finds what looking everywhere finds."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from forewarn.knowledge.loader import Knowledge, read
from forewarn.typed import Door
from retrieval.soundness import errors

Spoil = Callable[[Path, Knowledge], None]


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def entry(folder: Path) -> Path:
    return min((folder / "faq").glob("*/*.en.md"))


def a_question_of_another(folder: Path, knowledge: Knowledge) -> None:
    *_, last = knowledge.faq.values()
    taken = last.texts["en"].question
    replace(entry(folder), "also_asked:\n", f'also_asked:\n  - "{taken}"\n')


def an_unproved_sentence(folder: Path, knowledge: Knowledge) -> None:
    replace(folder / "danger" / "held.yml", "\nmust_match: [", '\nmust_match: ["nothing like it", ')


def an_english_answer(folder: Path, knowledge: Knowledge) -> None:
    thai = entry(folder).name.replace(".en.md", ".th.md")
    path = next((folder / "faq").glob(f"*/{thai}"))
    path.write_text(path.read_text("utf-8") + "\nThis is what you say to them and how you do it.\n")


def a_lost_file(folder: Path, knowledge: Knowledge) -> None:
    min((folder / "sources").glob("*.yml")).unlink()
    thai = entry(folder).name.replace(".en.md", ".th.md")
    next((folder / "faq").glob(f"*/{thai}")).unlink()


def a_lost_step(folder: Path, knowledge: Knowledge) -> None:
    for path in sorted((folder / "faq").glob("*/*.th.md")):
        text = path.read_text("utf-8")
        if "\n- " in text.split("---", 2)[2]:
            head, _, body = text.rpartition("\n- ")
            path.write_text(head + body.partition("\n")[2], "utf-8")
            return


def letters_of_a_language(folder: Path, knowledge: Knowledge) -> None:
    replace(folder / "languages.yml", "spaces: true", "spaces: false")


def words_without_blanks(folder: Path, knowledge: Knowledge) -> None:
    """Taken apart by words of the record's own phrases and of another's."""
    replace(
        folder / "danger" / "held.yml",
        "\nmust_match: [",
        '\nmust_match: ["theytookmypassportcommission", ',
    )


def an_address_that_proves_a_flag(folder: Path, knowledge: Knowledge) -> None:
    replace(folder / "addresses.yml", "names: [facebook, messenger], ", "")


def a_number_that_proves_a_flag(folder: Path, knowledge: Knowledge) -> None:
    flag = folder / "red_flags" / "number-of-another-country.yml"
    replace(flag, "in Thailand, call +855", "in Thailand, call +66")


def a_number_in_an_answer(folder: Path, knowledge: Knowledge) -> None:
    path = entry(folder)
    path.write_text(path.read_text("utf-8") + "\nCall 02-123-4567 at once.\n", "utf-8")


def a_contact_with_a_number_that_stands_in_answers(folder: Path, knowledge: Knowledge) -> None:
    """As a year."""
    replace(folder / "hotlines" / "TH.yml", 'dial_inside: "191"', 'dial_inside: "2025"')


def a_lost_word(folder: Path, knowledge: Knowledge) -> None:
    replace(folder / "danger" / "held.th.yml", "name: ", "# name: ")


def a_country_that_comes_nearer(folder: Path, knowledge: Knowledge) -> None:
    """Its contacts are needed in every language now."""
    replace(
        folder / "countries.yml", "name: India\n    region: false", "name: India\n    region: true"
    )


def nothing(folder: Path, knowledge: Knowledge) -> None:
    pass


@pytest.mark.parametrize(
    ("spoil", "wrong"),
    [
        (a_question_of_another, True),
        (an_unproved_sentence, True),
        (an_english_answer, True),
        (a_lost_file, True),
        (a_lost_step, True),
        (letters_of_a_language, True),
        (a_number_in_an_answer, True),
        (a_contact_with_a_number_that_stands_in_answers, True),
        (a_lost_word, True),
        (a_country_that_comes_nearer, True),
        (an_address_that_proves_a_flag, True),
        (a_number_that_proves_a_flag, True),
        (words_without_blanks, False),
        (nothing, False),
    ],
)
def test_finds_what_the_whole_check_finds(
    small_folder: Path, small: Knowledge, tmp_path: Path, spoil: Spoil, wrong: bool
) -> None:
    folder = shutil.copytree(small_folder, tmp_path / "knowledge")
    sound, problems = read(folder)
    assert not problems
    assert not errors(sound, None)
    spoil(folder, small)
    knowledge, problems = read(folder)
    assert not problems
    found = errors(knowledge, sound)
    assert found == errors(knowledge, None)
    assert bool(found) is wrong


def test_only_sentences_of_what_changed_are_proved_again(
    small_folder: Path, small: Knowledge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(small_folder, tmp_path / "knowledge")
    sound, _ = read(folder)
    an_unproved_sentence(folder, small)
    knowledge, _ = read(folder)
    proved: list[str] = []
    read_plainly = Door.read

    def reading(self: Door, text: str) -> str:
        proved.append(text)
        return read_plainly(self, text)

    monkeypatch.setattr(Door, "read", reading)
    assert errors(knowledge, sound)
    held = knowledge.dangers["held"]
    own = [*held.must_match.values(), *held.must_not_match.values()]
    assert proved == [sentence for sentences in own for sentence in sentences]
