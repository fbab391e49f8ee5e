"""The command line does what its help says."""

import hashlib
import io
import json
from pathlib import Path

import numpy as np
import pytest

from forewarn.knowledge.loader import Knowledge
from retrieval.__main__ import main
from retrieval.encoder import Encoder


@pytest.fixture(autouse=True)
def _settings(
    encoder_folder: Path,
    published: Path,
    small_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "encoder").symlink_to(encoder_folder)
    (tmp_path / "var" / "index").symlink_to(published)
    monkeypatch.setenv("FOREWARN_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("FOREWARN_KNOWLEDGE", str(small_folder))


def test_what_is_up_to_date_is_left_alone(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert [main(["encoder"]), main(["build"])] == [0, 0]
    var = tmp_path / "var"
    assert capsys.readouterr().out.splitlines() == [
        f"the encoder in {var / 'encoder'} is up to date",
        f"the index in {var / 'index'} is up to date",
    ]


def test_searches_one_text(capsys: pytest.CaptureFixture[str], small: Knowledge) -> None:
    name, entry = next(iter(small.faq.items()))
    assert main(["search", entry.texts["zh"].question, "--json", "--top", "1"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert [(hit["id"], hit["language"]) for hit in content["hits"]] == [(name, "zh")]


def test_searches_lines(
    capsys: pytest.CaptureFixture[str], small: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [
        {"id": name, "text": entry.texts["en"].question, "language": "th"}
        for name, entry in small.faq.items()
    ]
    lines = "\n".join(json.dumps(one) for one in asked)
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    assert main(["search", "-", "--top", "1"]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(one["id"], one["hits"][0]["id"]) for one in found] == [(n, n) for n in small.faq]


def test_checks_an_offer(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-offer", "hello there", "--language", "en"]) == 0
    assert capsys.readouterr().out.startswith("unclear: ")


def test_shows_the_sum_of_an_offer_line_by_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-offer", "We will buy your plane ticket.", "--language", "en"]) == 0
    first, *lines = capsys.readouterr().out.splitlines()
    assert first.partition(": ")[0] in {"lure", "careful", "unclear"}
    assert any("free-ticket-debt: “We will buy your plane ticket” " in f"{one} " for one in lines)
    assert lines[-2].endswith("  the message as a whole")
    assert " together; careful from " in lines[-1]
    adds = [float(one.split()[0]) for one in lines]
    assert sum(adds[:-1]) == pytest.approx(adds[-1], abs=0.02)


def test_checks_a_file_of_offers(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    texts = ["We will buy your plane ticket.", "Lunch is at noon."]
    lines = [{"id": str(n), "text": text, "language": "en"} for n, text in enumerate(texts)]
    path = tmp_path / "offers.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)) + "\n", "utf-8")
    assert main(["check-offer", str(path)]) == 0
    ticket, lunch = map(json.loads, capsys.readouterr().out.splitlines())
    assert (ticket["id"], lunch["id"]) == ("0", "1")
    assert ticket["sum"]["flags"]["free-ticket-debt"] > 0
    assert [flag["id"] for flag in ticket["flags"]] == list(ticket["sum"]["flags"])
    assert (lunch["level"], lunch["flags"]) == ("unclear", [])


def test_writes_the_vectors_the_bot_needs(tmp_path: Path, encoder: Encoder) -> None:
    (tmp_path / "nlu").mkdir()
    (tmp_path / "nlu" / "greet.yml").write_text(
        'version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - hello\n    - good-day\n'
    )
    (tmp_path / "nlu" / "stories.yml").write_text(
        "stories:\n- story: s\n  steps:\n  - user: |\n      hi there\n    intent: greet\n"
        "  - action: a\n"
    )
    output = tmp_path / "out" / "vectors.npz"
    assert main(["vectors", str(tmp_path / "nlu"), "--output", str(output)]) == 0
    texts = ["hello", "good-day", "hi there"]
    with np.load(output, allow_pickle=False) as stored:
        assert stored["hashes"].tolist() == [
            hashlib.sha256(text.encode()).hexdigest() for text in texts
        ]
        np.testing.assert_allclose(stored["vectors"], encoder.questions(texts), atol=1e-3)
        assert str(stored["encoder"]) == encoder.fingerprint


def test_measures_a_file(
    capsys: pytest.CaptureFixture[str], small: Knowledge, tmp_path: Path
) -> None:
    lines = [
        json.dumps({"id": n, "text": e.texts["en"].question, "language": "en", "expect": [n]})
        for n, e in small.faq.items()
    ]
    (tmp_path / "asked.jsonl").write_text("\n".join(lines))
    assert main(["evaluate", str(tmp_path / "asked.jsonl"), "--json"]) == 0
    quality = json.loads(capsys.readouterr().out)
    assert quality["en"]["hit_1"]["value"] == quality["all"]["hit_1"]["value"] == 1


def test_faults_are_one_clear_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "asked.jsonl").write_text(
        '{"id": "1", "text": "x", "language": "en", "expect": ["no-such-entry"]}'
    )
    assert main(["search", "x", "--language", "xx"]) == 1
    assert main(["evaluate", str(tmp_path / "asked.jsonl")]) == 1
    monkeypatch.setenv("FOREWARN_RETRIEVAL_PORT", "1")
    assert main(["publish"]) == 1
    monkeypatch.setenv("FOREWARN_VAR", str(tmp_path / "none"))
    assert main(["search", "x"]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "“xx” is none of the languages in languages.yml",
        f"ValueError: {tmp_path / 'asked.jsonl'} expects entries that do not exist: "
        "1: no-such-entry",
        "the retrieval service does not answer at http://127.0.0.1:1/publish: is it running?",
        f"there is no encoder in {tmp_path / 'none' / 'encoder'}: "
        "run `python -m retrieval encoder`",
    ]
