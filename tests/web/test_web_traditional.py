"""Who writes Traditional Chinese is answered in it: texts and labels, never numbers or tokens."""

from __future__ import annotations

from fastapi.testclient import TestClient

from forewarn.chinese import traditional
from forewarn.knowledge.loader import Knowledge
from tests.web.fake_bot import FakeBot, answer, choices, text
from tests.web.talk import choices_of, opened, say


def _answers_in_chinese(bot: FakeBot) -> None:
    bot.reply = lambda body: answer(
        text("请联系大使馆，电话 +86-10-12308。"), choices("护照被拿走了"), language="zh"
    )


def test_the_whole_answer_is_in_the_characters_of_the_message(
    client: TestClient, bot: FakeBot
) -> None:
    _answers_in_chinese(bot)
    reply = say(client, None, text="這份工作是不是騙人的？").json()
    assert bot.messages[-1]["language"] == "zh"
    assert reply["language"] == "zh-Hant"
    assert reply["replies"][0]["text"] == "請聯繫大使館，電話 +86-10-12308。"
    assert choices_of(reply)[0]["label"] == "護照被拿走了"


def test_it_stays_so_for_what_does_not_tell_and_for_taps(client: TestClient, bot: FakeBot) -> None:
    _answers_in_chinese(bot)
    first = say(client, None, text="這份工作是不是騙人的？").json()
    again = say(client, first["conversation"], text="你好").json()
    tapped = say(client, again["conversation"], choice=choices_of(again)[0]["choice"]).json()
    assert [again["language"], tapped["language"]] == ["zh-Hant", "zh-Hant"]
    assert tapped["replies"][0] == first["replies"][0]
    # The token a person tapped came back as the meaning it was minted for.
    assert bot.messages[-1]["choice"] == {"intent": "question", "slots": {"faq": "护照被拿走了"}}


def test_simplified_writing_changes_it_back(client: TestClient, bot: FakeBot) -> None:
    _answers_in_chinese(bot)
    first = say(client, None, text="這份工作是不是騙人的？").json()
    then = say(client, first["conversation"], text="护照被拿走了怎么办").json()
    assert then["language"] == "zh"
    assert then["replies"][0]["text"].startswith("请联系")


def test_another_language_is_left_alone(client: TestClient, bot: FakeBot) -> None:
    _answers_in_chinese(bot)
    first = say(client, None, text="這份工作是不是騙人的？").json()
    bot.reply = lambda body: answer(text("A grounded answer."))
    then = say(client, first["conversation"], text="how can I protect myself?").json()
    assert (then["language"], then["replies"][0]["text"]) == ("en", "A grounded answer.")


def test_cantonese_in_danger_gets_its_own_words_with_everything_down(
    client: TestClient, bot: FakeBot, knowledge: Knowledge
) -> None:
    bot.behave = "status 500"
    body = say(client, None, text="我哋俾人困喺柬埔寨，護照俾佢哋攞走咗，唔畀走").json()
    same = say(client, None, text="我们被人关在柬埔寨，护照被他们拿走了，不让走").json()
    assert body["message"].startswith(traditional(knowledge.dangers["held"].reply["zh"]))
    assert body["message"] == traditional(same["message"])
    assert [one["dial_inside"] for one in body["hotlines"]] == [
        one["dial_inside"] for one in same["hotlines"]
    ]


def test_it_can_be_chosen(client: TestClient, knowledge: Knowledge) -> None:
    chosen, ours = opened(client, "zh-TW"), opened(client, "zh")
    assert (chosen["language"], ours["language"]) == ("zh-Hant", "zh")
    assert chosen["replies"] != ours["replies"]
    assert chosen["replies"][1]["text"] == traditional(knowledge.messages["zh"].first_screen)
    strings = client.get("/api/strings", params={"language": "zh-Hant"}).json()
    assert (strings["language"], strings["html_lang"]) == ("zh-Hant", "zh-Hant")
    assert strings["labels"] == traditional(knowledge.messages["zh"].with_prefix("widget_"))
    for page in ("/help/zh-Hant", "/help/zh-Hant/CN", "/figures/zh-Hant"):
        assert '<html lang="zh-Hant">' in client.get(page).text
    assert traditional(knowledge.messages["zh"].nobody_told) in client.get("/help/zh-TW/CN").text
