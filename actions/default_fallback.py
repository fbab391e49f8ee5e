"""Answers what no rule covers."""

from __future__ import annotations

from actions.small_talk import SmallTalk


class DefaultFallback(SmallTalk):
    """``anything no rule covers``."""

    message = "not_understood"

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_default_fallback"
