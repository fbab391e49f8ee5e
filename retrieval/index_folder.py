"""An index as a folder that says what it was made of and refuses to be misused.

The folder holds what took long to make: the vectors, and what was fitted. Rows follow from the
knowledge that lies beside them, and what is searched from both. Files that are just the same in the
version before are not written again but linked.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.problems import KnowledgeError
from forewarn.published import COPY, Reader
from retrieval.confidence import Confidence
from retrieval.danger_by_meaning import DangerByMeaning
from retrieval.encoder import Encoder
from retrieval.folders import hash_file
from retrieval.index import Index, assembled
from retrieval.learnt import Learnt
from retrieval.neighbours import Neighbours
from retrieval.offers_by_meaning import OffersByMeaning
from retrieval.questions import Question
from retrieval.record import IndexRefusedError, Record
from retrieval.remembered import Remembered
from retrieval.rows import PARTS
from retrieval.space import METRIC, Space
from retrieval.watch import scan

_SPACE, _LEARNT, _DANGER = "space.npz", "learnt.npz", "danger.npz"
_OFFERS = "offers.npz"
_CONFIDENCE, _ANSWERS, _VECTORS = "confidence.json", "answers.json", "vectors"
_GRAPHS = "graphs"


def save(
    index: Index,
    answers: Mapping[Question, bool],
    knowledge: Path,
    folder: Path,
    before: tuple[Path, Index] | None = None,
    after: str | None = None,
) -> None:
    """Write ``index`` into the new folder ``folder``, with what it ``answers`` to the questions
    that check it and a copy of the ``knowledge`` files it was made of: what is searched, judged
    and said then always belongs together.

    What the version ``before``, a folder and its index, has too is linked. ``after`` is the name of
    the version that this one takes the place of.
    """
    folder.mkdir(parents=True)
    old_folder, old = before or (None, None)
    writer = _Writer(folder, old_folder)
    for name, fitted, was in (
        (_SPACE, index.space, old and old.space),
        (_LEARNT, index.learnt, old and old.learnt),
        (_DANGER, index.danger, old and old.danger),
        (_OFFERS, index.offers, old and old.offers),
    ):
        if fitted is not was or not writer.link(name):
            writer.write(name, fitted.save)
    if index.confidence is not None:
        writer.write(_CONFIDENCE, index.confidence.save)
    writer.write(_ANSWERS, partial(_write_answers, answers))
    for chunk in index.remembered.chunks:
        if not writer.link(f"{_VECTORS}/{chunk.name}"):
            writer.write(f"{_VECTORS}/{chunk.name}", chunk.save)
    for part, graph in index.graphs.items():
        name = f"{_GRAPHS}/{part}/{graph.name}"
        if not writer.link(name):
            writer.write(name, graph.save)
    for name in sorted(scan(knowledge)):
        writer.copy(f"{knowledge}/{name}", f"{COPY}/{name}")
    Record(index.made, index.fitted, writer.files, after).write(folder)


def open_index(
    folder: Path, encoder: Encoder, reader: Reader
) -> tuple[Index, dict[Question, bool], Knowledge]:
    """Load the index in ``folder``, what it answers and, with ``reader``, the knowledge it was
    made of.

    Raises:
        IndexRefusedError: it is damaged, or was made with another encoder, dimension or metric.
    """
    record = Record.read(folder)
    made = record.made
    expected = {
        "encoder": encoder.fingerprint,
        "dimension": encoder.dimension,
        "metric": METRIC,
    }
    for name, value in expected.items():
        if getattr(made, name) != value:
            raise IndexRefusedError(
                f"the index in {folder.name} was made with another {name}: run "
                "`python -m retrieval build`"
            )
    for name, digest in record.files.items():
        path = folder / name
        if not path.is_file() or hash_file(path) != digest:
            raise IndexRefusedError(f"{name} of the index in {folder.name} is damaged")
    try:
        knowledge = reader.load(folder / COPY)
        confidence = folder / _CONFIDENCE
        index = assembled(
            knowledge,
            made,
            Space.load(folder / _SPACE),
            Learnt.load(folder / _LEARNT),
            DangerByMeaning.load(folder / _DANGER),
            OffersByMeaning.load(folder / _OFFERS),
            Remembered.load(folder / _VECTORS, made.dimension),
            Confidence.load(confidence) if confidence.is_file() else None,
            record.fitted,
            {
                part: Neighbours.load(path)
                for part in PARTS
                for path in (folder / _GRAPHS / part).glob("*.npz")
            },
        )
        return index, _read_answers(folder / _ANSWERS), knowledge
    except KnowledgeError as error:  # made before the schema of the knowledge files changed
        raise IndexRefusedError(
            f"the knowledge of the index in {folder.name} is of another schema: run "
            "`python -m retrieval build`"
        ) from error
    except (OSError, ValueError, KeyError) as error:
        raise IndexRefusedError(f"the index in {folder.name} cannot be read: {error}") from error


def _write_answers(answers: Mapping[Question, bool], path: Path) -> None:
    content = [
        [one.id, one.text, one.language, sorted(one.expect), found]
        for one, found in answers.items()
    ]
    path.write_text(json.dumps(content, ensure_ascii=False) + "\n", "utf-8")


def _read_answers(path: Path) -> dict[Question, bool]:
    return {
        Question(name, text, language, frozenset(expect)): bool(found)
        for name, text, language, expect, found in json.loads(path.read_text("utf-8"))
    }


class _Writer:
    """Fills a version folder and keeps the SHA-256 of each file."""

    def __init__(self, folder: Path, before: Path | None) -> None:
        self.files: dict[str, str] = {}
        self._folder = folder
        self._made = {""}
        self._before = before
        self._old = {} if before is None else Record.read(before).files

    def write(self, name: str, save: Callable[[Path], None]) -> None:
        """Let ``save`` write the file."""
        path = Path(self._new(name))
        save(path)
        self.files[name] = hash_file(path)

    def copy(self, source: str, name: str) -> None:
        """Copy ``source``, which may change any moment, unless it is what it was before: of the
        same time and size as the copy that was made of it."""
        if name in self._old:
            old, new = os.stat(f"{self._before}/{name}"), os.stat(source)
            same = (old.st_mtime_ns, old.st_size) == (new.st_mtime_ns, new.st_size)
            if same and self.link(name):
                return
        path = self._new(name)
        shutil.copy2(source, path)
        self.files[name] = hash_file(Path(path))

    def link(self, name: str) -> bool:
        """Take the file over from the version before, where that has it and the disk lets us."""
        if name not in self._old:
            return False
        try:
            os.link(f"{self._before}/{name}", self._new(name))
        except OSError:
            return False
        self.files[name] = self._old[name]
        return True

    def _new(self, name: str) -> str:
        """Where the file goes; thousands of them, so its folder is made once."""
        inside = name.rpartition("/")[0]
        if inside not in self._made:
            (self._folder / inside).mkdir(parents=True, exist_ok=True)
            self._made.add(inside)
        return f"{self._folder}/{name}"
