"""How far the confidence can be believed: how often the best entry is right when it is so sure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from bench.heldout import held_out
from retrieval import calibrate, evaluate, questions
from retrieval.checks import every_check
from retrieval.service import Service
from retrieval.settings import RetrievalSettings

CALIBRATION = Path(__file__).resolve().parent / "calibration"

BINS = 10
"""Of equal width, from 0 to 1."""


def measure() -> dict[str, Any]:
    """On the questions it was fitted on, each judged by a confidence fitted without it, and on
    held-out ones by the confidence in service. Questions without an answer count as wrong.

    Raises:
        ValueError: no confidence is in service.
    """
    service = Service(RetrievalSettings())
    served = service.served
    if served.index.confidence is None:
        raise ValueError("no confidence is in service: run `make calibrate`")
    fitted_on = [
        one for path in sorted(CALIBRATION.glob("questions*.jsonl")) for one in questions.read(path)
    ]
    checked = every_check(served.knowledge)
    seen = calibrate.cross_validated(served.index, service.encoder, fitted_on, checked)
    asked = held_out()
    found = [service.search(one.text, one.language, 1).hits[0] for one in asked]
    unseen = [(hit.confidence, hit.id in one.expect) for hit, one in zip(found, asked, strict=True)]
    return {
        "encoder": served.index.made.encoder,
        "knowledge": served.index.made.knowledge,
        "sets": {"calibration, cross-validated": curve(seen), "held out": curve(unseen)},
    }


def curve(judged: Sequence[tuple[float, bool]]) -> dict[str, Any]:
    """The bins that are not empty, and the expected calibration error: the mean distance between
    confidence and truth, weighed by questions (Naeini, Cooper and Hauskrecht, 2015)."""
    sure = np.array([confidence for confidence, _ in judged])
    right = np.array([truth for _, truth in judged])
    places = np.minimum((sure * BINS).astype(int), BINS - 1)
    bins = []
    error = 0.0
    for place in np.unique(places):
        mine = places == place
        share = evaluate.wilson(int(right[mine].sum()), int(mine.sum()))
        confidence = float(sure[mine].mean())
        error += abs(share.value - confidence) * float(mine.mean())
        bins.append(
            {
                "questions": int(mine.sum()),
                "confidence": round(confidence, 4),
                "share": {name: round(value, 4) for name, value in asdict(share).items()},
            }
        )
    return {"questions": len(judged), "error": round(error, 4), "bins": bins}
