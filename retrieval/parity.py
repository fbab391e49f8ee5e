"""Whether a translation means what the English means, line by line.

``forewarn/knowledge/parity.py`` sees numbers, dates, addresses, steps and negations. Here the
encoder sees a line that says something else, or that lacks a part: by how alike it and the English
line are, and each half and third of the English line; by how much more alike than any other English
line; and by how long it is. Both judgements are logistic regressions, fitted by
``python -m retrieval calibrate-parity`` on half of the entries (``retrieval/parity.json``).
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from forewarn.knowledge.parity import Difference, Kind, comparers, lines
from forewarn.knowledge.schema.wording import Wording
from retrieval.encoder import Encoder
from retrieval.space import Vectors, shifted, unit

PARITY = Path(__file__).with_name("parity.json")
"""The fitted values, beside the code: they belong to it as weights belong to a model."""

PARTS = (2, 3)
"""In how many parts the English line is cut: a part that the translation lacks is unlike it."""

_PART_SIGNALS = ("least", "least_gain", "range", "gain_range")
SIGNALS = (
    *("likeness", "margin", "length", "short"),
    *(f"{name}_{count}" for count in PARTS for name in _PART_SIGNALS),
)
"""What is looked at, in order; each also with its square, for what is far off weighs more."""

_BATCH = 64
_STEP = re.compile(r"^(?:- |\d+\. )")

Signals = NDArray[np.float64]


class ParityError(ValueError):
    """The fitted values cannot be used; the message says what to do."""


def calibrates(entry: str) -> bool:
    """Whether the entry of this id is of the half that everything is fitted on."""
    return hashlib.sha256(entry.encode()).digest()[0] % 2 == 0


@dataclass(frozen=True)
class Judgement:
    """A fitted regression over :data:`SIGNALS` and their squares, and from where it accuses."""

    weights: tuple[float, ...]
    bias: float
    accuse_from: float

    def scores(self, signals: Signals) -> Signals:
        """The log-odds of damage, a row of signals each."""
        return np.asarray(bent(signals) @ np.array(self.weights) + self.bias)


@dataclass(frozen=True)
class Norms:
    """What is usual in translations into one language.

    Attributes:
        lines: on how many lines it was fitted.
        middle: the mean vector of its lines.
        longer: slope and offset of the log length (characters but blanks) over the English one.
        mean: of each signal.
        spread: standard deviation of each signal.
    """

    lines: int
    middle: tuple[float, ...]
    longer: tuple[float, float]
    mean: tuple[float, ...]
    spread: tuple[float, ...]


@dataclass(frozen=True)
class Fitted:
    """Everything that was fitted, with which encoder and on what.

    Attributes:
        encoder: fingerprint of the encoder.
        lines: SHA-256 over the lines it was fitted on.
        middle: the mean vector of English lines.
        middle_of_parts: the mean vector of halves and thirds of English lines.
        languages: what is usual in each language.
        meaning: tells a line that says something else.
        length: tells a line that lacks a part.
    """

    encoder: str
    lines: str
    middle: tuple[float, ...]
    middle_of_parts: tuple[float, ...]
    languages: dict[str, Norms]
    meaning: Judgement
    length: Judgement

    def save(self, path: Path = PARITY) -> None:
        """Write to the JSON file ``path``, one value a line."""
        content = {"signals": SIGNALS, **asdict(self)}
        languages = content.pop("languages")
        content |= {f"language {name}": norms for name, norms in sorted(languages.items())}
        rows = (f"{json.dumps(name)}: {json.dumps(value)}" for name, value in content.items())
        path.write_text("{\n  " + ",\n  ".join(rows) + "\n}\n", "utf-8")

    @classmethod
    def load(cls, encoder: str, path: Path = PARITY) -> Fitted:
        """Read what :meth:`save` wrote, to be used with the encoder of that fingerprint.

        Raises:
            ParityError: there is none, or it was fitted with another encoder or other signals.
        """
        if not path.exists():
            raise ParityError(f"{path.name} is missing: run `python -m retrieval calibrate-parity`")
        content = json.loads(path.read_text("utf-8"))
        if tuple(content.pop("signals")) != SIGNALS or content["encoder"] != encoder:
            raise ParityError(
                f"{path.name} was fitted with another encoder: "
                "run `python -m retrieval calibrate-parity`"
            )
        names = [name for name in content if name.startswith("language ")]
        languages = {name.removeprefix("language "): content.pop(name) for name in names}
        return cls(
            **{
                **content,
                "languages": {name: Norms(**norms) for name, norms in languages.items()},
                "meaning": Judgement(**content["meaning"]),
                "length": Judgement(**content["length"]),
            }
        )


class Lines:
    """Vectors of lines and of their parts, each made once."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, Vectors] = {}

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """The passage vectors of ``texts``, one a row, without the marks of list lines."""
        bare = [without_mark(text) for text in texts]
        new = sorted({text for text in bare if text not in self._known}, key=len)
        for start in range(0, len(new), _BATCH):  # texts of one length are padded least
            some = new[start : start + _BATCH]
            self._known |= dict(zip(some, self._encoder.passages(some), strict=True))
        if not bare:
            return np.empty((0, self._encoder.dimension), dtype=np.float32)
        return np.stack([self._known[text] for text in bare])


