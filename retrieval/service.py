"""What the service does, without HTTP: understand, search, check an offer."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from forewarn.countries import Place
from forewarn.danger import Judgement
from forewarn.language import identify
from forewarn.offers.verdict import NO_ANSWERS, Weighed
from forewarn.published import Reader
from forewarn.replies import VerdictBlock
from retrieval import encoder as encoders
from retrieval import publish
from retrieval.asked import Asked, Asker
from retrieval.remembered import Encode
from retrieval.rows import Part
from retrieval.served import Served
from retrieval.settings import RetrievalSettings
from retrieval.space import Vectors
from retrieval.vector_cache import VectorCache
from retrieval.versions import Versions

_BATCH = 4
"""Texts encoded in one go while publishing: a person's message waits for no more than these."""


@dataclass(frozen=True)
class Understood:
    """All that is known about one message. ``identified`` is the language it is written in, as
    :class:`forewarn.language.Identified` says; ``language`` the one to answer in."""

    language: str
    identified: str | None
    danger: Judgement
    place: Place
    vector: Vectors


class UnknownLanguageError(ValueError):
    """A language was asked for that the knowledge does not have."""

    def __init__(self, language: str) -> None:
        super().__init__(f"“{language}” is none of the languages in languages.yml")


class Service:
    """The published knowledge and the encoder, safe to be called from several threads."""

    def __init__(self, settings: RetrievalSettings) -> None:
        """Load the encoder and the version in service.

        Raises:
            EncoderError: there is no usable encoder.
            IndexRefusedError: there is no usable index.
        """
        self.encoder = encoders.load(
            settings.encoder_model, settings.encoder_folder, settings.encoder_threads
        )
        versions = Versions(settings.index_folder)
        self.served: Served = publish.open_current(versions, self.encoder, Reader())
        """The version in service; whoever sets it swaps all of it at once."""
        self._cache = VectorCache()
        self._encoding = threading.Lock()

    def understand(self, text: str, language: str | None) -> Understood:
        """Tell the language, danger, places and meaning of ``text``: its meaning with the marks
        that were left out, while phrases read what was typed.

        ``language`` is the conversation's, kept where the message itself does not tell.

        Raises:
            UnknownLanguageError: ``language`` is none of ours.
        """
        served = self.served
        knowledge = served.knowledge
        text = knowledge.door.read(text)
        current = knowledge.languages[0].code if language is None else self._known(served, language)
        identified = identify(text, knowledge.languages, knowledge.other_languages, current)
        vector = self._vector(served.with_marks(text, identified.language))

        def meaning_of(part: str) -> list[float]:
            part = served.with_marks(part, identified.language)
            meaning: list[float] = self._kept_or_encoded(part).tolist()
            return meaning

        return Understood(
            language=identified.language,
            identified=identified.written_in,
            danger=served.judge.judge(text, vector.tolist(), meaning_of),
            place=served.gazetteer.find(text),
            vector=vector,
        )

    def search(self, text: str, language: str, top: int, after: str | None = None) -> Asked:
        """The ``top`` entries that may answer ``text``, for a reader of ``language``, to whom the
        entry ``after`` was shown before.

        Raises:
            UnknownLanguageError: ``language`` is none of ours.
        """
        served = self.served
        self._known(served, language)
        text = served.knowledge.door.read(text)
        return Asker(served, self._vector, language, top).ask(text, after)

    def check_offer(
        self,
        text: str,
        language: str | None,
        *,
        holds_something: bool = False,
        answers: Mapping[str, str] = NO_ANSWERS,
    ) -> VerdictBlock:
        """The verdict on an offer, in ``language`` or else in the one it is written in.

        ``holds_something`` withholds the question to send back, ``answers`` are those given to
        deciding questions: see ``forewarn.offers``.

        Raises:
            UnknownLanguageError: ``language`` is none of ours.
        """
        judged = self.judge_offer(text, language, holds_something=holds_something, answers=answers)
        return judged[1]

    def judge_offer(
        self,
        text: str,
        language: str | None,
        *,
        holds_something: bool = False,
        answers: Mapping[str, str] = NO_ANSWERS,
    ) -> tuple[Weighed, VerdictBlock]:
        """How the verdict on an offer comes about, line by line, and the verdict itself; as
        :meth:`check_offer`."""
        served = self.served
        if language is None:
            ours, others = served.knowledge.languages, served.knowledge.other_languages
            language = identify(text, ours, others, ours[0].code).language
        known_language = self._known(served, language)
        plain = served.knowledge.door.read(text)
        meaning = served.index.offers.judge(
            plain, lambda piece: self._kept_or_encoded(served.with_marks(piece, known_language))
        )
        # Links and numbers are read as they were written: the door mends what tricks consist of.
        weighed = served.offers.weigh(text, meaning, answers)
        block = served.offers.say(weighed, known_language, holds_something=holds_something)
        return weighed, served.offers.with_facts(block, text, known_language, answers)

    def encoding_in_turns(self) -> Encode:
        """Encodes in small batches, so that messages get their turn in between."""
        calls = {"question": self.encoder.questions, "passage": self.encoder.passages}

        def encode(part: Part, texts: Sequence[str]) -> Vectors:
            batches = [np.empty((0, self.encoder.dimension), dtype=np.float32)]
            for start in range(0, len(texts), _BATCH):
                with self._encoding:
                    batches.append(calls[part](texts[start : start + _BATCH]))
            return np.concatenate(batches)

        return encode

    def forget_old(self) -> None:
        """Forget the meaning of messages whose time is over; nobody need write for it."""
        self._cache.drop_old()

    def _vector(self, text: str) -> Vectors:
        vector = self._kept_or_encoded(text)
        self._cache.put(text, vector)
        return vector

    def _kept_or_encoded(self, text: str) -> Vectors:
        kept = self._cache.get(text)
        return self._encoded(text) if kept is None else kept

    def _encoded(self, text: str) -> Vectors:
        with self._encoding:
            vector: Vectors = self.encoder.questions([text])[0]
        return vector

    @staticmethod
    def _known(served: Served, language: str) -> str:
        if language not in served.knowledge.language_codes:
            raise UnknownLanguageError(language)
        return language
