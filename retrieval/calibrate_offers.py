"""Fits what red flags weigh, on offers kept apart for it.

A logistic regression over six numbers of each offer: the shares of its flags of each severity,
summed, how much the whole reads like known lures, and how much its words are theirs. Nothing that
gives these numbers has learnt from these offers, so that none is trusted too much. Its weights are
held to what staff mean by the severities: none below 0, and the graver the more.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from ruamel.yaml import YAML
from scipy.optimize import minimize  # type: ignore[import-untyped]
from scipy.special import expit  # type: ignore[import-untyped]

from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.schema.offers import Severity
from forewarn.offers.flags import Meaning
from forewarn.offers.verdict import OfferCheck
from forewarn.replies import VerdictLevel
from retrieval.json_lines import Line

WRONGLY_LURE, WRONGLY_CAREFUL = 0.05, 0.15
"""The shares of honest messages that may be called lures, and warned of at all: what we aim at, for
the calibration messages are harder than most."""

WRONGLY_BY_TONE = 0.03
"""The share of honest messages without any sign that may be warned of: a tone is one witness alone,
and nothing is quoted for it."""

LEAST = 0.1
"""The least sum from which we warn: where nothing is found, nothing is said."""

FIRST_STEP, STEP = 2, 0.3
"""From the third severity on, the least by which one weighs more than the one before."""

FIRMNESS = 0.5
"""How strongly weights are drawn towards 0."""

_FEWEST = 40
_FROM = ("careful_from", "tone_careful_from", "lure_from")


class Offer(Line):
    """One offer to learn from: what is to be said of it, and which kind of lure it is."""

    text: str
    language: str
    level: VerdictLevel
    kind: str | None = None
    evades: bool = False
    set: Literal["main", "hard"] = "main"


@dataclass(frozen=True)
class Fitted:
    """The numbers of ``verdict.yml``; see :class:`forewarn.knowledge.schema.VerdictRule`."""

    weights: Mapping[Severity, float]
    whole: float
    wording: float
    even: float
    careful_from: float
    tone_careful_from: float
    lure_from: float

    def write(self, path: Path) -> None:
        """Write into the file ``path`` and leave all else in it as it is."""
        yaml = YAML()
        content = yaml.load(path)
        for severity, weight in self.weights.items():
            content["weights"][severity.value] = weight
        for name in ("whole", "wording", "even", *_FROM):
            content[name] = getattr(self, name)
        yaml.dump(content, path)


def fit(knowledge: Knowledge, offers: Sequence[Offer], meaning: Callable[[str], Meaning]) -> Fitted:
    """Fit on ``offers``, of which ``meaning`` says what their meaning says. Those of which one is
    to be careful are neither lures nor honest, and left out.

    Raises:
        ValueError: there are too few lures or honest messages.
    """
    check = OfferCheck(knowledge)
    sure = [one for one in offers if one.level is not VerdictLevel.careful]
    lure = np.array([one.level is VerdictLevel.lure for one in sure])
    if min(lure.sum(), (~lure).sum()) < _FEWEST:
        raise ValueError(f"the check of offers needs {_FEWEST} lures and as many honest messages")
    signals = np.array([_signals(knowledge, check, one.text, meaning(one.text)) for one in sure])
    many = Counter((one.language, one.level) for one in sure)
    alike = np.array([1 / many[one.language, one.level] for one in sure])
    weights, bias = _regression(signals, lure, alike / alike.mean())
    weights = np.round(weights, 1)
    totals, honest = signals @ weights, ~lure
    tone_alone = honest & ~signals[:, : len(Severity)].any(axis=1)
    careful = max(LEAST, _from(totals[honest], WRONGLY_CAREFUL))
    return Fitted(
        weights={one: float(weights[n]) for n, one in enumerate(Severity)},
        whole=float(weights[-2]),
        wording=float(weights[-1]),
        even=round(-bias, 1),
        careful_from=careful,
        tone_careful_from=max(careful, _from(totals[tone_alone], WRONGLY_BY_TONE)),
        lure_from=max(careful + LEAST, _from(totals[honest], WRONGLY_LURE)),
    )


def _signals(knowledge: Knowledge, check: OfferCheck, text: str, meaning: Meaning) -> list[float]:
    """For each severity the shares of its flags together, then the likeness and the wording."""
    shares = dict.fromkeys(Severity, 0.0)
    for line in check.weigh(text, meaning).lines:
        shares[knowledge.red_flags[line.flag.id].severity] += line.flag.share
    return [*shares.values(), meaning.likeness, meaning.wording]


def _regression(
    signals: NDArray[np.float64], lure: NDArray[np.bool_], alike: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float]:
    """The weights of ``signals`` and the bias; the weight of each severity is a step above that of
    the one before."""
    count = len(Severity)
    steps = np.eye(signals.shape[1])
    steps[:count, :count] = np.tril(np.ones((count, count)))
    signs = np.where(lure, 1.0, -1.0)
    stepped = signals @ steps

    def loss(free: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margin = signs * (stepped @ free[:-1] + free[-1])
        pull = -alike * signs * expit(-margin)
        value = float((alike * np.logaddexp(0, -margin)).sum())
        gradient = np.append(stepped.T @ pull, pull.sum())
        gradient[:-1] += FIRMNESS * free[:-1]
        return value + FIRMNESS / 2 * float(free[:-1] @ free[:-1]), gradient

    graver = [(STEP, None)] * (len(Severity) - FIRST_STEP)
    others = [(0.0, None)] * (signals.shape[1] - count)
    bounds = [*[(0.0, None)] * FIRST_STEP, *graver, *others, (None, None)]
    found = minimize(loss, np.ones(len(bounds)), jac=True, method="L-BFGS-B", bounds=bounds)
    return steps @ found.x[:-1], float(found.x[-1])


def _from(totals: NDArray[np.float64], most: float) -> float:
    """The least sum, to a tenth, that no more than the share ``most`` of the honest reach."""
    if not len(totals):
        return -math.inf
    highest = np.sort(totals)[::-1]
    return math.floor(float(highest[int(most * len(highest))]) * 10 + 1) / 10
