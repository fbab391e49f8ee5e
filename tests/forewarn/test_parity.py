"""Translations are compared with their English: numbers, dates, addresses, steps, every "not"."""

from collections.abc import Callable
from pathlib import Path

import pytest

from forewarn.knowledge.checks.parity import parity
from forewarn.knowledge.loader import Knowledge, read
from forewarn.knowledge.parity import Difference, Kind, comparers
from forewarn.knowledge.validate import validate
from tests.forewarn.conftest import KNOWLEDGE

Compare = Callable[[str, str, str], list[Difference]]

ENGLISH = """Ask the labour ministry on mol.go.th before you sign.

- Do not send your passport.
- In March 2025 over 7,000 people came back."""

GOOD = {
    "th": """ถามกระทรวงแรงงานที่ mol.go.th ก่อนเซ็น

- อย่าส่งพาสปอร์ต
- เดือนมีนาคม 2025 มีคนกลับมามากกว่า 7,000 คน""",
    "zh": """签字之前，到 mol.go.th 问劳工部。

- 不要把护照寄出去。
- 2025年3月，有超过7000人回来。""",
    "my": """လက်မှတ်မထိုးခင် mol.go.th မှာ အလုပ်သမားဝန်ကြီးဌာနကို မေးပါ။

- ပတ်စပို့ကို မပို့ပါနဲ့။
- ၂၀၂၅ ခုနှစ် မတ်လမှာ လူ ၇,၀၀၀ ကျော် ပြန်လာခဲ့ပါတယ်။""",
    "vi": """Hãy hỏi bộ lao động ở mol.go.th trước khi ký.

- Đừng gửi hộ chiếu.
- Tháng 3/2025 có hơn 7.000 người trở về.""",
}


@pytest.fixture(scope="module")
def compare() -> Compare:
    by_language = comparers(read(KNOWLEDGE, drafts_too=True)[0].wording)

    def differences(language: str, english: str, own: str) -> list[Difference]:
        return by_language[language].differences(english, own)

    return differences


@pytest.mark.parametrize("language", sorted(GOOD))
def test_a_good_translation_is_not_accused(compare: Compare, language: str) -> None:
    assert compare(language, ENGLISH, GOOD[language]) == []


@pytest.mark.parametrize(
    ("language", "old", "new", "difference"),
    [
        ("th", "7,000", "7,100", (Kind.number, 3, "7000 in English, 7100 here")),
        ("th", "มีนาคม", "เมษายน", (Kind.date, 3, "months 3 in English, 4 here")),
        ("th", "2025", "2026", (Kind.number, 3, "2025 in English, 2026 here")),
        ("th", "mol.go.th", "mol.co.th", (Kind.contact, 1, "mol.go.th in English, mol.co.th here")),
        ("th", "อย่าส่ง", "ส่ง", (Kind.negation, 2, "1 negations in English, 0 here")),
        (
            "th",
            "ถามกระทรวง",
            "อย่าถามกระทรวง",
            (Kind.negation, 1, "forbids what the English does not"),
        ),
        ("zh", "7000", "7100", (Kind.number, 3, "7000 in English, 7100 here")),
        ("zh", "3月", "11月", (Kind.date, 3, "months 3 in English, 11 here")),
        ("zh", " mol.go.th ", "", (Kind.contact, 1, "mol.go.th in English, none here")),
        ("zh", "不要", "", (Kind.negation, 2, "1 negations in English, 0 here")),
        ("zh", "签字", "不要签字", (Kind.negation, 1, "forbids what the English does not")),
        ("my", "၇,၀၀၀", "၇,၁၀၀", (Kind.number, 3, "7000 in English, 7100 here")),
        ("my", "မတ်လ", "ဇွန်လ", (Kind.date, 3, "months 3 in English, 6 here")),
        ("my", "မပို့ပါနဲ့", "ပို့ပါ", (Kind.negation, 2, "1 negations in English, 0 here")),
        ("my", "မေးပါ", "မမေးပါနဲ့", (Kind.negation, 1, "forbids what the English does not")),
        ("vi", "7.000", "7.100", (Kind.number, 3, "7000 in English, 7100 here")),
        ("vi", "Tháng 3", "Tháng 12", (Kind.date, 3, "months 3 in English, 12 here")),
        ("vi", "Đừng gửi", "Gửi", (Kind.negation, 2, "1 negations in English, 0 here")),
        ("vi", "Hãy hỏi", "Đừng hỏi", (Kind.negation, 1, "forbids what the English does not")),
    ],
)
def test_what_was_changed_is_named(
    compare: Compare, language: str, old: str, new: str, difference: tuple[Kind, int, str]
) -> None:
    assert old in GOOD[language]
    changed = GOOD[language].replace(old, new, 1)
    assert compare(language, ENGLISH, changed) == [Difference(*difference)]


