"""What is known of a person at first sight of a message, before any other part is asked."""

from __future__ import annotations

from dataclasses import dataclass

from forewarn.danger import NO_DANGER, Judgement
from forewarn.knowledge.schema.dangers import DangerLevel
from forewarn.knowledge.schema.languages import OtherLanguage
from web.conversations import Conversation
from web.guide import Guide
from web.intake import ChatBody

JUDGED = 20_000
"""Characters of a message that are judged: also of one too long to answer, but not without end."""

COUNTRY_SLOT = "country_now"
"""The slot of a tap that says where the person is."""


@dataclass
class Known:
    """What is known of the person so far: enough to help when everything else fails.

    ``told_country`` says that ``country`` is what the person told, if only "another country".
    ``danger`` is that of this message, ``in_force`` the one told of earlier in the conversation.
    ``another`` is the language of this message if we do not speak it.
    """

    language: str
    country: str | None = None
    told_country: bool = False
    danger: Judgement = NO_DANGER
    in_force: Judgement = NO_DANGER
    another: OtherLanguage | None = None

    @property
    def in_danger(self) -> bool:
        """Whether this message was judged a cry for help: it is never held back."""
        return self.danger.level is DangerLevel.danger


def know(guide: Guide, conversation: Conversation | None, body: ChatBody, preferred: str) -> Known:
    """What `body`, a message of `conversation` if it is one we hold, tells of the person.

    `preferred` is the language to answer in when nothing tells a better one.
    """
    known = Known(preferred)
    if conversation:
        known.language, known.country = conversation.language, conversation.country
        known.told_country, known.in_force = conversation.told_country, conversation.danger
    known.language = guide.language(body.language or "") or known.language
    if not known.told_country:
        known.country = guide.country(body.country or "") or known.country
    if body.text:
        _read(guide, body.text[:JUDGED], conversation, known)
    elif conversation and body.choice in conversation.choices:
        meaning = conversation.choices[body.choice]
        known.danger = guide.judge_tap(meaning)
        if COUNTRY_SLOT in meaning.slots:
            known.country = guide.country(meaning.slots[COUNTRY_SLOT])
            known.told_country = True
    return known


def _read(guide: Guide, text: str, conversation: Conversation | None, known: Known) -> None:
    known.language = guide.written_in(text, known.language)
    known.another = guide.another(text)
    known.danger = guide.judge(text)
    place = guide.place(text)
    # A name alone may answer where someone else was seen, or whose passport it is: what was asked
    # is known to the bot.
    if place.here and not (place.only and conversation):
        known.country, known.told_country = place.here, True
