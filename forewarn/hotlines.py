"""Which contacts fit a person, and how they are shown.

Chosen by where the person is and whose citizen he or she is. Three mistakes are made impossible
here: a short number is never shown to someone outside its country as if it could be dialled
there, a line for citizens of one country is never shown to a citizen of another, and a doubtful or
old contact never comes first or without saying so.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from forewarn.knowledge.freshness import Age
from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.schema.contacts import Contact, ContactKind, PrintedBy
from forewarn.knowledge.words import in_language
from forewarn.replies import HotlineItem, HotlinesBlock

MOST = 6
"""The most contacts of one country shown at once: a frightened person cannot read a list."""

MOST_PER_KIND = 2


@dataclass(frozen=True)
class Person:
    """What is known of where help is needed.

    ``country``: ISO code of where the person who asks is, ``other`` for a country we do not cover,
    None while unknown. ``nationality``: likewise, of the passport. ``seen_in``: likewise, where
    someone else was last seen whom the person is looking for.
    """

    country: str | None = None
    nationality: str | None = None
    seen_in: str | None = None

    @property
    def needs_help_in(self) -> str | None:
        """The country whose lines are needed."""
        return self.seen_in or self.country

    @property
    def is_in(self) -> str | None:
        """The country the person can dial in; None where lines of several are of use, each shown
        with the country it works in: a family calls from home, relatives from elsewhere."""
        return None if self.seen_in else self.country


class Hotlines:
    """The contacts of a knowledge base, chosen and worded."""

    def __init__(
        self, knowledge: Knowledge, today: Callable[[], datetime.date] = datetime.date.today
    ) -> None:
        """Use the contacts of ``knowledge``; ``today`` tells the day on which they are shown."""
        self._knowledge = knowledge
        self._today = today
        self._by_id = {
            contact.id: (contact, country)
            for country, contacts in knowledge.contacts.items()
            for contact in contacts
        }

    def choose(
        self,
        kinds: Sequence[ContactKind],
        person: Person,
        language: str,
        *,
        written: bool = False,
    ) -> HotlinesBlock:
        """The contacts of ``kinds`` that fit ``person``, most fitting first, in ``language``.

        While the country is unknown, a line of every country of the region is shown, each
        beginning with its country. ``written`` keeps only what needs no voice.
        """
        messages = self._knowledge.messages[language]
        notes: list[str] = []
        way = _is_written if written else _can_reach
        home = _reached(self._home_lines(kinds, person), way, person)
        where = person.needs_help_in
        if where is None:
            contacts = [*self._region_lines(kinds, written=written), *home]
            if contacts:
                notes.append(messages.no_international_line)
        elif where in self._knowledge.contacts:
            here, missing = self._lines_in(where, person, kinds)
            # Before the cut: what a person cannot use must not take the place of what he can.
            contacts = _interleaved(kinds, _reached(here, way, person), home)[:MOST]
            if missing and not written:
                notes.append(
                    messages.no_line_known.format(
                        country=self._country_name(where, language),
                        kinds=", ".join(messages.kind(kind) for kind in missing),
                    )
                )
        else:
            contacts = home
            notes.append(messages.country_not_covered)
        contacts = self._surest_first(_reached(contacts, way, person))
        if self._no_consular(kinds, person):
            notes.append(self._find_the_embassy(str(person.nationality), language))
        items = [
            self.item(contact, country, person.is_in, language) for contact, country in contacts
        ]
        return HotlinesBlock(items=items, note="\n\n".join(notes) or None)

    def of_two(self, one: str, other: str, language: str) -> HotlinesBlock:
        """The consular contacts of either of two countries in the other, and the police of both:
        languages differ in which comes first ("the Thai embassy in Myanmar"), and whoever names
        two may want any of these, from anywhere."""
        consular = [
            self.choose([ContactKind.consular], Person(None, home, where), language)
            for home, where in ((one, other), (other, one))
        ]
        police = [
            self.choose([ContactKind.police], Person(seen_in=country), language)
            for country in (one, other)
        ]
        items = {item.id: item for block in (*consular, *police) for item in block.items}
        known = any(block.items for block in consular)
        return HotlinesBlock(items=list(items.values()), note=None if known else consular[0].note)

    def listed(
        self, country: str, language: str, citizens_of: str | None = None
    ) -> list[HotlineItem]:
        """Every contact that a page about ``country`` lists, in ``language``: the surer ones first,
        and those with a number before those with a website only.

        Those for everyone there and for its own citizens; or, for ``citizens_of`` another country
        who are there, its emergency lines and what is for them alone, from home too. The page may
        be read anywhere, so that each number is shown with where it works.

        Raises:
            KeyError: nothing is known there.
        """
        there = self._knowledge.contacts[country]
        if citizens_of is None:
            pairs = [(one, country) for one in there if one.nationality in (None, country)]
        else:
            person = Person(country=country, nationality=citizens_of)
            pairs = [
                (one, country)
                for one in there
                if one.nationality == citizens_of or (one.emergency and one.nationality is None)
            ]
            pairs += self._home_lines([ContactKind.consular], person)
        age = self._age()
        pairs.sort(
            key=lambda pair: (age is not None and age.is_hedged(pair[0]), not _rings(pair[0]))
        )
        return [self.item(contact, rings_in, None, language) for contact, rings_in in pairs]

    def citizens_listed(self, country: str) -> list[str]:
        """The other countries whose citizens have contacts of their own in ``country``."""
        theirs = {one.nationality for one in self._knowledge.contacts.get(country, [])}
        return [code for code in self._knowledge.countries.countries if code in theirs - {country}]

    def emergency(self, language: str, country: str | None = None) -> list[HotlineItem]:
        """The emergency lines of ``country``; those of every country of the region where none is
        known there."""
        region = self._knowledge.countries.countries
        is_in = country if country in self._knowledge.contacts else None
        codes = [is_in] if is_in else [code for code in region if region[code].region]
        return [
            self.item(contact, code, is_in, language)
            for code in codes
            for contact in self._knowledge.contacts.get(code, [])
            if contact.emergency
        ]

    def one_line(self, language: str, country: str | None = None) -> str:
        """The police numbers of ``country`` or the region in one line, each after its country."""
        first: dict[str, HotlineItem] = {}
        for item in self.emergency(language, country):
            first.setdefault(item.country, item)
        return " · ".join(f"{item.country_name} {item.dial_inside}" for item in first.values())

    def item(
        self, contact: Contact, rings_in: str, person_is_in: str | None, language: str
    ) -> HotlineItem:
        """Word one ``contact`` for someone who is in ``person_is_in`` (None while unknown)."""
        messages = self._knowledge.messages[language]
        reachable = person_is_in is None or person_is_in == rings_in
        nationality = contact.nationality
        kind = messages.kind(contact.kind)
        return HotlineItem(
            id=contact.id,
            name=contact.name.get(language) or f"{kind} ({in_language(contact.name, language)})",
            name_local=contact.name_local,
            kind=contact.kind.value,
            country=rings_in,
            country_name=self._country_name(rings_in, language),
            serves=messages.serves_everyone
            if nationality is None
            else messages.serves_citizens.format(country=self._country_name(nationality, language)),
            dial_inside=contact.dial_inside if reachable else None,
            dial_from_abroad=None if person_is_in == rings_in else contact.dial_from_abroad,
            sms=contact.sms if reachable else None,
            whatsapp=contact.whatsapp,
            url=contact.url,
            app=contact.app,
            press=contact.press,
            extension=contact.extension,
            hours=in_language(contact.hours, language) if contact.hours else None,
            languages=in_language(contact.languages, language) if contact.languages else None,
            purpose=contact.purpose.get(language),
            hedge=self._hedge(contact, person_is_in, language),
            last_printed=contact.last_printed,
            last_dialled=contact.last_dialled.isoformat() if contact.last_dialled else None,
            source=list(contact.source),
        )

    def _age(self) -> Age | None:
        freshness = self._knowledge.freshness
        return Age(freshness, self._today()) if freshness else None

    def _surest_first(self, contacts: list[tuple[Contact, str]]) -> list[tuple[Contact, str]]:
        """``contacts`` with those of one kind that need a hedge after the others, and none of them
        at the head of the list while there is a surer one."""
        age = self._age()
        if age is None:
            return contacts
        hedged = {contact.id: age.is_hedged(contact) for contact, _ in contacts}
        places: dict[ContactKind, list[tuple[Contact, str]]] = {}
        for pair in contacts:
            places.setdefault(pair[0].kind, []).append(pair)
        for pairs in places.values():
            pairs.sort(key=lambda pair: hedged[pair[0].id])
        ordered = [places[contact.kind].pop(0) for contact, _ in contacts]
        first = next((pair for pair in ordered if not hedged[pair[0].id]), None)
        return [first, *(pair for pair in ordered if pair is not first)] if first else ordered

    def _hedge(self, contact: Contact, person_is_in: str | None, language: str) -> str | None:
        """What to say of a contact that may not work, and whom to turn to instead."""
        messages, age = self._knowledge.messages[language], self._age()
        if age is None or not age.is_hedged(contact):
            unseen = contact.printed_by is PrintedBy.data_set
            return messages.contact_data_set if unseen else None
        if contact.doubtful:
            hedge = messages.contact_doubtful
        elif contact.last_printed:
            hedge = messages.contact_old.format(date=contact.last_printed)
        else:
            hedge = messages.contact_undated
        parent = self._by_id.get(contact.parent or "")
        if parent is None:
            return hedge
        above = self.item(*parent, person_is_in, language)
        reach = next(filter(None, (above.dial_inside, above.dial_from_abroad, above.url)), None)
        named = f"{above.country_name}, {above.name}" + (f": {reach}" if reach else "")
        return f"{hedge} {messages.contact_instead.format(parent=named)}"

    def _lines_in(
        self, country: str, person: Person, kinds: Sequence[ContactKind]
    ) -> tuple[list[tuple[Contact, str]], list[ContactKind]]:
        """What rings in ``country`` for this person, and the kinds for which nothing is known."""
        fitting = [
            contact
            for contact in self._knowledge.contacts[country]
            if contact.nationality in (None, person.nationality)
        ]
        known = {contact.kind for contact in fitting} | {ContactKind.consular}
        chosen = [(contact, country) for contact in fitting if contact.kind in kinds]
        return chosen, [kind for kind in kinds if kind not in known]

    def _home_lines(
        self, kinds: Sequence[ContactKind], person: Person
    ) -> list[tuple[Contact, str]]:
        """The lines of the person's own country: those of its consular service that can be
        reached from elsewhere, by number or in writing, and, for a family that must report at home
        too, its police."""
        home = person.nationality
        if home is None or home == person.needs_help_in:
            return []
        contacts = [c for c in self._knowledge.contacts.get(home, []) if c.kind in kinds]
        police = [c for c in contacts if c.kind is ContactKind.police and c.emergency]
        consular = [
            c
            for c in contacts
            if c.kind is ContactKind.consular
            and c.nationality == home
            and (c.dial_from_abroad or c.whatsapp or c.url)
        ]
        return [(c, home) for c in (*(police if person.seen_in else ()), *consular)]

    def _region_lines(
        self, kinds: Sequence[ContactKind], *, written: bool
    ) -> list[tuple[Contact, str]]:
        """One line for each country of the region: the first of ``kinds`` that is an emergency
        line there, so that an ambulance is offered first to someone who is hurt; or, where it is to
        be ``written`` to, the first for everyone there, if there is one."""
        countries = self._knowledge.countries.countries
        lines: list[tuple[Contact, str]] = []
        for code in (code for code, country in countries.items() if country.region):
            there = self._knowledge.contacts.get(code, [])
            if written:
                mine = [c for c in there if c.kind in kinds and c.nationality is None]
                offered = [c for c in mine if _is_written(c, code, None)]
            else:
                offered = [c for c in there if c.emergency]
            ranked = sorted(offered, key=lambda c: _rank(c.kind, kinds))
            lines.extend((contact, code) for contact in ranked[:1])
        return lines

    def _no_consular(self, kinds: Sequence[ContactKind], person: Person) -> bool:
        """Whether a line of the person's own government is wanted and none is known that can be
        reached. In a country we do not cover, the note on it tells how to find the embassy."""
        home, where = person.nationality, person.needs_help_in
        if home is None or home == where or ContactKind.consular not in kinds:
            return False
        if where is not None and where not in self._knowledge.contacts:
            return False
        missions = [
            c for c in self._knowledge.contacts.get(where or "", []) if c.nationality == home
        ]
        lines = [*missions, *(contact for contact, _ in self._home_lines(kinds, person))]
        return not any(contact.kind is ContactKind.consular for contact in lines)

    def _find_the_embassy(self, home: str, language: str) -> str:
        messages = self._knowledge.messages[language]
        if home not in self._knowledge.countries.countries:
            return messages.no_consular_known_other
        return messages.no_consular_known.format(country=self._country_name(home, language))

    def _country_name(self, code: str, language: str) -> str:
        return self._knowledge.countries.countries[code].name[language]


def _rank(kind: ContactKind, kinds: Sequence[ContactKind]) -> int:
    return kinds.index(kind) if kind in kinds else len(kinds)


def _interleaved(
    kinds: Iterable[ContactKind],
    here: Sequence[tuple[Contact, str]],
    home: Sequence[tuple[Contact, str]],
) -> list[tuple[Contact, str]]:
    """One contact of each kind in the order of ``kinds``, then the second of each.

    The consular line of the person's own country comes straight after the nearest mission.
    """
    by_kind = []
    for kind in kinds:
        pairs = [pair for pair in here if pair[0].kind is kind]
        by_kind.append([*pairs[:1], *(p for p in home if p[0].kind is kind), *pairs[1:]])
    return [pairs[turn] for turn in range(MOST_PER_KIND) for pairs in by_kind if len(pairs) > turn]


def _reached(
    pairs: Iterable[tuple[Contact, str]],
    way: Callable[[Contact, str, str | None], bool],
    person: Person,
) -> list[tuple[Contact, str]]:
    """Those of ``pairs`` that ``person`` can reach in this ``way``."""
    return [pair for pair in pairs if way(*pair, person.is_in)]


def _can_reach(contact: Contact, rings_in: str, person_is_in: str | None) -> bool:
    """Whether someone who is in ``person_is_in`` (None while unknown) has a way to reach it."""
    inside = person_is_in in (None, rings_in) and (contact.dial_inside or contact.sms)
    return bool(inside or contact.dial_from_abroad or contact.whatsapp or contact.url)


def _rings(contact: Contact) -> bool:
    """Whether there is a number to call or to write to."""
    return any((contact.dial_inside, contact.dial_from_abroad, contact.sms, contact.whatsapp))


def _is_written(contact: Contact, rings_in: str, person_is_in: str | None) -> bool:
    """Whether it can be reached without speaking."""
    sms = contact.sms if person_is_in in (None, rings_in) else None
    return bool(sms or contact.whatsapp or contact.url or contact.app)
