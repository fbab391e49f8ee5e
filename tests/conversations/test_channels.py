"""Each messaging app, from its webhook to its stand-in, with everything really running between.

A person who writes in an app is told what the website tells: its replies, asked over its API, are
rendered for the app here, and every message of the app must be one of these.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from forewarn.replies import MintedChoicesBlock, PublicBlock, TextBlock, Tone, public_blocks
from tests.channels.app import App, Shown
from tests.channels.conftest import declared
from tests.channels.redis_server import RedisServer
from tests.channels.stand_in import StandIn, until
from tests.knowledge_base import KNOWLEDGE, LOADED
from tests.whole_stack import WholeStack, running
from web.channels.limits import table
from web.channels.rendering import Renderer, Words
from web.guide import Guide
from web.settings import WebSettings

ANSWER_SECONDS = 30.0
"""How long an answer may take while the machine is busy with other tests."""

CANARY = "QUETZAL7732"
"""What a person wrote, to be looked for where nothing of a person may be."""

PEOPLE = {"en": "ann", "th": "bob", "zh": "eve"}
IN_DANGER = {"en": "dan", "th": "fay", "zh": "gus"}
"""Who writes, by language, to each app."""

QUESTIONS = {
    "en": "What happened to the actor Wang Xing?",
    "th": "หวังซิงคือใคร",
    "zh": "从越南出国打工，怎么核实工作？",
}
OFFERS = {
    "en": "Hiring customer service for online casino in Mae Sot, 3000 USD a month, no experience "
    "and no interview. We pay the ticket, come on a tourist visa, our driver picks you up. "
    f"Write to {CANARY}.",
    "th": "ถ้ามีบัญชีธนาคารที่ไม่ได้ใช้ เอามาให้เราเช่าได้นะ ให้เดือนละ 3,000 บาท รับงานแอดมินที่ปอยเปต "
    f"ไม่ต้องสัมภาษณ์ ติดต่อ {CANARY}",
    "zh": "招客服，去缅甸妙瓦底，月薪三万，不用面试，旅游签入境，机票我们出。"
    f"司机到机场接。联系{CANARY}。",
}
CRIES = {
    "en": f"They took my passport and locked me up, I am in Mae Sot {CANARY}",
    "th": f"เขายึดพาสปอร์ตฉันไปแล้วไม่ให้ออกจากตึก ตอนนี้อยู่ที่ปอยเปต {CANARY}",
    "zh": f"司机不去酒店，正带我去边境，我在泰国湄索 {CANARY}",
}

NUMBERS = {"en": "191", "th": "117", "zh": "191"}
"""The emergency line of the place each cry names; in English Mae Sot, in Thai Poipet."""


@dataclass
class Connected:
    """The running stack and every app. ``read`` counts, by app, the messages looked at."""

    stack: WholeStack
    redis: RedisServer
    apps: dict[str, tuple[App, StandIn]]
    read: dict[str, int] = field(default_factory=dict)


@pytest.fixture(scope="module")
def connected() -> Iterator[Connected]:
    """One stack with all apps connected to it."""
    with ExitStack() as block:
        redis = block.enter_context(RedisServer())
        apps = {}
        for name in table():
            app = declared(name)
            apps[name] = (app, block.enter_context(StandIn(app.answer, app.is_message)))
        given = {
            setting: value
            for app, platform in apps.values()
            for setting, value in app.settings(platform.url).items()
        }
        stack = block.enter_context(running(ready=True, FOREWARN_REDIS_URL=redis.url, **given))
        yield Connected(stack, redis, apps)


@pytest.fixture(scope="module")
def guide() -> Guide:
    return Guide(LOADED, SETTINGS)


SETTINGS = WebSettings.model_validate(
    {
        "knowledge": KNOWLEDGE,
        "bot_secret": "a secret of the tests",
        "token_key": "another secret of the tests",
    }
)


class Website:
    """The same person on the website: what is told there, as the app would show it."""

    def __init__(self, client: httpx.Client, app: App, guide: Guide, language: str) -> None:
        self._client = client
        self._app = app
        self._guide = guide
        self._language = language
        self._conversation: str | None = None
        self.choices: list[str] = []
        self.kinds: list[str] = []

    def told(self, *, first: str = "", **said: str) -> list[Words]:
        """The messages that answer what was said; with the words of first contact "before" them or
        "after" them."""
        body = {"conversation": self._conversation} if self._conversation else {"language": "en"}
        answered = self._client.post("/api/chat", json={**body, **said})
        assert answered.status_code == httpx.codes.OK, answered.text
        assert answered.json()["language"] == self._language
        self._conversation = answered.json()["conversation"]
        blocks = public_blocks.validate_python(answered.json()["replies"])
        self.choices = [
            item.choice
            for block in blocks
            if isinstance(block, MintedChoicesBlock)
            for item in block.items
        ]
        self.kinds = [block.type for block in blocks]
        blocks = {
            "": blocks,
            "before": [self._first_contact(), *blocks],
            "after": [*blocks, self._first_contact()],
        }[first]
        renderer = Renderer(table()[self._app.name], self._guide, SETTINGS)
        return renderer.render(blocks, self._language).messages

    def _first_contact(self) -> PublicBlock:
        messages = self._guide.messages(self._language)
        notice = messages.channel_notice.format(
            minutes=30,
            app=table()[self._app.name].title,
            word=messages.channel_delete_words.replace("，", ",").replace("、", ",").split(",")[0],
        )
        return TextBlock(text=f"{messages.who_we_are}\n\n{notice}", tone=Tone.note)


class Chat:
    """A person in an app."""

    def __init__(self, connected: Connected, client: httpx.Client, app: str, user: str) -> None:
        self._app, self._platform = connected.apps[app]
        self._connected = connected
        self._client = client
        self._user = user

    def told(self, payload: Any, expected: list[Words]) -> list[Shown]:
        """What is shown once the app told us `payload`, as many messages as `expected`, and the
        same words and taps."""
        webhook = self._app.signed(payload)
        taken = self._client.post(
            f"/channels/{self._app.name}",
            content=webhook.raw,
            headers=webhook.headers,
            params=webhook.query,
        )
        assert taken.status_code == httpx.codes.OK, taken.text
        read = self._connected.read.get(self._app.name, 0)
        until(lambda: len(self._shown()) >= read + len(expected), ANSWER_SECONDS)
        shown = self._shown()[read:]
        self._connected.read[self._app.name] = read + len(shown)
        assert [_seen(one.text, [label for label, _ in one.taps]) for one in shown] == [
            _seen(words.text, [one.description or one.label for one in words.buttons])
            for words in expected
        ]
        return shown

    def says(self, text: str, expected: list[Words]) -> list[Shown]:
        """The person writes `text`."""
        return self.told(self._app.text(text, user=self._user), expected)

    def chooses(self, number: int, shown: list[Shown], expected: list[Words]) -> list[Shown]:
        """The person takes the choice `number` of what was shown: by a tap, or by typing its
        number where the app has nothing to tap."""
        taps = shown[-1].taps
        if not taps:
            return self.says(str(number + 1), expected)
        return self.told(self._app.tap(taps[number][1], user=self._user), expected)

    def _shown(self) -> list[Shown]:
        assert self._platform.wrong == [], "a call was not as the app's documents want it"
        calls = [call for call in list(self._platform.calls) if self._app.is_message(call)]
        return [shown for call in calls for shown in self._app.shown(call)]


def _seen(text: str, labels: list[str]) -> tuple[str, list[str]]:
    """A message as its words and what can be chosen, whether the choices stand below the words as
    numbered lines or apart from them."""
    for messages in LOADED.messages.values():
        text, _, listed = text.partition(f"{messages.channel_number}\n")
        labels = [*labels, *(line.partition(" ")[2] for line in listed.splitlines())]
    return text.rstrip(), labels


def _is_first(number: str, shown: list[Shown]) -> bool:
    """Whether `number` is the first that can be called."""
    found = re.search(r"\+?[0-9][0-9 -]{2,}", "\n".join(one.text for one in shown))
    return found is not None and found[0].strip() == number


@pytest.fixture(scope="module")
def client(connected: Connected) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=connected.stack.address, timeout=10, trust_env=False) as client:
        yield client


@pytest.fixture(params=list(table()))
def name(request: pytest.FixtureRequest) -> str:
    """Each app there is."""
    chosen: str = request.param
    return chosen


@pytest.mark.parametrize("language", PEOPLE)
def test_an_app_tells_what_the_website_tells(
    connected: Connected, client: httpx.Client, guide: Guide, name: str, language: str
) -> None:
    chat = Chat(connected, client, name, PEOPLE[language])
    site = Website(client, connected.apps[name][0], guide, language)
    shown = chat.says(QUESTIONS[language], site.told(first="before", text=QUESTIONS[language]))
    shown = chat.chooses(0, shown, site.told(choice=site.choices[0]))
    shown = chat.says(OFFERS[language], site.told(text=OFFERS[language]))
    assert "verdict" in site.kinds
    chat.chooses(0, shown, site.told(choice=site.choices[0]))
    shown = chat.says(CRIES[language], site.told(text=CRIES[language]))
    assert _is_first(NUMBERS[language], shown)


@pytest.mark.parametrize("language", IN_DANGER)
def test_a_cry_for_help_is_answered_before_anything_else_is_told(
    connected: Connected, client: httpx.Client, guide: Guide, name: str, language: str
) -> None:
    chat = Chat(connected, client, name, IN_DANGER[language])
    site = Website(client, connected.apps[name][0], guide, language)
    shown = chat.says(CRIES[language], site.told(first="after", text=CRIES[language]))
    assert _is_first(NUMBERS[language], shown)


def test_nothing_a_person_wrote_is_left(connected: Connected, name: str) -> None:
    """After all of the above: in no line any part printed, and not in the queue."""
    assert [line for line in connected.stack.lines if CANARY in line] == []
    assert f"connected: {', '.join(table())}" in "\n".join(connected.stack.lines)
    until(lambda: "channels:event:" not in connected.redis.everything(), ANSWER_SECONDS)
    assert CANARY not in connected.redis.everything()
