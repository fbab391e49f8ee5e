"""Fits the parity check on the translations of the entries kept for it.

What is wrong is made here: a line beside another entry's English line says something else, and a
line cut in half lacks a part. The translations that the check is measured with are damaged apart
from this, in ``bench/damage.py``.
"""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from icu4py.breakers import WordBreaker
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict

from forewarn.knowledge.checks.parity import compared
from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.parity import comparers, lines
from retrieval.encoder import Encoder
from retrieval.parity import (
    PARTS,
    Fitted,
    Judgement,
    Lines,
    Measure,
    Norms,
    Signals,
    bent,
    calibrates,
    measured,
    parts,
    without_mark,
)
from retrieval.space import Vectors

GOOD_ACCUSED = 0.005
"""The share of good translations that each of the two judgements may accuse."""

FEWEST_LINES = 60
"""Lines a language must have before its norms mean anything."""

_FOLDS = 5
_STRANGERS = 3
_FEWEST_WORDS = 8
_FEWEST_ENTRIES = 5
_DIGITS = 5


@dataclass(frozen=True)
class _Line:
    """A line of a good translation, and the entry and language it belongs to."""

    entry: str
    language: str
    english: str
    own: str


def fit(knowledge: Knowledge, encoder: Encoder) -> Fitted:
    """Fit on the translations of the calibration half (:func:`retrieval.parity.calibrates`).

    Languages with fewer than :data:`FEWEST_LINES` lines are left out.

    Raises:
        ValueError: there are too few translations.
    """
    good = _good(knowledge)
    if len({line.entry for line in good}) < _FEWEST_ENTRIES:
        raise ValueError("too few translated entries to fit the parity check on")
    known = Lines(encoder)
    english = list(dict.fromkeys(line.english for line in good))
    pieces = [part for line in english for count in PARTS for part in parts(line, count)]
    middle = known.vectors(english).mean(axis=0)
    middle_of_parts = known.vectors(pieces).mean(axis=0)
    measure = Measure(known, english, middle, middle_of_parts)
    by_language: dict[str, list[_Line]] = defaultdict(list)
    for line in good:
        by_language[line.language].append(line)
    norms: dict[str, Norms] = {}
    right: list[tuple[_Line, Signals]] = []
    strange: list[tuple[_Line, Signals]] = []
    short: list[tuple[_Line, Signals]] = []
    for language, some in sorted(by_language.items()):
        own_middle = known.vectors([line.own for line in some]).mean(axis=0)
        made = _norms(measure, own_middle, some)
        norms[language] = made
        for kept, pairs in (
            (right, [(line, line) for line in some]),
            (strange, list(_strangers(some))),
            (short, list(_halves(some))),
        ):
            signals = measure.signals(
                [(line.english, wrong.own) for line, wrong in pairs], own_middle, made.longer
            )
            usual = (signals - np.array(made.mean)) / np.array(made.spread)
            kept += [(line, row) for (line, _), row in zip(pairs, usual, strict=True)]
    told = "\n".join(f"{line.language}\t{line.english}\t{line.own}" for line in good)
    return Fitted(
        encoder=encoder.fingerprint,
        lines=hashlib.sha256(told.encode()).hexdigest(),
        middle=_rounded(middle),
        middle_of_parts=_rounded(middle_of_parts),
        languages=norms,
        meaning=_judgement(right, strange),
        length=_judgement(right, short),
    )


def _good(knowledge: Knowledge) -> list[_Line]:
    """The lines of the entries kept for this. Translations that are accused already, by their
    numbers or negations, may be out of date, and are no good examples."""
    found: dict[str, list[_Line]] = defaultdict(list)
    by_language = comparers(knowledge.wording)
    for one in sorted(compared(knowledge), key=lambda one: (one.language, one.id)):
        if one.id not in knowledge.faq or not calibrates(one.id):
            continue
        if not by_language[one.language].differences(one.english, one.text):
            pairs = zip(lines(one.english), lines(one.text), strict=True)
            found[one.language] += [_Line(one.id, one.language, *pair) for pair in pairs]
    return [line for some in found.values() if len(some) >= FEWEST_LINES for line in some]


def _norms(measure: Measure, middle: Vectors, good: Sequence[_Line]) -> Norms:
    sizes = np.log([measured(line.english) for line in good])
    own = np.log([measured(line.own) for line in good])
    slope, offset = np.polyfit(sizes, own, 1)
    longer = (round(float(slope), _DIGITS), round(float(offset), _DIGITS))
    signals = measure.signals([(line.english, line.own) for line in good], middle, longer)
    return Norms(
        lines=len(good),
        middle=_rounded(middle),
        longer=longer,
        mean=_rounded(signals.mean(axis=0)),
        spread=_rounded(np.maximum(signals.std(axis=0), 1e-3)),
    )


def _strangers(good: Sequence[_Line]) -> Iterator[tuple[_Line, _Line]]:
    """Every line with a few lines of other entries in its language."""
    for line in good:
        chance = random.Random(f"{line.entry}.{line.own}")  # noqa: S311 - a draw to be repeated
        others = [one for one in good if one.entry != line.entry and one.own != line.own]
        for other in chance.sample(others, min(_STRANGERS, len(others))):
            yield line, other


def _halves(good: Sequence[_Line]) -> Iterator[tuple[_Line, _Line]]:
    """Every line that is long enough with its first and its second half alone."""
    for line in good:
        if len(line.english.split()) < _FEWEST_WORDS:
            continue
        words = list(WordBreaker(without_mark(line.own), "root"))
        sizes = np.cumsum([len(word) for word in words])
        cut = int(np.argmin(np.abs(sizes - sizes[-1] / 2))) + 1
        for some in (words[:cut], words[cut:]):
            half = "".join(some).strip()
            if half:
                yield line, _Line(line.entry, line.language, line.english, half)


def _judgement(
    good: Sequence[tuple[_Line, Signals]], damaged: Sequence[tuple[_Line, Signals]]
) -> Judgement:
    points = bent(np.array([signals for _, signals in (*good, *damaged)]))
    wrong = np.array([0] * len(good) + [1] * len(damaged))
    groups = np.array([line.entry for line, _ in (*good, *damaged)])
    model = LogisticRegression(C=0.1, max_iter=5000)
    # The threshold comes from entries left out in turn: fitted ones would look too easy.
    left_out = cross_val_predict(
        model, points, wrong, groups=groups, cv=GroupKFold(_FOLDS), method="decision_function"
    )
    model.fit(points, wrong)
    return Judgement(
        weights=_rounded(model.coef_[0]),
        bias=round(float(model.intercept_[0]), _DIGITS),
        accuse_from=round(_threshold([line for line, _ in good], left_out[: len(good)]), _DIGITS),
    )


def _threshold(good: Sequence[_Line], scores: NDArray[np.float64]) -> float:
    """The score that at most :data:`GOOD_ACCUSED` of the good translations reach in any line."""
    worst: dict[tuple[str, str], float] = defaultdict(lambda: -np.inf)
    for line, score in zip(good, scores, strict=True):
        one = (line.entry, line.language)
        worst[one] = max(worst[one], float(score))
    return float(np.quantile(list(worst.values()), 1 - GOOD_ACCUSED, method="higher")) + 1e-4


def _rounded(values: NDArray[np.floating]) -> tuple[float, ...]:
    return tuple(round(float(value), _DIGITS) for value in values)
