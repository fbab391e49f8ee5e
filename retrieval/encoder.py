"""The encoder: a ``SentenceTransformer``, its fingerprint, and the two ways to call it."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from huggingface_hub import snapshot_download
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer

from forewarn import typed
from retrieval.convert import FINGERPRINT_FILE, PROMPTS
from retrieval.folders import hash_file
from retrieval.lao import in_thai_letters
from retrieval.onnx_module import OnnxModule

EMBEDDED = "embedded"
"""The value of ``ENCODER_MODEL`` that means the encoder made by ``python -m retrieval encoder``."""

READING = "2: Lao also in Thai letters"
"""How texts are read before they become vectors; a part of every fingerprint."""

MOST_TOGETHER = 512
"""Texts that the embedded encoder is given together: it finds those of one length among them."""

Vectors = NDArray[np.float32]

_LOG = logging.getLogger(__name__)


class EncoderError(RuntimeError):
    """There is no usable encoder; the message says what to do."""


class Encoder:
    """Turns text into vectors of length 1. Lao is read twice, in its own letters and in Thai ones,
    and gets the mean of both (docs/decisions/0005-encoder.md).

    ``fingerprint`` names the encoder by the content of its files and the way texts are read:
    vectors made by encoders with different fingerprints must never be compared.
    """

    def __init__(self, model: SentenceTransformer, fingerprint: str) -> None:
        """Wrap a loaded ``model``. Models without the prompts of e5 are called without any."""
        self._model = model
        self.fingerprint = fingerprint
        width = model.get_embedding_dimension()
        if width is None:
            raise EncoderError("the encoder does not say how long its vectors are")
        self.dimension = width

    def questions(self, texts: Sequence[str]) -> Vectors:
        """Vectors of things people ask or say, one row a text."""
        return self._encode(texts, "query")

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts that may hold an answer, one row a text."""
        return self._encode(texts, "passage")

    def _encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        read = [typed.read(text) for text in texts]
        vectors = self._encoded(read, prompt)
        in_thai = {n: thai for n, text in enumerate(read) if (thai := in_thai_letters(text))}
        if in_thai:
            lao = list(in_thai)
            both = vectors[lao] + self._encoded(list(in_thai.values()), prompt)
            vectors[lao] = both / np.linalg.norm(both, axis=1, keepdims=True)
        return vectors

    def _encoded(self, texts: list[str], prompt: str) -> Vectors:
        embedded = isinstance(self._model[0], OnnxModule)
        vectors: Vectors = self._model.encode(
            texts,
            prompt=self._model.prompts.get(prompt) or "",
            batch_size=MOST_TOGETHER if embedded else 32,
            normalize_embeddings=not embedded,
            show_progress_bar=False,
        )
        return vectors


def load(model: str, embedded: Path, threads: int, at_once: int = 1) -> Encoder:
    """Load the encoder.

    Args:
        model: :data:`EMBEDDED`, the path of a sentence-transformers folder, or a model id (which
            is fetched by the model hub's own client, if it is not on this machine already).
        embedded: where the embedded encoder lies.
        threads: how many threads the embedded encoder may use for one text.
        at_once: how many texts it may work on at a time, where it is given many.

    Raises:
        EncoderError: it is missing or damaged.
    """
    if model == EMBEDDED:
        return _load_embedded(embedded, threads, at_once)
    folder = Path(model)
    if not folder.is_dir():
        folder = Path(snapshot_download(model))
    return Encoder(SentenceTransformer(str(folder), device="cpu"), _fingerprint(folder))


def _load_embedded(folder: Path, threads: int, at_once: int) -> Encoder:
    try:
        record = json.loads((folder / FINGERPRINT_FILE).read_text("utf-8"))
        damaged = [n for n, was in record["runtime"].items() if hash_file(folder / n) != was]
        content = str(record["fingerprint"])
    except (OSError, ValueError, KeyError) as error:
        raise EncoderError(
            f"there is no encoder in {folder}: run `python -m retrieval encoder`"
        ) from error
    if damaged:
        raise EncoderError(
            f"{', '.join(damaged)} in {folder} is damaged: delete the folder and run "
            "`python -m retrieval encoder`"
        )
    module = OnnxModule(folder, threads, at_once)
    model = SentenceTransformer(modules=[module], prompts=PROMPTS, device="cpu")
    return Encoder(model, hashlib.sha256(f"{READING}\n{content}".encode()).hexdigest())


def _fingerprint(folder: Path) -> str:
    """A name for the content of ``folder`` and how texts are read: SHA-256 over both."""
    total = hashlib.sha256(READING.encode())
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        total.update(f"{path.relative_to(folder)}:{hash_file(path)}\n".encode())
    return total.hexdigest()
