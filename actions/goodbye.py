"""Says goodbye."""

from __future__ import annotations

from actions.small_talk import SmallTalk


class Goodbye(SmallTalk):
    """``goodbye``."""

    message = "goodbye"

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_goodbye"
