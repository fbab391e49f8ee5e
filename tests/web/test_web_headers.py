"""The headers that keep others out of the pages and the pages out of others' hands."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

EVERY_KIND = [
    "/",
    "/help/en",
    "/help/en/TH",
    "/help/en/TH.png",
    "/help.css",
    "/api/strings",
    "/api/nothing",
    "/widget/dom.js",
]


@pytest.mark.parametrize("path", EVERY_KIND)
def test_every_answer_is_closed_to_everything_from_elsewhere(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = dict(
        part.strip().partition(" ")[::2] for part in headers["content-security-policy"].split(";")
    )
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert "geolocation=()" in headers["permissions-policy"]
    assert "microphone=()" in headers["permissions-policy"]
    assert "server" not in headers
    assert "access-control-allow-origin" not in headers


def test_the_files_of_the_widget_may_be_kept_for_a_while(client: TestClient) -> None:
    kept = client.get("/widget/forewarn-chat.js").headers
    assert kept["cache-control"] == "public, max-age=600"
    assert "javascript" in kept["content-type"]
    assert client.get("/widget/nothing.js").headers["cache-control"] == "no-store"


def test_named_origins_and_only_they_may_call_and_frame(
    make_client: Callable[..., TestClient],
) -> None:
    partner = "https://partner.example"
    client = make_client(cors_origins=partner, frame_ancestors=partner)
    allowed = client.get("/api/strings", headers={"Origin": partner}).headers
    assert allowed["access-control-allow-origin"] == partner
    assert "access-control-allow-credentials" not in allowed
    assert f"frame-ancestors {partner}" in allowed["content-security-policy"]
    assert "x-frame-options" not in allowed
    for stranger in ("https://partner.example.attacker.example", "null", "https://other.example"):
        headers = client.get("/api/strings", headers={"Origin": stranger}).headers
        assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize("path", ["/", "/help/en", "/help/th/TH", "/help/zh/CN/keep", "/check/en"])
def test_the_pages_hold_nothing_the_policy_would_stop(client: TestClient, path: str) -> None:
    page = client.get(path).text
    assert re.search(r"<style|style=|\son\w+=|javascript:", page) is None
    assert re.findall(r"<script(?![^>]*\ssrc=)", page) == []
    loaded = re.findall(r"<(?:script|link|img)[^>]*(?:src|href)=\"([^\"]+)", page)
    assert loaded
    assert [address for address in loaded if not address.startswith("/")] == []
