"""Takes a yes."""

from __future__ import annotations

from actions.yes_or_no import YesOrNo


class Affirm(YesOrNo):
    """``affirm``."""

    message = "affirm"
    answer = "yes"

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_affirm"
