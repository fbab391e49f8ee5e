"""How sure a search may be: from the scores of its best entries to answer, choose or unknown.

A logistic regression, fitted by ``make calibrate`` on questions kept apart for it
(``bench/calibration/``), says how likely an entry answers the question. Its features are scores
relative to the knowledge at hand, so it stays sensible when entries come and go; it is tied to the
encoder, whose scores it has learnt.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import numpy as np

Outcome = Literal["answer", "choose", "unknown"]

MOST_CHOICES = 3
"""How many entries a person is asked to choose from at most."""


@dataclass(frozen=True)
class Signals:
    """What speaks for one entry.

    Attributes:
        likeness: plain similarity (centred only) of the nearest way to ask for it, -1 to 1.
        meaning: its similarity after whitening, -1 to 1.
        margin: by how much its fused score beats the next entry's; negative behind the best.
        learnt: by how many standard deviations the regression prefers it.
        nothing: by how many it prefers that no entry fits; the same for every entry.
        passage: similarity of its nearest passage, -1 to 1.
        words: share of the question's BM25 weight found in all its wordings together, 0 to 1.
        told: share of the question's BM25 weight found in one of its passages, 0 to 1.
    """

    likeness: float
    meaning: float
    margin: float
    learnt: float
    nothing: float
    passage: float
    words: float
    told: float

    def row(self) -> list[float]:
        """The values in the order of :data:`FEATURES`."""
        return [getattr(self, name) for name in FEATURES]


FEATURES = tuple(Signals.__dataclass_fields__)
"""What the regression looks at, in order."""


@dataclass(frozen=True)
class Confidence:
    """A fitted regression and its two thresholds."""

    encoder: str
    knowledge: str
    fitted_on: dict[str, str]
    questions: int
    weights: tuple[float, ...]
    bias: float
    answer_from: float
    choose_from: float

    def of(self, signals: Signals) -> float:
        """How likely (0 to 1) the entry answers the question."""
        value = float(np.dot(self.weights, signals.row())) + self.bias
        return float(1.0 / (1.0 + np.exp(-value)))

    def outcome(self, confidences: Sequence[float]) -> Outcome:
        """What to do, given the confidences of the entries, the best entry's first."""
        if not confidences or confidences[0] < self.choose_from:
            return "unknown"
        return "answer" if confidences[0] >= self.answer_from else "choose"

    def digest(self) -> str:
        """SHA-256 of the fitted values: an index says with which it was published."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()

    def save(self, path: Path) -> None:
        """Write to the JSON file ``path``."""
        content = {"features": FEATURES, **asdict(self)}
        path.write_text(json.dumps(content, indent=2) + "\n", "utf-8")

    @classmethod
    def load(cls, path: Path) -> Confidence:
        """Read what :meth:`save` wrote.

        Raises:
            ValueError: it was fitted on other features.
        """
        content = json.loads(path.read_text("utf-8"))
        if tuple(content.pop("features")) != FEATURES:
            raise ValueError(f"{path.name} was fitted on other features: run `make calibrate`")
        return cls(**{**content, "weights": tuple(content["weights"])})
