"""The pages people open, and the files that belong to them."""

from __future__ import annotations

from fastapi.responses import FileResponse, HTMLResponse
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from forewarn.knowledge.schema.papers import Paper
from web import pages
from web.kept import kept
from web.known import Known
from web.refusals import RefusedError, Why
from web.service import Service
from web.templates import HELP


class Site:
    """Every page, in the language of its address or of the browser."""

    def __init__(self, service: Service) -> None:
        """Show what `service` prepared."""
        self._service = service

    async def demo_page(self, request: Request) -> Response:
        """`GET /`."""
        return HTMLResponse(
            self._service.spoken(request).pages.demo[self._service.preferred(request)]
        )

    async def help_page(self, request: Request) -> Response:
        """`GET /help` and `GET /help/{language}`."""
        asked = request.path_params.get("language")
        page = HTMLResponse(
            self._service.spoken(request).pages.help[self._service.language(request, asked)]
        )
        return page if asked is None else kept(request, page)

    async def contacts_page(self, request: Request) -> Response:
        """`GET /help/{language}/{sheet}`."""
        language, sheet = self._asked(request)
        page = self._service.spoken(request).pages.contacts(sheet, language)
        return kept(request, HTMLResponse(page))

    async def contacts_file(self, request: Request) -> Response:
        """`GET /help/{language}/{sheet}/save`: the page as a file of a name that tells nothing."""
        language, sheet = self._asked(request)
        page = self._service.spoken(request).pages.contacts(sheet, language, whole=True)
        headers = {"Content-Disposition": 'attachment; filename="notes.html"'}
        return kept(request, HTMLResponse(page, headers=headers))

    async def contacts_picture(self, request: Request) -> Response:
        """`GET /help/{language}/{sheet}.png`: the page as a picture, where there are fonts."""
        language, sheet = self._asked(request)
        pictures = self._service.spoken(request).pictures
        if not pictures.offered(language):
            raise RefusedError(Why.not_found)
        picture = await pictures.picture(sheet, language)
        headers = {"Content-Disposition": 'inline; filename="notes.png"'}
        return kept(request, Response(picture, headers=headers, media_type="image/png"))

    async def keep_page(self, request: Request) -> Response:
        """`GET /help/{language}/{sheet}/keep`."""
        language, sheet = self._asked(request)
        request.state.trusted_types = "keep"
        return HTMLResponse(self._service.spoken(request).pages.keep(sheet, language))

    async def keep_script(self) -> Response:
        """`GET /help/keep.js`."""
        return FileResponse(HELP / "keep.js")

    async def keep_worker(self) -> Response:
        """`GET /help/worker.js`."""
        return FileResponse(HELP / "worker.js")

    async def figures_page(self, request: Request) -> Response:
        """`GET /figures` and `GET /figures/{language}`."""
        language = self._service.language(request, request.path_params.get("language"))
        return HTMLResponse(self._service.spoken(request).pages.figures[language])

    async def paper_page(self, paper: Paper, request: Request) -> Response:
        """`GET /show`, `/trip` and `/report`, `…/{language}` and `…/{language}/{place}`."""
        asked, place = request.path_params.get("language"), request.path_params.get("place")
        language = self._service.language(request, asked)
        there = None if place is None else self._service.language(request, place)
        page = self._service.spoken(request).papers.page(paper, language, there)
        if page is None:
            raise HTTPException(404)
        return page.answer(request, self._service.settings.frame_ancestors, named=asked is not None)

    async def privacy_page(self, request: Request) -> Response:
        """`GET /privacy` and `GET /privacy/{language}`."""
        language = self._service.language(request, request.path_params.get("language"))
        return HTMLResponse(self._service.spoken(request).texts.privacy[language])

    async def recipes_page(self, request: Request) -> Response:
        """`GET /recipes` and `GET /recipes/{language}`: where Leave leads."""
        language = self._service.language(request, request.path_params.get("language"))
        return HTMLResponse(self._service.spoken(request).texts.recipes[language])

    async def help_style(self, request: Request) -> Response:
        """`GET /help.css`."""
        return kept(request, Response(pages.STYLE, media_type="text/css"))

    def _asked(self, request: Request) -> tuple[str, str]:
        """The language and the sheet in the address of a help page."""
        language = self._service.language(request, request.path_params["language"])
        request.state.known = Known(language)
        return language, self._service.spoken(request).sheets.named(request.path_params["sheet"])
