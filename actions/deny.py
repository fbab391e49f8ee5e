"""Takes a no."""

from __future__ import annotations

from actions.yes_or_no import YesOrNo


class Deny(YesOrNo):
    """``deny``."""

    message = "deny"
    answer = "no"

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_deny"
