"""What every reply to someone in danger keeps to, as far as a test can see it.

What may be said is told in CONTRIBUTING.md; the words of each language stand in safety.yml.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from forewarn.knowledge.loader import Knowledge

WORDS: Mapping[str, Mapping[str, Any]] = YAML(typ="safe").load(Path(__file__).with_suffix(".yml"))

FORBIDDEN = ("promise", "run_or_stay", "fight", "link", "blame")

MOST_SENTENCES = 3

_SENTENCE = re.compile(r"[.!?](?=\s|$)|[。！？။។]")
"""Ends of sentences. Thai has none: there only the length is held."""

_QUESTION = re.compile(r"[?？]")

_NUMBER = re.compile(r"\+?\d[\d \-]*\d")


def check_words(texts: Iterable[str], language: str) -> None:
    """No promise, no order to run, to stay or to fight, no link to open, no blame."""
    words = WORDS[language]
    for text in texts:
        rest = text.replace(words["otherwise"], "")
        found = {
            name: hit[0]
            for name in FORBIDDEN
            if (hit := re.search(words[name], rest, re.IGNORECASE))
        }
        assert found == {}, text


def check_first(text: str, language: str) -> None:
    """At most three short sentences, and no question among them."""
    # What is quoted or set in brackets is part of its sentence.
    plain = re.sub(r"\([^)]*\)|（[^）]*）", "", text)
    assert len(_SENTENCE.findall(plain)) <= MOST_SENTENCES, text
    assert len(text) <= WORDS[language]["longest"], text
    assert not _QUESTION.search(text), text


def check_nobody_told(text: str, language: str) -> None:
    """That nobody has been told, and that no help can be sent, each said once."""
    for name in ("nobody_told", "cannot_send"):
        assert len(re.findall(WORDS[language][name], text)) == 1, (name, text)


def check_one_question(texts: Iterable[str]) -> None:
    """At most one question is asked."""
    assert sum(len(_QUESTION.findall(text)) for text in texts) <= 1


def check_numbers_in_words(text: str, knowledge: Knowledge, language: str) -> None:
    """A number that stands among words comes after the name of its country."""
    names = [country.name[language] for country in knowledge.countries.countries.values()]
    for part in re.split("[·\n]", text):
        for number in _NUMBER.finditer(part):
            assert any(name in part[: number.start()] for name in names), part


def check_contacts(items: Sequence[Mapping[str, Any]], knowledge: Knowledge, language: str) -> None:
    """Each contact names its country, in the reader's language, and can be had without a link to
    open unless it has no number."""
    countries = knowledge.countries.countries
    for item in items:
        assert item["country_name"] == countries[item["country"]].name[language]
    numbers = ("dial_inside", "dial_from_abroad", "sms", "whatsapp")
    by_number = [any(item[way] for way in numbers) for item in items]
    assert by_number[:1] in ([], [True]), "the first one needs a link"


def shown_before(blocks: Sequence[Mapping[str, Any]], kind: str) -> list[str]:
    """The texts that stand before the first block of a kind."""
    kinds = [block["type"] for block in blocks]
    before = blocks[: kinds.index(kind)] if kind in kinds else blocks
    return [block["text"] for block in before if block["type"] == "text"]
