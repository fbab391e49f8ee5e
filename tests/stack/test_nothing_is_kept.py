"""A marker sent along every path, with every part running and with parts killed, crashed and
frozen, is found nowhere: not in what any part prints, not in an error body, not in a file."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL.PngImagePlugin import PngInfo

from stack.parts import ORDER
from stack.settings import ROOT
from tests.web.screenshots import drawn, file_of, with_code
from tests.whole_stack import WholeStack, running

MARKER = "QUETZAL7731"

NOT_OURS = {".git", "environments", "encoder", "node_modules", ".mypy_cache", ".ruff_cache"}
"""Folders no part writes to: programs, models, and what developers' tools keep."""


def requests(marker: str) -> list[dict[str, Any]]:
    """One request a path of web, each carrying the marker in whatever a person can write."""
    chat, offers, conversation = "/api/chat", "/api/offers/check", "/api/conversation"
    posts: list[dict[str, Any]] = [
        {"url": chat, "json": {"text": f"What is {marker}?"}},
        {"url": chat, "json": {"text": f"They took my passport {marker}, I am in Mae Sot"}},
        {"url": chat, "json": {"text": f"เขาไม่ให้ออก {marker}"}},
        {"url": chat, "json": {"text": f'/tell_country{{"country_now": "{marker}"}}'}},
        {"url": chat, "json": {"text": marker * 300}},
        {"url": chat, "json": {"text": marker * 2000}},
        {"url": chat, "json": {"text": marker * 20000}},
        {"url": chat, "json": {"text": marker, "language": marker}},
        {"url": chat, "json": {"text": marker, "country": marker}},
        {"url": chat, "json": {"choice": marker, "conversation": marker}},
        {"url": chat, "json": {marker: marker}},
        {"url": chat, "json": [marker]},
        {"url": chat, "content": f'{{"text": "{marker}'.encode()},
        {"url": chat, "content": marker.encode() + b"\xff\xfe"},
        {"url": chat, "content": f'{{"text": "{marker} \\ud800"}}'.encode()},
        {"url": chat, "json": {"text": "hello"}, "headers": _marked(marker)},
        {"url": offers, "json": {"text": f"Come to {marker} on a tourist visa, no interview"}},
        {"url": offers, "json": {"text": marker, "language": marker}},
        {"url": offers, "json": {"text": marker * 2500}},
        {"url": offers, "json": {"text": marker * 40000}},
        {"url": offers, "content": marker.encode()},
        {"url": conversation, "json": {"language": marker}},
        {"url": conversation, "json": {"conversation": marker}},
        {"url": "/api/feedback", "json": {"conversation": marker, "helpful": marker}},
        {"url": f"/api/{marker}?text={marker}", "json": {}},
    ]
    posts += [
        {"url": "/check/en", "data": {"text": f"{marker}, no interview", "country": marker}},
        {"url": f"/check/{marker}", "data": {"text": marker}},
        {"url": "/check/en/picture", "content": marker.encode()},
        {"url": "/check/en/picture", "data": {"picture": marker}, "files": {marker: b""}},
    ]
    for picture in pictures(marker):
        read = f"{offers.removesuffix('check')}picture"
        posts += [
            {"url": f"{read}?language=en", "content": picture},
            {"url": f"{read}?language={marker}", "content": picture},
            {"url": "/check/en/picture", "files": {"picture": (marker, picture)}},
        ]
    pages = ("", "check/", "help/", "figures/", "privacy/", "recipes/", "recipes/look/", "widget/")
    gets = [f"/{page}{marker}" for page in pages]
    gets += [f"/api/strings?language={marker}", f"/api/schema?{marker}", f"/health?{marker}"]
    gets += [f"/ready?{marker}", f"/?{marker}"]
    return [
        *({"method": "POST", **post} for post in posts),
        *({"method": "GET", "url": url, "headers": _marked(marker)} for url in gets),
        {"method": "DELETE", "url": conversation, "json": {"conversation": marker}},
        {"method": "DELETE", "url": conversation, "content": marker.encode()},
        {"method": "PATCH", "url": chat, "json": {"text": marker}},
        {"method": "OPTIONS", "url": chat, "headers": _marked(marker)},
    ]


