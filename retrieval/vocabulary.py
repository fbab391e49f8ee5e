"""How the encoder cuts text into pieces, in two forms that must agree.

``tokenizer.json`` (the ``tokenizers`` library) makes the folder an ordinary one. The service
itself reads ``vocabulary.model`` with ``sentencepiece``: the same 250,002 pieces in 55 MB of
memory, not 285 (measured; docs/decisions/0005-encoder.md).
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers import Regex, Tokenizer
from tokenizers.models import Unigram
from tokenizers.normalizers import NFKC, Replace, Sequence
from tokenizers.pre_tokenizers import Metaspace
from tokenizers.processors import TemplateProcessing

from retrieval.wheel import Piece

BEGIN, PAD, END, UNKNOWN = 0, 1, 2, 3
"""Ids of the special pieces, as XLM-RoBERTa numbers them."""

_NORMAL, _UNKNOWN_TYPE, _CONTROL = 1, 2, 3
_DROPPED = "[\u0001-\u0008\u000b\u000e-\u001f\u007f\u008f\u009f]"
_BLANK = "[\u0000\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]"
"""What the model's own table of characters drops and turns into a blank; the rest of it is NFKC.
Zero-width spaces matter: Khmer and Burmese writers put them between words."""

_DROPPED_PATTERN = re.compile(_DROPPED)
_BLANK_PATTERN = re.compile(_BLANK)
_BLANKS_PATTERN = re.compile(" {2,}")


def normalise(text: str) -> str:
    """``text`` in the form the vocabulary was made for."""
    plain = _BLANK_PATTERN.sub(" ", _DROPPED_PATTERN.sub("", text))
    return _BLANKS_PATTERN.sub(" ", unicodedata.normalize("NFKC", plain))


class Vocabulary:
    """Turns text into piece ids, with the begin and end marks around them."""

    def __init__(self, path: Path) -> None:
        """Load ``vocabulary.model`` from ``path``."""
        self._pieces = sentencepiece.SentencePieceProcessor(model_file=str(path))

    def ids(self, text: str, most: int) -> list[int]:
        """The ids of ``text``, at most ``most`` of them, marks included."""
        # A lone surrogate cannot be written as UTF-8, and no such text may stop the service.
        clean = normalise(text).encode("utf-8", "replace").decode("utf-8")
        pieces: list[int] = self._pieces.encode(clean)
        return [BEGIN, *pieces[: most - 2], END]


def write(pieces: list[Piece], positions: int, folder: Path) -> None:
    """Write both forms into ``folder``: ``tokenizer.json`` and ``vocabulary.model``."""
    _tokenizer(pieces, positions).save(str(folder / "tokenizer.json"))
    (folder / "vocabulary.model").write_bytes(_sentencepiece(pieces))


def _tokenizer(pieces: list[Piece], positions: int) -> Tokenizer:
    model = Unigram([(piece.text, piece.score) for piece in pieces], UNKNOWN, False)
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = Sequence(
        [
            Replace(Regex(_DROPPED), ""),
            Replace(Regex(_BLANK), " "),
            NFKC(),
            Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = Metaspace()
    begin, end = pieces[BEGIN].text, pieces[END].text
    tokenizer.post_processor = TemplateProcessing(
        single=f"{begin} $A {end}",
        pair=f"{begin} $A {end} {end} $B {end}",
        special_tokens=[(begin, BEGIN), (end, END)],
    )
    tokenizer.enable_truncation(positions)
    tokenizer.enable_padding(pad_id=PAD, pad_token=pieces[PAD].text)
    return tokenizer


def _sentencepiece(pieces: list[Piece]) -> bytes:
    proto = sentencepiece_model_pb2.ModelProto()  # type: ignore[attr-defined]
    for number, piece in enumerate(pieces):
        kind = _NORMAL
        if number == UNKNOWN:
            kind = _UNKNOWN_TYPE
        elif number in (BEGIN, PAD, END) or piece.text == "<mask>":
            kind = _CONTROL
        proto.pieces.add(piece=piece.text, score=piece.score, type=kind)
    trainer, normalizer = proto.trainer_spec, proto.normalizer_spec
    trainer.model_type = trainer.UNIGRAM
    trainer.bos_id, trainer.pad_id, trainer.eos_id, trainer.unk_id = BEGIN, PAD, END, UNKNOWN
    normalizer.name = "identity"
    normalizer.add_dummy_prefix = True
    normalizer.escape_whitespaces = True
    normalizer.remove_extra_whitespaces = False
    content: bytes = proto.SerializeToString(deterministic=True)
    return content
