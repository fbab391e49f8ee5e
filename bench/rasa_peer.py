"""Rasa as it ships, as a peer: trained on the same examples, asked the same texts.

Runs in the bot's environment (Python 3.10), which has Rasa and none of our models:
``python -m bench.rasa_peer FOLDER`` reads ``asked.json`` and what it is trained on from FOLDER, and
writes ``said.json`` there. A model that was trained is kept there and used again.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CONFIG = Path(__file__).with_name("rasa.yml")
FAQ = "faq"
"""The retrieval intent under which every entry is an answer of its own."""

FALLBACK = "nlu_fallback"
"""What Rasa says when it is not sure."""

_SEED = "1"


@dataclass(frozen=True)
class Said:
    """The intent Rasa named, and its entries, best first."""

    intent: str
    entries: tuple[str, ...]


def said(var: Path, examples: Sequence[tuple[str, str]], texts: Sequence[str]) -> list[Said]:
    """What Rasa says to ``texts`` once it was trained on ``examples``, each a text and its intent
    (``faq/x`` for the entry x). The bot's environment and the models lie in ``var``.

    Raises:
        subprocess.SubprocessError: Rasa failed; the end of what it said stands beside it.
    """
    training = json.dumps(list(examples), ensure_ascii=False) + CONFIG.read_text("utf-8")
    mine = var / "rasa" / hashlib.sha256(training.encode()).hexdigest()[:16]
    mine.mkdir(parents=True, exist_ok=True)
    (mine / "examples.json").write_text(json.dumps(list(examples), ensure_ascii=False), "utf-8")
    (mine / "asked.json").write_text(json.dumps(list(texts), ensure_ascii=False), "utf-8")
    python = (var / "environments" / "bot" / "bin" / "python").absolute()
    command = [str(python), "-m", "bench.rasa_peer", str(mine.absolute())]
    ran = subprocess.run(
        command,
        cwd=CONFIG.parent.parent,
        env={
            **os.environ,
            "PYTHONPATH": str(CONFIG.parent.parent),
            "RASA_TELEMETRY_ENABLED": "false",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "PYTHONHASHSEED": _SEED,
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if ran.returncode:
        raise subprocess.SubprocessError(
            "Rasa failed:\n" + "\n".join(ran.stderr.splitlines()[-20:])
        )
    rows = json.loads((mine / "said.json").read_text("utf-8"))
    return [Said(row["intent"], tuple(row["entries"])) for row in rows]


def main() -> int:
    """Train unless that was done, and answer what is asked."""
    folder = Path(sys.argv[1])
    model = folder / "model.tar.gz"
    if not model.is_file():
        _train(folder, model)
    texts = json.loads((folder / "asked.json").read_text("utf-8"))
    rows = asyncio.run(_parsed(model, texts))
    (folder / "said.json").write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
    return 0


def _train(folder: Path, model: Path) -> None:
    from rasa.model_training import train_nlu

    examples = json.loads((folder / "examples.json").read_text("utf-8"))
    data = folder / "data"
    data.mkdir(exist_ok=True)
    lines = [{"text": text, "intent": intent} for text, intent in examples]
    nlu = {"rasa_nlu_data": {"common_examples": lines}}
    (data / "nlu.json").write_text(json.dumps(nlu, ensure_ascii=False), "utf-8")
    entries = sorted({intent for _, intent in examples if intent.startswith(f"{FAQ}/")})
    # Rasa takes a file that is JSON and holds answers for one of another make: plain YAML.
    answers = [f"  utter_{intent}:\n  - text: {intent}\n" for intent in entries]
    if answers:
        (data / "responses.yml").write_text("version: '3.1'\nresponses:\n" + "".join(answers))
    made = train_nlu(str(CONFIG), str(data), str(folder), fixed_model_name="made")
    Path(str(made)).replace(model)


async def _parsed(model: Path, texts: Sequence[str]) -> list[Mapping[str, Any]]:
    from rasa.core.agent import Agent

    agent = Agent.load(str(model))
    rows: list[Mapping[str, Any]] = []
    for text in texts:
        parsed = await agent.parse_message(text)
        ranking = parsed.get("response_selector", {}).get("default", {}).get("ranking", [])
        entries = [one["intent_response_key"].partition("/")[2] for one in ranking]
        rows.append({"intent": parsed["intent"]["name"], "entries": entries})
    return rows


if __name__ == "__main__":
    sys.exit(main())
