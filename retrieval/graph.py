"""Builds the encoder's ONNX graph straight from its weights: no export, no tracing.

The 250,037 word vectors stay in their blocks of 32 four-bit weights (``GatherBlockQuantized``) and
take 60 MB, not 384. The matrices of the layers, which our examples changed a little, are rounded to
8 bits (``MatMulNBits``): finer than the 4 bits they came in, and quicker. Mean pooling and
normalising are part of the graph: one call, text ids in, sentence vectors out. Operators:
onnxruntime, docs/ContribOperators.md.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from retrieval.adapter import Adapted, Matrix
from retrieval.wheel import BLOCK, FourBit, Model

MICROSOFT = "com.microsoft"
"""The operator set of onnxruntime that knows 4-bit weights and fused attention."""

_OPSET = 21
_IR_VERSION = 10
_TOGETHER = 128
"""Weights of a row that share one scale: on our processors the quickest, and fine enough."""

_INT8_ACTIVATIONS = 4
"""``accuracy_level`` of MatMulNBits: activations are rounded to 8 bits per block, as the C engine
of the package does it."""


class _Graph:
    """Nodes and constants, collected one by one."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, values: NDArray[np.generic]) -> str:
        self.constants.append(numpy_helper.from_array(values, name))
        return name

    def constant_int4(self, name: str, matrix: FourBit) -> str:
        """A matrix of signed 4-bit numbers, two a byte, the first in the low half."""
        rows = matrix.levels.shape[0]
        signed = (matrix.levels ^ np.uint8(8)).reshape(rows, -1)
        tensor = onnx.TensorProto(name=name, data_type=TensorProto.INT4)
        tensor.dims.extend(signed.shape)
        tensor.raw_data = _pack(signed).tobytes()
        self.constants.append(tensor)
        return name

    def node(
        self,
        operator: str,
        inputs: list[str],
        output: str,
        *,
        domain: str = "",
        **attributes: Any,
    ) -> str:
        self.nodes.append(helper.make_node(operator, inputs, [output], domain=domain, **attributes))
        return output

    def linear(self, given: str, name: str, matrix: Matrix, bias: Matrix) -> str:
        levels, scales = _in_eight_bits(matrix)
        inputs = [
            given,
            self.constant(f"{name}.weight", levels),
            self.constant(f"{name}.scale", scales),
            "",
            "",
            self.constant(f"{name}.bias", bias),
        ]
        rows, columns = matrix.shape
        return self.node(
            "MatMulNBits",
            inputs,
            f"{name}.out",
            domain=MICROSOFT,
            K=columns,
            N=rows,
            bits=8,
            block_size=_TOGETHER,
            accuracy_level=_INT8_ACTIVATIONS,
        )


def _in_eight_bits(matrix: Matrix) -> tuple[NDArray[np.uint8], Matrix]:
    """``matrix`` as levels, rows x blocks x 128, counted from 128, and the scale of each block."""
    blocks = matrix.reshape(len(matrix), -1, _TOGETHER)
    scales = np.abs(blocks).max(axis=2, keepdims=True) / np.float32(127)
    levels = np.rint(blocks / np.where(scales == 0, 1, scales)) + 128
    return levels.astype(np.uint8), scales.reshape(-1)


def build(adapted: Adapted) -> bytes:
    """The graph of ``adapted``: ``input_ids`` and ``attention_mask`` (int64, batch x tokens) give
    ``sentence_embedding`` (float32, batch x width, of length 1)."""
    graph, model = _Graph(), adapted.model
    hidden = _embeddings(graph, adapted)
    graph.node("Cast", ["attention_mask"], "mask.int", to=TensorProto.INT32)
    width = model.shape.hidden
    graph.constant("thirds", np.full(3, width, dtype=np.int64))
    for layer in range(model.shape.layers):
        hidden = _layer(graph, adapted, layer, hidden)
    _pooled(graph, hidden)
    ids = ["input_ids", "attention_mask"]
    proto = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "sentence_encoder",
            [helper.make_tensor_value_info(n, TensorProto.INT64, ["batch", "tokens"]) for n in ids],
            [
                helper.make_tensor_value_info(
                    "sentence_embedding", TensorProto.FLOAT, ["batch", width]
                )
            ],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", _OPSET), helper.make_opsetid(MICROSOFT, 1)],
        ir_version=_IR_VERSION,
    )
    content: bytes = proto.SerializeToString()
    return content


