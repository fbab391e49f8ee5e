"""Learns what to add to the encoder so that it tells apart what we have to tell apart.

Every matrix of its layers gets a narrow addition (LoRA; Hu et al., "LoRA: Low-Rank Adaptation of
Large Language Models", 2021), while its own weights stay as they are. All tasks are learnt at once
from the examples in ``knowledge/``, each by a linear layer that is thrown away afterwards; vectors
are held near what they were, those of our passages too, so that what nobody gave an example of
keeps its meaning (docs/decisions/0028-adapted-encoder.md).
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Self, cast

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import ConfigDict
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertModel

from forewarn import typed
from forewarn.knowledge.loader import Knowledge
from forewarn.phrases import normalise
from retrieval import danger_by_meaning, encoder, index, json_lines, offers_by_meaning
from retrieval.adapter import FACTOR, LINEAR, Adapter
from retrieval.convert import PROMPTS, VOCABULARY_FILE
from retrieval.lao import in_thai_letters
from retrieval.learnt import NOTHING
from retrieval.ordinary import messages
from retrieval.remembered import Encode
from retrieval.rows import Part, rows
from retrieval.vocabulary import PAD, Vocabulary

RANK = 16
"""How narrow an addition is."""

ROUNDS = 2
"""How often every text is learnt from."""

MOST_PIECES: Mapping[Part, int] = {"question": 64, "passage": 256}
"""Where a text is cut: nearly all are shorter, and the time it takes grows with the longest."""

WINDOW, TOGETHER = 4096, 2048
"""Texts among which those of like length are looked for, and the most pieces of one batch: nearly
nothing is padding, and yet no batch holds only one kind of text."""

FAITHFUL = 6.0
"""What it costs that a vector moves: times 1 less its cosine to what it was."""

FIRMNESS = 8.0
"""The length of the points that the tasks are told from: of length 1, no answer could be sure."""

RATE, TASK_RATE, DECAY = 6e-4, 5e-3, 0.01
"""How fast additions and the layers of the tasks learn, and how strongly additions are drawn
towards 0."""

WARM_UP, LEAST_RATE = 100, 0.02
"""Steps until the rates are reached, and the share of them that is left in the end."""

STEEPEST = 1.0
"""The length a gradient is cut to."""

SEED = 1

_UNASKED = -1
"""Stands where a task has no right answer for a text."""

Text = tuple[Part, str]
"""What is read: a question is read otherwise than a passage."""

Report = Callable[[int, int, Mapping[str, float]], None]
"""Is told after each step: its number, how many there are, and the loss of each task it held."""


@dataclass(frozen=True)
class Task:
    """Something to be told of texts: whether, or which of many.

    ``right`` holds the number of the right answer of each text that has one, ``answers`` how many
    there are: 1 where it is yes or no. ``weight`` is what its loss counts beside the others'.
    """

    weight: float
    right: Mapping[str, int]
    answers: int

    @classmethod
    def whether(cls, weight: float, right: Mapping[str, bool]) -> Self:
        """A task of yes and no."""
        return cls(weight, {text: int(yes) for text, yes in right.items()}, 1)

    @classmethod
    def which(cls, weight: float, right: Mapping[str, str]) -> Self:
        """A task of naming the right one."""
        numbers = {name: number for number, name in enumerate(sorted(set(right.values())))}
        return cls(weight, {text: numbers[name] for text, name in right.items()}, len(numbers))

    def apart_from(self, without: Set[str]) -> Self:
        """The same without the texts that, once normalised, are among ``without``."""
        right = {text: n for text, n in self.right.items() if normalise(text) not in without}
        return type(self)(self.weight, right, self.answers)

    def right_for(self, text: Text) -> int:
        """The number of its right answer, below 0 where nothing is asked of it."""
        part, words = text
        return self.right.get(words, _UNASKED) if part == "question" else _UNASKED

    def losses(self, values: Tensor, right: Tensor) -> Tensor:
        """How wrong each row of ``values`` is."""
        if self.answers == 1:
            return functional.binary_cross_entropy_with_logits(
                values[:, 0], right.float(), reduction="none"
            )
        return functional.cross_entropy(values, right, reduction="none")


class Written(json_lines.Line):
    """A message of a file that is kept apart; of what else is said of it, nothing is read."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    text: json_lines.Text


def written_in(paths: Iterable[Path]) -> set[str]:
    """The texts in files of JSON lines; raises as :func:`retrieval.json_lines.read`."""
    return {line.text for path in paths for _, line in json_lines.read(path, Written)}


