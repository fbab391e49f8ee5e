"""The right lines for who a person is and where: a wrong mix must be impossible."""

import datetime
import itertools

import pytest

from forewarn.hotlines import MOST, Hotlines, Person
from forewarn.knowledge.freshness import Age
from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.schema.contacts import ContactKind

REGION = ("TH", "CN", "MM", "KH", "LA", "VN")
PLACES = (*REGION, "other", None)


@pytest.fixture(scope="module")
def hotlines(knowledge: Knowledge) -> Hotlines:
    return Hotlines(knowledge)


@pytest.mark.parametrize(
    ("country", "nationality"), list(itertools.product(PLACES, (*REGION, "other", None)))
)
def test_every_pair_of_place_and_passport(
    knowledge: Knowledge, hotlines: Hotlines, country: str | None, nationality: str | None
) -> None:
    block = hotlines.choose(list(ContactKind), Person(country, nationality), "en")
    contacts = {c.id: (c, code) for code, many in knowledge.contacts.items() for c in many}
    assert len(block.items) <= MOST + 2
    assert block.items or block.note
    for item in block.items:
        contact, rings_in = contacts[item.id]
        assert item.country == rings_in
        assert item.country_name == knowledge.countries.countries[rings_in].name["en"]
        assert contact.nationality in (None, nationality)
        if country not in (None, rings_in):
            assert item.dial_inside is None, "a number of one country shown in another"
            assert item.sms is None
        if country in REGION:
            assert rings_in in (country, nationality)
        assert any((item.dial_inside, item.dial_from_abroad, item.url, item.whatsapp, item.sms))


@pytest.mark.parametrize(
    ("country", "police", "never"),
    [("TH", "191", "199"), ("MM", "199", "191"), ("CN", "110", "191"), ("VN", "113", "191"),
     ("KH", "117", "191"), ("LA", "1191", "191")],
)  # fmt: skip
def test_the_police_number_is_the_countrys_own(
    hotlines: Hotlines, country: str, police: str, never: str
) -> None:
    items = hotlines.choose([ContactKind.police], Person(country, "CN"), "th").items
    assert items[0].dial_inside == police
    assert never not in [item.dial_inside for item in items]


def test_a_country_not_known_shows_every_countrys_police_each_after_its_name(
    hotlines: Hotlines,
) -> None:
    block = hotlines.choose([ContactKind.police, ContactKind.consular], Person(), "en")
    assert [(item.country_name, item.dial_inside) for item in block.items] == [
        ("Thailand", "191"), ("China", "110"), ("Myanmar", "199"),
        ("Cambodia", "117"), ("Laos", "1191"), ("Vietnam", "113"),
    ]  # fmt: skip
    assert block.note is not None
    assert "no international rescue line" in block.note


def test_someone_hurt_is_offered_an_ambulance_first(hotlines: Hotlines) -> None:
    block = hotlines.choose([ContactKind.medical, ContactKind.police], Person(), "en")
    assert [item.kind for item in block.items] == [
        "medical", "medical", "medical", "medical", "medical", "medical",
    ]  # fmt: skip


def test_a_citizen_abroad_gets_the_mission_and_the_line_at_home(hotlines: Hotlines) -> None:
    items = hotlines.choose([ContactKind.consular], Person("MM", "CN"), "en").items
    assert [(item.country, item.dial_inside, item.dial_from_abroad) for item in items] == [
        ("MM", "09 43209657", None),
        ("CN", None, "+861065612308"),
    ]


def test_says_where_no_line_is_known(hotlines: Hotlines) -> None:
    note = hotlines.choose(
        [ContactKind.anti_trafficking, ContactKind.consular], Person("MM", "LA"), "en"
    ).note
    assert note is not None
    first, second = note.split("\n\n")
    assert first == "Myanmar: I know of no checked line for help against human trafficking."
    assert second.startswith("I know of no consular line for citizens of Laos.")


@pytest.mark.parametrize(("country", "said"), [("TH", True), (None, True), ("other", False)])
def test_says_how_to_find_an_embassy_we_know_nothing_of(
    hotlines: Hotlines, knowledge: Knowledge, country: str | None, said: bool
) -> None:
    note = hotlines.choose([ContactKind.consular], Person(country, "other"), "en").note
    messages = knowledge.messages["en"]
    assert note is not None
    assert (messages.no_consular_known_other in note) is said
    assert "ministry's own website" in note


