"""Every way a request can fail, answered with words and, where they may be needed, contacts."""

from __future__ import annotations

import logging
from dataclasses import replace

from fastapi.responses import JSONResponse
from starlette.requests import Request
from starlette.responses import Response

from web.guide import Guide, Help
from web.known import Known
from web.refusals import RefusedError, Why

log = logging.getLogger(__name__)

_ORDINARY_MISTAKES = {404: Why.not_found, 405: Why.method}

_WITH_CONTACTS = frozenset({Why.too_many, Why.no_words})
"""Refusals that may meet someone in need whom no phrase recognised."""


class Failures:
    """Words every failure. An endpoint that learned who is asking leaves a `Known` in
    `request.state.known`."""

    def __init__(self, guide: Guide) -> None:
        """Speak with the words of `guide`."""
        self._guide = guide
        self._languages = ", ".join(language.name for language in guide.offered)

    async def refused(self, request: Request, error: Exception) -> Response:
        """Say kindly why a request is not taken."""
        if not isinstance(error, RefusedError):
            raise error
        helped = self.refusal(error, self._known(request))
        response = _failed(error.why.code, error.why.status, helped, error.instead)
        if "seconds" in error.values:
            response.headers["Retry-After"] = str(error.values["seconds"])
        return response

    def refusal(self, error: RefusedError, known: Known) -> Help:
        """Why a message is not taken; before that, what to say to someone in danger."""
        message = self.sentence(error, known.language)
        if known.in_danger:
            helped = self._guide.help(known.language, known.danger, known.country, known.another)
            return replace(helped, message=f"{helped.message}\n\n{message}")
        if error.why in _WITH_CONTACTS:
            return Help(message, self._guide.emergency(known.language, known.country))
        return Help(message, [])

    def sentence(self, error: RefusedError, language: str) -> str:
        """Why a request is not taken, in `language`."""
        sentence: str = getattr(self._guide.messages(language), error.why.message)
        return sentence.format_map({"languages": self._languages, **error.values})

    async def unavailable(self, request: Request, error: Exception) -> Response:
        """Help without the part that is missing."""
        log.error("no answer could be had: %s", error)
        return self._fallback(request, "unavailable", 503)

    async def fault(self, request: Request) -> Response:
        """Help in spite of a fault of ours."""
        return self._fallback(request, "fault", 500)

    async def mistaken(self, request: Request, error: Exception) -> Response:
        """Answer what the framework itself refuses: no such path, no such method."""
        status = getattr(error, "status_code", 0)
        why = _ORDINARY_MISTAKES.get(status, Why.unreadable)
        return await self.refused(request, RefusedError(why))

    def _fallback(self, request: Request, code: str, status: int) -> Response:
        return _failed(code, status, self.fallback(self._known(request)))

    def fallback(self, known: Known) -> Help:
        """What a person gets where no answer can be had."""
        danger = known.danger if known.in_danger else known.in_force
        return self._guide.help(known.language, danger, known.country, known.another)

    def _known(self, request: Request) -> Known:
        known = getattr(request.state, "known", None)
        if isinstance(known, Known):
            return known
        return Known(self._guide.preferred(request.headers.get("accept-language", "")))


def _failed(
    code: str, status: int, helped: Help, instead: dict[str, object] | None = None
) -> Response:
    body = {
        "error": code,
        "message": helped.message,
        "hotlines": [item.model_dump(mode="json") for item in helped.hotlines],
        **({"english": helped.english} if helped.english else {}),
    }
    return JSONResponse({**body, **(instead or {})}, status)
