"""A marker sent along every path, with every part running and with parts killed, is found nowhere:
not in what any part prints, not in an error body, not in a file."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from stack.settings import ROOT
from tests.whole_stack import WholeStack, running

MARKER = "QUETZAL7731"


def requests(marker: str) -> list[dict[str, Any]]:
    """One request a path, each carrying the marker in whatever a person can write."""
    chat, offers = "/api/chat", "/api/offers/check"
    return [
        {"url": chat, "json": {"text": f"What is {marker}?"}},
        {"url": chat, "json": {"text": f"They took my passport {marker}, I am in Mae Sot"}},
        {"url": chat, "json": {"text": f"เขาไม่ให้ออก {marker}"}},
        {"url": chat, "json": {"text": f'/tell_country{{"country_now": "{marker}"}}'}},
        {"url": chat, "json": {"text": marker * 2000}},
        {"url": chat, "json": {"text": marker, "language": marker}},
        {"url": chat, "json": {"text": marker, "country": marker}},
        {"url": chat, "json": {"choice": marker, "conversation": marker}},
        {"url": chat, "json": {marker: marker}},
        {"url": chat, "content": f'{{"text": "{marker}'.encode()},
        {"url": chat, "content": marker.encode() + b"\xff\xfe"},
        {"url": offers, "json": {"text": f"Come to {marker} on a tourist visa, no interview"}},
        {"url": offers, "json": {"text": marker, "language": marker}},
        {"url": "/api/feedback", "json": {"conversation": marker, "helpful": marker}},
        {"url": f"/api/{marker}?text={marker}", "json": {}},
    ]


def send_all(address: str) -> None:
    with httpx.Client(base_url=address, timeout=10, trust_env=False) as client:
        for request in requests(MARKER):
            answer = client.post(**request)
            if answer.is_error:
                assert MARKER not in answer.text, request["url"]
        client.request("DELETE", "/api/conversation", json={"conversation": MARKER})


def files_with_marker(temporary: Path, since: float) -> list[Path]:
    """Files changed since, in every folder the parts may write to, that hold the marker."""
    folders = [ROOT / "var" / name for name in ("bot", "index", "prepared", "secrets")]
    changed = [
        file
        for folder in (*folders, temporary)
        for file in folder.rglob("*")
        if file.is_file() and file.stat().st_mtime >= since
    ]
    return [file for file in changed if MARKER.encode() in file.read_bytes()]


@pytest.fixture(scope="module")
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the parts' temporary files would lie."""
    return tmp_path_factory.mktemp("temporary")


@pytest.fixture(scope="module")
def stack(temporary: Path) -> Iterator[WholeStack]:
    with running(TMPDIR=str(temporary)) as started:
        yield started


@pytest.mark.parametrize("killed", [None, "actions", "retrieval", "bot"])
def test_the_marker_is_found_nowhere(
    stack: WholeStack, temporary: Path, killed: str | None
) -> None:
    since = time.time() - 1
    if killed:
        stack.part(killed).kill()
    send_all(stack.address)
    assert [line for line in stack.lines if MARKER in line] == []
    assert files_with_marker(temporary, since) == []
