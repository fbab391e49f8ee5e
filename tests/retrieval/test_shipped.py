"""The vectors that come with the program: those the encoder makes, and never in its way."""

import random
from pathlib import Path

import numpy as np
import pytest

from forewarn.knowledge.loader import load
from retrieval import rasa_texts, shipped
from retrieval.encoder import Encoder
from retrieval.index import encode_with, texts_of
from retrieval.remembered import Remembered
from retrieval.rows import PARTS, Part
from retrieval.space import Vectors

ROOT = Path(__file__).resolve().parents[2]

ALIKE = 0.9995
"""The cosine that 8 bits leave: the encoder's own quantisation of weights leaves less."""

NEW = 0.1
"""The share of texts that may be newer than the file before it is to be stored anew."""


FEW: list[tuple[Part, str]] = [("question", "Who pays?"), ("passage", "You never pay.")]


def refuse(part: Part, texts: list[str]) -> Vectors:
    raise AssertionError(f"{len(texts)} {part}s were encoded")


@pytest.fixture(scope="module")
def texts() -> list[tuple[Part, str]]:
    """All texts of the whole knowledge and of the bot that have vectors."""
    of_bot = rasa_texts.texts([ROOT / "bot" / "data" / "nlu", ROOT / "bot" / "tests"])
    of_knowledge = texts_of(load(ROOT / "knowledge"))
    return list(dict.fromkeys([*of_knowledge, *(("question", text) for text in of_bot)]))


@pytest.fixture(scope="module")
def known(encoder: Encoder) -> Remembered:
    return shipped.load(encoder)


def test_nearly_all_texts_of_today_are_among_them(
    texts: list[tuple[Part, str]], known: Remembered
) -> None:
    assert len(known.only(texts)) >= (1 - NEW) * len(texts), "run `make vectors`"


def test_they_are_what_the_encoder_makes(
    texts: list[tuple[Part, str]], known: Remembered, encoder: Encoder
) -> None:
    plain = encode_with(encoder)
    for part in PARTS:
        some = random.Random(part).sample([text for of, text in texts if of == part], 40)  # noqa: S311
        chosen = [text for text in some if known.only([(part, text)])]
        vectors = known.of(part, chosen)
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
        assert (vectors * plain(part, chosen)).sum(axis=1).min() > ALIKE


@pytest.fixture
def stored(encoder: Encoder, tmp_path: Path) -> Path:
    """A file with the vectors of two texts."""
    shipped.save(
        Remembered(encoder.dimension).with_(FEW, encode_with(encoder)), encoder, tmp_path / "x.npz"
    )
    return tmp_path / "x.npz"


def test_what_is_stored_is_not_encoded_again(stored: Path, encoder: Encoder) -> None:
    spared = shipped.sparing(encoder, refuse, stored)
    assert [spared(part, [text]).shape for part, text in FEW] == [(1, encoder.dimension)] * 2


def test_what_is_new_is_encoded_beside_it(stored: Path, encoder: Encoder) -> None:
    encoded: list[str] = []

    def encode(part: Part, texts: list[str]) -> Vectors:
        encoded.extend(texts)
        return encode_with(encoder)(part, texts)

    texts = ["Is it far?", "Who pays?", "Is it far?"]
    vectors = shipped.sparing(encoder, encode, stored)("question", texts)
    assert encoded == ["Is it far?"]
    assert (vectors * encoder.questions(texts)).sum(axis=1).min() > ALIKE


def test_the_file_is_not_read_where_nothing_is_to_be_encoded(
    encoder: Encoder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    spared = shipped.sparing(encoder, refuse, tmp_path / "missing.npz")
    known = Remembered(encoder.dimension).with_(FEW, encode_with(encoder))
    assert known.with_(FEW, spared) is known
    assert caplog.records == []


def test_those_of_another_encoder_are_not_used(
    stored: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder, "fingerprint", "another")
    assert len(shipped.load(encoder, stored)) == 0


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 and no more"])
def test_without_a_sound_file_all_is_encoded(
    content: bytes | None, stored: Path, encoder: Encoder, caplog: pytest.LogCaptureFixture
) -> None:
    stored.unlink() if content is None else stored.write_bytes(content)
    assert len(shipped.load(encoder, stored)) == 0
    assert [record.getMessage().split(":")[0] for record in caplog.records] == [
        "x.npz cannot be used, every text is encoded here"
    ]
