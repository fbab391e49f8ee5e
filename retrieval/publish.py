"""Puts a new index into service: a new folder beside the old ones, then one pointer moved."""

from __future__ import annotations

import datetime
import logging
import shutil
import tempfile
from pathlib import Path

from forewarn.knowledge.loader import content_hash, load
from retrieval import index_folder
from retrieval.confidence import Confidence
from retrieval.encoder import Encoder
from retrieval.folders import point
from retrieval.index import Encode, Index, IndexRefusedError, build, encode_with, made_of, reusing
from retrieval.served import Served

_LOG = logging.getLogger(__name__)

CURRENT = "current"
"""The pointer: a symbolic link to the folder in service."""

KEPT = 3
"""Versions kept, the one in service included, so that an older one can be put back."""

CONFIDENCE = Path(__file__).with_name("confidence.json")
"""The fitted confidence. It is part of the program, not of one machine: fitted by ``make
calibrate`` on questions kept apart in ``bench/calibration/``, and reviewed with them."""


def fitted_confidence(encoder: Encoder) -> Confidence | None:
    """The confidence of the program, or None while none has been fitted for ``encoder``: a search
    then says "I don't know" to everything rather than guess."""
    if not CONFIDENCE.is_file():
        return None
    confidence = Confidence.load(CONFIDENCE)
    if confidence.encoder != encoder.fingerprint:
        _LOG.warning("the confidence was fitted for another encoder: run `make calibrate`")
        return None
    return confidence


def current(indexes: Path) -> Path:
    """The folder of the version in service.

    Raises:
        IndexRefusedError: nothing was ever published in ``indexes``.
    """
    link = indexes / CURRENT
    if not link.is_dir():
        raise IndexRefusedError(f"there is no index in {indexes}: run `python -m retrieval build`")
    return link.resolve()


def is_current(indexes: Path, knowledge: Path, encoder: Encoder) -> bool:
    """Whether the version in service was made of just this knowledge, encoder and confidence."""
    try:
        made = index_folder.read_made(current(indexes))
    except IndexRefusedError:
        return False
    return made == made_of(content_hash(knowledge), encoder, fitted_confidence(encoder))


def open_current(indexes: Path, encoder: Encoder) -> Served:
    """Load the version in service.

    Raises:
        IndexRefusedError: there is none, it is damaged, or it was made with another encoder.
    """
    return Served.of(*index_folder.open_index(current(indexes), encoder))


def publish(
    indexes: Path,
    knowledge: Path,
    encoder: Encoder,
    served: Index | None = None,
    encode: Encode | None = None,
) -> Served:
    """Build an index of the ``knowledge`` folder and put it into service in ``indexes``.

    Vectors of texts that ``served`` already holds are reused. Whatever is wrong with the new
    version is found before the pointer moves: until then nothing has changed.

    Raises:
        forewarn.knowledge.loader.KnowledgeError: the knowledge is broken.
        forewarn.phrases.PhraseError: a phrase in it cannot be read.
        IndexRefusedError: there is nothing to index.
    """
    call = encode or encode_with(encoder)
    if served is not None and served.made.encoder == encoder.fingerprint:
        call = reusing(served, call)
    loaded = load(knowledge)
    new = Served.of(build(loaded, encoder, fitted_confidence(encoder), call), loaded)
    indexes.mkdir(parents=True, exist_ok=True)
    stamp = datetime.datetime.now(datetime.UTC).strftime("%Y%m%dT%H%M%S%f")
    version = indexes / f"{stamp}-{new.index.made.knowledge[:12]}"
    work = Path(tempfile.mkdtemp(prefix=".building-", dir=indexes))
    try:
        index_folder.save(new.index, knowledge, work / version.name)
        (work / version.name).rename(version)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    point(indexes / CURRENT, version)
    _forget_oldest(indexes)
    return new


def _forget_oldest(indexes: Path) -> None:
    """Delete all but the newest versions; their names sort by time."""
    versions = [
        path
        for path in indexes.iterdir()
        if path.is_dir() and not path.is_symlink() and not path.name.startswith(".")
    ]
    for path in sorted(versions, reverse=True)[KEPT:]:
        if path.resolve() != current(indexes):
            shutil.rmtree(path)
