"""Rasa is asked in its own environment; a stand-in for its Python shows what it is given."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from bench.rasa_peer import FALLBACK, Said, said

ANSWERS = """#!/bin/sh
test "$1 $2" = "-m bench.rasa_peer" || exit 3
cp "$3/examples.json" "$3/asked.json" "{seen}"
echo '[{{"intent": "faq", "entries": ["a", "b"]}}, {{"intent": "{fallback}", "entries": []}}]' \
    > "$3/said.json"
"""
FAILS = """#!/bin/sh
echo "no such component" >&2
exit 1
"""
EXAMPLES = [("is it real", "faq/a"), ("ใครช่วย", "faq/b"), ("hi", "greet")]


def stand_in(var: Path, script: str) -> None:
    python = var / "environments" / "bot" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(script)
    os.chmod(python, 0o700)


def test_rasa_gets_the_examples_and_the_texts(tmp_path: Path) -> None:
    stand_in(tmp_path, ANSWERS.format(seen=tmp_path, fallback=FALLBACK))
    found = said(tmp_path, EXAMPLES, ["real?", "?"])
    assert found == [Said("faq", ("a", "b")), Said(FALLBACK, ())]
    given = [json.loads((tmp_path / f"{name}.json").read_text()) for name in ("examples", "asked")]
    assert given == [[list(one) for one in EXAMPLES], ["real?", "?"]]


def test_a_failure_says_what_rasa_said(tmp_path: Path) -> None:
    stand_in(tmp_path, FAILS)
    with pytest.raises(subprocess.SubprocessError, match=r"^Rasa failed:\nno such component$"):
        said(tmp_path, EXAMPLES, ["real?"])
