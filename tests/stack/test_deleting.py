""" "Delete this conversation" deletes it in every part that knew of it."""

import time
from typing import Any

import httpx

from stack.settings import ROOT
from tests.whole_stack import WholeStack

SECRET = ROOT / "var" / "secrets" / "bot_secret"


def at_bot(stack: WholeStack, conversation: str) -> Any:
    """What the bot answers to a greeting in `conversation`, asked past web."""
    body = {
        "conversation": conversation,
        "text": "hello",
        "language": "en",
        "danger": {"level": "none", "kinds": []},
    }
    answer = httpx.post(
        f"http://127.0.0.1:{stack.ports['bot']}/webhooks/forewarn/message",
        json=body,
        headers={"X-Forewarn-Secret": SECRET.read_text().strip()},
        timeout=10,
        trust_env=False,
    )
    answer.raise_for_status()
    return answer.json()["replies"]


def test_deleting_leaves_nothing_of_a_conversation_in_any_part(whole_stack: WholeStack) -> None:
    with httpx.Client(base_url=whole_stack.address, timeout=10, trust_env=False) as client:
        told = {"text": "they took my passport, I am in Thailand", "language": "en"}
        token = client.post("/api/chat", json=told).json()["conversation"]
        name = token.rpartition(".")[0]
        remembered, fresh = at_bot(whole_stack, name), at_bot(whole_stack, "f" * len(name))
        assert [block["type"] for block in remembered].count("hotlines") == 1
        assert "hotlines" not in [block["type"] for block in fresh]
        deleted = client.request("DELETE", "/api/conversation", json={"conversation": token})
        assert deleted.status_code == 204
        again = client.post("/api/chat", json={"text": "hello", "conversation": token})
        assert (again.status_code, again.json()["error"]) == (410, "conversation_ended")
        twice = client.request("DELETE", "/api/conversation", json={"conversation": token})
        assert twice.status_code == 410
        late = time.monotonic() + 10  # web answers at once and tells the bot a moment later
        while time.monotonic() < late and at_bot(whole_stack, name) != fresh:
            time.sleep(0.2)
        assert at_bot(whole_stack, name) == fresh
        # Retrieval holds numbers without a name for a minute, so there is nothing of it to delete:
        # tests/retrieval/test_vector_cache.py.
