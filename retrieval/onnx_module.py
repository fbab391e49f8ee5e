"""The part of the encoder that runs: a sentence-transformers module around onnxruntime."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray
from sentence_transformers.base.modules import InputModule

from retrieval.convert import GRAPH_FILE, VOCABULARY_FILE
from retrieval.vocabulary import PAD, Vocabulary

MOST_PIECES = 512
"""The longest text the model was trained on; what follows is not seen."""

ALIKE = 8
"""Texts that run through the graph together, of about as many pieces: what a text is padded with
costs as much as the text (docs/decisions/0017-speed.md)."""


class OnnxModule(InputModule):
    """Text in, sentence vectors out, by the graph of an embedded encoder folder.

    Stands alone in a ``SentenceTransformer``: pooling and normalising are in the graph.
    """

    def __init__(self, folder: Path, threads: int, at_once: int = 1) -> None:
        """Load the graph and the vocabulary in ``folder``; each run of the graph uses ``threads``
        threads, and a call with many texts makes ``at_once`` runs at a time."""
        super().__init__()  # type: ignore[no-untyped-call]
        self._vocabulary = Vocabulary(folder / VOCABULARY_FILE)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # Memory of the longest text would otherwise be kept for good.
        options.enable_cpu_mem_arena = False
        self._session = onnxruntime.InferenceSession(
            str(folder / GRAPH_FILE), options, providers=["CPUExecutionProvider"]
        )
        self._width: int = self._session.get_outputs()[0].shape[1]
        self._map = map if at_once == 1 else ThreadPoolExecutor(at_once, "encoder").map

    def get_embedding_dimension(self) -> int:
        """How many numbers a vector has."""
        return self._width

    def preprocess(
        self, inputs: Sequence[Any], prompt: str | None = None, **_: Any
    ) -> dict[str, torch.Tensor | Any]:
        """The piece ids of ``inputs`` (texts), each begun with ``prompt`` and padded alike."""
        rows = [self._vocabulary.ids((prompt or "") + text, MOST_PIECES) for text in inputs]
        ids = np.full((len(rows), max(map(len, rows))), PAD, dtype=np.int64)
        mask = np.zeros_like(ids)
        for number, row in enumerate(rows):
            ids[number, : len(row)] = row
            mask[number, : len(row)] = 1
        return {"input_ids": torch.from_numpy(ids), "attention_mask": torch.from_numpy(mask)}

    def forward(
        self, features: dict[str, torch.Tensor | Any], **_: Any
    ) -> dict[str, torch.Tensor | Any]:
        """Add ``sentence_embedding`` to ``features``."""
        ids, mask = features["input_ids"].numpy(), features["attention_mask"].numpy()
        pieces = mask.sum(axis=1)
        order = np.argsort(pieces, kind="stable")
        vectors = np.empty((len(ids), self._width), dtype=np.float32)

        def run(rows: NDArray[np.intp]) -> None:
            longest = pieces[rows].max()
            given = {"input_ids": ids[rows, :longest], "attention_mask": mask[rows, :longest]}
            vectors[rows] = self._session.run(["sentence_embedding"], given)[0]

        for _done in self._map(run, [order[at : at + ALIKE] for at in range(0, len(ids), ALIKE)]):
            pass
        return {**features, "sentence_embedding": torch.from_numpy(vectors)}

    def save(self, output_path: str, *args: Any, **kwargs: Any) -> None:
        """Not offered: the folder it was loaded from is already the saved form."""
        raise NotImplementedError("copy the encoder folder instead")
