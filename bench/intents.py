"""Our intent classifier beside Rasa's default, trained on the same examples.

On held-out messages in seven languages, and on CLINC150 small (Larson et al., 2019), of which the
published results stand in ``bench/public/clinc150/published.json``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import f1_score

from bench import rasa_peer
from bench.peers import OURS
from bench.public import PUBLIC
from bot import measure as bot_measure
from bot.components.regression import Numbers, fit
from bot.contract import Project
from bot.model import BOT
from retrieval import encoder as encoders
from retrieval import evaluate, json_lines
from retrieval.settings import RetrievalSettings

HELDOUT = Path(__file__).resolve().parent / "heldout"

RASA = "Rasa: DIET"
OUT = "out_of_scope"

STRENGTHS = (10.0, 30.0, 100.0, 300.0)
"""Of the regression on CLINC150; the best on its validation part is taken."""


class Message(json_lines.Line):
    """A message and what it wants."""

    intent: json_lines.Text
    text: json_lines.Text
    language: json_lines.Text


def heldout() -> dict[str, Any]:
    """Train both on the bot's examples, and tell what held-out messages want.

    Raises:
        ValueError: there are no held-out messages, or one has an intent the bot does not know.
        subprocess.SubprocessError: Rasa failed.
    """
    messages = [
        message
        for path in sorted(HELDOUT.glob("intents.*.jsonl"))
        for _, message in json_lines.read(path, Message)
    ]
    if not messages:
        raise ValueError(f"there are no intents.*.jsonl in {HELDOUT.name}")
    examples = [(text, intent) for _, intent, _, text in Project.read(BOT).examples()]
    unknown = {one.intent for one in messages} - {intent for _, intent in examples}
    if unknown:
        raise ValueError(f"held-out messages have unknown intents: {', '.join(sorted(unknown))}")
    settings = RetrievalSettings()
    encoder = _encoder(settings)
    texts = [one.text for one in messages]
    ours = bot_measure.said(
        encoder.questions([text for text, _ in examples]),
        [intent for _, intent in examples],
        encoder.questions(texts),
        bot_measure.settings(),
    )
    theirs = rasa_peer.said(settings.var, examples, texts)
    named = {OURS: ours, RASA: [_of_rasa(one) for one in theirs]}
    return {
        "encoder": encoder.fingerprint,
        "examples": len(examples),
        "classifiers": {name: _by_language(messages, said) for name, said in named.items()},
    }


def clinc150() -> dict[str, Any]:
    """Train ours on the small training set; strength and threshold are chosen on the validation
    part, as the published ones were: for the most that is right, out of scope counted as one
    intent more."""
    parts = {
        part: [one for _, one in json_lines.read(PUBLIC / "clinc150" / f"{part}.jsonl.gz", Message)]
        for part in ("train", "validation", "test")
    }
    encoder = _encoder(RetrievalSettings())
    vectors = {part: encoder.questions([one.text for one in some]) for part, some in parts.items()}
    truth = {part: np.array([one.intent for one in some]) for part, some in parts.items()}
    best: tuple[float, float, float] = (-1.0, 0.0, 0.0)
    for strength in STRENGTHS:
        names, chances = _ranked(vectors, truth["train"], strength, "validation")
        for threshold in np.linspace(0.0, 0.95, 96):
            said = np.where(chances >= threshold, names, OUT)
            best = max(best, (_macro(truth["validation"], said), strength, float(threshold)))
    _, strength, threshold = best
    names, chances = _ranked(vectors, truth["train"], strength, "test")
    said = np.where(chances >= threshold, names, OUT)
    right, inside = said == truth["test"], truth["test"] != OUT
    return {
        "encoder": encoder.fingerprint,
        "strength": strength,
        "threshold": round(threshold, 2),
        "in_scope": int(inside.sum()),
        "out_of_scope": int((~inside).sum()),
        "accuracy": _share(right[inside]),
        "out_recall": _share(right[~inside]),
        "published": json.loads((PUBLIC / "clinc150" / "published.json").read_text("utf-8")),
    }


def _ranked(
    vectors: dict[str, Numbers], truth: Any, strength: float, part: str
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    regression = fit(vectors["train"], truth, strength, 1.0)
    best = [regression.rank(vector)[0] for vector in vectors[part]]
    return np.array([name for name, _ in best]), np.array([chance for _, chance in best])


def _macro(truth: np.ndarray[Any, Any], said: np.ndarray[Any, Any]) -> float:
    """The mean over intents of the share of each that is named rightly."""
    return float(np.mean([(said[truth == name] == name).mean() for name in np.unique(truth)]))


def _encoder(settings: RetrievalSettings) -> encoders.Encoder:
    threads = os.cpu_count() or 1
    return encoders.load(settings.encoder_model, settings.encoder_folder, threads)


def _of_rasa(said: rasa_peer.Said) -> str:
    """What it is not sure of, it calls out of scope, so to speak."""
    return OUT if said.intent == rasa_peer.FALLBACK else said.intent


def _by_language(messages: Sequence[Message], said: Sequence[str]) -> dict[str, Any]:
    pairs = list(zip(messages, said, strict=True))
    languages = sorted({one.language for one in messages})
    parts = {name: [pair for pair in pairs if pair[0].language == name] for name in languages}
    return {name: _quality(some) for name, some in {**parts, "all": pairs}.items()}


def _quality(pairs: Sequence[tuple[Message, str]]) -> dict[str, Any]:
    truth = [one.intent for one, _ in pairs]
    said = [name for _, name in pairs]
    right = np.array([a == b for a, b in zip(truth, said, strict=True)])
    macro = f1_score(truth, said, labels=sorted(set(truth)), average="macro", zero_division=0)
    return {
        "messages": len(pairs),
        "accuracy": _share(right),
        "macro_f1": round(float(macro), 4),
    }


def _share(right: np.ndarray[Any, Any]) -> dict[str, float]:
    measured = evaluate.wilson(int(right.sum()), len(right))
    return {name: round(getattr(measured, name), 4) for name in ("value", "low", "high")}
