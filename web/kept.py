"""Answers that an ordinary browser cache may keep, so that the contacts can be read offline."""

from __future__ import annotations

import hashlib

from starlette.requests import Request
from starlette.responses import Response

DAY = 86_400

CACHE_CONTROL = (
    f"public, max-age={DAY}, stale-while-revalidate={30 * DAY}, stale-if-error={30 * DAY}"
)
"""For a day without asking; then, for a month, an old page rather than none. Not longer: a contact
that is taken down must not live on in a cache."""


def kept(request: Request, response: Response) -> Response:
    """`response` with all a cache needs, or 304 when what `request` names is still it."""
    # Weak, as compression changes the bytes and not what they say.
    tag = f'W/"{hashlib.sha256(response.body).hexdigest()[:32]}"'
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = CACHE_CONTROL
    known = request.headers.get("if-none-match", "").split(",")
    if tag not in {one.strip() for one in known}:
        return response
    return Response(status_code=304, headers={"ETag": tag, "Cache-Control": CACHE_CONTROL})