def test_a_dropped_step(compare: Compare) -> None:
    own = "\n".join(line for line in GOOD["th"].splitlines() if "พาสปอร์ต" not in line)
    detail = "3 paragraphs and list lines in English, 2 here"
    assert compare("th", ENGLISH, own) == [Difference(Kind.step, 1, detail)]


def test_a_step_that_became_a_paragraph(compare: Compare) -> None:
    own = GOOD["zh"].replace("- 不要", "不要")
    detail = "a list line in one of the two only"
    assert compare("zh", ENGLISH, own) == [Difference(Kind.step, 2, detail)]


def test_a_ban_before_another_one_is_seen_at_the_head_of_the_line(compare: Compare) -> None:
    english = "Ask the embassy. A licence is never proof."
    assert compare("th", english, "ถามสถานทูต ใบอนุญาตไม่ใช่ข้อพิสูจน์") == []
    detail = "begins by forbidding, the English does not"
    assert compare("th", english, "อย่าถามสถานทูต ใบอนุญาตเป็นข้อพิสูจน์") == [
        Difference(Kind.negation, 1, detail)
    ]


def test_a_not_of_one_sentence_does_not_stand_for_one_of_another(compare: Compare) -> None:
    english = "- Fear holds people too. Do not blame."
    assert compare("lo", english, "- ຄວາມຢ້ານເຮັດໃຫ້ຄົນບໍ່ກັບ. ຢ່າຕຳນິ.") == []
    assert compare("lo", english, "- ຄວາມຢ້ານເຮັດໃຫ້ຄົນບໍ່ກັບ. ຕຳນິ.") == [
        Difference(Kind.negation, 1, "1 negations in English, 0 here")
    ]
    english = "A licence is never proof. Ask about the job."
    assert compare("my", english, "လိုင်စင်က သက်သေ မဟုတ်ပါ။ အလုပ်အကြောင်း မမေးပါနဲ့။") == [
        Difference(Kind.negation, 1, "forbids what the English does not")
    ]


def test_a_number_written_as_a_word_is_kept_as_a_word_or_in_digits(compare: Compare) -> None:
    english = "Three of eight carpenters had one hundred dollars."
    assert compare("lo", english, "ຊ່າງໄມ້ 8 ຄົນ ມີສາມຄົນ ຖື 100 ໂດລາ") == []
    assert compare("lo", english, "ຊ່າງໄມ້ 8 ຄົນ ມີ 8 ຄົນ ຖື 100 ໂດລາ") == [
        Difference(Kind.number, 1, "3 in English, none here")
    ]


def test_names_in_capitals_are_kept_unless_a_language_writes_them_its_own_way(
    compare: Compare,
) -> None:
    english = "The FBI says: ask the DMW."
    assert compare("th", english, "เอฟบีไอบอกให้ถาม DMW") == []
    assert compare("vi", english, "FBI nói: hãy hỏi DMW.") == []
    assert compare("vi", english, "FBI nói: hãy hỏi bộ.") == [
        Difference(Kind.name, 1, "DMW in English, none here")
    ]
    assert compare("zh", english, "联邦调查局说：去问 DNW。") == [
        Difference(Kind.name, 1, "DMW in English, DNW here")
    ]


