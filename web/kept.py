"""Answers that an ordinary browser cache may keep, so that they can be read offline."""

from __future__ import annotations

import hashlib

from starlette.requests import Request
from starlette.responses import Response

DAY = 86_400

LATER = 30 * DAY
"""How long an older answer may still be shown while a newer one is fetched, or cannot be. Not
longer: a contact that is taken down must not live on in a cache."""


def kept(request: Request, response: Response, seconds: int = DAY) -> Response:
    """`response` with all a cache needs to keep it for `seconds` without asking, or 304 when what
    `request` names is still it."""
    # Weak, as compression changes the bytes and not what they say.
    tag = f'W/"{hashlib.sha256(response.body).hexdigest()[:32]}"'
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = (
        f"public, max-age={seconds}, stale-while-revalidate={LATER}, stale-if-error={LATER}"
    )
    known = request.headers.get("if-none-match", "").split(",")
    if tag not in {one.strip() for one in known}:
        return response
    # A browser takes the headers that come with it for those of what it kept.
    about_the_body = {"content-length", "content-type"}
    headers = {k: v for k, v in response.headers.items() if k not in about_the_body}
    return Response(status_code=304, headers=headers)
