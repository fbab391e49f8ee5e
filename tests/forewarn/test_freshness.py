"""What is old is said to be, never silently dropped, and listed for staff, the worst first."""

import datetime
import json
from pathlib import Path

import pytest

from forewarn.__main__ import main
from forewarn.hotlines import Hotlines, Person
from forewarn.knowledge.freshness import Age, due, hedged_shares
from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.schema.contacts import ContactKind
from forewarn.knowledge.schema.freshness import AgesLike

TODAY = datetime.date(2026, 11, 21)


def later(years: int) -> datetime.date:
    return TODAY.replace(year=TODAY.year + years)


def shown(knowledge: Knowledge, kind: ContactKind, country: str, day: datetime.date) -> list[str]:
    block = Hotlines(knowledge, lambda: day).choose([kind], Person(country), "en")
    return [f"{item.id}: {item.hedge}" for item in block.items]


def test_a_fact_is_looked_at_again_after_a_time_that_depends_on_its_kind(
    knowledge: Knowledge,
) -> None:
    assert knowledge.freshness is not None
    age = Age(knowledge.freshness, TODAY)
    plan = age.look_again(TODAY, AgesLike.plan) - TODAY
    advice = age.look_again(TODAY, AgesLike.advice) - TODAY
    assert (plan.days, advice.days) == (90, 365)
    assert not age.is_old(TODAY - plan, AgesLike.plan)
    assert age.is_old(TODAY - plan - datetime.timedelta(days=1), AgesLike.plan)


def test_an_old_contact_is_shown_with_a_hedge_and_the_authority_above_it(
    knowledge: Knowledge,
) -> None:
    assert shown(knowledge, ContactKind.job_check, "TH", TODAY) == [
        "th-job-check-1506: None",
        "th-job-check-1694: This number was last printed on 2023-11-02 and may have changed. If "
        "nobody answers, try Thailand, Ministry of Labour: 1506.",
    ]


def test_a_doubtful_contact_never_comes_first(knowledge: Knowledge) -> None:
    assert knowledge.freshness is not None
    age = Age(knowledge.freshness, TODAY)
    contacts = {one.id: one for many in knowledge.contacts.values() for one in many}
    for country in knowledge.contacts:
        block = Hotlines(knowledge, lambda: TODAY).choose(list(ContactKind), Person(country), "en")
        hedged = [age.is_hedged(contacts[item.id]) for item in block.items]
        assert not hedged or not hedged[0] or all(hedged)
        for item in block.items:
            assert (item.hedge is not None) or not age.is_hedged(contacts[item.id])


def test_a_number_known_from_a_data_set_only_says_so(knowledge: Knowledge) -> None:
    item = Hotlines(knowledge, lambda: TODAY).emergency("en", "KH")
    assert [one.hedge for one in item if one.id == "kh-ambulance-119"] == [
        knowledge.messages["en"].contact_data_set
    ]


def test_one_dialled_lately_is_fresh_whenever_it_was_printed(knowledge: Knowledge) -> None:
    assert knowledge.freshness is not None
    old = next(one for one in knowledge.contacts["TH"] if one.id == "th-job-check-1694")
    assert Age(knowledge.freshness, TODAY).is_hedged(old)
    dialled = old.model_copy(update={"last_dialled": TODAY - datetime.timedelta(days=30)})
    assert not Age(knowledge.freshness, TODAY).is_hedged(dialled)
    assert Age(knowledge.freshness, later(1)).is_hedged(dialled)


def test_undialled_first_lines_of_the_home_countries_head_the_list(knowledge: Knowledge) -> None:
    found = due(knowledge, TODAY)
    home = {code for code, one in knowledge.countries.countries.items() if one.region}
    first = [one for one in found if one.rank == 0]
    assert found[: len(first)] == first
    emergency = {
        contact.id for code in home for contact in knowledge.contacts[code] if contact.emergency
    }
    assert {one.name for one in first} == emergency
    assert [one.since for one in first] == sorted(one.since for one in first)


def test_in_time_every_answer_and_figure_is_due(knowledge: Knowledge) -> None:
    names = {one.name for one in due(knowledge, later(3))}
    assert {*knowledge.faq, *knowledge.articles, *knowledge.figures} <= names
    now, then = hedged_shares(knowledge, TODAY), hedged_shares(knowledge, later(5))
    assert all(now[country] <= then[country] for country in now)
    assert (now["MM"], then["MM"]) == (0.2, 1.0)


def test_the_command_lists_what_is_due_and_each_countrys_share(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--knowledge", str(copied), "freshness"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("hotlines/KH.yml: kh-ambulance-119: a first line of a home country")
    shares = lines[lines.index("Share of contacts with a hedge:") + 1 :]
    assert [line.split()[0] for line in shares] == sorted(
        path.stem for path in (copied / "hotlines").glob("??.yml")
    )
    assert main(["--knowledge", str(copied), "freshness", "--json"]) == 0
    first = json.loads(capsys.readouterr().out.splitlines()[0])
    assert (first["rank"], first["name"]) == (0, "kh-ambulance-119")
