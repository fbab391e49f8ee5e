"""No wrong mix of contacts for anyone: every home country with every place, for every need.

What may be shown is told here from the files of the contacts alone, not by the code that chooses.
"""

from __future__ import annotations

from itertools import product

import pytest

from forewarn.hotlines import MOST, Hotlines, Person
from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.schema.contacts import Contact, ContactKind
from forewarn.replies import HotlineItem, HotlinesBlock

Kinds = tuple[ContactKind, ...]
Need = tuple[str | None, str | None, Kinds]
"""Where the person is, whose passport it is, what is needed."""
OTHER = "other"


@pytest.fixture(scope="module")
def hotlines(knowledge: Knowledge) -> Hotlines:
    return Hotlines(knowledge)


@pytest.fixture(scope="module")
def everywhere(knowledge: Knowledge) -> list[str | None]:
    """Every country we have contacts for, one we have none for, and none told yet."""
    return [*knowledge.contacts, OTHER, None]


@pytest.fixture(scope="module")
def needs(knowledge: Knowledge) -> list[Kinds]:
    """The kinds of contact that any danger or menu calls for, and all there are."""
    menus = knowledge.menus
    assert menus is not None
    asked = [danger.contacts for danger in knowledge.dangers.values()]
    asked += [menus.emergency_kinds, menus.person_kinds, menus.written_kinds, list(ContactKind)]
    return sorted({tuple(kinds) for kinds in asked})


@pytest.fixture(scope="module")
def contacts(knowledge: Knowledge) -> dict[str, tuple[Contact, str]]:
    """Every contact by its id, with the country it rings in."""
    return {one.id: (one, code) for code, many in knowledge.contacts.items() for one in many}


@pytest.fixture(scope="module")
def chosen(
    hotlines: Hotlines, everywhere: list[str | None], needs: list[Kinds]
) -> dict[Need, HotlinesBlock]:
    """What is shown for every pair of place and home, and every need."""
    return {
        (country, home, kinds): hotlines.choose(kinds, Person(country, home), "en")
        for country, home, kinds in product(everywhere, everywhere, needs)
    }


def check_item(item: HotlineItem, contact: Contact, rings_in: str, person: Person) -> None:
    """That `item` may be shown to `person`, dialled as it says."""
    assert item.country == rings_in
    assert contact.nationality in (None, person.nationality), "another country's citizens"
    here = person.is_in in (None, rings_in)
    assert item.dial_inside == (contact.dial_inside if here else None)
    assert item.sms == (contact.sms if here else None)
    abroad = None if person.is_in == rings_in else contact.dial_from_abroad
    assert item.dial_from_abroad == abroad
    ways = (item.dial_inside, item.dial_from_abroad, item.sms, item.whatsapp, item.url)
    assert any(ways), "shown, and no way to reach it"


def test_every_number_from_abroad_is_one_of_its_country(knowledge: Knowledge) -> None:
    for country, many in knowledge.contacts.items():
        code = knowledge.countries.countries[country].calling_code
        for contact in many:
            assert (contact.dial_from_abroad or code).startswith(code), contact.id


def test_every_home_with_every_place(
    knowledge: Knowledge,
    chosen: dict[Need, HotlinesBlock],
    contacts: dict[str, tuple[Contact, str]],
) -> None:
    names = {code: one.name["en"] for code, one in knowledge.countries.countries.items()}
    for (country, nationality, kinds), block in chosen.items():
        person = Person(country, nationality)
        about = (country, nationality, kinds)
        assert block.items or block.note, about
        assert len({item.id for item in block.items}) == len(block.items) <= 2 * MOST, about
        for item in block.items:
            contact, rings_in = contacts[item.id]
            check_item(item, contact, rings_in, person)
            assert item.country_name == names[rings_in], about
            if country is not None and rings_in != country:
                assert rings_in == nationality, about
                assert contact.kind is ContactKind.consular, about


def test_where_someone_is_the_police_there_are_among_the_lines(
    knowledge: Knowledge, chosen: dict[Need, HotlinesBlock]
) -> None:
    for (country, nationality, kinds), block in chosen.items():
        police = {
            one.dial_inside
            for one in knowledge.contacts.get(country or "", [])
            if one.kind is ContactKind.police and one.emergency
        }
        if police and ContactKind.police in kinds:
            assert police & {item.dial_inside for item in block.items}, (
                country,
                nationality,
                kinds,
            )


