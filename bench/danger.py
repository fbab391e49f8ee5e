"""How well danger is recognised, on messages kept apart: by phrase alone, and with meaning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from forewarn.danger import Judge, Judgement
from forewarn.knowledge.schema.dangers import DangerLevel
from retrieval import evaluate
from retrieval.service import Service
from retrieval.settings import RetrievalSettings

HELDOUT = Path(__file__).resolve().parent / "heldout" / "danger.jsonl"


GRAVEST = frozenset({"suicide", "hurt", "child"})
"""Kinds whose people must never read another kind's text first."""


class Message(BaseModel):
    """One message, how dangerous it is and, where it is, the kind to be served first and others
    that fit it as well; where it is not, the kind it sounds like."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    text: str
    language: str
    level: DangerLevel
    kind: str | None
    also: tuple[str, ...] = ()
    near: str | None = None


Judged = list[tuple[Message, Judgement]]


def measure() -> dict[str, Any]:
    """Judge every held-out message by phrase alone, as web does, and with its meaning."""
    lines = [line for line in HELDOUT.read_text("utf-8").split("\n") if line.strip()]
    messages = [Message.model_validate_json(line) for line in lines]
    service = Service(RetrievalSettings())
    phrases = Judge(service.served.knowledge)
    made = service.served.index.made
    with_meaning = [(one, service.understand(one.text, one.language).danger) for one in messages]
    return {
        "encoder": made.encoder,
        "knowledge": made.knowledge,
        "by_phrase": _by_language([(one, phrases.judge(one.text)) for one in messages]),
        "with_meaning": _by_language(with_meaning),
        "by_kind": _by_kind(with_meaning),
        "close": _by_language([pair for pair in with_meaning if pair[0].kind or pair[0].near]),
    }


def _by_language(judged: Judged) -> dict[str, dict[str, Any]]:
    languages = sorted({one.language for one, _ in judged})
    parts = {name: [pair for pair in judged if pair[0].language == name] for name in languages}
    return {name: _quality(some) for name, some in {**parts, "all": judged}.items()}


def _by_kind(judged: Judged) -> dict[str, dict[str, Any]]:
    """Of each kind, in all languages: how many were seen, and served as that kind first."""
    kinds = sorted({one.kind for one, _ in judged if one.kind})
    parts = {kind: [pair for pair in judged if pair[0].kind == kind] for kind in kinds}
    return {
        kind: {
            "in_danger": len(some),
            "seen": _share(some, _seen),
            "as_danger": _share(some, _surely),
            "kind_first": _share(some, _first),
        }
        for kind, some in parts.items()
    }


def _quality(judged: Judged) -> dict[str, Any]:
    """Shares of messages in danger that were seen (as danger, or at least as perhaps), whose kind
    was served first, and of the gravest ones that were served as another; shares of ordinary ones
    that were seen as either."""
    inside = [pair for pair in judged if pair[0].kind]
    gravest = [pair for pair in inside if pair[0].kind in GRAVEST]
    outside = [pair for pair in judged if not pair[0].kind]
    return {
        "in_danger": len(inside),
        "seen": _share(inside, _seen),
        "as_danger": _share(inside, _surely),
        "kind_first": _share(inside, _first),
        "kind_named": _share(inside, lambda one, judgement: one.kind in judgement.kinds),
        "gravest_served_as_another": _share(
            gravest, lambda one, judgement: _surely(one, judgement) and not _first(one, judgement)
        ),
        "ordinary": len(outside),
        "wrongly_perhaps_or_danger": _share(outside, _seen),
        "wrongly_danger": _share(outside, _surely),
    }


def _share(some: Judged, test: Callable[[Message, Judgement], bool]) -> dict[str, float]:
    found = evaluate.wilson(sum(test(*pair) for pair in some), len(some))
    return {name: round(value, 4) for name, value in asdict(found).items()}


def _seen(_: Message, judgement: Judgement) -> bool:
    return judgement.level is not DangerLevel.none


def _surely(_: Message, judgement: Judgement) -> bool:
    return judgement.level is DangerLevel.danger


def _first(one: Message, judgement: Judgement) -> bool:
    return bool(judgement.kinds) and judgement.kinds[0] in {one.kind, *one.also}
