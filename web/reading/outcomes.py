"""What comes of a picture: said by the process that reads it, understood by web."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """Whether a picture could be read, and if not, why."""

    read = "read"
    no_text = "no_text"
    pdf = "pdf"
    heic = "heic"
    not_a_picture = "not_a_picture"
    moving = "moving"
    too_large = "too_large"
    broken = "broken"
    too_slow = "too_slow"
