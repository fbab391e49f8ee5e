"""Our intent classifier: logistic regression over centred meaning vectors.

e5 vectors lie in a narrow cone; with the mean of the training vectors taken away a plain logistic
regression tells intents apart well (docs/decisions/0003-intents.md). Rasa's own offers neither
centring nor the strength of regularisation, and keeps its model by pickle or skops.
"""

from __future__ import annotations

import base64
import binascii
import json
import logging
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components import vectors
from bot.components.regression import UNSURE, Regression, fit
from bot.meaning import decided_intent, says_something, text_entities

logger = logging.getLogger(__name__)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class MeaningClassifier(IntentClassifier, GraphComponent):  # type: ignore[misc]
    """Reads a message's understanding, obeys it, and otherwise says which intent it is.

    In service the vector comes with the message, so nothing here waits for anything. In training
    and in Rasa's tests it comes from the vectors file.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`strength` and `prior` are those of the fit; a probability below `threshold` is not
        believed."""
        return {"strength": 30.0, "prior": 2.7, "threshold": 0.4}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> MeaningClassifier:
        """Make an untrained classifier."""
        return cls(config, model_storage, resource, None, "")

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> MeaningClassifier:
        """Read a trained classifier. One that cannot be read stops the start: Rasa's own would
        go on untrained without a word."""
        with model_storage.read_from(resource) as folder:
            about = json.loads((folder / "intents.json").read_text("utf-8"))
            with np.load(folder / "intents.npz", allow_pickle=False) as stored:
                regression = Regression(
                    tuple(about["intents"]), stored["mean"], stored["weights"], stored["bias"]
                )
        return cls(config, model_storage, resource, regression, about["encoder"])

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        regression: Regression | None,
        encoder: str,
    ) -> None:
        """Use `create` or `load`."""
        self._strength = float(config["strength"])
        self._prior = float(config["prior"])
        self._threshold = float(config["threshold"])
        self._model_storage = model_storage
        self._resource = resource
        self._regression = regression
        self._encoder = encoder
        self._file: vectors.VectorFile | None = None

    def train(self, training_data: TrainingData) -> Resource:
        """Fit to the examples, with the vectors of the vectors file.

        Raises:
            VectorsError: when the vectors file is missing or older than the examples.
        """
        examples = [each for each in training_data.intent_examples if each.get("text")]
        file = self._vectors_file()
        matrix = file.of(each.get("text") for each in examples)
        intents = [each.get("intent") for each in examples]
        self._regression = fit(matrix, intents, self._strength, self._prior)
        self._encoder = file.encoder
        self._persist(self._regression)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the intent, its ranking and the entities of each message."""
        for message in messages:
            understanding = (message.get("metadata") or {}).get("understanding")
            if understanding is None:
                self._set_intent(message, self._rank(self._from_file(message.get("text") or "")))
            else:
                self._obey(message, understanding)
        return messages

    def _obey(self, message: Message, understanding: dict[str, Any]) -> None:
        known = message.get("metadata")
        found = text_entities(understanding, known.get("country"), known.get("in_force", ()))
        message.set("entities", found, add_to_output=True)
        decided = decided_intent(understanding)
        if decided is not None:
            self._set_intent(message, [(decided, 1.0)])
            return
        says = says_something(message.get("text") or "")
        vector = self._from_understanding(understanding) if says else None
        self._set_intent(message, self._rank(vector))

    def _from_understanding(self, understanding: dict[str, Any]) -> vectors.Vectors | None:
        if understanding["encoder"] != self._encoder:
            # Another encoder's numbers mean nothing here. Search still works: it has its own.
            logger.warning("retrieval's encoder is not the one the model was trained with")
            return None
        try:
            raw = base64.b64decode(understanding["vector"], validate=True)
            vector = np.frombuffer(raw, dtype="<f4")
        except (binascii.Error, ValueError):
            return None
        return vector if np.isfinite(vector).all() else None

    def _from_file(self, text: str) -> vectors.Vectors | None:
        if not text.strip():
            return None
        found: vectors.Vectors = self._vectors_file().of([text])[0]
        return found

    def _rank(self, vector: vectors.Vectors | None) -> list[tuple[str, float]]:
        if self._regression is None:
            raise RuntimeError("the classifier was used before it was trained")
        if vector is None or vector.shape != self._regression.mean.shape:
            return [(UNSURE, 0.0)]
        ranking = self._regression.rank(vector)
        if ranking[0][1] < self._threshold:
            rest = [each for each in ranking if each[0] != UNSURE]
            return [(UNSURE, dict(ranking)[UNSURE]), *rest]
        return ranking

    def _vectors_file(self) -> vectors.VectorFile:
        if self._file is None:
            self._file = vectors.load(vectors.path())
        return self._file

    def _persist(self, regression: Regression) -> None:
        about = {"intents": list(regression.intents), "encoder": self._encoder}
        with self._model_storage.write_to(self._resource) as folder:
            (folder / "intents.json").write_text(json.dumps(about), "utf-8")
            np.savez(
                folder / "intents.npz",
                mean=regression.mean,
                weights=regression.weights,
                bias=regression.bias,
            )

    @staticmethod
    def _set_intent(message: Message, ranking: list[tuple[str, float]]) -> None:
        named = [{"name": name, "confidence": confidence} for name, confidence in ranking]
        message.set("intent", named[0], add_to_output=True)
        message.set("intent_ranking", named, add_to_output=True)
