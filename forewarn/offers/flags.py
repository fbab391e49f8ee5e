"""Which red flags stand in an offer, each with the exact words that raised it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from forewarn.knowledge.loader import Knowledge
from forewarn.phrases import PhraseSet


@dataclass(frozen=True)
class FoundFlag:
    """A red flag and the words it was found in; None when the person answered by tap.

    ``share`` is the part of its weight that counts: all of it where somebody said so, less where a
    sentence only comes near to it in meaning.
    """

    id: str
    quote: str | None
    share: float = 1.0


@dataclass(frozen=True)
class Meaning:
    """What the meaning of an offer says; retrieval finds it out.

    ``likeness`` tells how the whole of it reads, from -1 (like honest messages) to 1 (like known
    lures), and ``lure`` like which kind of lure most. Without an encoder there is none of this, and
    phrases decide alone.
    """

    flags: tuple[FoundFlag, ...] = ()
    likeness: float = 0.0
    lure: str | None = None


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


def strongest(found: Iterable[FoundFlag]) -> list[FoundFlag]:
    """Each flag of ``found`` once: as the one that counts most, of equals the first."""
    best: dict[str, FoundFlag] = {}
    for flag in found:
        if flag.id not in best or flag.share > best[flag.id].share:
            best[flag.id] = flag
    return list(best.values())
