"""The classifier: what it learns, what it obeys, and what it does when it does not know."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components import vectors
from bot.components.intents import MeaningClassifier
from bot.components.regression import fit
from tests.bot.fakes import NOWHERE

ENCODER = "fingerprint"
RESOURCE = Resource("classifier")
CONTEXT = ExecutionContext(GraphSchema({}), "model")
NONE = {"level": "none", "kinds": []}
EXAMPLES = {
    "greet": ["hello", "hi", "สวัสดี"],
    "question": ["what is a scam", "how does it work", "为什么"],
    "thank": ["thanks", "thank you", "谢谢"],
}


def _vectors() -> dict[str, np.ndarray[Any, Any]]:
    directions = dict(zip(EXAMPLES, np.eye(3, 8), strict=True))
    random = np.random.default_rng(3)
    return {
        text: (5 + directions[intent] + random.normal(0, 0.05, 8)).astype(np.float32)
        for intent, texts in EXAMPLES.items()
        for text in texts
    }


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "vectors.npz"
    known = _vectors()
    hashes = [hashlib.sha256(text.encode()).hexdigest().encode() for text in known]
    np.savez(
        path,
        hashes=np.array(hashes, dtype="S64"),
        vectors=np.stack(list(known.values())),
        encoder=np.array(ENCODER),
    )
    monkeypatch.setenv("FOREWARN_VECTORS", str(path))
    return path


@pytest.fixture
def storage(tmp_path: Path) -> LocalModelStorage:
    (tmp_path / "model").mkdir()
    return LocalModelStorage.create(tmp_path / "model")


def _trained(storage: LocalModelStorage) -> MeaningClassifier:
    config = MeaningClassifier.get_default_config()
    messages = [
        Message({"text": text, "intent": intent})
        for intent, texts in EXAMPLES.items()
        for text in texts
    ]
    MeaningClassifier.create(config, storage, RESOURCE, CONTEXT).train(TrainingData(messages))
    return MeaningClassifier.load(config, storage, RESOURCE, CONTEXT)


def _sent(vector: Any) -> str:
    return base64.b64encode(np.asarray(vector, "<f4").tobytes()).decode()


def _understanding(**more: Any) -> dict[str, Any]:
    return {
        "language": "th",
        "danger": NONE,
        "place": NOWHERE,
        "vector": _sent(_vectors()["thanks"]),
        "encoder": ENCODER,
        **more,
    }


def _judge(
    classifier: MeaningClassifier, understanding: Any, country: str | None = None
) -> tuple[str, dict[str, str]]:
    metadata = {"understanding": understanding, "country": country}
    message = classifier.process([Message({"text": "unknown words", "metadata": metadata})])[0]
    entities = {each["entity"]: each["value"] for each in message.get("entities")}
    assert message.get("intent_ranking")[0] == message.get("intent")
    return message.get("intent")["name"], entities


@pytest.mark.usefixtures("file")
def test_it_learns_keeps_and_reads_without_pickle(
    storage: LocalModelStorage, tmp_path: Path
) -> None:
    classifier = _trained(storage)
    said = classifier.process([Message({"text": "谢谢"}), Message({"text": "hello"})])

    assert [message.get("intent")["name"] for message in said] == ["thank", "greet"]
    with storage.read_from(RESOURCE) as folder:
        assert sorted(each.name for each in folder.iterdir()) == ["intents.json", "intents.npz"]


@pytest.mark.usefixtures("file")
def test_the_vector_that_comes_with_the_message_decides(storage: LocalModelStorage) -> None:
    assert _judge(_trained(storage), _understanding()) == (
        "thank",
        {"language": "th", "danger_level": "none"},
    )


@pytest.mark.usefixtures("file")
def test_danger_and_places_are_obeyed(storage: LocalModelStorage) -> None:
    classifier = _trained(storage)
    danger = {"level": "danger", "kinds": ["moved", "held"]}
    perhaps = {"level": "perhaps", "kinds": ["held"]}
    here = {**NOWHERE, "mentioned": ["TH", "MM"], "here": "MM"}
    only = {**NOWHERE, "mentioned": ["KH"], "only": True}
    told = {**NOWHERE, "peoples": ["PH"], "citizen_of": "PH", "told": True}

    judged = [
        _judge(classifier, _understanding(danger=danger, place=only)),
        _judge(classifier, _understanding(danger=perhaps), country="LA"),
        _judge(classifier, _understanding(place=here), country="LA"),
        _judge(classifier, _understanding(place={**only, "here": "KH"}), country="LA"),
        _judge(classifier, _understanding(place={**here, "citizen_of": "MM", "told": False})),
        _judge(classifier, _understanding(place=told), country="LA"),
    ]

    th = {"language": "th"}
    assert judged == [
        (
            "danger",
            {
                **th,
                "danger_level": "danger",
                "danger_kind": "moved",
                "danger_second": "held",
                "place": "KH",
            },
        ),
        ("thank", {**th, "danger_level": "perhaps", "country_now": "LA"}),
        ("thank", {**th, "danger_level": "none", "country_now": "MM"}),
        ("tell_country", {**th, "danger_level": "none", "place": "KH", "country_now": "LA"}),
        ("thank", {**th, "danger_level": "none", "country_now": "MM", "nationality": "MM"}),
        ("tell_country", {**th, "danger_level": "none", "country_now": "LA", "nationality": "PH"}),
    ]


@pytest.mark.usefixtures("file")
@pytest.mark.parametrize(
    "unusable",
    [
        {"encoder": "another"},
        {"vector": "not base64!"},
        {"vector": "AAA="},
        {"vector": ""},
        {"vector": _sent(np.full(8, np.nan))},
        {"vector": _sent(np.zeros(9))},
    ],
)
def test_what_cannot_be_read_is_a_question(
    storage: LocalModelStorage, unusable: dict[str, str]
) -> None:
    assert _judge(_trained(storage), _understanding(**unusable))[0] == "question"


@pytest.mark.usefixtures("file")
@pytest.mark.parametrize("text", ["\u200b", "?!", "...", "\u2066\u2069 -"])
def test_what_says_nothing_is_a_question(storage: LocalModelStorage, text: str) -> None:
    message = Message({"text": text, "metadata": {"understanding": _understanding()}})

    assert _trained(storage).process([message])[0].get("intent")["name"] == "question"


@pytest.mark.usefixtures("file")
def test_what_fits_nothing_well_is_a_question(storage: LocalModelStorage) -> None:
    middle = np.mean(list(_vectors().values()), axis=0)
    classifier = _trained(storage)
    classifier._threshold = 0.5

    assert _judge(classifier, _understanding(vector=_sent(middle)))[0] == "question"


def test_training_without_vectors_says_what_to_run(
    storage: LocalModelStorage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "none.npz"
    monkeypatch.setenv("FOREWARN_VECTORS", str(path))

    with pytest.raises(vectors.VectorsError) as refused:
        _trained(storage)

    run = f"python -m retrieval vectors bot/data/nlu bot/tests --output {path}"
    assert str(refused.value) == f"{path}: not there. Run: {run}"


def test_vectors_older_than_the_texts_are_refused(file: Path) -> None:
    loaded = vectors.load(file)

    with pytest.raises(vectors.VectorsError, match=r": no vector for 2 texts\. Run: python -m "):
        loaded.of(["hello", "new", "newer"])


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"not a zip"])
def test_a_damaged_vectors_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "vectors.npz"
    path.write_bytes(content)

    with pytest.raises(vectors.VectorsError, match=": not a vectors file"):
        vectors.load(path)


def test_probabilities_are_those_of_scikit_learn() -> None:
    from sklearn.linear_model import LogisticRegression

    known = _vectors()
    matrix = np.stack(list(known.values()))
    names = [intent for intent, texts in EXAMPLES.items() for _ in texts]
    moved = matrix - matrix.mean(axis=0)
    unit = moved / np.linalg.norm(moved, axis=1, keepdims=True)
    model = LogisticRegression(C=30.0, class_weight="balanced", max_iter=2000).fit(unit, names)

    expected = dict(zip(model.classes_, model.predict_proba(unit[4:5])[0], strict=True))
    assert dict(fit(matrix, names, 30.0, 1.0).rank(matrix[4])) == pytest.approx(expected, abs=1e-4)

    expected["question"] *= 3
    likelier = {name: value / sum(expected.values()) for name, value in expected.items()}
    assert dict(fit(matrix, names, 30.0, 3.0).rank(matrix[4])) == pytest.approx(likelier, abs=1e-4)
