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
from web.kept import DAY, kept

WITH_NUMBERS_SECONDS = DAY
"""How long a page with phone numbers is kept unasked: one may be taken out of service."""

WORDS_ONLY_SECONDS = 7 * DAY
"""How long a page of words alone is kept unasked."""


@dataclass(frozen=True)
class PaperPage:
    """One page, its policy, and for how many seconds it is kept unasked."""

    html: str
    policy: str
    seconds: int

    def answer(self, request: Request, frame_ancestors: list[str], *, named: bool) -> Response:
        """The page, or that it has not changed; it is kept where its address names the language
        (`named`), as otherwise another reader of this device would get it in this one's."""
        rules = f"{self.policy}; {framed_by(frame_ancestors)}"
        page = HTMLResponse(self.html, headers={"Content-Security-Policy": rules})
        return kept(request, page, self.seconds) if named else page


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
