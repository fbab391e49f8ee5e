"""Whole conversations with everything really running, as staff write them beside this file.

A turn either says something (``say``) or taps a button by its label (``tap``). ``expect`` lists
what the reply must hold: ``blocks`` (kinds of block), ``not_blocks``, ``text`` (words in any text),
``entry`` (the answer of that FAQ entry, in English where it stands in no other language),
``entries`` (several answers, in their order), ``lines`` (``TH 191``: country and number, in this
order among the others), ``first_line`` (the first contact), ``not_lines``, ``buttons`` (labels),
``verdict``.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from ruamel.yaml import YAML

from forewarn.knowledge.loader import Knowledge, load
from forewarn.knowledge.words import in_language
from tests.whole_stack import WholeStack

HERE = Path(__file__).parent
FILES = sorted(set(HERE.glob("*.yml")) - {HERE / "same_sentences.yml"})


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load(HERE.parents[1] / "knowledge")


@pytest.fixture(scope="module")
def client(whole_stack: WholeStack) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=whole_stack.address, timeout=10) as http:
        yield http


def lines(reply: list[dict[str, Any]]) -> list[str]:
    """Every number of a reply, each after its country."""
    return [
        f"{item['country']} {number}"
        for block in reply
        if block["type"] == "hotlines"
        for item in block["items"]
        for number in (item["dial_inside"], item["dial_from_abroad"])
        if number
    ]


def buttons(reply: list[dict[str, Any]]) -> dict[str, str]:
    return {
        item["label"]: item["choice"]
        for block in reply
        if block["type"] == "choices"
        for item in block["items"]
    }


def check(
    expect: dict[str, Any], reply: list[dict[str, Any]], language: str, knowledge: Knowledge
) -> None:
    """Every line of ``expect`` holds for ``reply``."""
    text = "\n".join(block["text"] for block in reply if block["type"] == "text")
    kinds = [block["type"] for block in reply]
    for kind in expect.pop("blocks", []):
        assert kind in kinds
    for kind in expect.pop("not_blocks", []):
        assert kind not in kinds
    for words in expect.pop("text", []):
        assert words in text
    entry = expect.pop("entry", None)
    answers = [
        text.find(in_language(knowledge.faq[name].texts, language).answer)
        for name in [*expect.pop("entries", []), *([entry] if entry else [])]
    ]
    assert -1 not in answers
    assert answers == sorted(answers)
    if first := expect.pop("first_line", None):
        assert lines(reply)[0] == first
    for line in expect.pop("lines", []):
        assert line in lines(reply)
    for line in expect.pop("not_lines", []):
        assert line not in lines(reply)
    for label in expect.pop("buttons", []):
        assert label in buttons(reply)
    if verdict := expect.pop("verdict", None):
        assert [b["level"] for b in reply if b["type"] == "verdict"] == [verdict]
    assert not expect, f"not understood: {list(expect)}"


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_conversation(file: Path, client: httpx.Client, knowledge: Knowledge) -> None:
    script = YAML(typ="safe").load(file.read_text(encoding="utf-8"))
    opened = client.post("/api/conversation", json={"language": script["language"]})
    assert opened.status_code == 201, opened.text
    conversation, reply = opened.json()["conversation"], opened.json()["replies"]
    for number, turn in enumerate(script["turns"], start=1):
        body: dict[str, Any] = {"conversation": conversation}
        if "tap" in turn:
            offered = buttons(reply)
            assert turn["tap"] in offered, f"turn {number}: only {list(offered)} are offered"
            body["choice"] = offered[turn["tap"]]
        else:
            body["text"] = turn["say"]
        answered = client.post("/api/chat", json=body)
        assert answered.status_code == 200, f"turn {number}: {answered.text}"
        reply, language = answered.json()["replies"], answered.json()["language"]
        assert language == turn.get("language", script["language"]), f"turn {number}"
        check(dict(turn.get("expect", {})), reply, language, knowledge)
