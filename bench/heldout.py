"""Quality of the search on questions nobody saw while it was built or calibrated."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from retrieval import evaluate, questions
from retrieval.service import Service
from retrieval.settings import RetrievalSettings

HELDOUT = Path(__file__).resolve().parent / "heldout"


def measure() -> dict[str, Any]:
    """Search every held-out question in the index in service.

    Raises:
        ValueError: a question expects an entry that does not exist.
    """
    asked = [
        question
        for path in sorted(HELDOUT.glob("questions*.jsonl"))
        for question in questions.read(path)
    ]
    service = Service(RetrievalSettings())
    made = service.served.index.made
    missing = questions.unknown_entries(asked, service.served.entries)
    if missing:
        raise ValueError(f"held-out questions expect unknown entries: {', '.join(missing)}")
    quality = evaluate.evaluate(
        asked, lambda question, depth: service.search(question.text, question.language, depth)
    )
    return {
        "encoder": made.encoder,
        "knowledge": made.knowledge,
        "entries": len(service.served.entries),
        "quality": evaluate.as_json(quality),
    }
