"""What our search has to beat, over the same texts: words alone, meaning alone, Rasa as it ships.

Only Rasa among them ever says that it does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.confidence import Outcome
from retrieval.corpus import Corpus, Passage
from retrieval.index import Index
from retrieval.lexical import Lexical
from retrieval.questions import Question
from retrieval.rows import PARTS, Part
from retrieval.search import Found, Hit
from retrieval.space import Vectors

Search = Callable[[Question, int], Found]

OURS, WORDS, MEANING = "Forewarn", "BM25 alone", "dense alone"
RASA = "Rasa: DIET and ResponseSelector"


def of_index(index: Index, asked: Sequence[Question], vectors: Vectors) -> dict[str, Search]:
    """Searches of ``index`` by words alone and by meaning alone; an entry is as good as the best of
    its texts. ``vectors`` are those of the questions ``asked``."""
    rows = [row for part in PARTS for row in index.shelves[part].rows]
    texts = np.concatenate([index.shelves[part].vectors for part in PARTS])
    return _searches([row.entry for row in rows], [row.text for row in rows], texts, asked, vectors)


def of_corpus(
    passages: Sequence[Passage], corpus: Corpus, asked: Sequence[Question], vectors: Vectors
) -> dict[str, Search]:
    """The same of the ``passages`` that ``corpus`` holds, each one text, as it stands."""
    rows: list[tuple[str, Part, str]] = []
    for one in passages:
        rows += [(one.id, "question", text) for text in one.asked]
        rows += [(one.id, "passage", one.text)] if one.text is not None else []
    texts = np.stack([corpus.remembered.of(part, [text])[0] for _, part, text in rows])
    names = [name for name, _, _ in rows]
    return _searches(names, [text for _, _, text in rows], texts, asked, vectors)


def _searches(
    names: Sequence[str],
    texts: Sequence[str],
    meanings: Vectors,
    asked: Sequence[Question],
    vectors: Vectors,
) -> dict[str, Search]:
    """BM25, cut by ICU as ours, and the cosine of the vectors as they were encoded."""
    lexical = Lexical.build([[text] for text in texts])
    meaning = {one.id: vector for one, vector in zip(asked, vectors, strict=True)}
    return {
        WORDS: lambda one, depth: best(names, lexical.scores(one.text), depth),
        MEANING: lambda one, depth: best(names, meanings @ meaning[one.id], depth),
    }


def best(names: Sequence[str], scores: NDArray[np.float32], depth: int) -> Found:
    """The ``depth`` best entries, by the best score of any of their texts."""
    order = np.argsort(-scores, kind="stable")
    entries = dict.fromkeys(names[number] for number in order)
    return named(list(entries)[:depth], "answer")


def named(entries: Sequence[str], outcome: Outcome) -> Found:
    """What a peer found, best first."""
    return Found(outcome, [Hit(entry, "faq", "", 0.0, 0.0) for entry in entries])
