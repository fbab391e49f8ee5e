"""How well offers are judged, on held-out messages and on public ones, beside simpler ways."""

from __future__ import annotations

import gzip
import json
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit  # type: ignore[import-untyped]
from sklearn.metrics import roc_auc_score

from bench import offer_peers, results_file
from bench.offer_peers import Judged
from bench.reliability import curve
from forewarn.offers.verdict import Weighed
from forewarn.replies import VerdictLevel
from retrieval import evaluate, json_lines
from retrieval.calibrate_offers import Offer
from retrieval.service import Service
from retrieval.settings import RetrievalSettings
from retrieval.windows import words, writable

HERE = Path(__file__).resolve().parent
HELDOUT, EXAMPLES = HERE / "heldout" / "offers.jsonl", HERE / "offers.examples.jsonl"
SMS = HERE / "public" / "sms_phishing" / "sms.jsonl.gz"

GOALS = {"called_lure": 0.8, "warned": 0.95, "wrongly_lure": 0.05, "wrongly_warned": 0.15}
"""At least the first two, at most the others."""

PAGE_WORDS, SHORT_WORDS, ROUNDS = 350, 25, 40

_WARNED = (VerdictLevel.lure, VerdictLevel.careful)


@dataclass(frozen=True)
class Seen:
    """A message, and what was said of it; ``kind`` is the kind of lure that was named."""

    offer: Offer
    weighed: Weighed
    kind: str | None


def measure() -> dict[str, Any]:
    """Judge every held-out message as the chat does, and by simpler ways in the same run."""
    service = Service(RetrievalSettings())
    served = service.served
    offers = [one for _, one in json_lines.read(HELDOUT, Offer)]
    seen = [_seen(service, one) for one in offers]
    return {
        "encoder": served.index.made.encoder,
        "knowledge": served.index.made.knowledge,
        "goals": GOALS,
        "quality": _by_language(seen),
        "confusions": _confusions(seen),
        "curve": _curve(service, seen),
        "peers": _beside(service, offers, seen),
        "sms": _sms(service),
        "speed": _speed(service, offers),
        "examples": _examples(service),
    }


def _seen(service: Service, offer: Offer) -> Seen:
    weighed, _ = service.judge_offer(offer.text, offer.language)
    return Seen(offer, weighed, service.served.offers.likely_lure(weighed))


def _by_language(seen: Sequence[Seen]) -> dict[str, dict[str, Any]]:
    """Of each language and of all: lures as people write them and such as avoid what is said in
    public warnings, honest messages, and hard ones of both."""
    languages = sorted({one.offer.language for one in seen})
    parts = {name: [one for one in seen if one.offer.language == name] for name in languages}
    return {name: _quality(some) for name, some in {**parts, "all": seen}.items()}


def _quality(seen: Sequence[Seen]) -> dict[str, Any]:
    main = [one for one in seen if one.offer.set == "main"]
    hard = [one for one in seen if one.offer.set == "hard"]
    return {
        "main": _lures([one for one in main if not one.offer.evades]),
        "evades": _lures([one for one in main if one.offer.evades]),
        "honest": _honest(main),
        "hard": {**_lures(hard), **_honest(hard)},
    }


def _lures(seen: Sequence[Seen]) -> dict[str, Any]:
    levels = [one.weighed.level for one in seen if one.offer.level is VerdictLevel.lure]
    return {
        "lures": len(levels),
        "called_lure": _share([level is VerdictLevel.lure for level in levels]),
        "warned": _share([level in _WARNED for level in levels]),
    }


def _honest(seen: Sequence[Seen]) -> dict[str, Any]:
    levels = [one.weighed.level for one in seen if one.offer.level is VerdictLevel.unclear]
    return {
        "honest": len(levels),
        "wrongly_lure": _share([level is VerdictLevel.lure for level in levels]),
        "wrongly_warned": _share([level in _WARNED for level in levels]),
    }


def _confusions(seen: Sequence[Seen]) -> dict[str, Any]:
    """How often what was called what: the levels, the kinds of lures that were warned of, and the
    flags found in honest messages."""
    levels = Counter((one.offer.level.value, one.weighed.level.value) for one in seen)
    kinds = Counter(
        (one.offer.kind, one.kind or "none")
        for one in seen
        if one.offer.level is VerdictLevel.lure and one.offer.kind and one.weighed.level in _WARNED
    )
    flags = Counter(
        line.flag.id
        for one in seen
        if one.offer.level is VerdictLevel.unclear and one.weighed.level in _WARNED
        for line in one.weighed.lines
    )
    return {
        "levels": [[*pair, count] for pair, count in sorted(levels.items())],
        "kinds": [[*pair, count] for pair, count in sorted(kinds.items())],
        "flags_of_honest": flags.most_common(12),
    }


def _curve(service: Service, seen: Sequence[Seen]) -> dict[str, Any]:
    """How often a message is a lure when the verdict's sum says it is so likely."""
    even = service.served.offers.rule.even
    return curve(
        [
            (float(expit(one.weighed.total - even)), one.offer.level is VerdictLevel.lure)
            for one in seen
            if one.offer.level is not VerdictLevel.careful
        ]
    )


