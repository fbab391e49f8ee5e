"""The one way to a verdict on an offer, and to the words of one in a picture, for every door."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from forewarn.offers.verdict import NO_ANSWERS
from forewarn.replies import VerdictBlock
from web.bot_client import UnavailableError
from web.exchange import RESERVE_SECONDS
from web.intake import clean
from web.reading.codes import sort_out
from web.reading.outcomes import Outcome
from web.refusals import RefusedError, Why
from web.service import Service
from web.spoken import Spoken

log = logging.getLogger(__name__)

_NOT_READ = {
    Outcome.no_text: Why.picture_no_text,
    Outcome.pdf: Why.picture_pdf,
    Outcome.heic: Why.picture_heic,
    Outcome.not_a_picture: Why.picture_kind,
    Outcome.moving: Why.picture_moving,
    Outcome.too_large: Why.picture_large,
    Outcome.broken: Why.picture_broken,
    Outcome.too_slow: Why.picture_slow,
}


@dataclass(frozen=True)
class Found:
    """What was read in a picture, and the names of the sentences to say about its codes."""

    text: str
    left_out: list[str]


class Offers:
    """Reads and judges offers; nothing of them is left afterwards."""

    def __init__(self, service: Service) -> None:
        """Ask what `service` knows."""
        self._service = service
        self._settings = service.settings
        self._readers = service.readers

    async def found(self, picture: bytes, language: str) -> Found:
        """What stands in the file `picture`, whose words are in `language`.

        Raises:
            RefusedError: it cannot be read, or not here.
        """
        if not picture:
            raise RefusedError(Why.picture_broken)
        if language not in self._readers.languages:
            raise RefusedError(Why.picture_off)
        reading = await self._readers.read(picture, language)
        if reading.outcome is not Outcome.read:
            raise RefusedError(_NOT_READ[reading.outcome])
        codes = sort_out(reading.codes)
        text = clean("\n".join([reading.text, *codes.texts]))
        return Found(text[: self._settings.max_offer], codes.left_out)

    async def verdict(
        self,
        spoken: Spoken,
        text: str,
        language: str,
        *,
        holds_something: bool = False,
        answers: Mapping[str, str] = NO_ANSWERS,
    ) -> VerdictBlock:
        """The verdict on the offer `text`, in the words of `spoken`.

        Raises:
            RefusedError: it cannot be taken.
        """
        if len(text) > self._settings.max_offer:
            raise RefusedError(Why.too_long, {"limit": self._settings.max_offer})
        offer = clean(text)
        if not offer:
            raise RefusedError(Why.empty)
        of = spoken.guide.of(language)
        try:
            verdict = await self._asked(offer, of, holds_something, answers)
        except UnavailableError as error:
            log.error("an offer is checked by its phrases alone: %s", error)
            verdict = await asyncio.to_thread(
                spoken.offers.check, offer, of, holds_something=holds_something, answers=answers
            )
        return spoken.guide.written(language, verdict)

    async def _asked(
        self, offer: str, language: str, holds_something: bool, answers: Mapping[str, str]
    ) -> VerdictBlock:
        """The verdict of retrieval, which knows meanings too.

        Raises:
            UnavailableError: none came in time.
        """
        asked = {
            "text": offer,
            "language": language,
            "holds_something": holds_something,
            "answers": dict(answers),
        }
        deadline = self._settings.deadline_web - RESERVE_SECONDS
        received = await self._service.retrieval.call("POST", "/offers/check", deadline, asked)
        try:
            return VerdictBlock.model_validate_json(received)
        except ValidationError:
            # The error quotes what it could not read, which quotes the offer: not chained.
            raise UnavailableError("unreadable") from None
