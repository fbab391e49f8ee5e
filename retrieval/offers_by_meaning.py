"""Sees the signs of a lure by what recruiters wrote before, in whatever words and language.

One linear support vector machine a red flag judges each sentence of an offer; one more judges the
whole message, and a regression tells which kind of lure it is most like. They learn from the
``examples`` and ``must_match`` sentences of ``knowledge/red_flags/`` and the ``examples`` of
``knowledge/lures.yml``, against ``knowledge/honest_offers.yml``, what the flags' files say is none
of theirs, and everyday messages. What all of it adds up to is decided in ``forewarn.offers``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.schema.offers import RedFlag
from forewarn.offers.flags import FoundFlag, Meaning
from retrieval.ordinary import messages
from retrieval.sentences import pieces
from retrieval.space import Vectors, shifted, unit

STRENGTH = 1.0
"""C of the machines (docs/decisions/0022-offers.md)."""

SEEN, SURE = 0.0, 1.0
"""From which value of a flag's machine a sentence counts, and from which it counts in full: 0 lies
half way between the flag and all else, its surest examples at 1. Chosen on the calibration part."""

WHOLE_SURE = 1.0
"""The value of the machine for whole messages at which their likeness is full, on either side."""

FEWEST = 10
"""Examples below which nothing is learnt of a flag, or of whole messages."""


@dataclass(frozen=True)
class Machines:
    """Linear classifiers, one a row: a vector's value is ``weights`` times it, plus ``bias``."""

    names: tuple[str, ...]
    weights: Vectors
    bias: Vectors

    @classmethod
    def none(cls, width: int) -> Machines:
        """No classifiers at all."""
        return cls((), np.empty((0, width), np.float32), np.empty(0, np.float32))

    def values(self, points: Vectors) -> Vectors:
        """The value of each of ``points``, one a row, by each classifier, one a column."""
        values: Vectors = points @ self.weights.T + self.bias
        return values


@dataclass(frozen=True)
class OffersByMeaning:
    """The classifiers of ``flags``, of the ``whole`` message (at most one) and of its ``kinds``."""

    mean: Vectors
    flags: Machines
    whole: Machines
    kinds: Machines

    def judge(self, text: str, vector: Vectors, encode: Callable[[str], Vectors]) -> Meaning:
        """What the message ``text`` with its ``vector`` says. Each flag is found in the one of its
        pieces that comes nearest to it; ``encode`` gives the vector of a piece."""
        point = self._points(vector.reshape(1, -1))
        likeness = 0.0
        if self.whole.names:
            value = float(self.whole.values(point)[0, 0])
            likeness = max(-1.0, min(1.0, value / WHOLE_SURE))
        lure = None
        if self.kinds.names:
            lure = self.kinds.names[int(self.kinds.values(point)[0].argmax())]
        cut = pieces(text)
        vectors = [vector] if cut == [text] else [encode(piece) for piece in cut]
        return Meaning(tuple(self._found(cut, vectors)), likeness, lure)

    def _found(self, cut: Sequence[str], vectors: Sequence[Vectors]) -> Iterable[FoundFlag]:
        if not cut or not self.flags.names:
            return
        values = self.flags.values(self._points(np.stack(vectors)))
        for number, name in enumerate(self.flags.names):
            best = int(values[:, number].argmax())
            share = (float(values[best, number]) - SEEN) / (SURE - SEEN)
            if share > 0:
                yield FoundFlag(name, cut[best], min(1.0, share))

    def _points(self, vectors: Vectors) -> Vectors:
        return unit(shifted(vectors.astype(np.float32), self.mean))

    @classmethod
    def fit(
        cls, knowledge: Knowledge, vectors: Callable[[list[str]], Vectors], mean: Vectors
    ) -> OffersByMeaning:
        """Learn from the red flags, lures and honest offers of ``knowledge``.

        ``vectors`` knows the vector of every one of these texts, ``mean`` is that of questions.
        """
        none = Machines.none(len(mean))

        def points(texts: list[str]) -> Vectors:
            return unit(shifted(vectors(texts), mean))

        signs = {name: _signs(flag) for name, flag in sorted(knowledge.red_flags.items())}
        sentences = list(dict.fromkeys([*_all(signs.values()), *_no_signs(knowledge)]))
        labels = {
            name: np.isin(np.array(sentences, dtype=object), some)
            for name, some in signs.items()
            if len(some) >= FEWEST
        }
        flags = _machines(points(sentences), labels) if labels else none
        lures = {lure: _texts(one.examples) for lure, one in sorted(knowledge.lures.items())}
        honest = _texts(knowledge.honest_offers.messages)
        whole = kinds = none
        known = [(text, lure) for lure, some in lures.items() for text in some]
        if min(len(known), len(honest)) >= FEWEST:
            here = points([*(text for text, _ in known), *honest])
            is_lure = np.arange(len(here)) < len(known)
            whole = _machines(here, {"lure": is_lure})
            kinds = _kinds(here[is_lure], [lure for _, lure in known])
        return cls(mean, flags, whole, kinds)

    def save(self, path: Path) -> None:
        """Write to the file ``path`` (npz, plain arrays)."""
        arrays = {"mean": self.mean}
        for part in _PARTS:
            machines: Machines = getattr(self, part)
            arrays[f"{part}_names"] = np.array(machines.names, dtype=np.str_)
            arrays[f"{part}_weights"] = machines.weights
            arrays[f"{part}_bias"] = machines.bias
        np.savez(path, allow_pickle=False, **arrays)

    @classmethod
    def load(cls, path: Path) -> OffersByMeaning:
        """Read what :meth:`save` wrote."""
        with np.load(path, allow_pickle=False) as stored:
            parts = {
                part: Machines(
                    tuple(map(str, stored[f"{part}_names"])),
                    stored[f"{part}_weights"],
                    stored[f"{part}_bias"],
                )
                for part in _PARTS
            }
            return cls(stored["mean"], **parts)


