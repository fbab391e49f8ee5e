"""Loads retrieval part by part and tells what each part adds: run by ``bench.memory`` as a process
of its own, with nothing else in it. Writes one JSON object."""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any

import psutil

_IMPORTS = (
    ("NumPy and SciPy", ("numpy", "scipy.sparse")),
    ("scikit-learn", ("sklearn.linear_model", "sklearn.model_selection", "sklearn.svm")),
    ("FAISS", ("faiss",)),
    ("torch", ("torch",)),
    ("sentence-transformers, with transformers", ("sentence_transformers",)),
    ("onnxruntime", ("onnxruntime",)),
    ("the web framework", ("fastapi", "uvicorn", "pydantic_settings")),
    ("our code, and what else it imports", ("retrieval.api", "retrieval.commands.running")),
)
"""What is imported before the service has done anything, the heaviest owners first: what two of
them share counts for the first."""


class _Scale:
    """Weighs this process: how much more it holds than at the last look."""

    def __init__(self) -> None:
        self.parts: list[dict[str, Any]] = []
        self._last = 0.0

    def note(self, part: str) -> None:
        held = psutil.Process().memory_info().rss / 2**20
        self.parts.append({"part": part, "mb": round(held - self._last)})
        self._last = held

    def result(self) -> dict[str, Any]:
        full = psutil.Process().memory_full_info()
        return {
            "parts": self.parts,
            "resident_mb": round(full.rss / 2**20),
            "unique_mb": round(full.uss / 2**20),
        }


def main() -> None:
    """Load, weigh, tell."""
    scale = _Scale()
    scale.note("Python")
    for part, modules in _IMPORTS:
        for module in modules:
            importlib.import_module(module)
        scale.note(part)

    from forewarn.published import Reader
    from retrieval import convert, encoder, onnx_module, publish, vocabulary
    from retrieval.settings import RetrievalSettings
    from retrieval.versions import Versions

    settings = RetrievalSettings()
    folder = settings.encoder_folder
    pieces = vocabulary.Vocabulary(folder / convert.VOCABULARY_FILE)
    scale.note("the vocabulary")
    # Loaded once and weighed alone: the encoder is given the one that is there.
    setattr(onnx_module, "Vocabulary", lambda _: pieces)  # noqa: B010
    loaded = encoder.load(encoder.EMBEDDED, folder, settings.encoder_threads)
    scale.note("the encoder's graph, in onnxruntime")
    served = publish.open_current(Versions(settings.index_folder), loaded, Reader())
    scale.note("the index and the knowledge")
    text = "My brother went to Mae Sot for a casting and has been silent. "
    vector = loaded.questions([text])[0]
    served.searcher.search(text, vector, "en", 5)
    served.judge.judge(text, vector.tolist())
    served.gazetteer.find(text)
    scale.note("a first question")
    loaded.questions([40 * text])
    scale.note("a text of 512 pieces")
    json.dump(scale.result(), sys.stdout)


if __name__ == "__main__":
    main()
