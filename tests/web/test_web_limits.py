"""A flood is slowed down; a cry for help in it is not."""

from __future__ import annotations

from collections.abc import Callable

from fastapi.testclient import TestClient

from forewarn.knowledge.loader import Knowledge
from tests.web.fake_bot import FakeBot
from tests.web.talk import check_refusal, opened, say
from web.limits import Limiter


class Clock:
    """A clock that goes on when told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_gives_its_burst_and_refills() -> None:
    clock = Clock()
    limiter = Limiter(3, 0.5, clock)
    assert [limiter.wait("a") for _ in range(5)] == [0, 0, 0, 2, 2]
    assert limiter.wait("b") == 0
    clock.now = 2.0
    assert [limiter.wait("a") for _ in range(2)] == [0, 2]
    clock.now = 1_000.0
    assert [limiter.wait("a") for _ in range(4)] == [0, 0, 0, 2]


def test_a_burst_of_nothing_means_no_limit() -> None:
    limiter = Limiter(0, 1.0, Clock())
    assert {limiter.wait("a") for _ in range(1_000)} == {0}


def test_a_conversation_that_floods_is_asked_to_wait(
    make_client: Callable[..., TestClient], knowledge: Knowledge
) -> None:
    client = make_client(rate_conversation_burst=3, rate_conversation_per_second=0.1)
    conversation = opened(client)["conversation"]
    for _ in range(3):
        assert say(client, conversation, text="a question of mine").status_code == 200
    response = say(client, conversation, text="a question of mine")
    body = check_refusal(response, 429, "too_many")
    assert 1 <= int(response.headers["retry-after"]) <= 10
    assert body["message"] == knowledge.messages["en"].error_too_many.format(
        seconds=response.headers["retry-after"]
    )
    assert body["hotlines"]
    other = opened(client)["conversation"]
    assert say(client, other, text="a question of mine").status_code == 200


def test_an_address_that_floods_is_asked_to_wait_but_may_cry_for_help_and_leave(
    make_client: Callable[..., TestClient], bot: FakeBot, knowledge: Knowledge
) -> None:
    client = make_client(rate_address_burst=2, rate_address_per_second=0.01)
    conversation = opened(client)["conversation"]
    assert say(client, conversation, text="a question of mine").status_code == 200
    check_refusal(say(client, conversation, text="a question of mine"), 429, "too_many")
    check_refusal(client.post("/api/conversation", json={}), 429, "too_many")
    for danger in knowledge.dangers.values():
        if danger.level.value == "danger":
            cry = danger.must_match["en"][0]
            assert say(client, conversation, text=cry).status_code == 200
    assert client.get("/help/en").status_code == 200
    response = client.request("DELETE", "/api/conversation", json={"conversation": conversation})
    assert response.status_code == 204
