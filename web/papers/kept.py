"""A page in one piece, which a browser keeps for when there is no connection.

Its style and its program stand in the page itself, so that it is whole when it is saved to disk;
the policy lets just these two in, by their hash, and the page carries it along: a saved page asks
nobody for anything either.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from web.headers import framed_by

WITH_NUMBERS_SECONDS = 86_400
"""How long a page with phone numbers is kept unasked: one may be taken out of service."""

WORDS_ONLY_SECONDS = 7 * 86_400
"""How long a page of words alone is kept unasked."""

LATER_SECONDS = 30 * 86_400
"""How long an older page may still be shown while a newer one is fetched, or cannot be."""


@dataclass(frozen=True)
class KeptPage:
    """One page, its policy, and for how many seconds it is kept unasked."""

    html: str
    policy: str
    seconds: int

    def answer(self, request: Request, frame_ancestors: list[str], *, named: bool) -> Response:
        """The page, or that it has not changed; it is kept where its address names the language
        (`named`), as otherwise another reader of this device would get it in this one's."""
        etag = f'W/"{hashlib.sha256(self.html.encode()).hexdigest()[:32]}"'
        headers = {
            "Content-Security-Policy": f"{self.policy}; {framed_by(frame_ancestors)}",
            "Cache-Control": f"public, max-age={self.seconds}, "
            f"stale-while-revalidate={LATER_SECONDS}, stale-if-error={LATER_SECONDS}"
            if named
            else "no-store",
            "ETag": etag,
        }
        if named and etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return HTMLResponse(self.html, headers=headers)


def policy(style: str, script: str | None = None) -> str:
    """What a page with just this `style` and `script` may do: run them, and nothing else. What is
    written on it has no way out, not even as a form."""
    parts = [
        "default-src 'none'",
        f"style-src {_hash(style)}",
        f"script-src {_hash(script)}" if script else "script-src 'none'",
        "img-src data:",
        "connect-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ]
    return "; ".join(parts)


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
