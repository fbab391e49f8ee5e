"""Sees the signs of a lure by what recruiters wrote before, in whatever words and language.

One support vector machine tells what recruiters write from what honest people write, sentence by
sentence, and a regression says which red flag a sentence is. Another machine, which has learnt from
whole messages alone, judges the message as a whole, of which a second regression says which kind of
lure it is; a third judges the letters of the whole, for words that vectors know little of. They
learn from the ``examples`` and ``must_match`` sentences of ``knowledge/red_flags/`` and the
``examples`` of ``knowledge/lures.yml``, against ``knowledge/honest_offers.yml``, what the flags'
files say is none of theirs, and everyday messages. What all of it adds up to is decided in
``forewarn.offers``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.schema.offers import Lure, RedFlag
from forewarn.offers.flags import FoundFlag, Meaning
from retrieval import machines
from retrieval.machines import Kinds, Letters, Machine
from retrieval.ordinary import messages
from retrieval.sentences import pieces
from retrieval.space import Vectors, shifted, unit

STRENGTH, LETTERS_STRENGTH, KIND_STRENGTH = 3.0, 30.0, 10.0
"""C of the machines and of the regressions (docs/decisions/0025-offers-by-meaning.md)."""

SENTENCE = 0.1
"""How much a single sentence counts beside a whole message where letters are learnt: whole messages
are judged by them."""

SEEN, SURE = 0.0, 1.0
"""From which value of the machine a sentence shows a sign, and from which it counts in full: 0 lies
half way between the two classes, the surest examples at 1."""

LIKELY, LIKELIEST = 0.2, 0.5
"""How likely a flag must be to be named, and from where it counts in full."""

LEAST_SHARE = 0.2
"""A flag that would count for less is not named: honest sentences come as near as that."""

WHOLE_SURE = 1.5
"""The value of a whole message at which its likeness is full, on either side of 0."""

WORDING_SURE = 2.0
"""The value of its letters at which its wording is that of lures, or honest, in full."""

LONG = 12
"""A message of more pieces is read as what they come to together: its own vector would take as
long again, and blurs what stands in it."""

FEWEST = 10
"""Examples below which nothing is learnt, on either side."""


@dataclass(frozen=True)
class OffersByMeaning:
    """What was learnt: what ``recruiters`` write, in ``wholes`` and with which ``letters``, which
    of the ``flags`` a sentence of theirs is, and which of the ``lures`` a message."""

    mean: Vectors
    recruiters: Machine
    wholes: Machine
    letters: Letters
    flags: Kinds
    lures: Kinds

    def judge(self, text: str, encode: Callable[[str], Vectors]) -> Meaning:
        """What the message ``text`` says; ``encode`` gives the vector of a text. Each flag is found
        in the one of its pieces that shows it most."""
        cut, once = pieces(text), cache(encode)
        vectors = [once(piece) for piece in cut]
        whole, both = _as_a_whole(text, cut, once)
        value = float(self.wholes.values(self._points([both]))[0])
        likely = self.lures.likely(self._points([whole]))[0]
        return Meaning(
            flags=tuple(self._found(cut, vectors)),
            likeness=_within_one(value / WHOLE_SURE),
            wording=_within_one(self.letters.value(text) / WORDING_SURE),
            lure=self.lures.names[int(likely.argmax())] if len(likely) else None,
        )

    def _found(self, cut: Sequence[str], vectors: Sequence[Vectors]) -> Iterator[FoundFlag]:
        if not cut or not self.flags.names:
            return
        points = self._points(vectors)
        signs = np.clip((self.recruiters.values(points) - SEEN) / (SURE - SEEN), 0, 1)
        likely = self.flags.likely(points)
        shares = signs[:, np.newaxis] * np.where(likely < LIKELY, 0, likely / LIKELIEST).clip(0, 1)
        for number, name in enumerate(self.flags.names):
            best = int(shares[:, number].argmax())
            if shares[best, number] >= LEAST_SHARE:
                yield FoundFlag(name, cut[best], float(shares[best, number]))

    def _points(self, vectors: Sequence[Vectors]) -> Vectors:
        return unit(shifted(np.stack(vectors).astype(np.float32), self.mean))

    @classmethod
    def fit(
        cls, knowledge: Knowledge, vectors: Callable[[list[str]], Vectors], mean: Vectors
    ) -> OffersByMeaning:
        """Learn from the red flags, lures and honest offers of ``knowledge``.

        ``vectors`` knows the vector of every one of these texts, ``mean`` is that of questions.
        """
        signs, lures = sentences_of_flags(knowledge), messages_of_lures(knowledge)
        recruiters = {**signs, **lures}
        honest = [text for text in dict.fromkeys(honest_texts(knowledge)) if text not in recruiters]
        width = len(mean)
        if min(len(recruiters), len(honest)) < FEWEST:
            kinds, machine = Kinds.none(width), Machine.none(width)
            return cls(mean, machine, machine, Letters.none(), kinds, kinds)

        def points(texts: Iterable[str]) -> Vectors:
            return unit(shifted(vectors(list(texts)), mean))

        everything = [*recruiters, *honest]
        belongs = np.arange(len(everything)) < len(recruiters)
        whole = set(_messages(knowledge))
        is_whole = np.array([text in whole for text in everything])
        wholes = [text for text in everything if text in whole]
        return cls(
            mean,
            Machine.fit(points(everything), belongs, STRENGTH),
            _wholes(wholes, belongs[is_whole], vectors, mean),
            Letters.fit(everything, belongs, LETTERS_STRENGTH, np.where(is_whole, 1, SENTENCE)),
            Kinds.fit(points(signs), list(signs.values()), KIND_STRENGTH),
            Kinds.fit(points(lures), list(lures.values()), KIND_STRENGTH),
        )

    def save(self, path: Path) -> None:
        """Write to the file ``path`` (npz, plain arrays)."""
        parts: dict[str, machines.Stored] = {
            "recruiters": self.recruiters, "wholes": self.wholes, "letters": self.letters,
            "flags": self.flags, "lures": self.lures,
        }  # fmt: skip
        machines.save(path, parts, mean=self.mean)

    @classmethod
    def load(cls, path: Path) -> OffersByMeaning:
        """Read what :meth:`save` wrote."""
        part = machines.load(path)
        return cls(
            part("")["mean"].astype(np.float32),
            Machine.of(part("recruiters")),
            Machine.of(part("wholes")),
            Letters.of(part("letters")),
            Kinds.of(part("flags")),
            Kinds.of(part("lures")),
        )


def _wholes(
    texts: list[str],
    belongs: NDArray[np.bool_],
    vectors: Callable[[list[str]], Vectors],
    mean: Vectors,
) -> Machine:
    """What tells whole messages apart, learnt from ``texts`` read just as they will be judged."""
    if min(belongs.sum(), (~belongs).sum()) < FEWEST:
        return Machine.none(len(mean))
    parts = list(dict.fromkeys([*texts, *(piece for text in texts for piece in _cut(text))]))
    known = dict(zip(parts, vectors(parts), strict=True))
    both = [_as_a_whole(text, _cut(text), known.__getitem__)[1] for text in texts]
    return Machine.fit(unit(shifted(np.stack(both), mean)), belongs, STRENGTH)


def _as_a_whole(
    text: str, cut: Sequence[str], encode: Callable[[str], Vectors]
) -> tuple[Vectors, Vectors]:
    """The vector of a message, and the middle between it and what its pieces come to, the longer
    the more."""
    if not cut:
        return encode(text), encode(text)
    weights = np.array([len(piece) for piece in cut], np.float32)
    together = _unit(weights @ np.stack([encode(piece) for piece in cut]))
    whole = together if len(cut) > LONG else encode(text)
    return whole, _unit(whole + together)


def _unit(vector: Vectors) -> Vectors:
    one: Vectors = unit(vector[np.newaxis])[0]
    return one


@cache
def _cut(text: str) -> tuple[str, ...]:
    """The pieces of a text of staff's; kept, since nearly all are the same the next time."""
    return tuple(pieces(text))


