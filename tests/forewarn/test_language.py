"""The language of a message, told from its letters."""

import pytest

from forewarn.knowledge.loader import Knowledge
from forewarn.language import Identified, identify


@pytest.mark.parametrize(
    ("text", "current", "expected"),
    [
        ("How do I check this job?", "th", Identified("en", "en")),
        ("งานนี้น่าเชื่อถือไหม", "en", Identified("th", "th")),
        ("这个工作是真的吗", "en", Identified("zh", "zh")),
        ("ok", "th", Identified("th", None)),
        ("scam?", "zh", Identified("zh", None)),
        ("", "th", Identified("th", None)),
        ("👍 123 !!", "zh", Identified("zh", None)),
        ("ဒီအလုပ်က တကယ်လား", "en", Identified("my", "my")),
        ("ការងារនេះពិតទេ", "en", Identified("km", "km")),
        ("ວຽກນີ້ແທ້ບໍ່", "en", Identified("lo", "lo")),
        ("Việc này có thật không?", "en", Identified("vi", "vi")),
        ("lừa đảo?", "th", Identified("vi", "vi")),
        ("viec nay co that khong, toi so qua", "en", Identified("vi", "vi")),
        ("xin chao", "en", Identified("en", "en")),
        ("¿Es verdad este trabajo?", "th", Identified("en", "en")),
        ("Эта работа настоящая?", "th", Identified("th", "other")),
        ("งาน admin ที่ KK Park เงินเดือน 30,000", "en", Identified("th", "th")),
        ("去KK Park做客服靠谱吗", "en", Identified("zh", "zh")),
    ],
)
def test_identifies_by_script_and_keeps_the_conversations_language_in_doubt(
    knowledge: Knowledge, text: str, current: str, expected: Identified
) -> None:
    assert identify(text, knowledge.languages, current) == expected
