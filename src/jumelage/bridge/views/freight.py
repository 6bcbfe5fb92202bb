"""The endpoints a paired city calls about freight: packing lists, sessions."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from functools import partial
from http import HTTPStatus
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import connections
from django.http import HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_GET, require_POST

from jumelage.bridge.boundary.limits import limits
from jumelage.bridge.freight.deliveries import conversation, door, serving
from jumelage.bridge.freight.deliveries.listing import parts
from jumelage.bridge.identity.requests import PeerRequest, peer_required
from jumelage.bridge.views.held import HeldPage, HeldStream, held, number
from jumelage.kit.errors import InvalidInputError

P = ParamSpec("P")
T = TypeVar("T")
BYTES = "application/octet-stream"
RANGE = re.compile(r"bytes=(\d{1,16})-(\d{1,16})")


@require_GET
@peer_required
async def packing_list(request: PeerRequest, delivery: str) -> HeldPage | HeldStream:
    """Send the packing list of a delivery that was offered to the peer, or the part it asks for."""
    if "part" in request.GET:
        return await held(request, partial(_part, request, delivery, number(request, "part")))
    return await held(request, partial(_whole, request, delivery))


async def _part(request: PeerRequest, delivery: str, wanted: int) -> HeldPage:
    """Return one part of a packing list, packed where the peer takes it and it pays."""
    origin, said = request.peer.origin, {parts.HEADER: str(wanted), "Vary": "Accept-Encoding"}
    data, wait = await _elsewhere(serving.list_part, origin, delivery, wanted)
    await asyncio.sleep(wait)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        smaller = await _elsewhere(parts.packed, data)
        said |= {"Content-Encoding": "gzip"} if smaller else {}
        data = smaller or data
    limits().bucket(origin).spend(len(data))
    return HeldPage(data, content_type=BYTES, headers=said)


async def _whole(request: PeerRequest, delivery: str) -> HeldStream:
    """Return a packing list from its beginning to its end, for a city that knows no parts."""
    origin = request.peer.origin
    size, pieces = await _elsewhere(serving.list_pieces, origin, delivery)

    async def sent() -> AsyncIterator[bytes]:
        async for piece in _apart(pieces):
            limits().bucket(origin).spend(len(piece))
            yield piece

    return HeldStream(sent(), content_type=BYTES, headers={"Content-Length": str(size)})


@require_POST
@peer_required
async def sessions(request: PeerRequest) -> HttpResponse:
    """Open a session for a delivery of the peer; the freight process answers."""
    question = {"peer": request.peer.origin, "question": request.body.decode("utf-8", "replace")}
    told = await _elsewhere(door.ask, question)
    response = HttpResponse(told["answer"].encode(), content_type="application/json")
    response[conversation.SIGNATURE_HEADER] = told["signature"]
    return response


@require_GET
@peer_required
async def rate(request: PeerRequest, delivery: str) -> HttpResponse:
    """Say how fast a delivery of the peer may come from now on."""
    told = await _elsewhere(serving.counter.wanted, request.peer.origin, delivery)
    response = HttpResponse(told, content_type="application/json")
    response["Cache-Control"] = "no-store"
    return response


@require_GET
@peer_required
async def parcels(request: PeerRequest, delivery: str, session: str) -> StreamingHttpResponse:
    """Send a range of the parcels of a session, where no freight port can be reached."""
    served = await _elsewhere(serving.counter.served, request.peer.origin, delivery, session)
    first, last = _range(request, served.stretch.length)
    pieces = serving.paced(served, first, last)
    response = StreamingHttpResponse(
        _apart(pieces), content_type=BYTES, status=HTTPStatus.PARTIAL_CONTENT
    )
    response["Content-Range"] = f"bytes {first}-{last}/{served.stretch.length}"
    response["Cache-Control"] = "no-store, no-transform"
    response["X-Accel-Buffering"] = "no"
    return response


def _range(request: PeerRequest, length: int) -> tuple[int, int]:
    """Return the bytes the peer asks for, of *length* there are.

    Raises:
        InvalidInputError: it asks for none of them, or for several ranges.
    """
    found = RANGE.fullmatch(request.headers.get("Range", ""))
    first, last = (int(found[1]), min(int(found[2]), length - 1)) if found else (0, -1)
    if first > last:
        raise InvalidInputError(reason="a range is asked for as bytes=0-1048575")
    return first, last


async def _apart(pieces: serving.Paced) -> AsyncIterator[bytes]:
    """Yield *pieces*, each made in a thread, so that nothing else waits for the disk.

    Where a limit holds them back no thread waits, and a reader who leaves ends it.
    """

    def draw() -> bytes | float | None:
        return next(pieces, None)

    try:
        while (piece := await _elsewhere(draw)) is not None:
            if isinstance(piece, bytes):
                yield piece
            else:
                await asyncio.sleep(piece)
    finally:
        await _elsewhere(pieces.close)


async def _elsewhere(work: Callable[P, T], *facts: P.args, **named: P.kwargs) -> T:
    """Do *work* in a thread of its own, which keeps no connection to the database."""

    def done() -> T:
        try:
            return work(*facts, **named)
        finally:
            connections.close_all()

    return await sync_to_async(done, thread_sensitive=False)()