def _within_one(value: float) -> float:
    return max(-1.0, min(1.0, value))


def offer_texts(knowledge: Knowledge) -> list[str]:
    """Every text of which a vector is learnt from, each once: the pieces of messages are, too."""
    written = [text for _, texts in _learnt_from(knowledge) for text in texts]
    cut = (piece for text in _messages(knowledge) for piece in _cut(text))
    return list(dict.fromkeys([*written, *cut]))


def offer_digest(knowledge: Knowledge) -> str:
    """SHA-256 over every text that is learnt from, with what it is an example of."""
    written = json.dumps(list(_learnt_from(knowledge)), ensure_ascii=False)
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()


def sentences_of_flags(knowledge: Knowledge) -> dict[str, str]:
    """Sentences of recruiters, each with the red flag it shows."""
    return {text: name for name, flag in _flags(knowledge) for text in _signs(flag)}


def messages_of_lures(knowledge: Knowledge) -> dict[str, str]:
    """Whole messages of recruiters, each with its kind of lure."""
    return {text: name for name, lure in _lures(knowledge) for text in _texts(lure.examples)}


def lure_texts(knowledge: Knowledge) -> list[str]:
    """What recruiters write: sentences, and whole messages."""
    signs = (_signs(flag) for _, flag in _flags(knowledge))
    return _all([*signs, *(_texts(lure.examples) for _, lure in _lures(knowledge))])


def honest_texts(knowledge: Knowledge) -> list[str]:
    """What others write: sentences, and whole messages."""
    return [*_no_signs(knowledge), *_texts(knowledge.honest_offers.messages)]


def _messages(knowledge: Knowledge) -> list[str]:
    """Whole messages, of recruiters and of honest people."""
    lures = (_texts(lure.examples) for _, lure in _lures(knowledge))
    return [*_all(lures), *_texts(knowledge.honest_offers.messages)]


def _learnt_from(knowledge: Knowledge) -> Iterable[tuple[str, list[str]]]:
    for name, flag in _flags(knowledge):
        yield f"flag {name}", _signs(flag)
    yield "no flag", _no_signs(knowledge)
    for name, lure in _lures(knowledge):
        yield f"lure {name}", _texts(lure.examples)
    yield "honest", _texts(knowledge.honest_offers.messages)


def _flags(knowledge: Knowledge) -> list[tuple[str, RedFlag]]:
    return sorted(knowledge.red_flags.items())


def _lures(knowledge: Knowledge) -> list[tuple[str, Lure]]:
    return sorted(knowledge.lures.items())


def _signs(flag: RedFlag) -> list[str]:
    """What recruiters write who show this flag, in every language."""
    return [*_texts(flag.examples), *_texts(flag.must_match)]


def _no_signs(knowledge: Knowledge) -> list[str]:
    """Single sentences that show none."""
    near = (_texts(flag.must_not_match) for _, flag in _flags(knowledge))
    return [*_texts(knowledge.honest_offers.sentences), *_all(near), *messages()]


def _texts(by_language: Mapping[str, Sequence[str]]) -> list[str]:
    return [text for _, some in sorted(by_language.items()) for text in some]


def _all(groups: Iterable[Sequence[str]]) -> list[str]:
    return [text for group in groups for text in group]