_PARTS = ("flags", "whole", "kinds")


def offer_texts(knowledge: Knowledge) -> list[str]:
    """Every text that is learnt from, each once."""
    return list(dict.fromkeys(text for _, texts in _learnt_from(knowledge) for text in texts))


def offer_digest(knowledge: Knowledge) -> str:
    """SHA-256 over every text that is learnt from, with what it is an example of."""
    written = json.dumps(list(_learnt_from(knowledge)), ensure_ascii=False)
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()


def lure_texts(knowledge: Knowledge) -> list[str]:
    """What recruiters write: sentences, and whole messages."""
    signs = (_signs(flag) for flag in knowledge.red_flags.values())
    return _all([*signs, *(_texts(lure.examples) for lure in knowledge.lures.values())])


def honest_texts(knowledge: Knowledge) -> list[str]:
    """What others write: sentences, and whole messages."""
    return [*_no_signs(knowledge), *_texts(knowledge.honest_offers.messages)]


def _learnt_from(knowledge: Knowledge) -> Iterable[tuple[str, list[str]]]:
    for name, flag in sorted(knowledge.red_flags.items()):
        yield f"flag {name}", _signs(flag)
    yield "no flag", _no_signs(knowledge)
    for name, lure in sorted(knowledge.lures.items()):
        yield f"lure {name}", _texts(lure.examples)
    yield "honest", _texts(knowledge.honest_offers.messages)


def _signs(flag: RedFlag) -> list[str]:
    """What recruiters write who show this flag, in every language."""
    return [*_texts(flag.examples), *_texts(flag.must_match)]


def _no_signs(knowledge: Knowledge) -> list[str]:
    """Single sentences that show none."""
    near = (_texts(flag.must_not_match) for _, flag in sorted(knowledge.red_flags.items()))
    return [*_texts(knowledge.honest_offers.sentences), *_all(near), *messages()]


def _texts(by_language: Mapping[str, Sequence[str]]) -> list[str]:
    return [text for _, some in sorted(by_language.items()) for text in some]


def _all(groups: Iterable[Sequence[str]]) -> list[str]:
    return [text for group in groups for text in group]


def _machines(points: Vectors, labels: Mapping[str, np.ndarray]) -> Machines:
    """One machine a label, which tells the points that bear it from all others."""
    fitted = [
        LinearSVC(C=STRENGTH, class_weight="balanced").fit(points, bears)
        for bears in labels.values()
    ]
    return Machines(
        tuple(labels),
        np.concatenate([one.coef_ for one in fitted]).astype(np.float32),
        np.concatenate([one.intercept_ for one in fitted]).astype(np.float32),
    )


def _kinds(points: Vectors, lures: Sequence[str]) -> Machines:
    """Which kind of lure a message is most like."""
    if len(set(lures)) < 3:
        return Machines.none(points.shape[1])
    regression = LogisticRegression(C=10.0, class_weight="balanced", max_iter=2000)
    regression.fit(points, lures)
    return Machines(
        tuple(map(str, regression.classes_)),
        regression.coef_.astype(np.float32),
        regression.intercept_.astype(np.float32),
    )