def tasks(knowledge: Knowledge, without: Iterable[str] = ()) -> dict[str, Task]:
    """What is learnt from ``knowledge``, by name. No text is learnt from that is ``without``, be it
    in other case, width or blanks."""
    questions = [row for row in rows(knowledge) if row.part == "question"]
    dangers = dict(zip(*danger_by_meaning.examples(knowledge, questions), strict=True))
    entries = {row.text: row.entry for row in questions} | dict.fromkeys(messages(), NOTHING)
    signs = offers_by_meaning.sentences_of_flags(knowledge)
    lures = offers_by_meaning.messages_of_lures(knowledge)
    honest = offers_by_meaning.honest_texts(knowledge)
    offered = dict.fromkeys(honest, False) | dict.fromkeys([*signs, *lures], True)
    everything = {
        "danger": Task.whether(1.0, {text: bool(kind) for text, kind in dangers.items()}),
        "kind of danger": Task.which(1.0, {text: kind for text, kind in dangers.items() if kind}),
        "entry": Task.which(0.7, entries),
        "red flag": Task.which(0.4, signs),
        "lure": Task.whether(0.7, offered),
        "kind of lure": Task.which(0.3, lures),
    }
    apart = {normalise(text) for text in without}
    return {name: task.apart_from(apart) for name, task in everything.items()}


def passages(knowledge: Knowledge) -> list[str]:
    """What people are answered with: nothing is told of it, it is only held to what it was."""
    return list(dict.fromkeys(row.text for row in rows(knowledge) if row.part == "passage"))


def texts_of(learnt_from: Mapping[str, Task]) -> list[str]:
    """Every text of these tasks, each once."""
    return list(dict.fromkeys(text for task in learnt_from.values() for text in task.right))


def learn(
    learnt_from: Mapping[str, Task],
    held: Sequence[str],
    folder: Path,
    rounds: int = ROUNDS,
    encode_with: Callable[[encoder.Encoder], Encode] = index.encode_with,
    report: Report = lambda step, steps, losses: None,
) -> Adapter:
    """What to add to the encoder in ``folder``, which must not be adapted yet, to tell the tasks
    ``learnt_from`` while the passages ``held`` stay what they are.

    Takes some 25 minutes for 43,000 texts and 900 passages on two cores, and before that what it
    takes to encode all of them, by what ``encode_with`` makes of the encoder: it may show progress.

    Raises:
        EncoderError: there is no encoder in ``folder``, or it is damaged.
    """
    plain = encoder.load(encoder.EMBEDDED, folder, threads=1, at_once=os.cpu_count() or 1)
    questions = texts_of(learnt_from)
    texts = [*as_part("question", questions), *as_part("passage", held)]
    encode = encode_with(plain)
    vectors = [encode("question", questions), encode("passage", list(held))]
    before = torch.from_numpy(np.concatenate(vectors))
    readings = Readings.of(texts, Vocabulary(folder / VOCABULARY_FILE))
    chance = np.random.default_rng(SEED)
    batches = [batch for _ in range(rounds) for batch in readings.batches(chance)]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(SEED)
        pupil = Pupil(folder, learnt_from, texts, before)
        pace = Pace(pupil, len(batches))
        for step, batch in enumerate(batches, start=1):
            loss, parts = pupil.loss(readings, batch)
            pace.step(loss)
            report(step, len(batches), parts)
    return pupil.learnt()


def as_part(part: Part, texts: Iterable[str]) -> list[Text]:
    """Each of ``texts`` as one of ``part``."""
    return [(part, text) for text in texts]


@dataclass(frozen=True)
class Readings:
    """Texts in the pieces that the encoder reads them in, Lao also in Thai letters: ``of_text``
    is the number of the text that each is a reading of."""

    pieces: Sequence[Sequence[int]]
    of_text: NDArray[np.intp]

    @classmethod
    def of(cls, texts: Iterable[Text], vocabulary: Vocabulary) -> Self:
        """All readings of ``texts``."""
        read = [
            (number, vocabulary.ids(_PROMPTS[part] + one, MOST_PIECES[part]))
            for number, (part, text) in enumerate(texts)
            for one in _read(text)
        ]
        numbers = np.array([number for number, _ in read], dtype=np.intp)
        return cls([pieces for _, pieces in read], numbers)

    def batches(self, chance: np.random.Generator) -> list[NDArray[np.intp]]:
        """The numbers of all readings, put together by ``chance`` and length, in any order."""
        lengths = np.array([len(one) for one in self.pieces])
        order = chance.permutation(len(lengths))
        windows = (order[start : start + WINDOW] for start in range(0, len(order), WINDOW))
        found = [
            batch
            for window in windows
            for batch in _filled(window[np.argsort(lengths[window], kind="stable")], lengths)
        ]
        return [found[n] for n in chance.permutation(len(found))]

    def padded(self, batch: NDArray[np.intp]) -> tuple[Tensor, Tensor]:
        """The piece ids of the readings ``batch``, padded alike, and where they are none."""
        rows = [torch.tensor(self.pieces[number]) for number in batch]
        ids = nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=PAD)
        return ids, (ids != PAD).long()


_PROMPTS: Mapping[Part, str] = {"question": PROMPTS["query"], "passage": PROMPTS["passage"]}


def _read(text: str) -> Iterator[str]:
    plain = typed.read(text)
    yield plain
    if thai := in_thai_letters(plain):
        yield thai


