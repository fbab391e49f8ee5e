"""One published state of the knowledge, ready to answer: search, danger, places, offers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from forewarn.asking import Asking
from forewarn.countries import Gazetteer
from forewarn.danger import Judge
from forewarn.knowledge.loader import Knowledge
from forewarn.offers.verdict import OfferCheck
from retrieval.index import Index
from retrieval.marks import Marks, by_language
from retrieval.questions import Question
from retrieval.search import Searcher


@dataclass(frozen=True)
class Served:
    """Everything made of one index and the knowledge it was built from; never changes.

    ``answers`` tells which ``check_with`` questions found their entry; ``folder`` is where the
    version lies, once it is published.
    """

    index: Index
    knowledge: Knowledge
    searcher: Searcher
    judge: Judge
    gazetteer: Gazetteer
    asking: Asking
    offers: OfferCheck
    answers: Mapping[Question, bool] = field(default_factory=dict)
    folder: Path | None = None

    @classmethod
    def of(cls, index: Index, knowledge: Knowledge) -> Served:
        """Make ready.

        Raises:
            forewarn.phrases.PhraseError: a phrase of the knowledge cannot be read.
            ValueError: the knowledge lacks a file that is needed.
        """
        return cls(
            index=index,
            knowledge=knowledge,
            searcher=Searcher(index),
            judge=Judge(knowledge, index.danger),
            gazetteer=Gazetteer(knowledge),
            asking=Asking(knowledge),
            offers=OfferCheck(knowledge),
        )

    @cached_property
    def marks(self) -> Mapping[str, Marks]:
        """What puts the marks into what is typed without them, of each language that has many;
        learnt when somebody first asks, for publishing is not to wait for it."""
        return by_language(self.knowledge)

    def with_marks(self, text: str, language: str) -> str:
        """``text`` with the marks of ``language`` where they were left out."""
        marks = self.marks.get(language)
        return text if marks is None else marks.put_in(text)

    @property
    def entries(self) -> set[str]:
        """The ids of everything a search may find."""
        return {*self.knowledge.faq, *self.knowledge.articles}