@pytest.mark.parametrize(
    ("language", "english", "own"),
    [
        ("zh", "5.4 million people", "540万人"),
        ("zh", "120,000 people", "12万人"),
        ("zh", "in January and in November 2025", "2025年1月和11月"),
        ("th", "40 billion dollars", "4 หมื่นล้านดอลลาร์"),
        ("th", "100,000 people", "1 แสนคน"),
        ("my", "120,000 people", "လူ ၁၂ သောင်း"),
        ("my", "on 3 January 2025", "၂၀၂၅ ဇန်နဝါရီလ ၃ ရက်"),
        ("km", "330 reports", "របាយការណ៍ ៣៣០"),
        ("lo", "330 reports", "ລາຍງານ ໓໓໐ ກໍລະນີ"),
        ("vi", "5.4 million people, 1,525 foreigners", "5,4 triệu người, 1.525 người nước ngoài"),
        ("vi", "on 3 January 2025", "ngày 3/1/2025"),
        ("vi", "in November 2025", "tháng 11 năm 2025"),
        ("zh", "since COVID-19, in 2 towns", "新冠以来，两个镇（2个）"),
        ("th", "one of three men", "1 ใน 3 คน"),
    ],
)
def test_numbers_and_months_are_the_same_however_they_are_written(
    compare: Compare, language: str, english: str, own: str
) -> None:
    assert compare(language, english, own) == []


@pytest.mark.parametrize(
    ("language", "english", "own"),
    [
        ("th", "People such as drivers", "คนอย่างคนขับรถ"),
        ("zh", "Others tell it apart", "别人能识别"),
        ("zh", "Whether you go is up to you", "去不去由你"),
        ("my", "Ask before you sign, or call", "လက်မှတ်မထိုးခင် မေးပါ၊ ဒါမှမဟုတ် ဖုန်းခေါ်ပါ"),
        ("vi", "Is it real?", "Có thật không?"),
        ("lo", "The Bokeo zone", "ເຂດບໍ່ແກ້ວ"),
        ("my", "What will you do first? It was yesterday", "ပထမ ဘာလုပ်မယ့်အစီအစဉ်ရှိလဲ။ မနေ့ကပါ"),
        ("my", "Ask any office whether it helps", "ဘယ်ရုံးကိုမဆို အထောက်အကူ ဖြစ်မလား မေးပါ"),
        ("km", "Indian computer workers", "អ្នកធ្វើការកុំព្យូទ័រជនជាតិឥណ្ឌា"),
        ("km", 'Or a "no"? Ask', 'ឬគេថា "ទេ"? សូមសួរ'),
        ("km", "Slow down and ask", "កុំប្រញាប់ ហើយសួរ"),
    ],
)
def test_words_that_hold_a_not_and_say_something_else(
    compare: Compare, language: str, english: str, own: str
) -> None:
    assert compare(language, english, own) == []


def test_validate_names_the_line_of_the_file(
    copied: Path, change: Callable[[str, str, str], Path]
) -> None:
    before = validate(copied)
    name = "faq/checking/check-job-nepal.th.md"
    file = change(name, "2024", "2023")
    change(name, "\n- หาเว็บ", "\n\n- หาเว็บ")  # blank lines are not counted as steps
    line = next(
        n for n, text in enumerate(file.read_text("utf-8").splitlines(), 1) if "2023" in text
    )
    assert [str(one) for one in validate(copied) if one not in before] == [
        f"{file.as_posix()}:{line}: warning: answer: numbers differ: 2024 in English, 2023 here. "
        "Write the numbers of the English, in digits."
    ]


def test_a_missing_step_and_a_wrong_address_are_errors(
    copied: Path, change: Callable[[str, str, str], Path]
) -> None:
    nepal = copied / "faq/checking/check-job-nepal.zh.md"
    told = nepal.read_text("utf-8").splitlines()
    step = next(number for number, text in enumerate(told) if text.startswith("- 该局"))
    nepal.write_text("\n".join([*told[:step], *told[step + 1 :]]), "utf-8")
    thai = change("faq/checking/check-job-thailand.th.md", "doe.go.th/", "doe.co.th/")
    line = next(
        n for n, text in enumerate(thai.read_text("utf-8").splitlines(), 1) if "doe.co.th" in text
    )
    names = {nepal.as_posix(), thai.as_posix()}
    assert [str(one) for one in parity(read(copied)[0]) if one.path in names] == [
        f"{nepal.as_posix()}:{told.index('---', 1) + 2}: error: answer: the lines differ: "
        "4 paragraphs and list lines in English, 3 here. "
        "Keep the paragraphs and list lines of the English.",
        f"{thai.as_posix()}:{line}: error: answer: addresses differ: doe.go.th/overseas in "
        "English, doe.co.th/overseas here. Write the addresses of the English, letter for letter.",
    ]


def test_every_language_says_how_it_writes(knowledge: Knowledge) -> None:
    assert set(knowledge.wording) >= set(knowledge.language_codes)
