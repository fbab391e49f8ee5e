"""What flags weigh is fitted on offers kept apart, and held to what their severities mean."""

import shutil
from pathlib import Path

import pytest

from forewarn.knowledge.loader import Knowledge, load
from forewarn.knowledge.schema.offers import Severity, VerdictRule
from forewarn.knowledge.yaml_text import parse
from forewarn.offers.flags import FoundFlag, Meaning
from forewarn.replies import VerdictLevel
from retrieval.calibrate_offers import Fitted, Offer, fit
from tests.retrieval.conftest import ROOT

LURE, HONEST = "a message of the first sort", "a message of the other sort"


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load(ROOT / "knowledge")


def _offers(count: int) -> list[Offer]:
    return [
        Offer(id=f"{level}-{n}", text=f"{text} {n}", language=language, level=level)
        for level, text in ((VerdictLevel.lure, LURE), (VerdictLevel.unclear, HONEST))
        for n, language in enumerate(["en", "th"] * (count // 2))
    ]


def test_signs_that_tell_lures_get_weight(knowledge: Knowledge) -> None:
    first = {
        severity: next(n for n, one in knowledge.red_flags.items() if one.severity is severity)
        for severity in Severity
    }

    def meaning(text: str) -> Meaning:
        number = int(text.rsplit(" ", 1)[1])
        if text.startswith(LURE):
            grave = FoundFlag(first[Severity.grave], text, share=0.5 + number % 2 / 2)
            return Meaning((grave,), likeness=0.6, wording=0.3)
        # One honest message in 25 shows a serious sign.
        serious = (FoundFlag(first[Severity.serious], text),) if number % 25 == 0 else ()
        return Meaning(serious, likeness=-0.4, wording=-0.2)

    fitted = fit(knowledge, _offers(100), meaning)
    weights = [fitted.weights[severity] for severity in Severity]
    assert weights == sorted(weights)
    assert fitted.weights[Severity.grave] > fitted.weights[Severity.serious]
    assert fitted.whole > 0
    assert fitted.wording > 0
    tone = 0.4 * fitted.whole + 0.2 * fitted.wording
    serious = fitted.weights[Severity.serious] - tone
    assert fitted.careful_from <= serious + 0.1 or fitted.careful_from == 0.1
    assert fitted.lure_from > fitted.careful_from
    assert fitted.tone_careful_from == fitted.careful_from


def test_a_tone_alone_must_be_surer_where_honest_messages_have_it_too(
    knowledge: Knowledge,
) -> None:
    grave = next(n for n, one in knowledge.red_flags.items() if one.severity is Severity.grave)

    def meaning(text: str) -> Meaning:
        number = int(text.rsplit(" ", 1)[1])
        if text.startswith(LURE):
            return Meaning((FoundFlag(grave, text),), likeness=1, wording=1)
        # One honest message in ten, none of which shows a sign, sounds like a lure.
        return Meaning(likeness=0.6 if number % 10 == 0 else -0.6)

    fitted = fit(knowledge, _offers(100), meaning)
    assert fitted.careful_from < 0.6 * fitted.whole < fitted.tone_careful_from


def test_too_few_offers_are_refused(knowledge: Knowledge) -> None:
    with pytest.raises(ValueError, match="needs 40 lures and as many honest messages"):
        fit(knowledge, _offers(20), lambda _: Meaning())


def test_only_the_numbers_of_the_file_change(tmp_path: Path) -> None:
    path = tmp_path / "verdict.yml"
    shutil.copy(ROOT / "knowledge" / "verdict.yml", path)
    before = path.read_text("utf-8")
    weights = dict(zip(Severity, (0.1, 0.2, 0.3, 0.4), strict=True))
    numbers = {"careful_from": 0.8, "tone_careful_from": 1.1, "lure_from": 1.9}
    Fitted(weights, whole=1.5, wording=0.6, even=0.7, **numbers).write(path)
    after = path.read_text("utf-8")
    rule = VerdictRule.model_validate(parse(after))
    assert (rule.weights, rule.whole, rule.wording, rule.even) == (weights, 1.5, 0.6, 0.7)
    assert {name: getattr(rule, name) for name in numbers} == numbers
    comments = [line for line in before.splitlines() if line.startswith("#")]
    assert [line for line in after.splitlines() if line.startswith("#")] == comments
