"""Both classifiers are trained on the same examples and asked the same messages."""

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

from bench import intents
from bench.rasa_peer import FALLBACK
from retrieval import convert
from retrieval.settings import RetrievalSettings

EXAMPLES = {
    "greet": ["hello", "hi there", "good morning", "hey", "good evening to you"],
    "question": [
        *("is this casting real", "how do I check an agency", "who owns the compounds"),
        *("what is a fake marriage", "can I get my money back"),
    ],
    "out_of_scope": [
        *("what is the weather", "how do I cook rice", "who won the match"),
        *("tell me a joke", "what is two plus two"),
    ],
}
SAID = [("greet", "hi hello"), ("question", "is the agency real"), ("greet", "good morning all")]
RASA = """#!/bin/sh
echo '[{{"intent": "greet", "entries": []}}, {{"intent": "{fallback}", "entries": []}},
{{"intent": "question", "entries": []}}]' > "$3/said.json"
"""


@pytest.fixture(autouse=True)
def _settings(
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    encoder = RetrievalSettings().encoder_folder
    if not convert.is_current(encoder):
        encoder = tmp_path_factory.mktemp("encoder") / "encoder"
        convert.convert(encoder)
    python = tmp_path / "var" / "environments" / "bot" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(RASA.format(fallback=FALLBACK))
    os.chmod(python, 0o700)
    (tmp_path / "var" / "encoder").symlink_to(encoder.absolute())
    monkeypatch.setenv("FOREWARN_VAR", str(tmp_path / "var"))
    for name in ("domain", "data/nlu", "data/rules", "tests"):
        (tmp_path / "bot" / name).mkdir(parents=True)
    for intent, texts in EXAMPLES.items():
        lines = "".join(f"    - {text}\n" for text in texts)
        nlu = f'version: "3.1"\nnlu:\n- intent: {intent}\n  examples: |\n{lines}'
        (tmp_path / "bot" / "data" / "nlu" / f"{intent}.yml").write_text(nlu)
    monkeypatch.setattr(intents, "BOT", tmp_path / "bot")
    monkeypatch.setattr(intents, "HELDOUT", tmp_path)
    monkeypatch.setattr(intents, "PUBLIC", tmp_path)


def written(path: Path, said: list[tuple[str, str]]) -> None:
    lines = [
        json.dumps({"id": str(number), "intent": intent, "text": text, "language": "en"})
        for number, (intent, text) in enumerate(said)
    ]
    content = "\n".join(lines).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)


def values(found: dict[str, Any]) -> tuple[int, float, float]:
    return found["messages"], found["accuracy"]["value"], found["macro_f1"]


def test_held_out_messages_are_told_by_both(tmp_path: Path) -> None:
    written(tmp_path / "intents.en.jsonl", SAID)
    found = intents.heldout()
    assert found["examples"] == 15
    both = {name: values(one["all"]) for name, one in found["classifiers"].items()}
    assert both == {"Forewarn": (3, 1.0, 1.0), "Rasa: DIET": (3, 0.3333, 0.3333)}
    assert found["classifiers"]["Forewarn"]["en"] == found["classifiers"]["Forewarn"]["all"]


def test_without_messages_or_with_unknown_intents_nothing_is_measured(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^there are no intents\.\*\.jsonl in "):
        intents.heldout()
    written(tmp_path / "intents.en.jsonl", [("juggle", "x")])
    with pytest.raises(ValueError, match=r"^held-out messages have unknown intents: juggle$"):
        intents.heldout()


def test_the_threshold_is_chosen_on_the_validation_part(tmp_path: Path) -> None:
    (tmp_path / "clinc150").mkdir()
    trained = [(intent, text) for intent, texts in EXAMPLES.items() for text in texts]
    for part, said in {"train": trained, "validation": SAID, "test": SAID}.items():
        written(tmp_path / "clinc150" / f"{part}.jsonl.gz", said)
    published = {"source": "a paper", "rows": []}
    (tmp_path / "clinc150" / "published.json").write_text(json.dumps(published))
    found = intents.clinc150()
    assert (found["in_scope"], found["out_of_scope"]) == (3, 0)
    assert found["accuracy"]["value"] == 1
    assert found["strength"] in intents.STRENGTHS
    assert found["published"] == published
