"""The encoders of the verbs, and what all verbs with a model refuse in one sentence."""

from __future__ import annotations

import os
from collections.abc import Callable

import numpy as np

from forewarn.knowledge.problems import KnowledgeError
from forewarn.phrases import PhraseError
from retrieval import encoder as encoders
from retrieval.adapter import AdapterError
from retrieval.commands.terminal import say
from retrieval.encoder import EncoderError
from retrieval.gate import BelowBarError
from retrieval.publish import ChangedMeanwhileError
from retrieval.record import IndexRefusedError
from retrieval.remembered import Encode
from retrieval.rows import Part
from retrieval.service import UnknownLanguageError
from retrieval.settings import RetrievalSettings
from retrieval.space import Vectors
from retrieval.versions import OvertakenError
from retrieval.wheel import WheelError

REFUSALS = (
    AdapterError, EncoderError, WheelError, IndexRefusedError, KnowledgeError, PhraseError,
    BelowBarError, ChangedMeanwhileError, OvertakenError, UnknownLanguageError,
)  # fmt: skip
"""What is said in one sentence."""


def one_encoder(settings: RetrievalSettings) -> encoders.Encoder:
    return encoders.load(settings.encoder_model, settings.encoder_folder, settings.encoder_threads)


def patient_encoder(settings: RetrievalSettings) -> encoders.Encoder:
    """An encoder for long work with nobody waiting beside it: it may use every core, a text each,
    as two threads on one text spend half their time waiting for each other."""
    return encoders.load(
        settings.encoder_model, settings.encoder_folder, threads=1, at_once=os.cpu_count() or 1
    )


def showing(encoder: encoders.Encoder, say: Callable[[str], None] = say) -> Encode:
    """Encodes in batches and says how far it is."""
    calls = {"question": encoder.questions, "passage": encoder.passages}

    def encode(part: Part, texts: list[str]) -> Vectors:
        done = [np.empty((0, encoder.dimension), dtype=np.float32)]
        for start in range(0, len(texts), _BATCH):
            done.append(calls[part](texts[start : start + _BATCH]))
            say(f"  {part}s: {min(start + _BATCH, len(texts))} of {len(texts)}")
        return np.concatenate(done)

    return encode


_BATCH = encoders.MOST_TOGETHER
