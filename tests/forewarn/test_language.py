"""The language of a message, told from its letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forewarn.knowledge.loader import Knowledge
from forewarn.language import OTHER, Identified, identify, is_another


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
        ("¿Es verdad este trabajo?", "th", Identified("en", "es")),
        ("Эта работа настоящая?", "th", Identified("en", "ru")),
        ("งาน admin ที่ KK Park เงินเดือน 30,000", "en", Identified("th", "th")),
        ("去KK Park做客服靠谱吗", "en", Identified("zh", "zh")),
        ("KK Park", "th", Identified("th", "en")),
        ("customer service", "my", Identified("my", "en")),
        ("ช่วย Somchai", "en", Identified("th", "th")),
        ("ကူညီ", "en", Identified("my", "my")),
        ("I met Nguyễn at the station in Bavet", "th", Identified("en", "en")),
        ("ｈｏｗ ｍｕｃｈ ｄｏ ｔｈｅｙ ｐａｙ", "th", Identified("en", "en")),
    ],
)
def test_identifies_by_script_and_keeps_the_conversations_language_in_doubt(
    knowledge: Knowledge, text: str, current: str, expected: Identified
) -> None:
    assert identify(text, knowledge.languages, knowledge.other_languages, current) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Saya ditawari kerja di Kamboja, apakah lowongan ini asli?", "id"),
        ("Macam mana nak semak syarikat ini, saya dah bayar duit pendahuluan", "ms"),
        ("Tulong po, hindi na sumasagot ang kapatid ko", "tl"),
        ("Wamechukua pasipoti yangu na hawataki kunirudishia", "sw"),
        ("Ils ont pris mon passeport et refusent de me le rendre", "fr"),
        ("Pegaram meu passaporte e não querem devolver", "pt"),
        ("मुझे थाईलैंड में नौकरी का प्रस्ताव मिला है", "hi"),
        ("मलाई थाइल्याण्डमा जागिरको प्रस्ताव आएको छ", "ne"),
        ("আমার পাসপোর্ট নিয়ে গেছে", "bn"),
        ("مجھے تھائی لینڈ میں نوکری کی پیشکش ہوئی ہے", "ur"),
        ("أخذوا جواز سفري ولا يريدون إعادته", "ar"),
        ("ፓስፖርቴን ወሰዱብኝ", "am"),
        ("У меня забрали паспорт", "ru"),
        ("여권을 빼앗겼어요", "ko"),
        ("これは詐欺ですか、日本大使館", "ja"),
        ("Чи це справжня робота, допоможіть будь ласка", "uk"),
        ("ਕੀ ਇਹ ਨੌਕਰੀ ਅਸਲੀ ਹੈ", OTHER),
    ],
)
def test_another_language_is_answered_in_english(
    knowledge: Knowledge, text: str, code: str
) -> None:
    found = identify(text, knowledge.languages, knowledge.other_languages, "th")
    assert found == Identified("en", code)
    assert is_another(found.written_in, knowledge.languages)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("phom thuk khang yuu nai teuk", "th"),
        ("chuay duay", "th"),
        ("khoy yak meua baan bor hai ork", "lo"),
        ("ke yok passport khnhom min oy yerng tov phteah", "km"),
        ("kyanaw passport thein htar tal", "my"),
        ("bon no giu ho chieu cua toi", "vi"),
    ],
)
def test_our_languages_are_told_in_latin_letters_too(
    knowledge: Knowledge, text: str, code: str
) -> None:
    found = identify(text, knowledge.languages, knowledge.other_languages, "en")
    assert found == Identified(code, code)


def test_what_nobody_can_tell_changes_nothing(knowledge: Knowledge) -> None:
    text = "khob jai lai lai der phee nong"
    for current in ("th", "en"):
        found = identify(text, knowledge.languages, knowledge.other_languages, current)
        assert found == Identified(current, OTHER)


@pytest.mark.parametrize("text", ["tulong po", "terima kasih", "merci beaucoup"])
def test_a_fragment_of_another_language_changes_nothing(knowledge: Knowledge, text: str) -> None:
    found = identify(text, knowledge.languages, knowledge.other_languages, "lo")
    assert found.language == "lo"


def test_our_own_languages_are_not_another(knowledge: Knowledge) -> None:
    codes = [None, *knowledge.language_codes]
    assert not any(is_another(code, knowledge.languages) for code in codes)


@given(st.text())
def test_any_text_has_a_language(knowledge: Knowledge, text: str) -> None:
    found = identify(text, knowledge.languages, knowledge.other_languages, "km")
    assert found.language in knowledge.language_codes
