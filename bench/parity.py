"""How many damaged translations the parity check catches, and how many good ones it accuses.

Entries are split by id: everything was fitted on one half, and what counts is the other half and
the articles. News sentences by other translators (``bench/heldout/ntrex``) are out of domain: they
are single lines, far from what the check was made for.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.damage import Damage, Damaged, Source, damaged
from forewarn.knowledge.checks.parity import Translation, compared
from forewarn.knowledge.entries import BASE_LANGUAGE
from forewarn.knowledge.loader import Knowledge, read
from forewarn.knowledge.parity import Difference, lines
from retrieval import encoder as encoders
from retrieval import evaluate
from retrieval.parity import Fitted, Judge, calibrates
from retrieval.settings import RetrievalSettings

GOAL = {"caught": 0.95, "accused": 0.02}
"""The least share of damaged translations to be caught, the most of good ones to be accused."""

EACH = 3
"""Damaged translations of one kind made of one entry: 200 and more even of 14 entries."""

NEWS = Path(__file__).resolve().parent / "heldout" / "ntrex" / "parallel.jsonl"


@dataclass(frozen=True)
class _Case:
    """A good translation and what was made of it."""

    good: Translation
    bad: list[Damaged]


def measure() -> dict[str, Any]:
    """Judge every good translation and every damaged one, in each language.

    Raises:
        ParityError: the check was fitted with another encoder.
    """
    settings = RetrievalSettings()
    encoder = encoders.load(settings.encoder_model, settings.encoder_folder, 2)
    fitted = Fitted.load(encoder.fingerprint)
    knowledge, _ = read(settings.knowledge, drafts_too=True)
    good = [one for one in compared(knowledge) if one.language in knowledge.wording]
    judge = Judge(knowledge.wording, encoder, fitted, [one.english for one in good])
    held_out = [one for one in good if one.id in knowledge.articles or not calibrates(one.id)]
    fitted_on = [one for one in good if one not in held_out]
    news = _news()
    news_judge = Judge(knowledge.wording, encoder, fitted, [one.english for one in news])
    return {
        "encoder": encoder.fingerprint,
        "knowledge": knowledge.content_hash(),
        "goal": GOAL,
        "held_out": _by_language(knowledge, judge, held_out, EACH),
        "calibration": _by_language(knowledge, judge, fitted_on, EACH),
        "news": _by_language(knowledge, news_judge, news, 1),
    }


def _news() -> list[Translation]:
    rows = [json.loads(row) for row in NEWS.read_text("utf-8").splitlines()]
    return [
        Translation(f"ntrex-{row['id']}", language, NEWS.name, row[BASE_LANGUAGE], text)
        for row in rows
        for language, text in row.items()
        if language not in ("id", BASE_LANGUAGE)
    ]


def _by_language(
    knowledge: Knowledge, judge: Judge, good: Sequence[Translation], each: int
) -> dict[str, Any]:
    found: dict[str, list[Translation]] = defaultdict(list)
    for one in good:
        found[one.language].append(one)
    return {
        language: _measured(judge, language, list(_cases(knowledge, found[language], each)))
        for language in knowledge.language_codes
        if language in found
    }


def _cases(knowledge: Knowledge, good: Sequence[Translation], each: int) -> Iterable[_Case]:
    told = {one.id: lines(one.text) for one in good}
    for one in good:
        # A paragraph of an article is no stranger among those of an entry.
        alike = [
            n for n in told if n != one.id and (n in knowledge.faq) == (one.id in knowledge.faq)
        ]
        source = Source(
            one.id,
            one.language,
            one.english,
            one.text,
            knowledge.wording[one.language],
            [line for name in alike for line in told[name]],
        )
        yield _Case(one, damaged(source, each))


def _measured(judge: Judge, language: str, cases: Sequence[_Case]) -> dict[str, Any]:
    pairs = [(case.good.english, text) for case in cases for text in _texts(case)]
    found = iter(judge.differences(language, pairs))
    accused: list[bool] = []
    caught: dict[Damage, list[bool]] = defaultdict(list)
    seen: dict[str, int] = defaultdict(int)
    for case in cases:
        before = _said(next(found))
        accused.append(bool(before))
        for kind in {kind for kind, _, _ in before}:
            seen[kind] += 1
        for bad in case.bad:
            # What was said of the good translation already is no finding.
            caught[bad.kind].append(bool(_said(next(found)) - before))
    everything = [one for some in caught.values() for one in some]
    return {
        "good": len(cases),
        "accused": _share(accused),
        "accused_of": dict(sorted(seen.items())),
        "damaged": len(everything),
        "caught": _share(everything),
        "kinds": {
            kind.value: {"damaged": len(caught[kind]), "caught": _share(caught[kind])}
            for kind in Damage
            if caught[kind]
        },
    }


def _texts(case: _Case) -> list[str]:
    return [case.good.text, *(bad.text for bad in case.bad)]


def _said(differences: Iterable[Difference]) -> set[tuple[str, int, str]]:
    return {(one.kind.value, one.line, one.detail) for one in differences}


def _share(hits: Sequence[bool]) -> dict[str, float]:
    found = evaluate.wilson(sum(hits), len(hits))
    return {name: round(value, 4) for name, value in asdict(found).items()}