def _beside(service: Service, offers: Sequence[Offer], seen: Sequence[Seen]) -> dict[str, Any]:
    """Each way on the same messages: what it warns of, and the area under its curve, which needs no
    threshold (the chance that it puts a lure above an honest message)."""
    texts = [service.served.knowledge.door.read(one.text) for one in offers]
    totals = np.array([one.weighed.total for one in seen])
    ours = Judged(totals, np.array([one.weighed.level in _WARNED for one in seen]))
    knowledge, encoder = service.served.knowledge, service.encoder
    remembered = service.served.index.remembered
    ways = {
        offer_peers.OURS: ours,
        offer_peers.RULES: offer_peers.phrases_alone(service.served.offers, texts),
        offer_peers.NEIGHBOUR: offer_peers.nearest_neighbour(knowledge, remembered, encoder, texts),
        offer_peers.TFIDF: offer_peers.tfidf(knowledge, texts),
    }
    lure = np.array([one.level is VerdictLevel.lure for one in offers])
    honest = np.array([one.level is VerdictLevel.unclear for one in offers])
    evades = np.array([one.evades for one in offers])
    return {
        name: {
            "warned": _share(judged.warns[lure & ~evades]),
            "warned_evading": _share(judged.warns[lure & evades]),
            "wrongly_warned": _share(judged.warns[honest]),
            "area": _area(judged.scores, lure, honest),
            "by_language": {
                language: _area(judged.scores, lure & mine, honest & mine)
                for language in sorted({one.language for one in offers})
                for mine in [np.array([one.language == language for one in offers])]
            },
        }
        for name, judged in ways.items()
    }


def _area(scores: NDArray[np.float64], lure: NDArray[np.bool_], honest: NDArray[np.bool_]) -> float:
    chosen = lure | honest
    return round(float(roc_auc_score(lure[chosen], scores[chosen])), 4)


def _sms(service: Service) -> dict[str, Any]:
    """Public text messages, of which nothing was looked at while the check was made."""
    levels: dict[str, list[VerdictLevel]] = {}
    with gzip.open(SMS, "rt", encoding="utf-8") as lines:
        for line in lines:
            one = json.loads(line)
            said = service.judge_offer(one["text"], "en")[0].level
            levels.setdefault(one["label"], []).append(said)
    return {
        label: {
            "messages": len(some),
            "warned": _share([level in _WARNED for level in some]),
            "called_lure": _share([level is VerdictLevel.lure for level in some]),
        }
        for label, some in sorted(levels.items())
    }


def _speed(service: Service, offers: Sequence[Offer]) -> dict[str, Any]:
    """Milliseconds for a page and for a short message, one at a time, on one thread."""
    found = {}
    for language in sorted({one.language for one in offers}):
        mine = [one.text for one in offers if one.language == language]
        page, short = "\n".join(mine), (mine * ROUNDS)[:ROUNDS]
        found[language] = {
            "page": _timed(service, [_begin(page, PAGE_WORDS)] * ROUNDS),
            "short": _timed(service, [_begin(text, SHORT_WORDS) for text in short]),
        }
    return {"words": PAGE_WORDS, "rounds": ROUNDS, "languages": found}


def _begin(text: str, most: int) -> str:
    """The first words of ``text``, at ``most`` so many."""
    whole = writable(text)
    starts = words(whole)
    return whole[: starts[most]] if len(starts) > most else whole


def _timed(service: Service, texts: Sequence[str]) -> dict[str, float]:
    times = []
    for number, text in enumerate(texts):
        # Another text each time: vectors of whole messages are kept for a minute.
        asked = f"{text} {number}"
        began = time.perf_counter()
        service.judge_offer(asked, None)
        times.append((time.perf_counter() - began) * 1000)
    return {
        "median_ms": round(statistics.median(times), 1),
        "p95_ms": round(results_file.percentile(times, 0.95), 1),
    }


def _examples(service: Service) -> list[dict[str, Any]]:
    """A few made-up messages with all that is said of them."""
    lines = [one for _, one in json_lines.read(EXAMPLES, Offer)]
    shown = []
    for one in lines:
        weighed, verdict = service.judge_offer(one.text, one.language)
        lines_of_sum = [[line.flag.id, round(line.weight, 2)] for line in weighed.lines]
        shown.append(
            {
                "text": one.text,
                "language": one.language,
                "sum": [*lines_of_sum, ["the message as a whole", round(weighed.whole, 2)]],
                "total": round(weighed.total, 2),
                "verdict": verdict.model_dump(mode="json"),
            }
        )
    return shown


def _share(tests: Sequence[bool] | NDArray[np.bool_]) -> dict[str, float]:
    found = evaluate.wilson(int(sum(tests)), len(tests))
    return {name: round(value, 4) for name, value in asdict(found).items()}
