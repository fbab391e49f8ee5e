"""Damage is made the same way every time, and each kind changes what it says it changes."""

import pytest

from bench.damage import EACH, Damage, Damaged, Source, damaged
from forewarn.knowledge.loader import Knowledge, read
from tests.retrieval.conftest import ROOT

ENGLISH = """\
Ask the ministry and the DMW on mol.go.th before you sign a contract with people abroad.

- Do not send your passport to anyone who wrote to you first, and keep a copy of it.
- In March 2025 over 7,000 people came back from the border towns after many months."""

TEXTS = {
    "th": """ถามกระทรวงและ DMW ที่ mol.go.th ก่อนเซ็นสัญญากับใครในต่างประเทศ

- อย่าส่งพาสปอร์ตให้คนที่เขียนหาคุณก่อน และเก็บสำเนาไว้
- เดือนมีนาคม 2025 มีคนกว่า 7,000 คน กลับมาจากเมืองชายแดนหลังอยู่หลายเดือน""",
    "zh": """跟国外的任何人签合同之前，先到 mol.go.th 问劳工部和 DMW。

- 不要把护照寄给主动联系你的人，自己留一份复印件。
- 2025年3月，有超过7000人在几个月之后从边境城镇回来。""",
    "my": """နိုင်ငံခြားက ဘယ်သူနဲ့မဆို စာချုပ်မချုပ်ခင် mol.go.th မှာ ဝန်ကြီးဌာနနဲ့ DMW ကို မေးပါ။

- အရင်စာရေးလာသူကို ပတ်စပို့ မပို့ပါနဲ့၊ မိတ္တူတစ်စောင် သိမ်းထားပါ။
- 2025 မတ်လမှာ လူ 7,000 ကျော် လအတော်ကြာပြီးနောက် နယ်စပ်မြို့တွေကနေ ပြန်လာခဲ့ပါတယ်။""",
}
STRANGERS = [
    "- นี่คือบรรทัดของเรื่องอื่น",
    "这是别的条目里的一段。",
    "- 这是别的条目里的一行。",
    "A paragraph.",
]


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return read(ROOT / "knowledge", drafts_too=True)[0]


def made(knowledge: Knowledge, language: str, each: int = EACH) -> list[Damaged]:
    text = TEXTS[language]
    wording = knowledge.wording[language]
    return damaged(Source("an-entry", language, ENGLISH, text, wording, STRANGERS), each)


@pytest.mark.parametrize("language", sorted(TEXTS))
def test_every_kind_changes_one_line(knowledge: Knowledge, language: str) -> None:
    found = made(knowledge, language)
    assert {one.kind for one in found} == set(Damage)
    before = TEXTS[language].splitlines()
    for one in found:
        after = one.text.splitlines()
        kept = [*before[: one.line - 1], *before[one.line :]]
        if one.kind is Damage.step:
            assert after == kept
        else:
            assert [*after[: one.line - 1], *after[one.line :]] == kept
            assert after[one.line - 1] != before[one.line - 1]


@pytest.mark.parametrize("language", sorted(TEXTS))
def test_the_same_entry_is_always_damaged_alike(knowledge: Knowledge, language: str) -> None:
    assert made(knowledge, language) == made(knowledge, language)
    assert (
        max(sum(one.kind is kind for one in made(knowledge, language, 1)) for kind in Damage) == 1
    )


@pytest.mark.parametrize(
    ("language", "kind", "line"),
    [
        ("th", Damage.negation_dropped, "- ส่งพาสปอร์ตให้คนที่เขียนหาคุณก่อน และเก็บสำเนาไว้"),
        ("zh", Damage.negation_dropped, "- 要把护照寄给主动联系你的人，自己留一份复印件。"),
        ("my", Damage.negation_dropped, "- အရင်စာရေးလာသူကို ပတ်စပို့ ပို့ပါ၊ မိတ္တူတစ်စောင် သိမ်းထားပါ။"),
        (
            "th",
            Damage.negation_added,
            "อย่าถามกระทรวงและ DMW ที่ mol.go.th ก่อนเซ็นสัญญากับใครในต่างประเทศ",
        ),
        (
            "zh",
            Damage.negation_added,
            "不要跟国外的任何人签合同之前，先到 mol.go.th 问劳工部和 DMW。",
        ),
        (
            "my",
            Damage.negation_added,
            "နိုင်ငံခြားက ဘယ်သူနဲ့မဆို စာချုပ်မချုပ်ခင် mol.go.th မှာ ဝန်ကြီးဌာနနဲ့ DMW ကို မမေးပါနှင့်။",
        ),
    ],
)
def test_a_not_is_taken_out_or_put_in(
    knowledge: Knowledge, language: str, kind: Damage, line: str
) -> None:
    found = [one for one in made(knowledge, language, 9) if one.kind is kind]
    assert line in [one.text.splitlines()[one.line - 1] for one in found]


def test_years_months_and_addresses_are_no_plain_numbers(knowledge: Knowledge) -> None:
    numbers = [one for one in made(knowledge, "zh", 99) if one.kind is Damage.number]
    assert numbers
    assert all("2025年3月" in one.text and "mol.go.th" in one.text for one in numbers)