def _filled(numbers: NDArray[np.intp], lengths: NDArray[np.int_]) -> Iterator[NDArray[np.intp]]:
    """``numbers``, the shortest first, in batches of at most :data:`TOGETHER` pieces."""
    start = 0
    for end in range(1, len(numbers) + 1):
        full = end < len(numbers) and (end + 1 - start) * lengths[numbers[end]] > TOGETHER
        if full or end == len(numbers):
            yield numbers[start:end]
            start = end


class Widened(nn.Module):
    """A linear layer that stays as it is, with a narrow addition that learns, at first zero."""

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        columns, rows = linear.in_features, linear.out_features
        self.linear = linear
        self.narrow = nn.Parameter(torch.randn(RANK, columns) / math.sqrt(columns))
        self.wide = nn.Parameter(torch.zeros(rows, RANK))

    def forward(self, given: Tensor) -> Tensor:
        added = functional.linear(functional.linear(given, self.narrow), self.wide)
        plain: Tensor = self.linear(given)
        return plain + FACTOR * added


class Pupil(nn.Module):
    """The encoder in a folder with additions that learn, and a layer for each task."""

    def __init__(
        self, folder: Path, learnt_from: Mapping[str, Task], texts: Sequence[Text], before: Tensor
    ) -> None:
        """Learn the tasks ``learnt_from``; all ``texts`` have had the vectors ``before``."""
        super().__init__()
        self.bert = BertModel.from_pretrained(folder).requires_grad_(False)
        self.widened = _widened(self.bert)
        self._tasks, self._before, self._mean = learnt_from, before, before.mean(dim=0)
        self._right = {
            name: torch.tensor([task.right_for(text) for text in texts])
            for name, task in learnt_from.items()
        }
        width = before.shape[1]
        self.heads = nn.ModuleDict(
            {name: nn.Linear(width, task.answers) for name, task in learnt_from.items()}
        )
        self.train()

    def vectors(self, ids: Tensor, mask: Tensor) -> Tensor:
        """The vectors of padded texts, of length 1."""
        # Half precision inside, for speed; what is learnt and compared stays in full.
        with torch.autocast("cpu", dtype=torch.bfloat16):
            hidden = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        return functional.normalize((hidden.float() * mask[..., None]).sum(dim=1), dim=-1)

    def loss(
        self, readings: Readings, batch: NDArray[np.intp]
    ) -> tuple[Tensor, Mapping[str, float]]:
        """What is to become less for the readings ``batch``, and the mean loss of each task."""
        vectors = self.vectors(*readings.padded(batch))
        texts = torch.from_numpy(readings.of_text[batch])
        moved = 1 - (vectors * self._before[texts]).sum(dim=1)
        points = FIRMNESS * functional.normalize(vectors - self._mean, dim=-1)
        total, parts = FAITHFUL * moved.mean(), {"moved": float(moved.detach().mean())}
        for name, task in self._tasks.items():
            right = self._right[name][texts]
            asked = right != _UNASKED
            if asked.any():
                losses = task.losses(self.heads[name](points[asked]), right[asked])
                # A task counts by how many of the batch it is asked of.
                total = total + task.weight * losses.sum() / len(batch)
                parts[name] = float(losses.detach().mean())
        return total, parts

    def additions(self) -> list[nn.Parameter]:
        """The numbers that are kept in the end."""
        return [half for one in self.widened.values() for half in (one.narrow, one.wide)]

    def learnt(self) -> Adapter:
        """The additions as they are now."""
        return Adapter(
            {
                name: (one.narrow.detach().numpy().copy(), one.wide.detach().numpy().copy())
                for name, one in self.widened.items()
            }
        )


def _widened(bert: BertModel) -> dict[str, Widened]:
    """Widens the linear layers of ``bert`` in their places; each by its name in an adapter."""
    widened = {}
    for number, layer in enumerate(bert.encoder.layer):
        for name in LINEAR.values():
            one = Widened(cast(nn.Linear, layer.get_submodule(name)))
            layer.set_submodule(name, one)
            widened[f"{number}.{name}"] = one
    return widened


class Pace:
    """Moves a pupil step by step: faster at first, then ever slower."""

    def __init__(self, pupil: Pupil, steps: int) -> None:
        self._additions = pupil.additions()
        self._optimizer = torch.optim.AdamW(
            [
                {"params": self._additions, "lr": RATE, "weight_decay": DECAY},
                {"params": pupil.heads.parameters(), "lr": TASK_RATE, "weight_decay": 0.0},
            ]
        )
        self._rates = torch.optim.lr_scheduler.LambdaLR(
            self._optimizer,
            lambda step: min(1.0, step / WARM_UP) * max(LEAST_RATE, 1 - step / steps),
        )

    def step(self, loss: Tensor) -> None:
        """Go one step to where ``loss`` is less."""
        self._optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self._additions, STEEPEST)
        self._optimizer.step()
        self._rates.step()
