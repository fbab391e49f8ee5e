"""Says what lies outside what we know."""

from __future__ import annotations

from actions.small_talk import SmallTalk


class OutOfScope(SmallTalk):
    """``out_of_scope``."""

    message = "out_of_scope"

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_out_of_scope"
