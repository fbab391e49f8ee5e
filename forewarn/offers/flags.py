"""Which red flags stand in an offer, each with the exact words that raised it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from forewarn.countries import Gazetteer
from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.schema.offers import Raised
from forewarn.offers.reached import Reached
from forewarn.phrases import PhraseSet, Sentence


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
    lures), ``wording`` likewise whose words and turns it uses, letter by letter, and ``lure`` which
    kind of lure it is like most. Without an encoder there is none of this, and
    phrases decide alone.
    """

    flags: tuple[FoundFlag, ...] = ()
    likeness: float = 0.0
    wording: float = 0.0
    lure: str | None = None


class FlagFinder:
    """Finds the red flags of a knowledge base in text."""

    def __init__(self, knowledge: Knowledge, reached: Reached | None = None) -> None:
        """Compile the phrases of ``knowledge.red_flags``; ``reached`` reads links and numbers.

        Raises:
            forewarn.phrases.PhraseError: a phrase or the name of a place cannot be read.
        """
        self._door = knowledge.door
        self._reached = reached or Reached(knowledge, Gazetteer(knowledge))
        self._phrases = {
            name: PhraseSet(flag.phrases, flag.unless, knowledge.spaces)
            for name, flag in knowledge.red_flags.items()
        }
        self._raised_by = {name: flag.raised_by for name, flag in knowledge.red_flags.items()}

    def find(self, text: str) -> list[FoundFlag]:
        """The flags in ``text``, each once, with its first quotation."""
        said, signs = Sentence.all_of(self._door.read(text)), self._reached.signs(text)
        found: list[FoundFlag] = []
        for name, phrases in self._phrases.items():
            if self._raised_by[name] is not Raised.phrases:
                # An address is read as it was written: the door mends what its tricks consist of.
                quote = signs.get(self._raised_by[name])
            else:
                quote = next((_written(match.quote, text) for match in phrases.find_in(said)), None)
            if quote is not None:
                found.append(FoundFlag(name, quote))
        return found


def strongest(found: Iterable[FoundFlag]) -> list[FoundFlag]:
    """Each flag of ``found`` once: as the one that counts most, of equals the first."""
    best: dict[str, FoundFlag] = {}
    for flag in found:
        if flag.id not in best or flag.share > best[flag.id].share:
            best[flag.id] = flag
    return list(best.values())


def _written(quote: str, text: str) -> str:
    """The words of ``quote`` as they stand in ``text``, which may have blanks or emoji in them;
    ``quote`` itself where they cannot be told, as in converted Zawgyi."""
    if quote in text:
        return quote
    letters = r"\W{0,4}".join(map(re.escape, filter(str.isalnum, quote)))
    found = re.search(letters, text, re.IGNORECASE)
    return found[0] if found else quote
