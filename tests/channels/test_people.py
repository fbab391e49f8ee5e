"""Who writes is held as long as the conversation, and then by nobody."""

from web.channels.people import People

MINUTES = 30.0


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_who_goes_on_is_the_same_person() -> None:
    people = People(MINUTES, most=10)
    ann = people.hold("ann", "one")
    assert people.find("ann") is ann
    assert people.hold("ann", "one") is ann
    assert people.hold("ann", "two") is not ann


def test_who_did_not_write_for_thirty_minutes_is_forgotten() -> None:
    clock = Clock()
    people = People(MINUTES, most=10, clock=clock)
    people.hold("ann", "one")
    people.hold("bea", "two")
    clock.now = MINUTES * 60 - 1
    people.hold("bea", "two")
    clock.now += 1
    people.sweep()
    assert people.forget("ann") is None
    assert people.forget("bea") == "two"


def test_whoever_is_idle_for_longest_makes_room() -> None:
    people = People(MINUTES, most=2)
    for person in ("ann", "bea", "ann", "cho"):
        people.hold(person, person)
    assert [people.find(person) is not None for person in ("ann", "bea", "cho")] == [
        True, False, True,
    ]  # fmt: skip
