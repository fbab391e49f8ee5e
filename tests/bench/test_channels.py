"""What is told of messaging apps follows from what was told and answered, and when."""

from bench import channels, stand_ins
from bench.channels import Run
from bench.telling import Plan, Told

PLAN = Plan(
    address="", secret="", first=10, events=100, a_second=50.0, people=7, cry=60, twice=0.1,
    disorder=5,
)  # fmt: skip


def test_every_event_is_told_and_some_twice_out_of_order() -> None:
    order = PLAN.order()
    assert set(order) == set(range(10, 110))
    assert len(order) == 110
    assert order != sorted(order)
    assert order == PLAN.order()


def test_only_the_cry_is_of_another_person() -> None:
    people = {n: PLAN.update(n)["message"]["from"]["id"] for n in range(10, 110)}
    assert [n for n, person in people.items() if person == people[60]] == [60]
    assert len(set(people.values())) == 8
    assert "locked me up" in PLAN.update(60)["message"]["text"]


def test_the_stand_ins_know_a_question_by_its_number() -> None:
    texts = [PLAN.update(n)["message"]["text"] for n in (10, 60)]
    assert [stand_ins.number(text) for text in texts] == [10, 60]
    assert stand_ins.number("Good day.") is None


def test_what_is_lost_and_doubled_is_counted() -> None:
    told = Told(taken_ms=[1.0, 3.0], told={1: 0.0, 2: 0.1, 3: 0.2}, ended=0.3, refused=2)
    assert channels.many(Run(told, [(1, 0.5), (2, 0.6), (2, 0.7)], 7.0)) == {
        "tellings": 2,
        "refused": 2,
        "events": 3,
        "lost": 1,
        "doubled": 1,
    }


def test_a_cry_is_held_against_those_who_waited() -> None:
    told = Told(taken_ms=[2.0], told={1: 0.0, 2: 1.0, 3: 2.0, 4: 3.0, 5: 4.0}, ended=4.5)
    answers = [(1, 0.5), (2, 4.0), (4, 5.0), (3, 9.0), (5, 10.0)]
    assert channels.burst(Run(told, answers, 20.0), cry=4) == {
        "taken_p50_ms": 2.0,
        "taken_p99_ms": 2.0,
        "refused": 0,
        "answered_p50_s": 2.0,
        "answered_p95_s": 7.0,
        "backlog_s": 5.5,
        "cry_s": 2.0,
        "waiting": 2,
        "before_cry": 1,
        "web_ms": 4.0,
        "events": 5,
        "lost": 0,
        "doubled": 0,
    }
