"""Recognises a person in danger by what similar people wrote, in whatever words and language.

A support vector machine on centred vectors tells "in danger at all": it weighs how near a message
comes to each known example. A kernel ridge regression tells the kinds apart, by the same. The
examples come from ``knowledge/danger/``; the ordinary messages are those that each danger file says
are none, what recruiters and honest people write of work, marriage and money (the check of offers
judges it), the ways to ask of ordinary entries, and everyday messages. The judgement itself stays
in ``forewarn.danger``.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from forewarn.danger import Judge, Meaning
from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.schema.dangers import Danger, DangerLevel
from forewarn.phrases import width
from retrieval import machines
from retrieval.chosen import place
from retrieval.machines import Machine, NearKinds
from retrieval.ordinary import messages
from retrieval.rows import Row
from retrieval.space import Vectors, shifted, unit

SEVERAL = 0.12
"""The share of an entry's ways to ask in which phrases must see danger for it to be left out of
the ordinary messages as a whole."""

STRENGTH = 3.0
"""C of the support vector machine (docs/decisions/0007-danger-by-meaning.md)."""

RIDGE = 0.1
"""What the regression that tells the kinds apart adds to its diagonal."""

PERHAPS, DANGER = -0.3, 0.15
"""From which value of the machine on a message is perhaps in danger, and in danger: 0 lies half
way between the two classes, the surest examples at 1 and -1. Chosen on
``bench/calibration/danger.jsonl``."""

PART_DANGER = 0.8
"""From which value of its own a part of a message is in danger: some words of an offer ("we keep
your passport") come nearer to a cry than any whole one. Chosen likewise."""

AGAINST, DEAF = -0.5, -1.4
"""Below the first a message is so unlike every cry that a phrase in it makes it "perhaps" and no
more; below the second, nothing. Chosen likewise: below the second lie 1 of 832 cries, and 36 of the
66 ordinary messages that have a phrase."""

MOST_ORDINARY = 3000
"""Ways to ask of ordinary entries that are learnt from: the cost grows with their square. Where
there are more, an even choice stands for all."""

LONG = 150
"""From so many letters on, a message that is offered is learnt from as an ordinary one. A cry is
mostly shorter; a short offer beside it would teach that quiet cries are ordinary."""

_FEWEST = 10


@dataclass(frozen=True)
class DangerByMeaning:
    """A classifier over meaning vectors; :class:`forewarn.danger.MeaningClassifier`.

    Without enough examples it knows no kinds and finds nothing: phrases then decide alone.
    """

    mean: Vectors
    cries: Machine
    near: NearKinds
    weak: tuple[bool, ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds it knows, sorted."""
        return self.near.names

    def judge(self, vector: Sequence[float] | Vectors) -> Meaning:
        """What the meaning of a message says."""
        return self._judged(vector, DANGER, DangerLevel.danger)

    def judge_part(self, vector: Sequence[float] | Vectors) -> Meaning:
        """What the meaning of a part of a message says, of which a phrase is known: less surely
        danger, and by the phrase alone perhaps at most."""
        return self._judged(vector, PART_DANGER, DangerLevel.perhaps)

    def _judged(
        self, vector: Sequence[float] | Vectors, danger: float, most_by_phrase: DangerLevel
    ) -> Meaning:
        if not self.kinds:
            return Meaning(DangerLevel.none, {}, most_by_phrase)
        moved = unit(shifted(np.asarray(vector, dtype=np.float32).reshape(1, -1), self.mean))
        value = float(self.cries.values(moved)[0])
        kinds = dict(zip(self.kinds, map(float, self.near.fitting(moved)[0]), strict=True))
        by_phrase = DangerLevel.perhaps if value < AGAINST else most_by_phrase
        by_phrase = DangerLevel.none if value < DEAF else by_phrase
        return Meaning(self._level(value, danger, kinds), kinds, by_phrase)

    def _level(self, value: float, danger: float, kinds: Mapping[str, float]) -> DangerLevel:
        if value < PERHAPS:
            return DangerLevel.none
        likeliest = self.kinds.index(max(kinds, key=kinds.__getitem__))
        sure = value >= danger and not self.weak[likeliest]
        return DangerLevel.danger if sure else DangerLevel.perhaps

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
        texts, labels = examples(knowledge, questions)
        in_danger = np.array([bool(label) for label in labels])
        if min(in_danger.sum(), (~in_danger).sum()) < _FEWEST:
            return cls(mean, Machine.none(len(mean)), NearKinds.none(len(mean)), ())
        points = unit(shifted(vectors(texts), mean))
        near = NearKinds.fit(points[in_danger], list(filter(None, labels)), RIDGE)
        cries = Machine.fit(points, in_danger, STRENGTH)
        return cls(mean, cries, near, _weak(near.names, knowledge))

    def with_levels(self, knowledge: Knowledge) -> DangerByMeaning:
        """The same, with the levels that ``knowledge`` gives its dangers; they need no fitting."""
        weak = _weak(self.kinds, knowledge)
        return self if weak == self.weak else replace(self, weak=weak)

    def save(self, path: Path) -> None:
        """Write to the file ``path`` (npz, plain arrays)."""
        parts: dict[str, machines.Stored] = {"cries": self.cries, "near": self.near}
        machines.save(path, parts, mean=self.mean, weak=np.array(self.weak, dtype=np.bool_))

    @classmethod
    def load(cls, path: Path) -> DangerByMeaning:
        """Read what :meth:`save` wrote."""
        part = machines.load(path)
        others = part("")
        return cls(
            others["mean"].astype(np.float32),
            Machine.of(part("cries")),
            NearKinds.of(part("near")),
            tuple(map(bool, others["weak"])),
        )


def kinds_of(knowledge: Knowledge) -> tuple[str, ...]:
    """The kinds of danger that ``knowledge`` has examples of, sorted."""
    dangers = knowledge.dangers.items()
    return tuple(sorted(kind for kind, one in dangers if _groups(one)[0]))


def examples(knowledge: Knowledge, questions: list[Row]) -> tuple[list[str], list[str]]:
    """The texts that are learnt from, and for each the kind of danger or nothing."""
    labels: dict[str, str] = {}
    ordinary = _ordinary_questions(knowledge, questions)
    for kind, danger in sorted(knowledge.dangers.items()):
        written, not_in_danger = _groups(danger)
        labels.update(dict.fromkeys(written, kind))
        ordinary += not_in_danger
    for text in [*ordinary, *_offered(knowledge), *messages()]:
        labels.setdefault(text, "")
    return list(labels), list(labels.values())


def example_texts(knowledge: Knowledge) -> list[str]:
    """Every sentence of the danger files and of the red flags, the long messages of recruiters and
    of honest people, and the everyday messages, each once."""
    groups = [group for danger in knowledge.dangers.values() for group in _groups(danger)]
    texts = (text for group in [*groups, _offered(knowledge)] for text in group)
    return list(dict.fromkeys([*texts, *messages()]))


def example_digest(knowledge: Knowledge) -> str:
    """SHA-256 over all these texts, those of the danger files with their kind."""
    content = [[kind, *_groups(danger)] for kind, danger in sorted(knowledge.dangers.items())]
    others = [_offered(knowledge), messages()]
    written = json.dumps([*content, *others], ensure_ascii=False)
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


def _offered(knowledge: Knowledge) -> list[str]:
    """The sentences that prove the red flags, and long messages of recruiters and of honest
    people, in every language."""
    flags = (flag for _, flag in sorted(knowledge.red_flags.items()))
    sentences = [group for flag in flags for group in (flag.must_match, flag.must_not_match)]
    lures = [lure.examples for _, lure in sorted(knowledge.lures.items())]
    long = [one for one in _all([*lures, knowledge.honest_offers.messages]) if width(one) >= LONG]
    return [*_all(sentences), *long]


def _all(groups: Iterable[Mapping[str, Sequence[str]]]) -> list[str]:
    return [text for group in groups for _, many in sorted(group.items()) for text in many]


def _weak(kinds: Sequence[str], knowledge: Knowledge) -> tuple[bool, ...]:
    """For each kind, whether it is never more than "perhaps"."""
    return tuple(knowledge.dangers[kind].level is not DangerLevel.danger for kind in kinds)


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
