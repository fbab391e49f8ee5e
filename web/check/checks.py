"""The endpoints that check an offer and read it from a picture, and their one way to a verdict."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from forewarn.offers.verdict import NO_ANSWERS
from forewarn.replies import VerdictBlock
from web.check.form import file_of, form_of, named, text_of
from web.check.offers import Offers
from web.check.page import STYLE, Shown
from web.headers import framed_by
from web.intake import PICTURE_SECONDS, OfferBody, body, clean, read
from web.kept import kept
from web.known import JUDGED, Known
from web.refusals import RefusedError, Why
from web.service import Service

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'"
)
"""What the page may do: send its form to us, and nothing else. It has no program."""

ANSWER = "answer."
"""How the fields of the page's form begin that answer a question which decides."""

_FORM_BYTES = 4_096
"""What a form with a picture may hold beside the picture."""


Endpoint = Callable[[Request], Awaitable[Response]]


class Checks:
    """Checks offers for whoever asks; nothing of them is left afterwards."""

    def __init__(self, service: Service) -> None:
        """Answer with what `service` holds."""
        self._service = service
        self._settings = service.settings
        self._readers = service.readers
        self._offers = Offers(service)

    @property
    def routes(self) -> list[tuple[str, str, Endpoint]]:
        """The method, the path and the endpoint of each."""
        return [
            ("POST", "/api/offers/check", self.check),
            ("POST", "/api/offers/picture", self.read_picture),
            ("GET", "/check", self.page),
            ("GET", "/check.css", self.style),
            ("GET", "/check/{language}", self.page),
            ("POST", "/check/{language}", self.checked_page),
            ("POST", "/check/{language}/picture", self.picture_page),
        ]

    # ----------------------------------------------------------------------------------- the API

    async def check(self, request: Request) -> Response:
        """`POST /api/offers/check`."""
        offer = await read(request, OfferBody, self._settings.max_offer_body)
        language = self._service.language(request, offer.language, offer.text[:JUDGED])
        verdict = await self._verdict(
            request, offer.text, language, offer.holds_something, offer.answers
        )
        return JSONResponse(verdict.model_dump(mode="json"))

    async def read_picture(self, request: Request) -> Response:
        """`POST /api/offers/picture`: the picture's file is the body, and `?language=` that of the
        words in it."""
        language = self._service.language(request, request.query_params.get("language"))
        request.state.known = Known(language)
        self._service.hold_back(request)
        with self._readers.holding():
            picture = await body(
                request, self._settings.max_picture, Why.picture_large, PICTURE_SECONDS
            )
            found = await self._offers.found(picture, language)
        messages = self._service.spoken(request).guide.messages(language)
        return JSONResponse(
            {"text": found.text, "notes": [getattr(messages, name) for name in found.left_out]}
        )

    # ---------------------------------------------------------------------------------- the page

    async def page(self, request: Request) -> Response:
        """`GET /check` and `GET /check/{language}`."""
        language = self._service.language(request, request.path_params.get("language"))
        return self._shown(request, Shown(language))

    async def style(self, request: Request) -> Response:
        """`GET /check.css`."""
        return kept(request, Response(STYLE, media_type="text/css"))

    async def checked_page(self, request: Request) -> Response:
        """`POST /check/{language}`: the verdict on the text of the form."""
        language = self._service.language(request, request.path_params["language"])
        request.state.known = Known(language)
        shown = Shown(language)
        try:
            async with form_of(request, self._settings.max_offer_body) as form:
                text, country = text_of(form, "text"), text_of(form, "country")
                shown.holds_something = bool(text_of(form, "holds_something"))
                answers = named(form, ANSWER)
            spoken = self._service.spoken(request)
            shown.answers = spoken.offers.decider.ours(answers)
            shown.country = spoken.guide.country(country)
            request.state.known.country = shown.country
            shown.text = clean(text)
            shown.verdict = await self._verdict(
                request, text, language, shown.holds_something, shown.answers
            )
        except RefusedError as error:
            return self._refused(request, shown, error)
        shown.sources = spoken.offers.sources(shown.verdict)
        return self._shown(request, shown)

    async def picture_page(self, request: Request) -> Response:
        """`POST /check/{language}/picture`: the form, with what was read in the picture."""
        language = self._service.language(request, request.path_params["language"])
        request.state.known = Known(language)
        shown = Shown(language)
        try:
            self._service.hold_back(request)
            with self._readers.holding():
                most = self._settings.max_picture + _FORM_BYTES
                async with form_of(request, most, Why.picture_large, PICTURE_SECONDS) as form:
                    written_in = text_of(form, "written_in") or language
                    picture = await file_of(form, "picture")
                shown.written_in = self._service.language(request, written_in)
                found = await self._offers.found(picture, shown.written_in)
        except RefusedError as error:
            return self._refused(request, shown, error)
        shown.text, shown.notes = found.text, found.left_out
        shown.was_read = True
        return self._shown(request, shown)

    def _shown(self, request: Request, shown: Shown, status: int = 200) -> Response:
        known = getattr(request.state, "known", None)
        if known is not None and known.in_danger:
            shown.danger = known.danger
        html = self._service.spoken(request).checks.page(shown)
        frames = framed_by(self._settings.frame_ancestors)
        return HTMLResponse(html, status, {"Content-Security-Policy": f"{_POLICY}; {frames}"})

    def _refused(self, request: Request, shown: Shown, error: RefusedError) -> Response:
        shown.text = ""  # a refusal repeats nothing; the browser's way back has it still
        shown.refusal = self._service.spoken(request).failures.sentence(error, shown.language)
        response = self._shown(request, shown, error.why.status)
        if "seconds" in error.values:
            response.headers["Retry-After"] = str(error.values["seconds"])
        return response

    # -------------------------------------------------------------------------------- what is said

    async def _verdict(
        self,
        request: Request,
        text: str,
        language: str,
        holds_something: bool,
        answers: Mapping[str, str] = NO_ANSWERS,
    ) -> VerdictBlock:
        """The verdict on the offer `text`, for programs and for people.

        Raises:
            RefusedError: it cannot be taken.
        """
        spoken = self._service.spoken(request)
        known = getattr(request.state, "known", None) or Known(language)
        known.danger = spoken.guide.judge(text[:JUDGED])
        request.state.known = known
        if not known.in_danger:
            self._service.hold_back(request)
        return await self._offers.verdict(
            spoken,
            text,
            language,
            holds_something=holds_something or known.in_danger,
            answers=answers,
        )
