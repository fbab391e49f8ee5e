"""Takes a no to nothing in particular."""

from __future__ import annotations

from actions.small_talk import SmallTalk


class Deny(SmallTalk):
    """``deny``."""

    message = "deny"

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_deny"
