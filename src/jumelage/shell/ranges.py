"""Hands out a file whole or in part, without holding it in memory.

Source: RFC 9110, sections 14 (range requests), 13.1.2 and 13.1.5 (If-None-Match, If-Range).
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Executor
from pathlib import Path

from django.core.handlers.asgi import ASGIRequest
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotModified,
    StreamingHttpResponse,
)

PIECE = 256 * 1024
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
SECONDS = 600


def ranged(request: HttpRequest, file: Path, *, media_type: str, etag: str) -> HttpResponseBase:
    """Answer GET or HEAD for *file*, whose content never changes under its *etag*.

    One range is answered with 206, one that cannot be with 416; several are answered whole.
    """
    size, quoted = file.stat().st_size, f'"{etag}"'
    if quoted in _said(request, "If-None-Match"):
        return _headed(HttpResponseNotModified(), quoted)
    part = _part(request, size, quoted)
    if part is None:
        refused = HttpResponse(status=416)
        refused["Content-Range"] = f"bytes */{size}"
        return _headed(refused, quoted)
    first, last = part
    answer = _body(request, file, first, last, media_type)
    answer["Content-Length"] = str(last - first + 1)
    if (first, last) != (0, size - 1):
        answer.status_code = 206
        answer["Content-Range"] = f"bytes {first}-{last}/{size}"
    return _headed(answer, quoted)


def _said(request: HttpRequest, name: str) -> list[str]:
    tags = request.headers.get(name, "").split(",")
    return [tag.strip().removeprefix("W/") for tag in tags]


def _part(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    """Return the first and last byte that are asked for; None when they are not there."""
    whole = (0, size - 1)
    condition = request.headers.get("If-Range", "")
    match = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    if match is None or not any(match.groups()) or (condition and condition != etag):
        return whole
    begin, end = match.groups()
    if not begin:
        return (max(0, size - int(end)), size - 1) if int(end) and size else None
    first, last = int(begin), min(int(end) if end else size - 1, size - 1)
    if end and int(end) < int(begin):
        return whole
    return (first, last) if first <= last else None


def _body(
    request: HttpRequest, file: Path, first: int, last: int, media_type: str
) -> HttpResponseBase:
    if request.method == "HEAD" or last < first:
        return HttpResponse(content_type=media_type)
    return streamed(request, _pieces(file, first, last), media_type)


def streamed(
    request: HttpRequest, pieces: Iterator[bytes], media_type: str, pool: Executor | None = None
) -> StreamingHttpResponse:
    """Return an answer that sends *pieces* as they are read; none of them may be empty.

    *pool*: the threads they are read in. Without it they are those that all files are read in,
    so pieces that take work to make need a pool of their own.
    """
    parts = _later(pieces, pool) if isinstance(request, ASGIRequest) else pieces
    return StreamingHttpResponse(parts, content_type=media_type)


def unranged(
    request: HttpRequest, pieces: Iterator[bytes], media_type: str, pool: Executor | None = None
) -> HttpResponseBase:
    """Answer GET or HEAD with *pieces* made on the way: no length is known, no part is asked for.

    *pool*: see `streamed`.
    """
    if request.method == "HEAD":
        answer: HttpResponseBase = HttpResponse(content_type=media_type)
    else:
        answer = streamed(request, pieces, media_type, pool)
    answer["Accept-Ranges"], answer["Cache-Control"] = "none", "private, no-store"
    return _guarded(answer)


def _pieces(file: Path, first: int, last: int) -> Iterator[bytes]:
    with file.open("rb") as held:
        while first <= last:
            piece = os.pread(held.fileno(), min(PIECE, last - first + 1), first)
            if not piece:
                return
            first += len(piece)
            yield piece


async def _later(pieces: Iterator[bytes], pool: Executor | None) -> AsyncIterator[bytes]:
    """Read in a thread, so that a slow disk holds up nobody else."""
    loop = asyncio.get_running_loop()
    while piece := await loop.run_in_executor(pool, next, pieces, b""):
        yield piece


def _headed(answer: HttpResponseBase, etag: str) -> HttpResponseBase:
    answer["ETag"], answer["Accept-Ranges"] = etag, "bytes"
    answer["Cache-Control"] = f"private, max-age={SECONDS}, immutable"
    return _guarded(answer)


def _guarded(answer: HttpResponseBase) -> HttpResponseBase:
    """Let no browser take *answer* for anything else than it says, or run what is in it."""
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
