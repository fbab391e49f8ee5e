"""Takes thanks."""

from __future__ import annotations

from actions.small_talk import SmallTalk


class Thank(SmallTalk):
    """``thank``."""

    message = "thank"

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_thank"
