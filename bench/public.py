"""The search on public data it was never tuned on, beside simpler ones over the same texts.

Data and licences: ``bench/public/``. Untuned: nothing of the search was chosen on these files.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from bench import peers
from retrieval import corpus as corpora
from retrieval import encoder as encoders
from retrieval import evaluate, questions
from retrieval.settings import RetrievalSettings

PUBLIC = Path(__file__).resolve().parent / "public"

RANKS = ("hit_1", "hit_3", "mrr", "ndcg_10")

GOALS = {
    "xquad": {
        "en": 0.986,
        "th": 0.982,
        "zh": 0.98,
        "vi": 0.98,
        "hi": 0.975,
        "th to en": 0.88,
        "zh to en": 0.88,
        "vi to en": 0.88,
    },
    "ntrex": {
        "th to en": 0.985,
        "zh to en": 0.97,
        "my to en": 0.9,
        "km to en": 0.965,
        "lo to en": 0.965,
        "vi to en": 0.985,
    },
}
"""nDCG@10 for paragraphs, hit@1 for sentences."""


def xquad() -> dict[str, Any]:
    """Find the paragraph a question was asked of: in the same language, and in English."""
    same = [(one, one, one) for one in ("en", "th", "zh", "vi", "hi")]
    across = [(f"{one} to en", one, "en") for one in ("th", "zh", "vi")]
    return _measure("xquad", [*same, *across])


def ntrex() -> dict[str, Any]:
    """Find the English sentence that another one translates."""
    return _measure(
        "ntrex", [(f"{one} to en", one, "en") for one in ("th", "zh", "my", "km", "lo", "vi")]
    )


def _measure(name: str, tasks: list[tuple[str, str, str]]) -> dict[str, Any]:
    """Search with the questions of one language the passages of another, task by task."""
    settings = RetrievalSettings()
    encoder = encoders.load(settings.encoder_model, settings.encoder_folder, os.cpu_count() or 1)
    asked = {
        one: questions.read(PUBLIC / name / f"questions.{one}.jsonl.gz")
        for one in dict.fromkeys(asking for _, asking, _ in tasks)
    }
    vectors = {
        one: encoder.questions([question.text for question in some]) for one, some in asked.items()
    }
    found: dict[str, Any] = {}
    for task, asking, texts in tasks:
        passages = corpora.read(PUBLIC / name / f"passages.{texts}.jsonl.gz")
        corpus = corpora.build(passages, encoder, folder=settings.corpora_folder)
        searches = {
            peers.OURS: evaluate.of_corpus(asked[asking], corpus, vectors[asking]),
            **{
                peer: evaluate.evaluate(asked[asking], search)
                for peer, search in peers.of_corpus(
                    passages, corpus, asked[asking], vectors[asking]
                ).items()
            },
        }
        found[task] = {
            "questions": len(asked[asking]),
            "passages": len(passages),
            "goal": GOALS[name][task],
            "searches": {peer: _ranks(quality) for peer, quality in searches.items()},
        }
    published = json.loads((PUBLIC / name / "published.json").read_text("utf-8"))
    return {"encoder": encoder.fingerprint, "tasks": found, "published": published}


def _ranks(quality: dict[str, evaluate.Quality]) -> dict[str, Any]:
    whole = evaluate.as_json(quality)["all"]
    return {name: whole[name] for name in RANKS}
