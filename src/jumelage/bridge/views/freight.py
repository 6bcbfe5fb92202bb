"""The endpoints a paired city calls about freight: packing lists, sessions."""

import re
from collections.abc import AsyncIterator, Generator
from http import HTTPStatus

from asgiref.sync import sync_to_async
from django.http import HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_GET, require_POST

from jumelage.bridge.freight.deliveries import conversation, door, serving
from jumelage.bridge.identity.requests import PeerRequest, peer_required
from jumelage.bridge.views.held import HeldPage, held_page
from jumelage.kit.errors import InvalidInputError

BYTES = "application/octet-stream"
RANGE = re.compile(r"bytes=(\d{1,16})-(\d{1,16})")


@require_GET
@peer_required
async def packing_list(request: PeerRequest, delivery: str) -> HeldPage:
    """Send the packing list of a delivery that was offered to the peer."""

    async def body() -> bytes:
        look = sync_to_async(serving.list_for, thread_sensitive=False)
        return await look(request.peer.origin, delivery)

    return await held_page(request, body, kind=BYTES)


@require_POST
@peer_required
async def sessions(request: PeerRequest) -> HttpResponse:
    """Open a session for a delivery of the peer; the freight process answers."""
    question = {"peer": request.peer.origin, "question": request.body.decode("utf-8", "replace")}
    told = await sync_to_async(door.ask, thread_sensitive=False)(question)
    response = HttpResponse(told["answer"].encode(), content_type="application/json")
    response[conversation.SIGNATURE_HEADER] = told["signature"]
    return response


@require_GET
@peer_required
async def parcels(request: PeerRequest, delivery: str, session: str) -> StreamingHttpResponse:
    """Send a range of the parcels of a session, where no freight port can be reached."""
    look = sync_to_async(serving.counter.served, thread_sensitive=False)
    served = await look(request.peer.origin, delivery, session)
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


async def _apart(pieces: Generator[bytes, None, None]) -> AsyncIterator[bytes]:
    """Yield *pieces*, each made in a thread, so that nothing else waits for the disk."""

    def draw() -> bytes:
        return next(pieces, b"")

    close = sync_to_async(pieces.close, thread_sensitive=False)
    try:
        while piece := await sync_to_async(draw, thread_sensitive=False)():
            yield piece
    finally:
        await close()
