"""What every endpoint asks first: what it answers with, in which language, and whether at all."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request

from web.limits import Limiter, Senders
from web.refusals import RefusedError, Why
from web.settings import WebSettings
from web.spoken import Spoken


class Reception:
    """Receives the requests of every endpoint."""

    def __init__(self, settings: WebSettings, newest: Callable[[], Spoken]) -> None:
        """Answer with what is `newest` when a request comes; hold back floods by `settings`."""
        self._newest = newest
        self._senders = Senders()
        self._limiter = Limiter(settings.rate_address_burst, settings.rate_address_per_second)

    def spoken(self, request: Request) -> Spoken:
        """What `request` is answered with: the newest there was when it began, to its end."""
        if not hasattr(request.state, "spoken"):
            request.state.spoken = self._newest()
        spoken: Spoken = request.state.spoken
        return spoken

    def preferred(self, request: Request) -> str:
        """The language of ours the browser asks for first."""
        return self.spoken(request).guide.preferred(request.headers.get("accept-language", ""))

    def language(self, request: Request, asked: str | None, text: str = "") -> str:
        """The language `asked` for; where none is, that of `text`, or else of the browser.

        Raises:
            RefusedError: it is none of ours.
        """
        if asked is None:
            return self.spoken(request).guide.written_in(text, self.preferred(request))
        language = self.spoken(request).guide.language(asked)
        if language is None:
            raise RefusedError(Why.language)
        return language

    def hold_back(self, request: Request) -> None:
        """Refuse a flood from one address.

        Raises:
            RefusedError: too many requests came from it.
        """
        address = request.client.host if request.client else ""
        wait = self._limiter.wait(self._senders.name(address))
        if wait:
            raise RefusedError(Why.too_many, {"seconds": wait})
