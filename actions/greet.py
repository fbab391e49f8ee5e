"""Returns a greeting."""

from __future__ import annotations

from actions.small_talk import SmallTalk


class Greet(SmallTalk):
    """``greet``."""

    message = "greet"

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_greet"
