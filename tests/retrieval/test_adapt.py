"""What our examples add to the encoder starts from nothing, learns, and keeps what it must not see
apart. A whole training is measured, not tested: here it is a few steps on a few sentences."""

import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch

from forewarn.knowledge.loader import Knowledge, load
from retrieval import adapt, convert, index
from retrieval.__main__ import main
from retrieval.adapter import FACTOR, LINEAR, Adapter
from retrieval.commands import measuring
from retrieval.encoder import Encoder, EncoderError
from retrieval.vocabulary import Vocabulary

CRIES = ["They took my passport and beat us", "เขาขังเราไว้ ช่วยด้วย", "ພວກເຂົາຂັງຂ້ອຍໄວ້"]
ORDINARY = ["What is the weather today", "ขอบคุณมาก", "ຂອບໃຈຫຼາຍໆ", "How do I check a job offer?"]

TASKS = {
    "danger": adapt.Task.whether(
        1.0, {**dict.fromkeys(CRIES, True), **dict.fromkeys(ORDINARY, False)}
    ),
    "kind": adapt.Task.which(
        0.7, dict(zip(CRIES, ["violence", "detention", "detention"], strict=True))
    ),
}


HELD = ["Call 191.\n\nThe police take reports at any hour.", "โทร 191"]
"""Passages, which nothing is asked of."""


def _texts() -> list[adapt.Text]:
    return [*adapt.as_part("question", adapt.texts_of(TASKS)), *adapt.as_part("passage", HELD)]


class Seen:
    """The losses that were reported, task by task."""

    def __init__(self) -> None:
        self.losses: dict[str, list[float]] = defaultdict(list)
        self.steps: list[tuple[int, int]] = []

    def __call__(self, step: int, steps: int, losses: Mapping[str, float]) -> None:
        self.steps.append((step, steps))
        for name, loss in losses.items():
            self.losses[name].append(loss)


def test_nothing_is_added_before_the_first_step(encoder_folder: Path, encoder: Encoder) -> None:
    texts = _texts()
    pupil = adapt.Pupil(encoder_folder, TASKS, texts, torch.zeros(len(texts), encoder.dimension))
    layers = range(pupil.bert.config.num_hidden_layers)
    learnt = pupil.learnt().changes
    assert set(learnt) == {f"{n}.{name}" for n in layers for name in LINEAR.values()}
    for name, (narrow, wide) in learnt.items():
        linear = pupil.widened[name].linear
        assert narrow.shape == (adapt.RANK, linear.in_features)
        assert wide.shape == (linear.out_features, adapt.RANK)
        assert narrow.any()
        assert not wide.any()
    assert all(not one.requires_grad for one in pupil.bert.embeddings.parameters())
    readings = adapt.Readings.of(texts, Vocabulary(encoder_folder / convert.VOCABULARY_FILE))
    alone = [n for n, number in enumerate(readings.of_text) if texts[number][1].isascii()]
    asked = [texts[readings.of_text[n]] for n in alone]
    with torch.inference_mode():
        vectors = pupil.eval().vectors(*readings.padded(np.array(alone)))
    encode = index.encode_with(encoder)
    before = np.concatenate([encode(part, [text]) for part, text in asked])
    assert ((vectors.numpy() * before).sum(axis=1) > 0.99).all()


def test_an_addition_is_what_the_adapter_adds() -> None:
    linear = torch.nn.Linear(5, 3)
    widened = adapt.Widened(linear)
    torch.nn.init.normal_(widened.wide)
    halves = (widened.narrow.detach().numpy(), widened.wide.detach().numpy())
    given = torch.randn(2, 5)
    matrix = linear.weight.detach().numpy() + FACTOR * halves[1] @ halves[0]
    expected = given.numpy() @ matrix.T + linear.bias.detach().numpy()
    np.testing.assert_allclose(widened(given).detach().numpy(), expected, atol=1e-5)


def test_losses_fall_and_what_was_learnt_is_read_again(
    encoder_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapt, "WARM_UP", 1)
    seen = Seen()
    learnt = adapt.learn(TASKS, HELD, encoder_folder, rounds=12, report=seen)
    assert seen.steps == [(n, 12) for n in range(1, 13)]
    for name in TASKS:
        assert np.mean(seen.losses[name][-3:]) < 0.5 * np.mean(seen.losses[name][:2]), name
    assert max(seen.losses["moved"]) < 0.3
    path = tmp_path / "adapter.npz"
    learnt.save(path)
    again = Adapter.load(path).changes
    assert set(again) == set(learnt.changes)
    for name, halves in learnt.changes.items():
        assert halves[1].any()
        for half, was in zip(again[name], halves, strict=True):
            np.testing.assert_array_equal(half, was.astype(np.float16))


