"""The same sentence in any language raises the same flag, whichever way it comes in.

``same_sentences.yml`` holds for each red flag one sentence of a recruiter in every language.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from ruamel.yaml import YAML

from forewarn.knowledge.loader import Knowledge, load
from forewarn.offers.verdict import OfferCheck
from stack.settings import ROOT
from tests.whole_stack import WholeStack

FILE = Path(__file__).with_name("same_sentences.yml")
SENTENCES: dict[str, dict[str, str]] = YAML(typ="safe").load(FILE.read_text(encoding="utf-8"))
LANGUAGES = list(dict.fromkeys(code for texts in SENTENCES.values() for code in texts))


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load(ROOT / "knowledge")


@pytest.fixture(scope="module")
def by_api(whole_stack: WholeStack) -> dict[tuple[str, str], list[str]]:
    """What the API finds in the sentence of each flag, by flag and language."""
    with httpx.Client(base_url=whole_stack.address, timeout=10) as client:

        def found(text: str, code: str) -> list[str]:
            answer = client.post("/api/offers/check", json={"text": text, "language": code})
            assert answer.status_code == 200, answer.text
            return flags(answer.json())

        return {
            (flag, code): found(text, code)
            for flag, texts in SENTENCES.items()
            for code, text in texts.items()
        }


def flags(verdict: dict[str, Any]) -> list[str]:
    """The flags of a verdict, the heaviest first."""
    return [item["id"] for item in verdict["flags"]]


def missed(found: dict[str, list[str]]) -> list[str]:
    """The flags that were not found in their own sentences."""
    return [flag for flag, others in found.items() if flag not in others]


def test_each_flag_has_a_new_sentence_in_every_language(knowledge: Knowledge) -> None:
    wrong = [f"no red flag is called {flag}" for flag in SENTENCES.keys() - knowledge.red_flags]
    for name, flag in knowledge.red_flags.items():
        texts = SENTENCES.get(name, {})
        for code in knowledge.language_codes:
            learnt = [*flag.must_match.get(code, []), *flag.examples.get(code, [])]
            if code not in texts:
                wrong.append(f"{name}: write a recruiter's sentence that shows it, under {code}")
            elif texts[code] in learnt:
                wrong.append(f"{name}: the sentence under {code} stands in the flag's own file")
    assert not wrong, f"in {FILE.relative_to(ROOT)}:\n" + "\n".join(wrong)


@pytest.mark.parametrize("code", LANGUAGES)
def test_phrases_alone_raise_it(code: str, knowledge: Knowledge) -> None:
    """As where no encoder is at hand; nor does it then hang on what else is learnt from."""
    offers = OfferCheck(knowledge)
    found = {
        flag: [item.id for item in offers.check(texts[code], code).flags]
        for flag, texts in SENTENCES.items()
    }
    assert not missed(found), f"widen the phrases in {code} of these, in knowledge/red_flags/"


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_api_raises_it(code: str, by_api: dict[tuple[str, str], list[str]]) -> None:
    assert missed({flag: by_api[flag, code] for flag in SENTENCES}) == []


def test_the_command_line_finds_the_same(by_api: dict[tuple[str, str], list[str]]) -> None:
    """Asked each flag in one language, in turn: it loads and encodes everything anew."""
    asked = [(flag, LANGUAGES[n % len(LANGUAGES)]) for n, flag in enumerate(SENTENCES)]
    lines = [
        json.dumps({"id": n, "text": SENTENCES[flag][code], "language": code})
        for n, (flag, code) in enumerate(asked)
    ]
    done = subprocess.run(
        [sys.executable, "-m", "retrieval", "check-offer", "-"],
        cwd=ROOT,
        input="\n".join(lines),
        capture_output=True,
        text=True,
        check=True,
    )
    answers = map(json.loads, done.stdout.splitlines())
    found = {asked[answer["id"]]: flags(answer) for answer in answers}
    assert found == {one: by_api[one] for one in asked}
