"""Puts new knowledge into service: checked, indexed, on the disk, and then one pointer moved."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from forewarn.garbage import undisturbed
from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.problems import KnowledgeError, Problem
from forewarn.published import Reader
from retrieval import gate, index_folder, soundness
from retrieval.confidence import Confidence
from retrieval.encoder import Encoder
from retrieval.index import build, made_of, revise
from retrieval.record import Made, Record
from retrieval.remembered import Encode
from retrieval.served import Served
from retrieval.versions import Versions
from retrieval.watch import scan

_LOG = logging.getLogger(__name__)

CONFIDENCE = Path(__file__).with_name("confidence.json")
"""The fitted confidence. It is part of the program, not of one machine: fitted by ``make
calibrate`` on questions kept apart in ``bench/calibration/``, and reviewed with them."""


class ChangedMeanwhileError(RuntimeError):
    """A knowledge file was saved while a version was made of all of them; nothing was changed."""


@dataclass(frozen=True)
class Publisher:
    """Makes versions of a ``knowledge`` folder.

    Attributes:
        knowledge: the folder; files that ``reader`` has read before are not parsed again.
        encode: replaces the plain call of ``encoder``.
        tolerated: which errors of the knowledge do not keep it from being served.
    """

    versions: Versions
    knowledge: Path
    encoder: Encoder
    reader: Reader
    encode: Encode | None = None
    tolerated: Callable[[Problem], bool] = lambda _: False

    def publish(self, served: Served | None, *, anew: bool = False) -> Served:
        """Put the knowledge into service instead of ``served``; returns ``served`` where it was
        made of just that. Only what changed is made again, unless all of it is to be built and
        learnt ``anew``.

        Whatever is wrong with the new version is found before the pointer moves: until then
        nothing has changed. Old versions are left for :meth:`Versions.forget_oldest`.

        Raises:
            KnowledgeError: the knowledge is broken.
            forewarn.phrases.PhraseError: a phrase in it cannot be read.
            IndexRefusedError: there is nothing to index.
            BelowBarError: the search would find too little.
            ChangedMeanwhileError, OvertakenError: somebody was quicker; try again.
            OSError: the disk is full, or fails.
        """
        with undisturbed():
            return self._publish(served, anew=anew)

    def _publish(self, served: Served | None, *, anew: bool) -> Served:
        before, old = scan(self.knowledge), None if served is None else served.folder
        instead_of = self.versions.name() if old is None else old.name
        hashed = self.reader.content_hash(self.knowledge)
        if served is not None and not anew and self._made(hashed) == served.index.made:
            return served
        knowledge = self._sound(served)
        new = self._indexed(knowledge, hashed, served, anew=anew)
        bars = gate.Bars.load()
        known = None if served is None else gate.Before(served.index, served.answers)
        answers = gate.ask(new.index, new.searcher, bars.top, known)
        for sentence in gate.hold(answers, bars, {} if served is None else served.answers):
            _LOG.warning("%s", sentence)
        with self.versions.building() as place:
            before_it = None if served is None or old is None else (old, served.index)
            after = self._after(new, old)
            index_folder.save(new.index, answers, self.knowledge, place, before_it, after)
            if scan(self.knowledge) != before:
                raise ChangedMeanwhileError("a file was saved meanwhile; nothing was published")
            folder = self.versions.put(place, new.index.made.knowledge, instead_of)
        return replace(new, answers=answers, folder=folder)

    def is_due(self, served: Served) -> bool:
        """Whether the version ``served`` was made of other knowledge or another confidence."""
        return self._made(self.reader.content_hash(self.knowledge)) != served.index.made

    def _made(self, hashed: str) -> Made:
        return made_of(hashed, self.encoder, fitted_confidence(self.encoder))

    def read_ahead(self) -> None:
        """Parse all files now, so that the next publication parses only what changes."""
        self.reader.read(self.knowledge)

    def _sound(self, served: Served | None) -> Knowledge:
        knowledge, unread = self.reader.read(self.knowledge)
        sound = None if served is None else served.knowledge
        found = sorted({*unread, *soundness.errors(knowledge, sound)})
        problems = [problem for problem in found if not self.tolerated(problem)]
        if problems:
            raise KnowledgeError(problems)
        return knowledge

    def _indexed(
        self, knowledge: Knowledge, hashed: str, served: Served | None, *, anew: bool
    ) -> Served:
        confidence = fitted_confidence(self.encoder)
        if served is None or anew:
            same = served is not None and served.index.made.encoder == self.encoder.fingerprint
            known = served.index.remembered if served is not None and same else None
            index = build(knowledge, self.encoder, confidence, self.encode, known, hashed)
        else:
            index = revise(served.index, knowledge, self.encoder, confidence, self.encode, hashed)
        return Served.of(index, knowledge)

    @staticmethod
    def _after(new: Served, old: Path | None) -> str | None:
        """The version to go back to: of what is built anew from the same knowledge, the one
        before that."""
        if old is None:
            return None
        record = Record.read(old)
        return record.after if record.made.knowledge == new.index.made.knowledge else old.name


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


def open_current(versions: Versions, encoder: Encoder, reader: Reader) -> Served:
    """Load the version in service.

    Raises:
        IndexRefusedError: there is none, it is damaged, or it was made with another encoder.
    """
    return open_version(versions.current(), encoder, reader)


def open_version(folder: Path, encoder: Encoder, reader: Reader) -> Served:
    """Load the version ``folder``; raises as :func:`open_current`."""
    index, answers, knowledge = index_folder.open_index(folder, encoder, reader)
    return replace(Served.of(index, knowledge), answers=answers, folder=folder)