class Measure:
    """Measures how a translated line stands to its English line."""

    def __init__(
        self, known: Lines, english: Iterable[str], middle: Vectors, middle_of_parts: Vectors
    ) -> None:
        """Compare with ``english`` lines of all entries, in the space around the two means."""
        self._lines = known
        self._middle_of_parts = middle_of_parts
        self._place = {line: number for number, line in enumerate(dict.fromkeys(english))}
        self._english = unit(shifted(known.vectors(list(self._place)), middle))

    def signals(
        self,
        pairs: Sequence[tuple[str, str]],
        middle: Vectors,
        longer: tuple[float, float],
    ) -> Signals:
        """The signals of pairs of an English line and a line in the language whose mean vector is
        ``middle``, one pair a row, not yet standardised."""
        if not pairs:
            return np.empty((0, len(SIGNALS)))
        own = unit(shifted(self._lines.vectors([line for _, line in pairs]), middle))
        places = [self._place[english] for english, _ in pairs]
        alike = own @ self._english.T
        rows = np.arange(len(pairs))
        likeness = alike[rows, places]
        alike[rows, places] = -1.0
        cut = [parts(english, count) for english, _ in pairs for count in PARTS]
        pieces = unit(
            shifted(
                self._lines.vectors([one for some in cut for one in some]), self._middle_of_parts
            )
        )
        ends = np.cumsum([len(some) for some in cut])
        found: list[list[float]] = []
        for row, (english, line) in enumerate(pairs):
            slope, offset = longer
            size = measured(english)
            signals = [
                float(likeness[row]),
                float(likeness[row] - alike[row].max()),
                math.log(measured(line)) - slope * math.log(size) - offset,
                1 / math.sqrt(size),
            ]
            for nth in range(len(PARTS)):
                end = ends[row * len(PARTS) + nth]
                mine = pieces[end - len(cut[row * len(PARTS) + nth]) : end]
                near = mine @ own[row]
                gain = near - mine @ self._english[places[row]]
                signals += [near.min(), gain.min(), np.ptp(near), np.ptp(gain)]
            found.append([float(signal) for signal in signals])
        return np.array(found)


class Judge:
    """Compares translations with their English: everything in one verdict."""

    def __init__(
        self,
        wording: Mapping[str, Wording],
        encoder: Encoder,
        fitted: Fitted,
        english: Iterable[str],
    ) -> None:
        """``english``: the English texts of all entries.

        Raises:
            ParityError: ``fitted`` belongs to another encoder.
        """
        if fitted.encoder != encoder.fingerprint:
            raise ParityError(
                "the parity check was fitted with another encoder: "
                "run `python -m retrieval calibrate-parity`"
            )
        self._fitted = fitted
        self._comparers = comparers(wording)
        self._measure = Measure(
            Lines(encoder),
            [line for text in english for line in lines(text)],
            np.array(fitted.middle, dtype=np.float32),
            np.array(fitted.middle_of_parts, dtype=np.float32),
        )

    def knows(self, language: str) -> bool:
        """Whether meanings in ``language`` can be compared: its norms were fitted."""
        return language in self._fitted.languages

    def differences(
        self, language: str, pairs: Sequence[tuple[str, str]]
    ) -> list[list[Difference]]:
        """What each translation (English text, translated text) says otherwise; those without any
        difference are not accused. English texts must be among those of all entries."""
        comparer = self._comparers[language]
        found = [comparer.differences(english, text) for english, text in pairs]
        if not self.knows(language):
            return found
        places: list[tuple[int, int]] = []
        compared: list[tuple[str, str]] = []
        for number, (english, text) in enumerate(pairs):
            ours, theirs = lines(english), lines(text)
            if len(ours) == len(theirs):
                places += [(number, line) for line in range(1, len(ours) + 1)]
                compared += zip(ours, theirs, strict=True)
        for (number, line), difference in zip(
            places, self._judged(language, compared), strict=True
        ):
            if difference is not None:
                found[number].append(Difference(difference, line, ""))
        return [sorted(some, key=lambda one: one.line) for some in found]

    def _judged(self, language: str, pairs: Sequence[tuple[str, str]]) -> list[Kind | None]:
        norms = self._fitted.languages[language]
        middle = np.array(norms.middle, dtype=np.float32)
        signals = self._measure.signals(pairs, middle, norms.longer)
        usual = (signals - np.array(norms.mean)) / np.array(norms.spread)
        other = self._fitted.meaning.scores(usual) - self._fitted.meaning.accuse_from
        short = self._fitted.length.scores(usual) - self._fitted.length.accuse_from
        return [
            None if max(one, two) < 0 else Kind.meaning if one >= two else Kind.length
            for one, two in zip(other, short, strict=True)
        ]


def bent(signals: Signals) -> Signals:
    """Signals and their squares, which keep the sign."""
    return np.concatenate([signals, signals * np.abs(signals)], axis=1)


def without_mark(line: str) -> str:
    """A line without the mark of a list line."""
    return _STEP.sub("", line)


def measured(line: str) -> int:
    """How long a line is: its characters, blanks not counted."""
    return max(1, sum(not character.isspace() for character in without_mark(line)))


def parts(english: str, count: int) -> list[str]:
    """An English line cut into ``count`` parts of as many words; the whole where it is short."""
    words = without_mark(english).split()
    if len(words) < 2 * count:
        return [without_mark(english)]
    borders = [round(n * len(words) / count) for n in range(count + 1)]
    return [" ".join(words[start:end]) for start, end in pairwise(borders)]
