"""Where an offer leads: what its links, codes and telephone numbers say, and what they do not."""

from __future__ import annotations

from collections.abc import Iterator

from forewarn.countries import Gazetteer
from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.schema.contacts import Contact
from forewarn.knowledge.schema.offers import Raised
from forewarn.knowledge.words import in_language
from forewarn.offers.links import MOST_LINKS, Link, find_links
from forewarn.offers.lookalikes import LookAlikes
from forewarn.offers.phones import find_numbers

MOST_NOTES = 3
"""The most sentences of one kind: of a hundred links, three tell enough."""


class Reached:
    """Reads the links, codes and numbers of offers. Nothing is ever opened or dialled."""

    def __init__(self, knowledge: Knowledge, places: Gazetteer) -> None:
        """Use the addresses, contacts and messages of ``knowledge``; ``places`` tells which
        countries a text names."""
        self._knowledge = knowledge
        self._addresses = knowledge.addresses
        self._places = places
        self._look_alikes = LookAlikes(knowledge)
        self._websites = [
            (link, contact)
            for many in knowledge.contacts.values()
            for contact in many
            for link in find_links(contact.url or "")
        ]

    def signs(self, text: str) -> dict[Raised, str]:
        """Each kind of sign in ``text``, with the words of its first."""
        links = find_links(text)
        found = {
            Raised.look_alike: (link for link in links if self._look_alikes.imitated(link)),
            Raised.shortened: (
                link for link in links if any(map(link.is_at, self._addresses.shorteners))
            ),
            Raised.bare: (link for link in links if link.is_bare),
        }
        first = {kind: next(some, None) for kind, some in found.items()}
        signs = {kind: link.quote for kind, link in first.items() if link is not None}
        foreign = self._foreign_number(text)
        return signs if foreign is None else {**signs, Raised.foreign_number: foreign}

    def holds_any(self, text: str) -> bool:
        """Whether ``text`` holds a link, or a code that does something when it is scanned."""
        codes = (*self._addresses.payments, *self._addresses.networks)
        return bool(find_links(text, 1)) or self._begins(text, codes)

    def noticed(self, text: str, language: str) -> list[str]:
        """What there is to say in ``language`` of the links, codes and numbers in ``text``."""
        messages = self._knowledge.messages[language]
        links = find_links(text, MOST_LINKS + 1)
        looked_at = links[:MOST_LINKS]
        imitated = filter(None, map(self._look_alikes.imitated, looked_at))
        notes = [
            *_few(messages.offer_link_resembles.format(own=own) for own in imitated),
            *_few(self._official(looked_at, language)),
        ]
        if self._begins(text, self._addresses.payments):
            notes.append(messages.offer_payment)
        if self._begins(text, self._addresses.networks):
            notes.append(messages.offer_network)
        countries = self._number_countries(text, language)
        if countries:
            notes.append(messages.offer_numbers.format(countries=", ".join(countries)))
        if len(links) > MOST_LINKS:
            notes.append(messages.offer_links_many.format(count=MOST_LINKS))
        if links:
            notes.append(messages.offer_links_unopened)
        return notes

    def _foreign_number(self, text: str) -> str | None:
        """A number of none of the countries that ``text`` names as its own."""
        named = set(self._places.find(text).mentioned)
        numbers = (one.quote for one in find_numbers(text) if not one.countries & named)
        return next(numbers, None) if named else None

    def _official(self, links: list[Link], language: str) -> Iterator[str]:
        """That an address is a known office's, and that naming it proves nothing."""
        messages = self._knowledge.messages[language]
        for link in links:
            whose = self._whose(link, language)
            # What stands before an @ may be anything: no mail address is called an office's.
            if whose is not None and link.posed_as is None and link.scheme != "mailto":
                yield messages.offer_link_official.format(address=link.host, whose=whose)

    def _whose(self, link: Link, language: str) -> str | None:
        contact = self._contact_at(link)
        if contact is not None:
            return in_language(contact.name, language)
        for ending, code in self._addresses.government.items():
            if link.is_at(ending):
                country = self._country(code, language)
                office = self._knowledge.messages[language].offer_public_office
                return office.format(country=country)
        return None

    def _contact_at(self, link: Link) -> Contact | None:
        """The contact whose website it is; a page on a site that is not theirs alone is not."""
        shared = {domain for owner in self._addresses.owners for domain in owner.domains}
        for website, contact in self._websites:
            host = website.host.removeprefix("www.")
            if link.is_at(host) and not any(map(website.is_at, shared)):
                return contact
        return None

    def _number_countries(self, text: str, language: str) -> list[str]:
        """The countries of the numbers in ``text``, where each is of one country we know."""
        codes = dict.fromkeys(
            next(iter(one.countries)) for one in find_numbers(text) if len(one.countries) == 1
        )
        known = self._knowledge.countries.countries
        return [self._country(code, language) for code in codes if code in known]

    def _country(self, code: str, language: str) -> str:
        country = self._knowledge.countries.countries.get(code)
        return code if country is None else in_language(country.name, language)

    @staticmethod
    def _begins(text: str, beginnings: tuple[str, ...] | list[str]) -> bool:
        plain = text.lower()
        return any(beginning.lower() in plain for beginning in beginnings)


def _few(sentences: Iterator[str]) -> list[str]:
    return list(dict.fromkeys(sentences))[:MOST_NOTES]
