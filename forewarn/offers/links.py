"""Addresses in a pasted text: found however they are hidden, and only read. Nothing is fetched.

Recruiters write "example[.]com", put full-width or invisible letters into an address, or a known
name before an ``@``, so that a filter does not see it and a person sees something else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice

from publicsuffixlist import PublicSuffixList

MOST_LINKS = 100
"""The most links of one text that are looked at: nobody sends more but to wear a checker out."""

WEB_PORTS = frozenset({80, 443})
"""The ports of ordinary websites: RFC 9110, section 4.2."""

# Latin, Greek, Cyrillic, Armenian and Cherokee: the scripts whose letters pass for Latin ones. Thai
# or Chinese words stand next to an address without a blank and are no part of it.
_LETTERS = "a-z0-9_\u00df-\u024f\u0250-\u02af\u0370-\u0523\u0561-\u0587\u13a0-\u13f5\u1e00-\u1eff"
_ENDINGS = "com|net|org|info|biz|xyz|top|vip|cc|me|io|app|shop|store|site|online|club|live|work"
"""The endings after which "dot" or 点 said in words, or a blank before the dot, make an address."""

_LABEL = rf"[{_LETTERS}](?:[{_LETTERS}-]{{0,61}}[{_LETTERS}])?"
_DOT = (
    r"(?:\.|\u3002|\s?[\[({]\s?(?:\.|dot|\u70b9)\s?[\])}]\s?"
    r"|(?:\s{1,3}dot\s{1,3}|\s{1,3}\.|(?<=[a-z])\u70b9|\s(?<=[a-z]\s)\u70b9\s?)"
    rf"(?=(?:{_ENDINGS})(?![{_LETTERS}-])))"
)
_LINK = re.compile(
    rf"(?<![{_LETTERS}.@-])"
    r"(?:(?P<scheme>[a-z][a-z0-9+]{1,20})\s?(?::|\[:\])\s?[/\\]{2}"
    r"(?:(?P<user>[^\s/\\@?#]{1,200})@)?|(?P<mail>[a-z0-9._%+-]{1,64}@))?"
    rf"(?P<host>\[[0-9a-f:.]{{2,45}}\]|{_LABEL}(?:{_DOT}{_LABEL}){{0,20}})"
    r"(?::(?P<port>[0-9]{1,5}))?(?P<rest>[/?#][!-~]{0,2000})?"
)
_DOTS = re.compile(_DOT)
_OCTET = re.compile(r"25[0-5]|2[0-4][0-9]|1?[0-9]{1,2}")
_NUMBER = re.compile(r"0x[0-9a-f]{1,8}|[0-9]{8,10}")
_DEFANGED = re.compile(r"^hx+p")


@dataclass(frozen=True)
class Link:
    """One address in a text.

    ``quote``: as it is written there. ``host``: in lower case, in Unicode, with plain dots.
    ``domain``: what somebody registered, such as ``example.co.th``; None for a number in its place.
    ``suffix``: what was registered under, such as ``co.th``. ``scheme``: None where none is
    written, ``mailto`` for a mail address. ``posed_as``: what stands before an ``@``.
    """

    quote: str
    scheme: str | None
    host: str
    domain: str | None
    suffix: str | None
    port: int | None
    posed_as: str | None

    @property
    def name(self) -> str:
        """What somebody chose as the name of the domain: ``example`` of ``example.co.th``."""
        return (self.domain or "").removesuffix(f".{self.suffix}")

    @property
    def below(self) -> str:
        """What stands before the domain, where anything can be written: ``www``."""
        return self.host.removesuffix(self.domain or "").rstrip(".")

    @property
    def is_bare(self) -> bool:
        """Whether it leads to a number, or to a door websites do not use."""
        odd = self.port is not None and self.port not in WEB_PORTS
        return odd or self.domain is None

    def is_at(self, domain: str) -> bool:
        """Whether it leads to ``domain`` or to something below it."""
        return self.host == domain or self.host.endswith(f".{domain}")


def find_links(text: str, most: int | None = MOST_LINKS) -> list[Link]:
    """The first ``most`` addresses in ``text``, or all of them, in order."""
    return list(islice(_links(text), most))


def _links(text: str) -> Iterator[Link]:
    plain, origin = _plain(text)
    for hit in _LINK.finditer(plain):
        quote = text[origin[hit.start()] : origin[hit.end() - 1] + 1]
        link = _link(hit, quote.rstrip(".,;:!?)\"'"))
        if link is not None:
            yield link


def _plain(text: str) -> tuple[str, list[int]]:
    """``text`` without what nobody sees, in plain small letters; and for each character where in
    ``text`` it came from."""
    plain: list[str] = []
    origin: list[int] = []
    for place, character in enumerate(text):
        folded = _folded(character)
        plain.append(folded)
        origin.extend([place] * len(folded))
    return "".join(plain), origin


@cache
def _folded(character: str) -> str:
    if unicodedata.category(character) == "Cf" or "\ufe00" <= character <= "\ufe0f":
        return ""
    return unicodedata.normalize("NFKC", character).lower()


def _link(hit: re.Match[str], quote: str) -> Link | None:
    """What was found, if it is an address."""
    host = ".".join(map(_in_unicode, _DOTS.split(hit["host"])))
    scheme = "mailto" if hit["mail"] else _DEFANGED.sub("http", hit["scheme"] or "") or None
    port = int(hit["port"]) if hit["port"] else None
    suffix = _suffixes().publicsuffix(host)
    domain = _suffixes().privatesuffix(host)
    if domain is None:
        # A version or a date is written like a number of four parts: it leads somewhere only
        # where it is written as a link.
        written_as_link = (scheme, port, hit["rest"]) != (None, None, None)
        if not (_is_number(host, scheme) and written_as_link):
            return None
    return Link(quote, scheme, host, domain, suffix, port, hit["user"])


def _in_unicode(label: str) -> str:
    """A label of a host, decoded from Punycode (RFC 3492)."""
    if not label.startswith("xn--"):
        return label
    try:
        return label.removeprefix("xn--").encode("ascii").decode("punycode").lower()
    except UnicodeError:
        return label


def _is_number(host: str, scheme: str | None) -> bool:
    parts = host.split(".")
    if len(parts) == 4:
        return all(_OCTET.fullmatch(part) for part in parts)
    return host.startswith("[") or (scheme is not None and bool(_NUMBER.fullmatch(host)))


@cache
def _suffixes() -> PublicSuffixList:
    """The Public Suffix List as it lies in the package; it is never brought up to date from the
    network."""
    return PublicSuffixList(accept_unknown=False)
