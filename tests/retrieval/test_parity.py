"""The parity check sees a line that says something else, and is tied to its encoder."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from forewarn.knowledge.checks.parity import Translation, compared
from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.parity import Difference, Kind, lines
from retrieval import __main__ as cli
from retrieval import calibrate_parity
from retrieval.encoder import Encoder
from retrieval.parity import PARITY, Fitted, Judge, ParityError, calibrates


@pytest.fixture(scope="module")
def fitted(encoder: Encoder) -> Fitted:
    return Fitted.load(encoder.fingerprint)


@pytest.fixture(scope="module")
def thai(small: Knowledge) -> list[Translation]:
    return [one for one in compared(small) if one.language == "th"]


@pytest.fixture(scope="module")
def judge(small: Knowledge, encoder: Encoder, fitted: Fitted, thai: list[Translation]) -> Judge:
    return Judge(small.wording, encoder, fitted, [one.english for one in thai])


def test_good_translations_are_not_accused(judge: Judge, thai: list[Translation]) -> None:
    """Those it was fitted on; of others, ``bench/parity.py`` counts how many are."""
    good = [(one.english, one.text) for one in thai if calibrates(one.id)]
    assert good
    assert judge.differences("th", good) == [[]] * len(good)


def test_a_replaced_line_is_named(judge: Judge, thai: list[Translation]) -> None:
    one, other = thai[0], thai[1]
    own = [line for line in one.text.splitlines() if line.strip()]
    strange = next(line for line in lines(other.text) if line.startswith("- "))
    number = next(n for n, line in enumerate(own) if line.startswith("- "))
    changed = "\n".join([*own[:number], strange, *own[number + 1 :]])
    [found] = judge.differences("th", [(one.english, changed)])
    assert Difference(Kind.meaning, number + 1, "") in found
    assert {difference.line for difference in found} == {number + 1}


def test_a_line_cut_short_is_named(judge: Judge, thai: list[Translation]) -> None:
    one = thai[0]
    own = lines(one.text)
    number = max(range(len(own)), key=lambda n: len(own[n]))
    changed = "\n".join([*own[:number], own[number][: len(own[number]) // 3], *own[number + 1 :]])
    [found] = judge.differences("th", [(one.english, changed)])
    assert {difference.line for difference in found} == {number + 1}
    assert {difference.kind for difference in found} & {Kind.length, Kind.meaning}


def test_a_language_nothing_was_fitted_for_is_compared_without_meaning(
    small: Knowledge, encoder: Encoder, fitted: Fitted, thai: list[Translation]
) -> None:
    less = replace(fitted, languages={})
    judge = Judge(small.wording, encoder, less, [one.english for one in thai])
    assert not judge.knows("th")
    one, other = thai[0], thai[1]
    strange = "\n".join(reversed(lines(other.text)))
    [found] = judge.differences("th", [(one.english, strange)])
    assert not {difference.kind for difference in found} & {Kind.length, Kind.meaning}


def test_values_fitted_with_another_encoder_are_refused(
    small: Knowledge, encoder: Encoder, fitted: Fitted, tmp_path: Path
) -> None:
    with pytest.raises(ParityError, match="was fitted with another encoder: run"):
        Fitted.load("another")
    with pytest.raises(ParityError, match=r"nothing\.json is missing: run"):
        Fitted.load(encoder.fingerprint, tmp_path / "nothing.json")
    other = replace(fitted, encoder="another")
    with pytest.raises(ParityError, match="fitted with another encoder: run"):
        Judge(small.wording, encoder, other, [])


def test_fitted_values_are_written_and_read_alike(
    encoder: Encoder, fitted: Fitted, tmp_path: Path
) -> None:
    path = tmp_path / "parity.json"
    fitted.save(path)
    assert path.read_bytes() == PARITY.read_bytes()
    assert str(Fitted.load(encoder.fingerprint, path)) == str(fitted)


def test_fitting_twice_gives_the_same(
    small: Knowledge, encoder: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calibrate_parity, "calibrates", lambda _: True)
    monkeypatch.setattr(calibrate_parity, "FEWEST_LINES", 20)
    some = dict(list(small.faq.items())[:5])
    for name, entry in some.items():
        some[name] = replace(entry, texts={code: entry.texts[code] for code in ("en", "th")})
    for name in ("one", "two"):
        calibrate_parity.fit(replace(small, faq=some), encoder).save(tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    fitted = Fitted.load(encoder.fingerprint, tmp_path / "one")
    assert list(fitted.languages) == ["th"]
    assert fitted.languages["th"].lines == sum(
        len(lines(entry.texts["th"].answer)) for entry in some.values()
    )


def test_too_few_translations_are_refused(small: Knowledge, encoder: Encoder) -> None:
    with pytest.raises(ValueError, match="too few translated entries to fit the parity check on"):
        calibrate_parity.fit(replace(small, faq={}), encoder)


def test_about_half_of_the_entries_calibrate() -> None:
    half = sum(calibrates(f"entry-{number}") for number in range(1000))
    assert 450 < half < 550


def test_the_command_names_path_line_and_fix(
    small_folder: Path,
    tmp_path: Path,
    encoder_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    knowledge = Path(shutil.copytree(small_folder, tmp_path / "knowledge"))
    file = next(
        path for path in sorted(knowledge.glob("faq/*/*.th.md"))
        if " 2025" in path.read_text("utf-8").split("---")[2]
    )  # fmt: skip
    head, front, body = file.read_text("utf-8").split("---", 2)
    file.write_text("---".join([head, front, body.replace(" 2025", " 2019", 1)]), "utf-8")
    line = next(
        n for n, text in enumerate(file.read_text("utf-8").splitlines(), 1) if "2019" in text
    )
    monkeypatch.setenv("FOREWARN_KNOWLEDGE", str(knowledge))
    monkeypatch.setenv("FOREWARN_VAR", str(encoder_folder.parent))
    assert cli.main(["parity", "--language", "th"]) == 0
    said = capsys.readouterr().out.splitlines()
    start = f"{file.as_posix()}:{line}: warning: answer: numbers differ: "
    assert [one for one in said if file.name in one and one.startswith(start)]
    assert cli.main(["parity", "--language", "xx"]) == 1
