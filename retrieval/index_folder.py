"""An index as a folder that says what it was made of and refuses to be misused."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from forewarn.knowledge.loader import Knowledge, load
from forewarn.knowledge.problems import KnowledgeError
from retrieval.confidence import Confidence
from retrieval.danger_by_meaning import DangerByMeaning
from retrieval.dense import Dense
from retrieval.encoder import Encoder
from retrieval.folders import hash_file
from retrieval.index import FORMAT, Index, IndexRefusedError, Made, Shelf
from retrieval.learnt import Learnt
from retrieval.lexical import Lexical
from retrieval.rows import PARTS, Row
from retrieval.space import METRIC, Space, Vectors

_RECORD = "index.json"


def save(index: Index, knowledge: Path, folder: Path) -> None:
    """Write ``index`` into the new folder ``folder``, with a copy of the ``knowledge`` files it
    was made of: what is searched, judged and said then always belongs together."""
    folder.mkdir(parents=True)
    for part, shelf in index.shelves.items():
        _write_shelf(shelf, folder / part)
    space = index.space
    np.savez(
        folder / "space.npz",
        question_mean=space.question_mean,
        passage_mean=space.passage_mean,
        matrix=space.matrix,
    )
    index.learnt.save(folder / "learnt.npz")
    index.danger.save(folder / "danger.npz")
    _write_examples(index.examples, folder / "examples")
    if index.confidence is not None:
        index.confidence.save(folder / "confidence.json")
    _copy_knowledge(knowledge, folder / "knowledge")
    files = {
        path.relative_to(folder).as_posix(): hash_file(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    content = {**asdict(index.made), "files": files}
    (folder / _RECORD).write_text(json.dumps(content, indent=2) + "\n", "utf-8")


def read_made(folder: Path) -> Made:
    """What the index in ``folder`` says it was made of.

    Raises:
        IndexRefusedError: there is none, or it is of another format.
    """
    return _read_record(folder)[0]


def open_index(folder: Path, encoder: Encoder) -> tuple[Index, Knowledge]:
    """Load the index in ``folder`` and the knowledge it was made of.

    Raises:
        IndexRefusedError: it is damaged, or was made with another encoder, dimension or metric.
    """
    made, files = _read_record(folder)
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
    for name, digest in files.items():
        path = folder / name
        if not path.is_file() or hash_file(path) != digest:
            raise IndexRefusedError(f"{name} of the index in {folder.name} is damaged")
    try:
        return _read_index(folder, made), load(folder / "knowledge")
    except KnowledgeError as error:  # made before the schema of the knowledge files changed
        raise IndexRefusedError(
            f"the knowledge of the index in {folder.name} is of another schema: run "
            "`python -m retrieval build`"
        ) from error
    except (OSError, ValueError, KeyError) as error:
        raise IndexRefusedError(f"the index in {folder.name} cannot be read: {error}") from error


def _read_record(folder: Path) -> tuple[Made, dict[str, str]]:
    try:
        content: dict[str, Any] = json.loads((folder / _RECORD).read_text("utf-8"))
        files: dict[str, str] = content.pop("files")
        if content.get("format") != FORMAT:
            raise IndexRefusedError(
                f"the index in {folder.name} is of another format: run `python -m retrieval build`"
            )
        return Made(**content), files
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexRefusedError(f"there is no index in {folder.name}") from error


def _read_index(folder: Path, made: Made) -> Index:
    with np.load(folder / "space.npz", allow_pickle=False) as stored:
        space = Space(**{name: stored[name] for name in stored.files})
    confidence = folder / "confidence.json"
    return Index(
        made=made,
        space=space,
        shelves={part: _read_shelf(folder / part, made.dimension) for part in PARTS},
        learnt=Learnt.load(folder / "learnt.npz"),
        danger=DangerByMeaning.load(folder / "danger.npz"),
        examples=_read_examples(folder / "examples"),
        confidence=Confidence.load(confidence) if confidence.is_file() else None,
    )


def _write_shelf(shelf: Shelf, folder: Path) -> None:
    folder.mkdir()
    lines = (json.dumps(asdict(row), ensure_ascii=False) for row in shelf.rows)
    (folder / "rows.jsonl").write_text("".join(line + "\n" for line in lines), "utf-8")
    np.save(folder / "vectors.npy", shelf.vectors)
    shelf.dense.save(folder / "dense.faiss")
    shelf.lexical.save(folder / "lexical")


def _read_shelf(folder: Path, width: int) -> Shelf:
    # One JSON object a line: a text may hold other line ends that splitlines() would obey.
    lines = (folder / "rows.jsonl").read_text("utf-8").split("\n")
    mine = [Row(**json.loads(line)) for line in lines if line]
    vectors = np.load(folder / "vectors.npy", allow_pickle=False)
    dense = Dense.load(folder / "dense.faiss")
    if not len(mine) == len(vectors) == len(dense) or dense.width != width:
        raise ValueError(f"the rows and vectors in {folder.name} do not fit together")
    return Shelf(mine, vectors, dense, Lexical.load(folder / "lexical", len(mine)))


def _write_examples(examples: dict[str, Vectors], folder: Path) -> None:
    folder.mkdir()
    (folder / "texts.json").write_text(json.dumps(list(examples), ensure_ascii=False), "utf-8")
    np.save(folder / "vectors.npy", np.stack(list(examples.values())))


def _read_examples(folder: Path) -> dict[str, Vectors]:
    texts = json.loads((folder / "texts.json").read_text("utf-8"))
    return dict(zip(texts, np.load(folder / "vectors.npy", allow_pickle=False), strict=True))


def _copy_knowledge(source: Path, target: Path) -> None:
    for path in sorted(source.rglob("*")):
        if path.suffix in {".yml", ".md"}:
            copy = target / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
