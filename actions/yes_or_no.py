"""What a written yes and no share: they answer the question that stands open, if one does."""

from __future__ import annotations

from typing import Any, Literal

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.offer_question import OFFER_ANSWER, OfferQuestion
from actions.respond_to_danger import DANGER_ANSWER, RespondToDanger
from actions.small_talk import SmallTalk


class YesOrNo(SmallTalk):
    """A written yes or no. Who is asked "Are you alone?" and writes "yes" must not be asked what
    to do next."""

    answer: Literal["yes", "no"]

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Answer as if the button had been tapped; without an open question, as small talk."""
        asked, _, about = (tracker.slots.get("asked") or "").partition(":")
        if asked == OFFER_ANSWER:
            tracker.slots["offer_answer"] = f"{about}:{self.answer}"
            offer = OfferQuestion(self.composer, self.retrieval)
            return await offer.run(dispatcher, tracker, domain)
        if asked == DANGER_ANSWER:
            tracker.slots["danger_kind"] = about
            tracker.slots["danger_answer"] = "0" if self.answer == "yes" else "1"
            danger = RespondToDanger(self.composer, self.retrieval)
            return await danger.run(dispatcher, tracker, domain)
        return await super().run(dispatcher, tracker, domain)
