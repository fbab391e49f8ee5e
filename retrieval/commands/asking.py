"""Verbs that ask what a person would ask."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from forewarn.offers.verdict import NO_ANSWERS, Weighed
from retrieval import questions
from retrieval.commands.models import REFUSALS as REFUSALS
from retrieval.commands.terminal import print_json, say
from retrieval.service import Service
from retrieval.settings import RetrievalSettings

JSON_LINES = ".jsonl"
"""How a name ends that is given in place of a text: of a file of many texts."""


def _asked(text: str) -> Iterator[dict[str, Any]]:
    """One text, or what the JSON lines of the standard input or of a file hold."""
    if text == "-":
        yield from questions.read_lines(sys.stdin)
    elif text.endswith(JSON_LINES):
        with Path(text).open(encoding="utf-8") as lines:
            yield from questions.read_lines(lines)
    else:
        yield {"text": text}


def _are_many(text: str) -> bool:
    return text == "-" or text.endswith(JSON_LINES)


def search(options: argparse.Namespace) -> int:
    """Search for one text, or for many given as JSON lines."""
    service = Service(RetrievalSettings())
    for asked in _asked(options.text):
        language = asked.get("language") or options.language
        language = language or service.understand(asked["text"], None).language
        found = service.search(asked["text"], language, options.top)
        content = {"outcome": found.outcome, "hits": [dataclasses.asdict(h) for h in found.hits]}
        if options.json or _are_many(options.text):
            print_json({**({"id": asked["id"]} if "id" in asked else {}), **content})
        else:
            say(found.outcome)
            for hit in found.hits:
                scores = f"{hit.confidence:.2f}  {hit.score:6.3f}"
                say(f"  {scores}  {hit.kind} {hit.id} ({hit.language})")
    return 0


def check_offer(options: argparse.Namespace) -> int:
    """Check one offer, or many given as JSON lines, and show how each verdict comes about."""
    service = Service(RetrievalSettings())
    for asked in _asked(options.text):
        language = asked.get("language") or options.language
        answers = asked.get("answers", NO_ANSWERS)
        weighed, verdict = service.judge_offer(asked["text"], language, answers=answers)
        if options.json or _are_many(options.text):
            name = {"id": asked["id"]} if "id" in asked else {}
            print_json({**name, **verdict.model_dump(mode="json"), "sum": _sum(weighed)})
            continue
        say(f"{verdict.level.value}: {verdict.headline}")
        for line in weighed.lines:
            say(f"  {line.weight:+5.2f}  {line.flag.id}: “{line.flag.quote}”")
        lure_from = service.served.offers.rule.lure_from
        say(f"  {weighed.whole:+5.2f}  the message as a whole")
        say(
            f"  {weighed.total:+5.2f}  together; careful from {weighed.careful_from:g}, "
            f"lure from {lure_from:g}"
        )
        for beside in (*verdict.noticed, *(check.question for check in verdict.checks)):
            say(f"  {beside}")
        if verdict.question is not None:
            say(f"  {verdict.question.ask}")
    return 0


def _sum(weighed: Weighed) -> dict[str, object]:
    """What each flag adds, and the message as a whole."""
    flags = {line.flag.id: round(line.weight, 3) for line in weighed.lines}
    whole, total = round(weighed.whole, 3), round(weighed.total, 3)
    return {"flags": flags, "whole": whole, "total": total}
