"""What the test files of Meta's apps share: how it signs, and how its Graph API is asked."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from typing import Any

from tests.channels.app import App, Webhook
from tests.channels.stand_in import Call, Reply, reply

APP_SECRET = "app-secret-of-the-tests"
VERIFY_TOKEN = "verify-token-of-the-tests"
ACCESS_TOKEN = "EAAGaccess-token-of-the-tests"
VERSION = "/v26.0"


class MetaApp(App):
    """An app whose webhooks are signed with the app secret, and batched in entries."""

    @property
    def url(self) -> str:
        """Where the stand-in listens that is connected now."""
        return os.environ.get(f"FOREWARN_{self.name.upper()}_API_URL", "").removesuffix(VERSION)

    def settings(self, url: str) -> dict[str, str]:
        prefix = f"FOREWARN_{self.name.upper()}"
        return {
            f"{prefix}_APP_SECRET": APP_SECRET,
            f"{prefix}_VERIFY_TOKEN": VERIFY_TOKEN,
            f"{prefix}_ACCESS_TOKEN": ACCESS_TOKEN,
            f"{prefix}_API_URL": url + VERSION,
        }

    def signed(self, payload: Any) -> Webhook:
        raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        return Webhook(raw, _headers(f"sha256={_signature(raw)}"))

    def forged(self, payload: Any) -> Iterator[Webhook]:
        raw = json.dumps(payload).encode()
        yield Webhook(raw, {})
        yield Webhook(raw, _headers(""))
        yield Webhook(raw, _headers(_signature(raw)))
        yield Webhook(raw, _headers(f"sha256={_signature(raw)[:-1]}"))
        yield Webhook(raw, _headers(f"sha256={_signature(raw, VERIFY_TOKEN)}"))
        yield Webhook(raw + b" ", _headers(f"sha256={_signature(raw)}"))
        # The same words, with other escapes: what is signed is the bytes.
        yield Webhook(raw.replace(b"hello", b"h\\u0065llo"), _headers(f"sha256={_signature(raw)}"))
        sha1 = hmac.new(APP_SECRET.encode(), raw, hashlib.sha1).hexdigest()
        yield Webhook(raw, {"X-Hub-Signature": f"sha1={sha1}"})

    def many(self, payloads: list[Any]) -> Any | None:
        return {**payloads[0], "entry": [entry for one in payloads for entry in one["entry"]]}

    def asked(self, call: Call) -> str:
        """The path of a call that may be made, without the version."""
        assert call.headers["authorization"] == f"Bearer {ACCESS_TOKEN}"
        assert call.path.startswith(f"{VERSION}/")
        if call.method == "POST":
            assert call.headers["content-type"] == "application/json"
        return call.path.removeprefix(VERSION)


def _headers(signature: str) -> dict[str, str]:
    return {"X-Hub-Signature-256": signature, "Content-Type": "application/json"}


def _signature(raw: bytes, key: str = APP_SECRET) -> str:
    return hmac.new(key.encode(), raw, hashlib.sha256).hexdigest()


def refusal(code: int, status: int = 400, **more: Any) -> Reply:
    """An error of the Graph API."""
    error = {"message": f"(#{code}) …", "type": "OAuthException", "code": code, **more}
    return reply({"error": {**error, "fbtrace_id": "AbCdEf"}}, status)


def length(text: str) -> int:
    """Meta says "characters": the strictest way to count them."""
    return len(text.encode("utf-16-le")) // 2
