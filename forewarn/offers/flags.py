"""Which red flags stand in an offer, each with the exact words that raised it."""

from __future__ import annotations

from dataclasses import dataclass

from forewarn.knowledge.loader import Knowledge
from forewarn.phrases import PhraseSet


@dataclass(frozen=True)
class FoundFlag:
    """A red flag and the words it was found in; None when the person answered by tap."""

    id: str
    quote: str | None


class FlagFinder:
    """Finds the red flags of a knowledge base in text."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Compile the phrases of ``knowledge.red_flags``.

        Raises:
            forewarn.phrases.PhraseError: a phrase cannot be read.
        """
        self._door = knowledge.door
        self._phrases = {
            name: PhraseSet(flag.phrases, flag.unless, knowledge.spaces)
            for name, flag in knowledge.red_flags.items()
        }

    def find(self, text: str) -> list[FoundFlag]:
        """The flags in ``text``, each once, with its first quotation."""
        plain = self._door.read(text)
        found = ((name, phrases.find(plain)) for name, phrases in self._phrases.items())
        return [FoundFlag(name, matches[0].quote) for name, matches in found if matches]
