"""How well offers are judged, on held-out messages: lures, doubtful ones and honest ones."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from forewarn.knowledge.loader import load
from forewarn.offers.verdict import OfferCheck
from forewarn.replies import VerdictLevel
from retrieval import evaluate
from retrieval.settings import RetrievalSettings

HELDOUT = Path(__file__).resolve().parent / "heldout" / "offers.jsonl"

_WARNED = (VerdictLevel.lure, VerdictLevel.careful)

Judged = list[tuple[VerdictLevel, VerdictLevel]]
"""What each message is, and what was said of it."""


def measure() -> dict[str, Any]:
    """Judge every held-out message as the chat does."""
    knowledge = load(RetrievalSettings().knowledge)
    check = OfferCheck(knowledge)
    lines = [json.loads(line) for line in HELDOUT.read_text("utf-8").splitlines() if line.strip()]
    judged: dict[str, Judged] = {}
    for line in lines:
        said = check.check(line["text"], line["language"]).level
        judged.setdefault(line["language"], []).append((VerdictLevel(line["level"]), said))
    everything = [pair for pairs in judged.values() for pair in pairs]
    quality = {name: _quality(pairs) for name, pairs in {**judged, "all": everything}.items()}
    return {"knowledge": knowledge.content_hash(), "quality": quality}


def _quality(judged: Judged) -> dict[str, Any]:
    """Lures called one, lures warned of at all, and honest messages that raised a warning."""
    lures = [said for is_, said in judged if is_ is VerdictLevel.lure]
    honest = [said for is_, said in judged if is_ is VerdictLevel.unclear]
    return {
        "lures": len(lures),
        "honest": len(honest),
        "called_lure": _share([said is VerdictLevel.lure for said in lures]),
        "warned": _share([said in _WARNED for said in lures]),
        "wrongly_warned": _share([said in _WARNED for said in honest]),
        "wrongly_lure": _share([said is VerdictLevel.lure for said in honest]),
    }


def _share(tests: list[bool]) -> dict[str, float]:
    found = evaluate.wilson(sum(tests), len(tests))
    return {name: round(value, 4) for name, value in asdict(found).items()}
