"""Takes a yes to nothing in particular."""

from __future__ import annotations

from actions.small_talk import SmallTalk


class Affirm(SmallTalk):
    """``affirm``."""

    message = "affirm"

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_affirm"
