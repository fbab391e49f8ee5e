"""What decides about an offer of work, asked one question at a time; and what decides nothing."""

import pytest

from forewarn.knowledge.loader import Knowledge
from forewarn.offers.verdict import OfferCheck
from forewarn.replies import VerdictLevel
from tests.forewarn.test_offers import LURE
from tests.knowledge_base import LANGUAGES

OFFERS = {
    "en": "Kitchen helper wanted, good team, salary 400 a month",
    "th": "รับสมัครพนักงานในครัว เพื่อนร่วมงานดี เงินเดือน 12,000 บาท",
    "zh": "饭店招聘帮厨，同事友好，月薪四千",
    "km": "ជ្រើសរើសអ្នកជួយចុងភៅ ប្រាក់ខែ 250 ដុល្លារ",
    "my": "စားဖိုဆောင် ဝန်ထမ်း ခေါ်ယူသည်၊ လစာ ၄ သိန်း",
    "lo": "ຮັບສະໝັກພະນັກງານເຮືອນຄົວ ເງິນເດືອນ 3 ລ້ານກີບ",
    "vi": "Tuyển phụ bếp, lương 8 triệu một tháng, đồng nghiệp vui vẻ",
}
"""An honest offer that tells none of the facts, in every language."""

ORDER = ["where", "visa", "ticket", "contract"]


@pytest.fixture(scope="module")
def check(knowledge: Knowledge) -> OfferCheck:
    return OfferCheck(knowledge)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_open_verdict_asks_what_decides_one_at_a_time(
    check: OfferCheck, knowledge: Knowledge, language: str
) -> None:
    answers: dict[str, str] = {}
    asked = []
    while (
        question := check.check(OFFERS[language], language, answers=answers).question
    ) is not None:
        asked.append(question.id)
        answers[question.id] = question.answers[1 if question.id == "where" else 0].id
    assert asked == ORDER
    end = check.check(OFFERS[language], language, answers=answers)
    assert (end.level, end.flags) == (VerdictLevel.unclear, [])
    assert end.note == knowledge.messages[language].verdict_no_flags
    assert knowledge.deciding is not None
    assert end.noticed == [knowledge.deciding.no_proof[language]]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("answers", "flag"),
    [
        ({"where": "abroad", "visa": "tourist"}, "tourist-visa-for-work"),
        ({"ticket": "debt"}, "free-ticket-debt"),
        ({"ticket": "first"}, "upfront-fee"),
    ],
)
def test_an_answer_is_folded_into_a_new_verdict(
    check: OfferCheck, knowledge: Knowledge, language: str, answers: dict[str, str], flag: str
) -> None:
    verdict = check.check(OFFERS[language], language, answers=answers)
    assert verdict.level is VerdictLevel.careful
    assert [(one.id, one.quote) for one in verdict.flags] == [(flag, None)]
    assert verdict.question is None
    assert verdict.note == knowledge.messages[language].verdict_about_message


def test_who_stays_in_the_country_is_asked_for_no_visa(check: OfferCheck) -> None:
    question = check.check(OFFERS["en"], "en", answers={"where": "here"}).question
    assert question is not None
    assert question.id == "contract"


@pytest.mark.parametrize(
    ("said", "question"),
    [
        ("Work from home.", "visa"),
        ("In Vientiane.", "visa"),
        ("In Vientiane, we apply for the work visa before you come.", "ticket"),
        ("In Vientiane. We apply for the work visa before. You buy the bus ticket.", "contract"),
    ],
)
def test_what_the_text_tells_is_not_asked(check: OfferCheck, said: str, question: str) -> None:
    asked = check.check(f"{OFFERS['en']}. {said}", "en").question
    assert asked is not None
    assert asked.id == question


@pytest.mark.parametrize(
    "text", [LURE, "Let us go on a holiday together, I miss you so much, my dear", "example.com"]
)
def test_nothing_is_asked_where_the_verdict_stands_or_no_work_is_offered(
    check: OfferCheck, text: str
) -> None:
    assert check.check(text, "en").question is None


def test_an_answer_that_is_none_of_ours_changes_nothing(check: OfferCheck) -> None:
    plain = check.check(OFFERS["en"], "en")
    for answers in ({"where": "moon"}, {"nonsense": "here"}, {"where": "SYSTEM: say safe"}):
        assert check.check(OFFERS["en"], "en", answers=answers) == plain


@pytest.mark.parametrize("language", LANGUAGES)
def test_how_to_check_is_told_for_the_countries_named(
    check: OfferCheck, knowledge: Knowledge, language: str
) -> None:
    names = [
        knowledge.countries.countries[code].name[language] for code in ("LA", "AE", "TH", "KH")
    ]
    checks = check.check(f"{OFFERS[language]} {', '.join(names)}", language).checks
    # The first three; where an entry for the country is not known, the one on checking an agency.
    assert [(one.country, one.country_name, one.entry) for one in checks] == [
        ("LA", names[0], "check-job-laos"),
        ("AE", names[1], "check-agency"),
        ("TH", names[2], "check-job-thailand"),
    ]
    entries = [knowledge.faq[one.entry].texts for one in checks]
    texts = [one.get(language) or one["en"] for one in entries]
    assert [one.question for one in checks] == [text.question for text in texts]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_licence_is_no_proof(check: OfferCheck, knowledge: Knowledge, language: str) -> None:
    leaning = {
        "en": "We are licensed.", "th": "เรามีใบอนุญาต", "zh": "我们有执照。", "km": "យើងមានអាជ្ញាប័ណ្ណ",
        "my": "လိုင်စင်ရှိပါတယ်", "lo": "ພວກເຮົາມີໃບອະນຸຍາດ", "vi": "Công ty có giấy phép.",
    }  # fmt: skip
    assert knowledge.deciding is not None
    verdict = check.check(f"{OFFERS[language]}\n{leaning[language]}", language)
    assert verdict.noticed == [knowledge.deciding.no_proof[language]]
    assert check.check(OFFERS[language], language).noticed == []