@pytest.mark.parametrize(("number", "home"), [("191", "TH"), ("199", "MM")])
def test_the_police_of_thailand_and_myanmar_are_never_taken_for_one_another(
    chosen: dict[Need, HotlinesBlock],
    contacts: dict[str, tuple[Contact, str]],
    number: str,
    home: str,
) -> None:
    shown = {
        (country, item.country)
        for (country, _, _), block in chosen.items()
        for item in block.items
        if number in (item.dial_inside, item.sms, item.dial_from_abroad)
    }
    theirs = {code for one, code in contacts.values() if one.dial_inside == number}
    # Each only to who is there, or beside its country while that is not known.
    region = [(None, home)]
    assert shown == {*((code, code) for code in theirs), *region}
    assert home in theirs


def test_the_lines_of_ones_own_government_or_that_none_is_known(
    knowledge: Knowledge, chosen: dict[Need, HotlinesBlock]
) -> None:
    messages = knowledge.messages["en"]
    for (country, nationality, kinds), block in chosen.items():
        said = _says_none_is_known(block, knowledge, nationality)
        own = [item for item in block.items if item.kind == "consular"]
        about = (country, nationality, kinds)
        if ContactKind.consular not in kinds or nationality in (None, country):
            assert not said, about
            assert not own or nationality == country is not None, about
        elif country == OTHER:
            assert messages.country_not_covered in (block.note or ""), about
        else:
            assert said is not bool(own), about
    assert "never through a page or a person that wrote to you first" in messages.no_consular_known
    assert "foreign ministry's own website" in messages.no_consular_known_other


def _says_none_is_known(block: HotlinesBlock, knowledge: Knowledge, home: str | None) -> bool:
    messages, countries = knowledge.messages["en"], knowledge.countries.countries
    if home not in countries:
        return messages.no_consular_known_other in (block.note or "")
    name = countries[home].name["en"]
    return messages.no_consular_known.format(country=name) in (block.note or "")


def test_who_cannot_speak_gets_what_needs_no_voice(
    hotlines: Hotlines,
    chosen: dict[Need, HotlinesBlock],
    contacts: dict[str, tuple[Contact, str]],
) -> None:
    for (country, nationality, kinds), spoken in chosen.items():
        person = Person(country, nationality)
        written = hotlines.choose(kinds, person, "en", written=True).items
        for item in written:
            check_item(item, *contacts[item.id], person)
            assert _needs_no_voice(item), item.id
        if country is not None:
            also = {item.id for item in spoken.items if _needs_no_voice(item)}
            assert also <= {item.id for item in written}, (country, nationality, kinds)


def _needs_no_voice(item: HotlineItem) -> bool:
    return any((item.sms, item.whatsapp, item.url, item.app))


def test_someone_missing_is_looked_for_there_and_reported_at_home(
    knowledge: Knowledge,
    hotlines: Hotlines,
    everywhere: list[str | None],
    contacts: dict[str, tuple[Contact, str]],
) -> None:
    kinds = tuple(knowledge.dangers["missing"].contacts)
    for seen_in, nationality in product([one for one in everywhere if one], everywhere):
        person = Person("TH", nationality, seen_in)
        for item in hotlines.choose(kinds, person, "en").items:
            contact, rings_in = contacts[item.id]
            # Whoever reads it may be anywhere: each number beside the country it works in.
            check_item(item, contact, rings_in, person)
            assert rings_in in (seen_in, nationality), (seen_in, nationality)


def test_the_lines_of_every_fallback_are_those_of_the_place_or_of_the_region(
    knowledge: Knowledge, hotlines: Hotlines, everywhere: list[str | None]
) -> None:
    region = [code for code, one in knowledge.countries.countries.items() if one.region]
    for country in everywhere:
        items = hotlines.emergency("en", country)
        known = country in knowledge.contacts
        expected = [country] if known else region
        assert list(dict.fromkeys(item.country for item in items)) == expected
        for item in items:
            assert item.dial_inside
            assert item.country_name == knowledge.countries.countries[item.country].name["en"]
