"""The bot's data: what is written, and that every fault Rasa lets through is found."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from bot.contract import NEVER_TRAINED, Project, problems
from bot.model import BOT

TRAINED = {
    "affirm",
    "cannot_talk",
    "change_language",
    "check_offer",
    "contact_wanted",
    "deny",
    "feedback",
    "goodbye",
    "greet",
    "out_of_scope",
    "question",
    "talk_to_person",
    "thank",
    "who_are_you",
}
ACTIONS = {
    "action_affirm",
    "action_answer_question",
    "action_cannot_talk",
    "action_change_language",
    "action_check_offer",
    "action_default_fallback",
    "action_deny",
    "action_end_danger",
    "action_goodbye",
    "action_greet",
    "action_offer_question",
    "action_open",
    "action_out_of_scope",
    "action_respond_to_danger",
    "action_show_contacts",
    "action_show_topic",
    "action_take_feedback",
    "action_talk_to_person",
    "action_tell_country",
    "action_thank",
    "action_who_we_are",
}


@pytest.fixture
def project() -> Project:
    return Project.read(BOT)


def _all(project: Project, key: str) -> list[Any]:
    return [each for content in project.domain.values() for each in content.get(key, ())]


def test_nothing_is_wrong_with_the_bot(project: Project) -> None:
    assert problems(project) == []


def test_intents_and_actions_are_the_agreed_ones(project: Project) -> None:
    assert set(_all(project, "intents")) == TRAINED | NEVER_TRAINED
    assert set(_all(project, "actions")) == ACTIONS
    assert {intent for _, intent, _, _ in project.examples()} == TRAINED


def test_every_rule_is_one_intent_and_one_action(project: Project) -> None:
    for path, content in project.rules.items():
        (rule,) = content["rules"]
        assert [list(step) for step in rule["steps"]] == [["intent"], ["action"]], path
        assert rule["steps"][0]["intent"] == path.stem


def _file(part: dict[Path, dict[str, Any]], name: str) -> dict[str, Any]:
    return next(content for path, content in part.items() if path.name == name)


def _twice_in_the_domain(project: Project) -> None:
    _file(project.domain, "offers.yml")["intents"].append("greet")


def _unused_intent(project: Project) -> None:
    _file(project.domain, "offers.yml")["intents"].append("sell")


def _unused_action(project: Project) -> None:
    _file(project.domain, "offers.yml")["actions"].append("action_sell")


def _missing_action(project: Project) -> None:
    _file(project.domain, "offers.yml")["actions"].remove("action_check_offer")


def _missing_intent(project: Project) -> None:
    _file(project.domain, "feedback.yml")["intents"].remove("feedback")


def _response(project: Project) -> None:
    _file(project.domain, "offers.yml")["responses"] = {"utter_sell": [{"text": "Buy"}]}


def _rule_named_twice(project: Project) -> None:
    _file(project.rules, "greet.yml")["rules"][0]["rule"] = "thanks are returned"


def _two_rules_in_a_file(project: Project) -> None:
    rules = _file(project.rules, "greet.yml")["rules"]
    rules.append({**rules[0], "rule": "another"})


def _trained_danger(project: Project) -> None:
    _file(project.nlu, "greet.yml")["nlu"][0]["intent"] = "danger"


def _example_twice(project: Project) -> None:
    _file(project.nlu, "greet.yml")["nlu"][0]["examples"] += "- Thank you\n"


def _command_as_example(project: Project) -> None:
    _file(project.nlu, "greet.yml")["nlu"][0]["examples"] += "- /greet\n"


def _few_examples(project: Project) -> None:
    _file(project.nlu, "greet.yml")["nlu"][1]["examples"] = "- สวัสดี\n"


def _untested_intent(project: Project) -> None:
    _file(project.stories, "test_language.yml")["stories"].clear()


def _slot_that_steers(project: Project) -> None:
    _file(project.domain, "language.yml")["slots"]["language"]["influence_conversation"] = True


def _slot_without_entity(project: Project) -> None:
    _file(project.domain, "language.yml")["entities"].clear()


def _entity_without_slot(project: Project) -> None:
    _file(project.domain, "language.yml")["entities"].append("tone")


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (_twice_in_the_domain, "offers.yml: intent 'greet' is there 2 times"),
        (_unused_intent, "offers.yml: intent 'sell' is in no rule"),
        (_unused_action, "offers.yml: action 'action_sell' is in no rule"),
        (_missing_action, "uses action 'action_check_offer', which no domain file has"),
        (_missing_intent, "uses intent 'feedback', which no domain file has"),
        (_response, "offers.yml: response 'utter_sell': words live in knowledge/"),
        (_rule_named_twice, "greet.yml: rule 'thanks are returned' is there 2 times"),
        (_two_rules_in_a_file, "greet.yml: one rule a file"),
        (_trained_danger, "greet.yml: intent 'danger' is not one that is trained"),
        (_example_twice, "thank.yml: example 'thank you' is there 2 times"),
        (_command_as_example, "greet.yml: an example is empty or begins with a slash"),
        (_few_examples, "greet: fewer than 15 examples in th"),
        (_untested_intent, "change_language: no test story has it"),
        (_slot_that_steers, "language.yml: slot 'language' must not influence the rules"),
        (_slot_without_entity, "language.yml: slot 'language' is filled by an entity no domain"),
        (_entity_without_slot, "language.yml: entity 'tone' fills no slot"),
    ],
)
def test_what_rasa_lets_through_is_found(project: Project, spoil: Any, found: str) -> None:
    spoil(project)

    assert re.search(re.escape(found), "\n".join(problems(project)))
