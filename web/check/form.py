"""What a person sent with a form of a page: held in memory, never in a file."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import Request

from web.intake import BODY_SECONDS, body
from web.refusals import RefusedError, Why

MOST_FIELDS = 12


class _InMemory(MultiPartParser):
    # It would put what is larger than this into a file.
    spool_max_size = 1 << 40


@asynccontextmanager
async def form_of(
    request: Request,
    most_bytes: int,
    too_large: Why = Why.too_large,
    seconds: float = BODY_SECONDS,
) -> AsyncIterator[FormData]:
    """The fields of the form that is the body of `request`; its files are open within the block.

    Raises:
        RefusedError: it is longer than `most_bytes` (`too_large`), did not arrive in `seconds`, or
            is no form.
    """
    form = await _parsed(request, await body(request, most_bytes, too_large, seconds))
    try:
        yield form
    finally:
        await form.close()


async def _parsed(request: Request, received: bytes) -> FormData:
    async def stream() -> AsyncGenerator[bytes, None]:
        yield received
        yield b""

    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if kind == "multipart/form-data":
            parts = _InMemory(
                request.headers,
                stream(),
                max_files=1,
                max_fields=MOST_FIELDS,
                max_part_size=len(received),
            )
            return await parts.parse()
        if kind == "application/x-www-form-urlencoded":
            return await FormParser(request.headers, stream(), max_fields=MOST_FIELDS).parse()
    except (MultiPartException, UnicodeDecodeError, KeyError, ValueError):
        # They quote what they could not read: not chained.
        raise RefusedError(Why.unreadable) from None
    raise RefusedError(Why.unreadable)


def text_of(form: FormData, name: str) -> str:
    """The text in the field `name`; empty where there is none."""
    value = form.get(name)
    return value if isinstance(value, str) else ""


def named(form: FormData, prefix: str) -> dict[str, str]:
    """The texts in the fields whose names begin with `prefix`, by the rest of the name."""
    return {
        name.removeprefix(prefix): text_of(form, name) for name in form if name.startswith(prefix)
    }


async def file_of(form: FormData, name: str) -> bytes:
    """The bytes of the file in the field `name`; empty where there is none."""
    value = form.get(name)
    return await value.read() if isinstance(value, UploadFile) else b""
