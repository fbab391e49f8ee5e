"""How well danger is recognised, on messages kept apart: by phrase alone, and with meaning."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from forewarn.danger import Judge, Judgement
from forewarn.knowledge.schema import DangerLevel
from retrieval import evaluate
from retrieval.service import Service
from retrieval.settings import RetrievalSettings

HELDOUT = Path(__file__).resolve().parent / "heldout" / "danger.jsonl"


class Message(BaseModel):
    """One message, how dangerous it is and, where it is, the kind to be served first."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    text: str
    language: str
    level: DangerLevel
    kind: str | None


Judged = list[tuple[Message, Judgement]]


def measure() -> dict[str, Any]:
    """Judge every held-out message by phrase alone, as web does, and with its meaning."""
    lines = [line for line in HELDOUT.read_text("utf-8").split("\n") if line.strip()]
    messages = [Message.model_validate_json(line) for line in lines]
    service = Service(RetrievalSettings())
    phrases = Judge(service.served.knowledge)
    made = service.served.index.made
    return {
        "encoder": made.encoder,
        "knowledge": made.knowledge,
        "by_phrase": _by_language([(one, phrases.judge(one.text)) for one in messages]),
        "with_meaning": _by_language(
            [(one, service.understand(one.text, one.language).danger) for one in messages]
        ),
    }


def _by_language(judged: Judged) -> dict[str, dict[str, Any]]:
    languages = sorted({one.language for one, _ in judged})
    parts = {name: [pair for pair in judged if pair[0].language == name] for name in languages}
    return {name: _quality(some) for name, some in {**parts, "all": judged}.items()}


def _quality(judged: Judged) -> dict[str, Any]:
    """Shares of messages in danger that were seen (as danger, or at least as perhaps) and whose
    kind was among those named; shares of ordinary ones that were seen as either."""
    inside = [pair for pair in judged if pair[0].level is not DangerLevel.none]
    outside = [pair for pair in judged if pair[0].level is DangerLevel.none]

    def share(
        some: Sequence[tuple[Message, Judgement]], test: Callable[[Message, Judgement], bool]
    ) -> dict[str, float]:
        found = evaluate.wilson(sum(test(*pair) for pair in some), len(some))
        return {name: round(value, 4) for name, value in asdict(found).items()}

    def seen(_: Message, judgement: Judgement) -> bool:
        return judgement.level is not DangerLevel.none

    def surely(_: Message, judgement: Judgement) -> bool:
        return judgement.level is DangerLevel.danger

    return {
        "in_danger": len(inside),
        "seen": share(inside, seen),
        "as_danger": share(inside, surely),
        "kind_named": share(inside, lambda one, judgement: one.kind in judgement.kinds),
        "ordinary": len(outside),
        "wrongly_perhaps_or_danger": share(outside, seen),
        "wrongly_danger": share(outside, surely),
    }
