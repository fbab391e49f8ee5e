"""What every test of a conversation does."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient


def choices_of(reply: dict[str, Any]) -> list[dict[str, str]]:
    """The choices in a reply."""
    return [
        item for block in reply["replies"] if block["type"] == "choices" for item in block["items"]
    ]


def opened(client: TestClient, language: str = "en") -> dict[str, Any]:
    """A new conversation."""
    response = client.post("/api/conversation", json={"language": language})
    assert response.status_code == 201
    body: dict[str, Any] = response.json()
    return body


def say(client: TestClient, conversation: str | None, **body: Any) -> Any:
    """Send one message and return the response."""
    about = {} if conversation is None else {"conversation": conversation}
    return client.post("/api/chat", json={**about, **body})


def check_refusal(response: Any, status: int, code: str) -> dict[str, Any]:
    """A structured refusal with a sentence in plain words; returns its body."""
    assert response.status_code == status, response.text
    body: dict[str, Any] = response.json()
    assert body["error"] == code
    assert len(body["message"]) > 10
    assert "{" not in body["message"]
    assert isinstance(body["hotlines"], list)
    return body