def test_a_missing_person_is_looked_for_where_last_seen(hotlines: Hotlines) -> None:
    person = Person(country="CN", nationality="CN", seen_in="MM")
    items = hotlines.choose([ContactKind.police, ContactKind.consular], person, "en").items
    assert [(item.id, item.dial_inside, item.dial_from_abroad) for item in items] == [
        ("mm-police-199", "199", None),
        ("mm-cn-embassy", "09 43209657", "+95943209657"),
        ("cn-police-110", "110", None),
        ("cn-consular-12308", "12308", "+861065612308"),
    ]


def test_written_lines_need_no_voice(hotlines: Hotlines) -> None:
    kinds = [ContactKind.anti_scam, ContactKind.police]
    items = hotlines.choose(kinds, Person("VN"), "en", written=True).items
    assert [item.id for item in items] == ["vn-scam-texts-5656"]
    unknown = hotlines.choose(kinds, Person(), "en", written=True)
    assert [(item.country, item.id) for item in unknown.items] == [
        ("TH", "th-police-online"),
        ("KH", "kh-police-online"),
        ("VN", "vn-scam-texts-5656"),
    ]
    assert unknown.note is not None
    none = hotlines.choose([ContactKind.medical], Person(), "en", written=True)
    assert (none.items, none.note) == ([], None), "no lines, so no word of lines below"


def test_a_page_of_contacts_is_for_everyone_there_or_for_one_nationality(
    knowledge: Knowledge, hotlines: Hotlines
) -> None:
    contacts = {c.id: (c, code) for code, many in knowledge.contacts.items() for c in many}
    for country in knowledge.contacts:
        for citizens_of in (None, *hotlines.citizens_listed(country)):
            items = hotlines.listed(country, "en", citizens_of)
            assert items
            assert len({item.id for item in items}) == len(items)
            for item in items:
                contact, rings_in = contacts[item.id]
                assert rings_in in (country, citizens_of)
                assert contact.nationality in (None, citizens_of or country)
                # Read anywhere: the short number with its country, the full one beside it.
                assert (item.dial_inside, item.dial_from_abroad, item.country) == (
                    contact.dial_inside,
                    contact.dial_from_abroad,
                    rings_in,
                )
                assert citizens_of is None or contact.nationality or contact.emergency


def test_the_citizens_of_china_in_thailand_find_the_police_their_missions_and_their_line_at_home(
    hotlines: Hotlines,
) -> None:
    items = hotlines.listed("TH", "en", "CN")
    assert [item.dial_inside for item in items][:2] == ["191", "1669"]
    assert "12308" in [item.dial_inside for item in items if item.country == "CN"]
    assert {item.country for item in items} == {"TH", "CN"}


@pytest.mark.parametrize("day", [datetime.date(2026, 11, 22), datetime.date(2036, 1, 1)])
def test_a_page_of_contacts_begins_with_the_surer_ones(
    knowledge: Knowledge, day: datetime.date
) -> None:
    hotlines = Hotlines(knowledge, lambda: day)
    contacts = {c.id: c for many in knowledge.contacts.values() for c in many}
    assert knowledge.freshness is not None
    age = Age(knowledge.freshness, day)
    for country in knowledge.contacts:
        hedged = [age.is_hedged(contacts[item.id]) for item in hotlines.listed(country, "en")]
        assert hedged == sorted(hedged)


def test_no_contact_is_stale_and_each_says_when_it_was_printed_and_dialled(
    knowledge: Knowledge,
) -> None:
    for contacts in knowledge.contacts.values():
        for contact in contacts:
            assert contact.last_dialled is None
            assert contact.source


def test_one_line_names_each_country_once(hotlines: Hotlines) -> None:
    assert hotlines.one_line("en") == (
        "Thailand 191 · China 110 · Myanmar 199 · Cambodia 117 · Laos 1191 · Vietnam 113"
    )
    assert hotlines.one_line("zh", "TH") == "泰国 191"
    assert hotlines.one_line("en", "other") == hotlines.one_line("en")