def test_lao_is_read_twice_and_every_reading_once_a_round(encoder_folder: Path) -> None:
    long = [f"word {'again ' * n}" for n in range(1, 400)]
    texts = [*_texts(), *adapt.as_part("question", long), *adapt.as_part("passage", long)]
    readings = adapt.Readings.of(texts, Vocabulary(encoder_folder / convert.VOCABULARY_FILE))
    lao = [n for n, (_, text) in enumerate(texts) if "\u0e80" <= text[0] <= "\u0eff"]
    twice = [n for n in range(len(texts)) if (readings.of_text == n).sum() == 2]
    assert twice == lao
    for part, most in adapt.MOST_PIECES.items():
        mine = [n for n, number in enumerate(readings.of_text) if texts[number][0] == part]
        assert max(len(readings.pieces[n]) for n in mine) == most
    batches = readings.batches(np.random.default_rng(1))
    assert sorted(np.concatenate(batches)) == list(range(len(readings.pieces)))
    assert max(readings.padded(one)[0].numel() for one in batches) <= adapt.TOGETHER
    ids, mask = readings.padded(batches[0])
    assert mask.sum(dim=1).tolist() == [len(readings.pieces[n]) for n in batches[0]]
    assert ids.shape == mask.shape


def test_learns_every_task_from_the_knowledge(small: Knowledge) -> None:
    found = adapt.tasks(small)
    assert {name: task.weight for name, task in found.items()} == {
        "danger": 1.0, "kind of danger": 1.0, "entry": 0.7,
        "red flag": 0.4, "lure": 0.7, "kind of lure": 0.3,
    }  # fmt: skip
    for name, task in found.items():
        most = max(task.answers - 1, 1)
        assert set(task.right.values()) == set(range(most + 1)), name
    assert found["kind of danger"].right.keys() == {
        text for text, yes in found["danger"].right.items() if yes
    }
    recruiters = {*found["red flag"].right, *found["kind of lure"].right}
    assert recruiters == {text for text, yes in found["lure"].right.items() if yes}
    assert found["entry"].answers == len(small.faq) + 1


def test_what_is_kept_apart_is_not_learnt_from(small: Knowledge, tmp_path: Path) -> None:
    whole = adapt.tasks(small)
    kept = [next(iter(task.right)) for task in whole.values()]
    path = tmp_path / "kept.jsonl"
    lines = [
        {"id": str(n), "text": f" {text.upper()}", "expect": []} for n, text in enumerate(kept)
    ]
    path.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    left = adapt.tasks(small, adapt.written_in([path]))
    assert not set(kept) & set(adapt.texts_of(left))
    for name, task in left.items():
        assert task.answers == whole[name].answers
        assert task.right.items() < whole[name].right.items()


def test_a_missing_encoder_is_said_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EncoderError) as error:
        adapt.learn(TASKS, HELD, tmp_path / "none")
    assert str(error.value) == (
        f"there is no encoder in {tmp_path / 'none'}: run `python -m retrieval encoder`"
    )


def test_the_command_learns_from_the_package_alone(
    small_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("FOREWARN_KNOWLEDGE", str(small_folder))
    converted: list[Adapter] = []
    learnt = Adapter({"0.output.dense": (np.ones((1, 2), np.float32), np.ones((3, 1), np.float32))})

    def learn(
        tasks: Mapping[str, adapt.Task], held: list[str], folder: Path, **how: object
    ) -> Adapter:
        assert folder.parent.is_dir()
        assert not set(held) & set(adapt.texts_of(tasks))
        assert held == adapt.passages(load(small_folder))
        how["report"](1, 1, {"danger": 0.5})
        return learnt

    monkeypatch.setattr(measuring.convert, "convert", lambda _, adapter: converted.append(adapter))
    monkeypatch.setattr(adapt, "learn", learn)
    kept = tmp_path / "kept.jsonl"
    kept.write_text('{"id": "1", "text": "no example of ours"}\n', "utf-8")
    output = tmp_path / "adapter.npz"
    assert main(["adapt", "--without", str(kept), "--output", str(output)]) == 0
    assert converted == [Adapter.none()]
    assert set(Adapter.load(output).changes) == set(learnt.changes)
    said = capsys.readouterr().out.splitlines()
    assert said[1] == "  step 1 of 1: danger 0.500"
    assert said[-1].startswith(f"{output} holds what was learnt from ")


def test_a_file_without_texts_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = tmp_path / "kept.jsonl"
    kept.write_text('{"id": "1"}\n', "utf-8")
    assert main(["adapt", "--without", str(kept)]) == 1
    assert capsys.readouterr().err == f"ValueError: {kept}:1: wrong or missing: text\n"
