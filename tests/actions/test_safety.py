"""Every reply to someone in danger keeps to the rules of safety, in each language."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest

from forewarn.knowledge.loader import Knowledge
from forewarn.replies import HotlinesBlock
from stack.rendering import render
from tests.actions.conftest import Rasa, Turn
from tests.knowledge_base import LANGUAGES
from tests.safety import (
    WORDS,
    check_contacts,
    check_first,
    check_nobody_told,
    check_numbers_in_words,
    check_one_question,
    check_words,
    shown_before,
)

PLACES: tuple[dict[str, str], ...] = (
    {},
    {"country_now": "TH"},
    {"country_now": "MM", "nationality": "CN"},
    {"country_now": "KH", "nationality": "IN"},
    {"country_now": "other", "nationality": "other"},
)


def test_every_language_has_its_words() -> None:
    assert set(WORDS) == set(LANGUAGES)


def kinds_and_answers(knowledge: Knowledge) -> Iterator[tuple[str, dict[str, str]]]:
    """Each kind of danger, and each answer to its question."""
    for kind, danger in knowledge.dangers.items():
        yield kind, {}
        for number in range(len(danger.question.answers) if danger.question else 0):
            yield kind, {"danger_answer": str(number)}


def check(turn: Turn, knowledge: Knowledge, language: str) -> None:
    """All that holds of any reply in which danger was seen."""
    texts = turn.texts
    check_words(texts, language)
    check_words([b["english"] for b in turn.blocks if b.get("english")], "en")
    check_one_question(texts)
    for text in texts:
        check_numbers_in_words(text, knowledge, language)
    for block in turn.blocks:
        if block["type"] == "hotlines":
            check_contacts(block["items"], knowledge, language)
            check_words([block["note"] or ""], language)
            check_numbers_in_words(block["note"] or "", knowledge, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_danger(rasa: Rasa, knowledge: Knowledge, language: str) -> None:
    for (kind, answer), place in product(kinds_and_answers(knowledge), PLACES):
        slots = {"danger_kind": kind, "language": language, **answer, **place}
        turn = rasa("action_respond_to_danger", "x", danger_level="danger", **slots)
        check(turn, knowledge, language)
        first, told = shown_before(turn.blocks, "hotlines")[:2]
        check_first(first, language)
        check_nobody_told(told, language)
        contacts = turn.block("hotlines")
        assert contacts["items"] or contacts["note"]
        after = turn.texts[2:]
        assert len(after) <= 1, "more than one thing is asked"
        # It is answered by a tap: nobody has to fill anything in.
        assert any(block["type"] == "choices" for block in turn.blocks)


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_dangers(rasa: Rasa, knowledge: Knowledge, language: str) -> None:
    kinds = [kind for kind, danger in knowledge.dangers.items() if danger.on_menu]
    for first, second in product(kinds, kinds):
        slots = {"danger_kind": first, "danger_second": second, "language": language}
        turn = rasa("action_respond_to_danger", "x", danger_level="danger", **slots)
        check(turn, knowledge, language)
        said = shown_before(turn.blocks, "hotlines")
        named = [] if first == second else [knowledge.dangers[second].mention[language]]
        assert said[1:-1] == named
        check_nobody_told(said[-1], language)
        check_words(named, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_tap_that_names_no_kind(rasa: Rasa, knowledge: Knowledge, language: str) -> None:
    turn = rasa("action_respond_to_danger", language=language)
    check(turn, knowledge, language)
    first, told = shown_before(turn.blocks, "hotlines")
    check_first(first, language)
    check_nobody_told(told, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_perhaps_danger(rasa: Rasa, knowledge: Knowledge, language: str) -> None:
    for action, place in product(("action_greet", "action_default_fallback"), PLACES):
        turn = rasa(action, "x", danger_level="perhaps", language=language, **place)
        check(turn, knowledge, language)
        line = [b["text"] for b in turn.blocks if b.get("tone") == "danger"]
        check_nobody_told("\n".join(line), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_asked_later(rasa: Rasa, knowledge: Knowledge, language: str) -> None:
    for kind, place in product(knowledge.dangers, PLACES):
        slots = {"danger_in_force": kind, "language": language, **place}
        asked = rasa("action_who_we_are", "x", **slots)
        assert asked.block("hotlines")["items"] or asked.block("hotlines")["note"]
        check_contacts(asked.block("hotlines")["items"], knowledge, language)
        told = rasa("action_tell_country", "x", **slots)
        check(told, knowledge, language)
        check_nobody_told(told.texts[0], language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_a_terminal_too_every_number_stands_under_its_country(
    rasa: Rasa, knowledge: Knowledge, language: str
) -> None:
    said = knowledge.messages[language].with_prefix("widget_")
    labels = {name.removeprefix("widget_"): words for name, words in said.items()}
    for kind, place in product(knowledge.dangers, PLACES):
        slots = {"danger_kind": kind, "language": language, **place}
        block = HotlinesBlock.model_validate(
            rasa("action_respond_to_danger", "x", **slots).block("hotlines")
        )
        lines = render([block.model_copy(update={"note": None})], labels)
        heads = [line for line in lines if not line.startswith(" ")]
        assert [head.partition(":")[0] for head in heads] == [
            item.country_name for item in block.items
        ]
        assert not lines or lines[0] == heads[0]
