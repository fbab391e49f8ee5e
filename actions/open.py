"""Shows the first screen."""

from __future__ import annotations

from actions.small_talk import SmallTalk


class Open(SmallTalk):
    """``open``."""

    message = "first_screen"

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_open"
