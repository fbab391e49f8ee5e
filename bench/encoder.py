"""Speed and memory of the encoder, beside a bare pass of onnxruntime over the same graph."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import onnxruntime
import psutil

from bench.results_file import percentile
from retrieval import convert, encoder
from retrieval.settings import RetrievalSettings
from retrieval.vocabulary import Vocabulary

QUESTION = "My brother went to Mae Sot for a casting and has been silent"
"""18 pieces with the prompt and the marks."""

LONG_TEXT = " ".join([QUESTION] * 26)
"""About 345 pieces."""

_TIMES = 100


def measure() -> dict[str, Any]:
    """Time one question and one long text, on one thread, in milliseconds."""
    settings = RetrievalSettings()
    loaded = encoder.load(encoder.EMBEDDED, settings.encoder_folder, threads=1)
    loaded.questions([LONG_TEXT])
    memory = _megabytes()
    folder = settings.encoder_folder
    vocabulary = Vocabulary(folder / convert.VOCABULARY_FILE)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    bare = onnxruntime.InferenceSession(
        str(folder / convert.GRAPH_FILE), options, providers=["CPUExecutionProvider"]
    )
    result: dict[str, Any] = {"fingerprint": loaded.fingerprint, "memory_mb": memory}
    for name, text in {"question": QUESTION, "long_text": LONG_TEXT}.items():
        ids = np.array([vocabulary.ids("query: " + text, 512)], dtype=np.int64)
        given = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        ours = _milliseconds(partial(loaded.questions, [text]))
        floor = _milliseconds(partial(bare.run, None, given))
        result[name] = {
            "pieces": ids.shape[1],
            "encode_ms": ours,
            "bare_onnxruntime_ms": floor,
            "times_bare": round(ours / floor, 2),
        }
    return result


def _milliseconds(call: Callable[[], object]) -> float:
    for _ in range(5):
        call()
    taken = []
    for _ in range(_TIMES):
        start = time.perf_counter()
        call()
        taken.append((time.perf_counter() - start) * 1000)
    return round(percentile(taken, 0.5), 2)


def _megabytes() -> int:
    return int(psutil.Process().memory_info().rss / 2**20)
