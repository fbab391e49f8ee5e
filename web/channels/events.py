"""What an app tells us, the same for every app."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class What(StrEnum):
    """What happened. A ``tap`` holds a token of ours; ``arrived`` is a person who follows us or
    pressed start, ``opened`` one who opened the chat and can be greeted only in our response to
    that, ``left`` one who blocked, unfollowed or removed us; ``undelivered`` is a message of ours
    that the app took and could not hand over; ``nothing`` is every other kind of event that asks
    for no answer."""

    text = "text"
    tap = "tap"
    voice = "voice"
    picture = "picture"
    place = "place"
    sticker = "sticker"
    file = "file"
    arrived = "arrived"
    opened = "opened"
    left = "left"
    edited = "edited"
    deleted = "deleted"
    undelivered = "undelivered"
    nothing = "nothing"


class Event(BaseModel):
    """One event of one app.

    ``id`` is the app's own, by which a second delivery is known. ``person`` is a keyed hash of the
    app's user id (in a group, of the person there). ``sealed`` is all that is needed to answer:
    the app's address of the person, a reply token, what a picture is fetched by. Nobody but the
    channel opens it. ``message`` is the id of the message it is about, so that it can be edited
    and deleted. ``text`` is what was written, also beside a picture, or the token tapped. Of a
    place nothing is here: its coordinates are dropped unread. ``locale`` is the language the app
    is set to, if it tells. ``at`` are seconds since 1970; ``order`` is a number that grows with
    each event of the person, by which those that overtook each other are put right.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    channel: str
    id: str
    what: What
    person: str = ""
    sealed: str = Field(default="", repr=False)
    message: str | None = Field(default=None, repr=False)
    text: str = Field(default="", repr=False)
    locale: str = ""
    in_group: bool = False
    addressed: bool = True
    at: float
    order: float = 0.0
