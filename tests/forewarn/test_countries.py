"""Countries come from what a person says."""

from pathlib import Path

import pytest

from forewarn.countries import Gazetteer, Place
from forewarn.knowledge.loader import Knowledge


@pytest.fixture(scope="module")
def gazetteer(knowledge: Knowledge) -> Gazetteer:
    return Gazetteer(knowledge)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I am in Mae Sot", Place(("TH",), "TH", told=True)),
        ("im stuck in myawaddy pls", Place(("MM",), "MM", told=True)),
        ("ตอนนี้ผมอยู่ที่ปอยเปต", Place(("KH",), "KH", told=True)),
        ("เขายึดพาสปอร์ตหนูไว้ ไม่ให้ออกไปไหน อยู่เมียวดี", Place(("MM",), "MM")),
        ("they locked us up in Mae Sot", Place(("TH",), "TH", told=True)),
        ("they locked my sister up in Mae Sot", Place(("TH",), None)),
        ("น้องสาวอยู่เมียวดี", Place(("MM",), None)),
        ("我现在在缅甸", Place(("MM",), "MM", told=True)),
        ("Is a job in Cambodia or Laos safe?", Place(("KH", "LA"), None)),
        ("my sister is in Thailand", Place(("TH",), None)),
        ("Thailand!", Place(("TH",), "TH", only=True)),
        ("กัมพูชา", Place(("KH",), "KH", only=True)),
        ("泰国。", Place(("TH",), "TH", only=True)),
        ("How do I protect myself?", Place((), None)),
        ("I speak Thai and like chinaware", Place()),
    ],
)
def test_finds_places(gazetteer: Gazetteer, text: str, expected: Place) -> None:
    assert gazetteer.find(text) == expected


def test_two_places_one_could_be_in_leave_it_open(gazetteer: Gazetteer) -> None:
    assert gazetteer.find("I am in Thailand. I am in Laos.").here is None


WHOSE_PASSPORT = [
    line.split("\t")
    for line in (Path(__file__).parent / "whose_passport.txt").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize(("country", "text"), WHOSE_PASSPORT)
def test_whose_passport_the_writer_has(gazetteer: Gazetteer, country: str, text: str) -> None:
    """``whose_passport.txt``: a country's code, or a dash for none, and a sentence."""
    assert gazetteer.find(text).citizen_of == (None if country == "-" else country)


def test_two_passports_leave_it_open(gazetteer: Gazetteer) -> None:
    assert gazetteer.find("I am Kenyan. I have a British passport.").citizen_of is None


@pytest.mark.parametrize(
    ("text", "peoples"),
    [
        ("phone number of the Philippine embassy in Bangkok", ("PH",)),
        ("the Kenyan or the Ugandan consulate?", ("UG",)),
        ("Is it a Kenyan company?", ()),
        ("Thai embassy in Thailand", ()),
    ],
)
def test_finds_whose_people_are_named(
    gazetteer: Gazetteer, text: str, peoples: tuple[str, ...]
) -> None:
    assert gazetteer.find(text).peoples == peoples


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Filipino", True),
        ("I'm from Kenya, sir", True),
        ("I am in Mae Sot now. I am Burmese.", True),
        ("ตอนนี้ผมอยู่ที่ปอยเปตครับ", True),
        ("I am in Mae Sot and they do not let me go", False),
        ("I'm Filipino. What should I do?", False),
        ("Is a job in Cambodia safe?", False),
        ("hello", False),
        ("?!", False),
    ],
)
def test_knows_who_says_nothing_but_where_or_whence(
    gazetteer: Gazetteer, text: str, told: bool
) -> None:
    assert gazetteer.find(text).told is told
