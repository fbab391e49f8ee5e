"""Countries come from what a person says."""

import pytest

from forewarn.countries import Gazetteer, Place
from forewarn.knowledge.loader import Knowledge


@pytest.fixture(scope="module")
def gazetteer(knowledge: Knowledge) -> Gazetteer:
    return Gazetteer(knowledge)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I am in Mae Sot", Place(("TH",), "TH", only=False)),
        ("im stuck in myawaddy pls", Place(("MM",), "MM", only=False)),
        ("ตอนนี้ผมอยู่ที่ปอยเปต", Place(("KH",), "KH", only=False)),
        ("เขายึดพาสปอร์ตหนูไว้ ไม่ให้ออกไปไหน อยู่เมียวดี", Place(("MM",), "MM", only=False)),
        ("น้องสาวอยู่เมียวดี", Place(("MM",), None, only=False)),
        ("我现在在缅甸", Place(("MM",), "MM", only=False)),
        ("Is a job in Cambodia or Laos safe?", Place(("KH", "LA"), None, only=False)),
        ("my sister is in Thailand", Place(("TH",), None, only=False)),
        ("Thailand!", Place(("TH",), "TH", only=True)),
        ("กัมพูชา", Place(("KH",), "KH", only=True)),
        ("泰国。", Place(("TH",), "TH", only=True)),
        ("How do I protect myself?", Place((), None, only=False)),
        ("I speak Thai and like chinaware", Place((), None, only=False)),
    ],
)
def test_finds_places(gazetteer: Gazetteer, text: str, expected: Place) -> None:
    assert gazetteer.find(text) == expected


def test_two_places_one_could_be_in_leave_it_open(gazetteer: Gazetteer) -> None:
    assert gazetteer.find("I am in Thailand. I am in Laos.").here is None
