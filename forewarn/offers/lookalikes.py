"""Addresses that pass for somebody else's: another letter, another ending, a known name in front.

Letters of other scripts are read as the Latin ones they look like, after the list of confusable
characters of Unicode Technical Standard 39, which the package ``confusable_homoglyphs`` carries.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache

from confusable_homoglyphs.confusables import confusables_data
from rapidfuzz.distance import OSA

from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.schema.addresses import Owner
from forewarn.offers.links import Link, find_links

ONE_SLIP_FROM, WITHIN_FROM = 6, 6
"""From how many letters on a name is recognised with one letter wrong, and inside a longer word:
shorter ones lie one letter from too many honest words."""

SHORTEST_BELOW = 5
"""From how many letters on a name alone is recognised in front of another domain."""

_PAIRS = (("rn", "m"), ("vv", "w"))
_SIGNS = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "3": "e", "5": "s", "4": "a"})


class LookAlikes:
    """Tells which known address another one imitates."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Compare with the owners, hosts and endings of ``addresses.yml``, and with the websites
        of all contacts."""
        self._addresses = addresses = knowledge.addresses
        owned = [domain for owner in addresses.owners for domain in owner.domains]
        self._own = list(dict.fromkeys([*owned, *_websites(knowledge)]))
        self._endings = list(addresses.government)
        self._codes = {code.lower() for code in addresses.government.values()}

    def imitated(self, link: Link) -> str | None:
        """The address that ``link`` passes for; None where it is nobody else's, or its own."""
        if self._is_known(link):
            return None
        if link.posed_as is not None and "." in link.posed_as:
            return link.posed_as
        if link.domain is None:
            return None
        return self._whole(link) or self._named(link)

    def _is_known(self, link: Link) -> bool:
        """Whether it lies where its name says, so that what stands before it deceives nobody."""
        return any(map(link.is_at, self._own)) or any(map(link.is_at, self._endings))

    def _whole(self, link: Link) -> str | None:
        """A whole address, written before the domain or with hyphens for its dots."""
        below, hyphened = f".{link.below}.", f"-{link.name}-"
        for own in self._own:
            if f".{own}." in below or ("." in own and f"-{_hyphened(own)}-" in hyphened):
                return own
        for ending in self._endings:
            offices = ending.startswith("gov") and f"-{_hyphened(ending)}-" in hyphened
            if "." in ending and (f".{ending}." in below or offices):
                return ending
        return None

    def _named(self, link: Link) -> str | None:
        parts = [(part, _as_seen(part)) for part in link.name.split("-")]
        hosted = any(map(link.is_at, self._addresses.hosts))
        labels = [] if hosted else list(map(_ascii, link.below.split(".")))
        for owner in self._addresses.owners:
            for name in owner.names:
                if (
                    self._is_its_name(link, name, owner)
                    or any(_resembles(*part, name, owner, alone=len(parts) == 1) for part in parts)
                    or (len(name) >= SHORTEST_BELOW and name in labels)
                ):
                    own = (domain for domain in owner.domains if domain.startswith(name))
                    return next(own, owner.domains[0])
        return None

    def _is_its_name(self, link: Link, name: str, owner: Owner) -> bool:
        """Whether the domain is the name itself, under an ending that is not the owner's."""
        if link.name != name:
            return False
        return not (owner.everywhere and (link.suffix or "").split(".")[-1] in self._codes)


def _websites(knowledge: Knowledge) -> Iterator[str]:
    contacts = (contact for many in knowledge.contacts.values() for contact in many)
    for link in find_links(" ".join(contact.url or "" for contact in contacts), most=None):
        if link.domain is not None:
            yield link.domain


def _resembles(part: str, seen: str, name: str, owner: Owner, *, alone: bool) -> bool:
    """Whether ``part`` of a domain's name, which is ``seen`` so, is ``name`` or passes for it;
    ``alone`` where it is all of it."""
    if part == name:
        return not alone
    if part in owner.unlike:
        return False
    meant = _name_as_seen(name)
    if seen == meant or (len(name) >= WITHIN_FROM and meant in seen):
        return True
    return len(name) >= ONE_SLIP_FROM and OSA.distance(seen, meant, score_cutoff=1) <= 1


def _hyphened(domain: str) -> str:
    return domain.replace(".", "-")


@cache
def _name_as_seen(name: str) -> str:
    """As :func:`_as_seen`, kept: for names of ours alone, never for what a person sent."""
    return _as_seen(name)


def _as_seen(label: str) -> str:
    """``label`` with what the eye takes for one another made the same: 0 and o, 1 and l, rn and
    m, and letters of other scripts."""
    plain = _ascii(label)
    for pair, one in _PAIRS:
        plain = plain.replace(pair, one)
    return plain.translate(_SIGNS)


def _ascii(label: str) -> str:
    """``label`` with every letter as the Latin one it looks like, where there is one."""
    return "".join(map(_latin, unicodedata.normalize("NFKD", label)))


@cache
def _latin(character: str) -> str:
    if character.isascii():
        return character
    if unicodedata.combining(character):
        return ""
    alike = (one["c"].lower() for one in confusables_data.get(character, ()))
    return next((one for one in alike if one.isascii() and one.isalnum()), character)
