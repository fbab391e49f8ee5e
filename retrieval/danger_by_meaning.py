"""Recognises a person in danger by what similar people wrote, in whatever words and language.

A support vector machine on centred vectors tells "in danger at all": it weighs how near a message
comes to each known example. A logistic regression for each kind names it. The examples come from
``knowledge/danger/``; the ordinary messages are those that each danger file says are none, the ways
to ask of ordinary entries, and everyday messages. The judgement itself stays in
``forewarn.danger``.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.svm import SVC

from forewarn.danger import Judge
from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.schema import Danger, DangerLevel
from retrieval.chosen import place
from retrieval.ordinary import messages
from retrieval.rows import Row
from retrieval.space import Vectors, shifted, unit

SEVERAL = 0.12
"""The share of an entry's ways to ask in which phrases must see danger for it to be left out of
the ordinary messages as a whole."""

STRENGTH, REACH = 3.0, 1.0
"""C and gamma of the support vector machine (docs/decisions/0007-danger-by-meaning.md)."""

KIND_STRENGTH = 10.0
"""C of the regressions that name the kind."""

MISSED = 0.01
"""The share of known dangers that may fall below "perhaps" when left out of training in turn, and
that no phrase sees either."""

FALSE = 0.005
"""The share of ordinary messages, left out in turn, that may rise above "danger"."""

KIND = 0.3
"""A kind is named when its own score is at least this; the likeliest is named in any case."""

MOST_ORDINARY = 3000
"""Ways to ask of ordinary entries that are learnt from: the cost grows with their square. Where
there are more, an even choice stands for all."""

_FOLDS = 5
_FEWEST = 2 * _FOLDS


@dataclass(frozen=True)
class DangerByMeaning:
    """A classifier over meaning vectors; :class:`forewarn.danger.MeaningClassifier`.

    Without enough examples it knows no kinds and finds nothing: phrases then decide alone.
    """

    kinds: tuple[str, ...]
    weak: tuple[bool, ...]
    mean: Vectors
    examples: Vectors
    shares: Vectors
    offset: float
    kind_weights: Vectors
    kind_bias: Vectors
    perhaps: float
    danger: float

    def scores(self, vector: Sequence[float] | Vectors) -> dict[str, float]:
        """How likely (0 to 1) the message is a danger at all (``any``) and of each kind."""
        if not self.kinds:
            return {"any": 0.0}
        moved = unit(shifted(np.asarray(vector, dtype=np.float32).reshape(1, -1), self.mean))[0]
        # Both vectors have length 1: their squared distance is 2 - 2 times their product.
        near = np.exp(-REACH * (2.0 - 2.0 * (self.examples @ moved)))
        likely = [*_sigmoid(self.kind_weights @ moved + self.kind_bias)]
        scores = dict(zip(self.kinds, map(float, likely), strict=True))
        return {"any": float(_sigmoid(self.shares @ near + self.offset)), **scores}

    def judge(self, vector: Sequence[float] | Vectors) -> tuple[DangerLevel, tuple[str, ...]]:
        """The level, and the kinds that fit, most likely first."""
        scores = self.scores(vector)
        score = scores.pop("any")
        if score < self.perhaps or not scores:
            return DangerLevel.none, ()
        order = sorted(scores, key=lambda kind: -scores[kind])
        kinds = tuple(kind for kind in order if kind == order[0] or scores[kind] >= KIND)
        weak = dict(zip(self.kinds, self.weak, strict=True))
        sure = score >= self.danger and not weak[kinds[0]]
        return (DangerLevel.danger if sure else DangerLevel.perhaps), kinds

    @classmethod
    def fit(
        cls,
        knowledge: Knowledge,
        questions: list[Row],
        vectors: Callable[[list[str]], Vectors],
        mean: Vectors,
    ) -> DangerByMeaning:
        """Learn from the danger files of ``knowledge``, against its ``questions``, the ordinary
        sentences of the danger files and everyday messages.

        ``vectors`` knows the vector of every one of these texts, ``mean`` is that of questions.
        """
        texts, labels = _examples(knowledge, questions)
        kinds = tuple(sorted({label for label in labels if label}))
        in_danger = np.array([bool(label) for label in labels])
        if min(in_danger.sum(), (~in_danger).sum()) < _FEWEST:
            none = np.empty((0, len(mean)), np.float32)
            return cls((), (), mean, none, none[:, 0], 0.0, none, none[:, 0], 1.0, 1.0)
        points = unit(shifted(vectors(texts), mean))
        machine = _machine().fit(points, in_danger)
        regressions = [
            LogisticRegression(C=KIND_STRENGTH, class_weight="balanced", max_iter=2000).fit(
                points, [label == kind for label in labels]
            )
            for kind in kinds
        ]
        judge = Judge(knowledge)
        by_phrase = [judge.judge(text).level is not DangerLevel.none for text in texts]
        perhaps, danger = _thresholds(points, in_danger, np.array(by_phrase))
        return cls(
            kinds=kinds,
            weak=_weak(kinds, knowledge),
            mean=mean,
            examples=machine.support_vectors_.astype(np.float32),
            shares=machine.dual_coef_[0].astype(np.float32),
            offset=float(machine.intercept_[0]),
            kind_weights=np.concatenate([one.coef_ for one in regressions]).astype(np.float32),
            kind_bias=np.concatenate([one.intercept_ for one in regressions]).astype(np.float32),
            perhaps=perhaps,
            danger=danger,
        )

    def with_levels(self, knowledge: Knowledge) -> DangerByMeaning:
        """The same, with the levels that ``knowledge`` gives its dangers; they need no fitting."""
        weak = _weak(self.kinds, knowledge)
        return self if weak == self.weak else replace(self, weak=weak)

    def save(self, path: Path) -> None:
        """Write to the file ``path`` (npz, plain arrays)."""
        np.savez(
            path,
            kinds=np.array(self.kinds, dtype=np.str_),
            weak=np.array(self.weak, dtype=np.bool_),
            mean=self.mean,
            examples=self.examples,
            shares=self.shares,
            kind_weights=self.kind_weights,
            kind_bias=self.kind_bias,
            numbers=np.array([self.offset, self.perhaps, self.danger]),
        )

    @classmethod
    def load(cls, path: Path) -> DangerByMeaning:
        """Read what :meth:`save` wrote."""
        with np.load(path, allow_pickle=False) as stored:
            offset, perhaps, danger = map(float, stored["numbers"])
            return cls(
                kinds=tuple(map(str, stored["kinds"])),
                weak=tuple(map(bool, stored["weak"])),
                mean=stored["mean"],
                examples=stored["examples"],
                shares=stored["shares"],
                offset=offset,
                kind_weights=stored["kind_weights"],
                kind_bias=stored["kind_bias"],
                perhaps=perhaps,
                danger=danger,
            )


def kinds_of(knowledge: Knowledge) -> tuple[str, ...]:
    """The kinds of danger that ``knowledge`` has examples of, sorted."""
    dangers = knowledge.dangers.items()
    return tuple(sorted(kind for kind, one in dangers if _groups(one)[0]))


def example_texts(knowledge: Knowledge) -> list[str]:
    """Every sentence of the danger files, and the everyday messages, each once."""
    groups = [group for danger in knowledge.dangers.values() for group in _groups(danger)]
    return list(dict.fromkeys([*(text for group in groups for text in group), *messages()]))


def example_digest(knowledge: Knowledge) -> str:
    """SHA-256 over every sentence of the danger files with its kind, and the everyday messages."""
    content = [[kind, *_groups(danger)] for kind, danger in sorted(knowledge.dangers.items())]
    written = json.dumps([*content, messages()], ensure_ascii=False)
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()


def _groups(danger: Danger) -> tuple[list[str], list[str]]:
    """What people in a danger write, and what only sounds like it, in every language."""
    written, ordinary = (
        [text for group in groups for _, many in sorted(group.items()) for text in many]
        for groups in (
            (danger.examples, danger.must_match),
            (danger.ordinary, danger.must_not_match),
        )
    )
    return written, ordinary


def _weak(kinds: Sequence[str], knowledge: Knowledge) -> tuple[bool, ...]:
    """For each kind, whether it is never more than "perhaps"."""
    return tuple(knowledge.dangers[kind].level is not DangerLevel.danger for kind in kinds)


def _examples(knowledge: Knowledge, questions: list[Row]) -> tuple[list[str], list[str]]:
    """Texts, and for each the kind of danger or nothing."""
    labels: dict[str, str] = {}
    ordinary = _ordinary_questions(knowledge, questions)
    for kind, danger in sorted(knowledge.dangers.items()):
        written, not_in_danger = _groups(danger)
        labels.update(dict.fromkeys(written, kind))
        ordinary += not_in_danger
    for text in [*ordinary, *messages()]:
        labels.setdefault(text, "")
    return list(labels), list(labels.values())


def _ordinary_questions(knowledge: Knowledge, questions: list[Row]) -> list[str]:
    """The questions of entries that nobody asks in danger.

    An entry such as "I am held, what can I do" is asked in danger and out of it: where phrases see
    danger in several ways to ask, none of its ways may teach that such words are ordinary.
    """
    judge = Judge(knowledge)
    seen = {row.text: judge.judge(row.text).level is not DangerLevel.none for row in questions}
    ways: dict[str, list[bool]] = defaultdict(list)
    for row in questions:
        ways[row.entry].append(seen[row.text])
    asked_in_danger = {entry for entry, some in ways.items() if sum(some) >= SEVERAL * len(some)}
    asked = [
        row.text for row in questions if row.entry not in asked_in_danger and not seen[row.text]
    ]
    share = MOST_ORDINARY / max(len(asked), 1)
    return [text for text in asked if place(text) < share]


def _machine() -> SVC:
    return SVC(C=STRENGTH, gamma=REACH, class_weight="balanced")


def _thresholds(
    points: Vectors, in_danger: NDArray[np.bool_], by_phrase: NDArray[np.bool_]
) -> tuple[float, float]:
    """The lowest score of "perhaps" and of "danger", from scores of examples left out in turn."""
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=0)
    left_out = _sigmoid(
        cross_val_predict(_machine(), points, in_danger, cv=folds, method="decision_function")
    )
    unseen = np.sort(left_out[in_danger & ~by_phrase])
    missed = int(MISSED * in_danger.sum())
    perhaps = min(float(unseen[missed]) if missed < len(unseen) else 0.5, 0.5)
    danger = float(np.quantile(left_out[~in_danger], 1 - FALSE))
    return perhaps, max(danger, 0.5)


def _sigmoid(values: Vectors) -> Vectors:
    result: Vectors = (1.0 / (1.0 + np.exp(-values))).astype(np.float32)
    return result