def _embeddings(graph: _Graph, adapted: Adapted) -> str:
    model, words = adapted.model, adapted.words
    shape = model.shape
    graph.node(
        "GatherBlockQuantized",
        [
            graph.constant_int4("words", words),
            "input_ids",
            graph.constant("words.scale", words.scales),
        ],
        "words.out",
        domain=MICROSOFT,
        gather_axis=0,
        quantize_axis=1,
        block_size=BLOCK,
    )
    # Only one kind of token is ever used, so its vector is added to every position beforehand.
    positions = model.plain("emb.pos").reshape(shape.positions, shape.hidden)
    first_type = model.plain("emb.type").reshape(shape.token_types, shape.hidden)[0]
    graph.constant("positions", positions + first_type)
    graph.constant("zero", np.zeros(1, dtype=np.int64))
    graph.node("Shape", ["input_ids"], "tokens", start=1, end=2)
    graph.node("Slice", ["positions", "zero", "tokens", "zero"], "positions.out")
    graph.node("Add", ["words.out", "positions.out"], "embedded")
    weights = _norm_weights(graph, model, "emb.ln")
    return graph.node(
        "LayerNormalization",
        ["embedded", *weights],
        "layer0.in",
        axis=-1,
        epsilon=shape.epsilon,
    )


def _layer(graph: _Graph, adapted: Adapted, layer: int, hidden: str) -> str:
    model, name = adapted.model, f"l{layer}"

    def linear(given: str, part: str) -> str:
        bias = model.plain(f"{name}.{part}.b")
        return graph.linear(given, f"{name}.{part}", adapted.matrix(layer, part), bias)

    together = np.concatenate([adapted.matrix(layer, part) for part in "qkv"])
    bias = np.concatenate([model.plain(f"{name}.{part}.b") for part in "qkv"])
    projected = graph.linear(hidden, f"{name}.qkv", together, bias)
    split = [f"{name}.{part}" for part in "qkv"]
    graph.nodes.append(helper.make_node("Split", [projected, "thirds"], split, axis=2))
    attended = graph.node(
        "MultiHeadAttention",
        [*split, "", "mask.int"],
        f"{name}.attended",
        domain=MICROSOFT,
        num_heads=model.shape.heads,
    )
    hidden = _add_and_norm(graph, model, [hidden, linear(attended, "ao")], f"{name}.aln")
    active = graph.node("Gelu", [linear(hidden, "fi")], f"{name}.active", domain=MICROSOFT)
    return _add_and_norm(graph, model, [hidden, linear(active, "fo")], f"{name}.oln")


def _add_and_norm(graph: _Graph, model: Model, inputs: list[str], name: str) -> str:
    return graph.node(
        "SkipLayerNormalization",
        [*inputs, *_norm_weights(graph, model, name)],
        f"{name}.out",
        domain=MICROSOFT,
        epsilon=model.shape.epsilon,
    )


def _norm_weights(graph: _Graph, model: Model, name: str) -> list[str]:
    return [graph.constant(f"{name}.{part}", model.plain(f"{name}.{part}")) for part in "wb"]


def _pooled(graph: _Graph, hidden: str) -> None:
    """The sum over real tokens, brought to length 1: dividing by their number would cancel."""
    graph.node("Cast", ["attention_mask"], "mask.float", to=TensorProto.FLOAT)
    graph.constant("last", np.full(1, -1, dtype=np.int64))
    graph.constant("second", np.ones(1, dtype=np.int64))
    graph.node("Unsqueeze", ["mask.float", "last"], "mask.column")
    graph.node("Mul", [hidden, "mask.column"], "real")
    graph.node("ReduceSum", ["real", "second"], "sum", keepdims=0)
    graph.node("LpNormalization", ["sum"], "sentence_embedding", axis=-1, p=2)


def _pack(levels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return (levels[..., 0::2] | (levels[..., 1::2] << 4)).astype(np.uint8)