def pictures(marker: str) -> list[bytes]:
    """Pictures that show the marker, hold it in a code, and name it as the place they come from:
    a whole one, half of one, and one too large."""
    picture = with_code(drawn(f"Come to {marker}"), f"WIFI:{marker}")
    words = PngInfo()
    words.add_text("place", marker)
    whole = file_of(picture, pnginfo=words)
    return [whole, whole[: len(whole) // 2], whole + bytes(11_000_000), marker.encode()]


def _marked(marker: str) -> dict[str, str]:
    names = ("Accept-Language", "Referer", "User-Agent", "X-Forwarded-For", "Cookie", "Origin")
    return dict.fromkeys(names, marker)


BEHIND_SECONDS = 2.0
"""How long a part behind web is waited for: one that is frozen answers nothing at all."""


def private(stack: WholeStack, marker: str) -> list[dict[str, Any]]:
    """Requests to the parts behind web, as somebody who reached them might send them."""
    retrieval, bot, actions = (
        f"http://127.0.0.1:{stack.ports[name]}" for name in ("retrieval", "bot", "actions")
    )
    bodies: list[dict[str, Any]] = [
        {"json": {"text": marker, "language": "en"}},
        {"json": {"text": marker, "language": marker}},
        {"json": {"text": {"text": marker}}},
        {"json": {"next_action": marker, "sender_id": marker, "tracker": {"slots": marker}}},
        {"content": f'{{"text": "{marker}'.encode()},
    ]
    paths = [
        *(f"{retrieval}/{name}" for name in ("understand", "search", "offers/check", marker)),
        *(f"{bot}/webhooks/forewarn/{name}" for name in ("message", marker)),
        f"{bot}/conversations/{marker}/tracker",
        f"{actions}/webhook",
    ]
    return [{"method": "POST", "url": path, **body} for path in paths for body in bodies]


def send_all(stack: WholeStack) -> int:
    """Send every request; returns how many were answered at all."""
    answered = 0
    with httpx.Client(base_url=stack.address, timeout=10, trust_env=False) as client:
        behind = [{**request, "timeout": BEHIND_SECONDS} for request in private(stack, MARKER)]
        for request in [*requests(MARKER), *behind]:
            try:
                answer = client.request(**request)
            except httpx.TransportError:
                assert not str(request["url"]).startswith("/"), "web itself must answer"
                continue
            answered += 1
            if answer.is_error:
                assert MARKER not in answer.text + str(answer.headers), request["url"]
    return answered


def files_with_marker(temporary: Path, since: float) -> list[Path]:
    """Files changed since, in every folder the parts may write to, that hold the marker."""
    folders = [ROOT, temporary, Path.home() / ".cache", Path.home() / ".config", Path("/var/crash")]
    return [
        file
        for folder in folders
        for file in _changed(folder, since)
        if MARKER.encode() in file.read_bytes() and file != Path(__file__)
    ]


def _changed(folder: Path, since: float) -> Iterator[Path]:
    for place, inner, names in os.walk(folder):
        inner[:] = [name for name in inner if name not in NOT_OURS]
        for name in names:
            file = Path(place) / name
            if file.is_file() and file.stat().st_mtime >= since:
                yield file


@pytest.fixture(scope="module")
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the parts' temporary files would lie."""
    return tmp_path_factory.mktemp("temporary")


@pytest.fixture(scope="module")
def stack(temporary: Path) -> Iterator[WholeStack]:
    with running(TMPDIR=str(temporary)) as started:
        yield started


def test_no_part_may_leave_its_memory_in_a_file_when_it_crashes(stack: WholeStack) -> None:
    for name in ORDER:
        limits = Path(f"/proc/{stack.part(name).pid}/limits").read_text()
        (line,) = [line for line in limits.splitlines() if line.startswith("Max core file size")]
        assert line.split()[4:6] == ["0", "0"], name


@pytest.mark.parametrize(
    ("part", "how"),
    [
        (None, None),
        ("actions", signal.SIGSTOP),
        ("actions", signal.SIGKILL),
        ("retrieval", signal.SIGSTOP),
        ("retrieval", signal.SIGABRT),
        ("bot", signal.SIGSEGV),
    ],
)
def test_the_marker_is_found_nowhere(
    stack: WholeStack, temporary: Path, part: str | None, how: signal.Signals | None
) -> None:
    since = time.time() - 1
    process = stack.part(part) if part else None
    if process and how:
        process.send_signal(how)
    assert send_all(stack) >= len(requests(MARKER))
    if process and how is signal.SIGSTOP:
        process.send_signal(signal.SIGCONT)
    assert [line for line in stack.lines if MARKER in line] == []
    assert files_with_marker(temporary, since) == []
