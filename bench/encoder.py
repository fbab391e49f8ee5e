"""Speed of the encoder as served, beside a bare pass of onnxruntime over the same graph and ids."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import onnxruntime

from bench.interleaved import median, timed
from retrieval import convert, encoder
from retrieval.settings import RetrievalSettings
from retrieval.vocabulary import Vocabulary

QUESTION = "My brother went to Mae Sot for a casting and has been silent"
"""18 pieces with the prompt and the marks."""

LONG_TEXT = " ".join([QUESTION] * 26)
"""About 345 pieces."""

GOAL = 1.25
"""The most that encoding may take, in times of the bare pass."""

_ROUNDS = {"question": 300, "long_text": 60}


def measure() -> dict[str, Any]:
    """Time one question and one long text, on one thread, in milliseconds.

    The ratio is the median of those of pairs taken one right after the other; ``cut_ms`` is what
    cutting the text into pieces takes of it.
    """
    settings = RetrievalSettings()
    loaded = encoder.load(encoder.EMBEDDED, settings.encoder_folder, threads=1)
    folder = settings.encoder_folder
    vocabulary = Vocabulary(folder / convert.VOCABULARY_FILE)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    bare = onnxruntime.InferenceSession(
        str(folder / convert.GRAPH_FILE), options, providers=["CPUExecutionProvider"]
    )
    result: dict[str, Any] = {"fingerprint": loaded.fingerprint, "goal_times_bare": GOAL}
    for name, text in {"question": QUESTION, "long_text": LONG_TEXT}.items():
        cut = partial(vocabulary.ids, "query: " + text, 512)
        ids = np.array([cut()], dtype=np.int64)
        given = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        taken = timed(
            {
                "encode": partial(loaded.questions, [text]),
                "bare": partial(bare.run, None, given),
                "cut": cut,
            },
            _ROUNDS[name],
        )
        result[name] = {
            "pieces": ids.shape[1],
            "encode_ms": median(taken["encode"]),
            "bare_onnxruntime_ms": median(taken["bare"]),
            "cut_ms": median(taken["cut"]),
            "times_bare": median(taken["encode"] / taken["bare"]),
        }
    return result
