"""The one action of the bare bot."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action


class Nothing(Action):  # type: ignore[misc]  # rasa_sdk publishes no types
    """Says nothing and changes nothing."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_nothing"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Any]:
        """Do nothing."""
        return []
