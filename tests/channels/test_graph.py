"""What Meta's apps share: the handshake, the signature, and which errors pass."""

from __future__ import annotations

import asyncio
import importlib
import json
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from tests.channels.meta import VERIFY_TOKEN
from web.channels.channel import PlatformError
from web.channels.channels import kinds
from web.channels.graph import Graph
from web.channels.limits import table
from web.channels.people import Seal
from web.channels.rendering import Words
from web.channels.stores import MemoryStore

APPS = [name for name, kind in kinds().items() if issubclass(kind, Graph)]

pytestmark = pytest.mark.parametrize("name", APPS)


PASSES, FOR_GOOD = (None, False), (None, True)


def channel(name: str, answer: httpx.Response | None = None) -> Any:
    """The channel; all it asks is answered with `answer`."""
    kind: Any = kinds()[name]
    settings = kind.Settings(
        app_secret=SecretStr("test_app_secret"),
        verify_token=SecretStr(VERIFY_TOKEN),
        access_token=SecretStr("token"),
    )
    http = httpx.AsyncClient(transport=httpx.MockTransport(lambda _: answer or httpx.Response(500)))
    return kind(settings, table()[name], Seal("a secret"), http, MemoryStore())


def refused(name: str, answer: httpx.Response) -> tuple[float | None, bool]:
    """What a message comes to that is answered so: the wait, and whether it is for good."""
    app = importlib.import_module(f"tests.channels.test_{name}").DECLARED()
    one = channel(name, answer)
    (event,) = one.events(json.dumps(app.text("hello")).encode())
    with pytest.raises(PlatformError) as raised:
        asyncio.run(one.send(event, [Words(text="an answer")]))
    assert "hello" not in str(raised.value)
    return raised.value.seconds, raised.value.for_good


def error(code: Any, status: int = 400, **more: Any) -> httpx.Response:
    """An answer of the Graph API."""
    return httpx.Response(status, json={"error": {"message": "…", "code": code, **more}})


def test_the_handshake_is_answered_to_who_knows_the_word(name: str) -> None:
    one = channel(name)
    asked = {"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "1158"}
    assert one.challenge(asked) == "1158"
    assert one.challenge({**asked, "hub.verify_token": "another"}) is None
    assert one.challenge({**asked, "hub.mode": "unsubscribe"}) is None
    assert one.challenge({"hub.challenge": "1158"}) is None
    assert one.challenge({}) is None


# Computed with `openssl dgst -sha256 -hmac test_app_secret`.
@pytest.mark.parametrize(
    ("raw", "signature"),
    [
        (
            b'{"object":"whatsapp_business_account","entry":[]}',
            "dec6a680679a968e7e0319355b23599cbfc54502c0784668e9618baa0c633756",
        ),
        (
            b'{"object":"page","entry":[]}',
            "5da47c9c7409e70d7a1851f0cfd9bc27786bd99587a9bf1dd5b51e23a2de03cf",
        ),
        (
            b'{"text":"caf\\u00e9"}',
            "bb4499e58580005a6a1c9d137b099e427574d6dc9190b6d4f88590b2af74e549",
        ),
    ],
)
def test_the_signature_is_of_the_bytes_as_they_came(name: str, raw: bytes, signature: str) -> None:
    one = channel(name)
    assert one.verify({"x-hub-signature-256": f"sha256={signature}"}, {}, raw)
    for told in ("", signature, f"sha256={signature.upper()}", f"sha1={signature}", "sha256=é"):
        assert not one.verify({"x-hub-signature-256": told}, {}, raw)
    assert not one.verify({}, {}, raw)
    assert not one.verify({"x-hub-signature-256": f"sha256={signature}"}, {}, raw + b" ")


@pytest.mark.parametrize("code", [1, 2, 4, 17, 32, 190, 341, 613])
@pytest.mark.parametrize("status", [200, 400, 401, 403, 500])
def test_errors_that_pass_are_tried_again(name: str, code: int, status: int) -> None:
    assert refused(name, error(code, status)) == PASSES


@pytest.mark.parametrize("code", [3, 10, 100, 200, 368, 99999, None, "2", [], {}])
@pytest.mark.parametrize("status", [200, 400, 401, 403, 404])
def test_any_other_is_for_good(name: str, code: Any, status: int) -> None:
    assert refused(name, error(code, status)) == FOR_GOOD


def test_what_meta_calls_transient_is_tried_again(name: str) -> None:
    assert refused(name, error(99999, is_transient=True)) == PASSES
    assert refused(name, error([], is_transient=True)) == PASSES
    assert refused(name, error(99999, is_transient="no")) == FOR_GOOD


def test_without_a_code_the_status_decides(name: str) -> None:
    assert refused(name, error(99999, 503)) == PASSES
    assert refused(name, httpx.Response(429, headers={"Retry-After": "7"})) == (7.0, False)
    assert refused(name, httpx.Response(500, content=b"<html>")) == PASSES
    assert refused(name, httpx.Response(404, content=b"<html>")) == FOR_GOOD
    assert refused(name, httpx.Response(200, content=b"<html>")) == PASSES
    assert refused(name, httpx.Response(200, json={"error": "busy"})) == PASSES


CODES = {
    "messenger": {1200: PASSES, **dict.fromkeys((10, 551, 100, 200), FOR_GOOD)},
    "whatsapp": {
        131056: (6.0, False),
        **dict.fromkeys((80007, 130429, 131000, 131016, 131057, 133004), PASSES),
        **dict.fromkeys((131047, 131026, 131030, 131031, 131048, 131008, 131009), FOR_GOOD),
    },
}


def test_the_codes_of_one_app_alone(name: str) -> None:
    assert {code: refused(name, error(code)) for code in CODES[name]} == CODES[name]


def test_the_window_has_closed_for_good(name: str) -> None:
    assert refused(name, error(10, 403, error_subcode=2018278)) == FOR_GOOD
