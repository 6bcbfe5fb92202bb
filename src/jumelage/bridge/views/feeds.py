"""The endpoints peers call to copy this node's feeds."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from functools import partial

import orjson
from asgiref.sync import sync_to_async
from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.views.decorators.http import require_GET

from jumelage.bridge.boundary.limits import Bucket, Place, limits
from jumelage.bridge.boundary.standing import is_open
from jumelage.bridge.errors import EpochEndedError
from jumelage.bridge.feeds import serve
from jumelage.bridge.feeds.bell import Waiter
from jumelage.bridge.feeds.growth import Reader
from jumelage.bridge.identity.requests import PeerRequest, paired, peer_required
from jumelage.bridge.models import Node
from jumelage.bridge.replication.readers import readers
from jumelage.bridge.snapshots import serve as summing
from jumelage.bridge.views.held import NDJSON, HeldStream, held_page, number, readable
from jumelage.kit import clock

BEAT_SECONDS = 2.0
"""An idle stream says that it is alive this often; a reader gives up after five beats."""
LONGEST_WAIT = 25.0
EPOCH = ".epoch"


@require_GET
@peer_required
async def heads(request: PeerRequest) -> HttpResponse:
    """List the feeds the peer may read and how far each reaches.

    The query may say how far the peer has copied them: `?public=12&network=0`.
    """
    readers.heard(request.peer.origin, _cursors(request))
    return JsonResponse(await sync_to_async(_heads)(request.peer))


def _heads(peer: Node) -> dict[str, Mapping[str, int]]:
    names = serve.readable_feeds(peer)
    found = {"feeds": serve.heads(peer), "epochs": serve.epochs(names)}
    former = serve.former(names)
    snapshots, bases = summing.snapshots(names), summing.bases(names)
    more = {"former": former, "snapshots": snapshots, "bases": bases}
    return found | {name: value for name, value in more.items() if value}


@require_GET
@peer_required
async def feed_page(request: PeerRequest) -> HttpResponse:
    """Send one page of a feed; with `wait`, hold the answer until there is something new.

    `held` says how far the peer has copied the feed, since it asks for pages ahead; `epoch`
    names the epoch, without which it is the newest one.
    """
    peer = request.peer
    name = readable(peer, request.GET.get("name", ""))
    after, wait = number(request, "after"), min(number(request, "wait"), LONGEST_WAIT)
    if wait or "held" in request.GET:
        readers.heard(peer.origin, {name: number(request, "held", after)})
    return await held_page(request, lambda: _page(request, name, after, wait))


async def _page(request: PeerRequest, name: str, after: int, wait: float) -> bytes:
    limit = number(request, "limit", serve.PAGE_ENTRIES)
    epoch = number(request, "epoch") if "epoch" in request.GET else None
    look = partial(serve.page, name, after, limit, epoch)
    page = await sync_to_async(look)()
    if not page.count and wait:
        page = await _wait_for_page(look, wait)
        await sync_to_async(_ensure_goes_on)(name, epoch, page)
    return page.body


async def _wait_for_page(look: Callable[[], serve.Page], seconds: float) -> serve.Page:
    waiter = Waiter()
    try:
        end = clock.now().timestamp() + seconds
        page = await sync_to_async(look)()
        while not page.count and (left := end - clock.now().timestamp()) > 0:
            await waiter.wait(left)
            page = await sync_to_async(look)()
        return page
    finally:
        waiter.close()


def _ensure_goes_on(name: str, epoch: int | None, page: serve.Page) -> None:
    """Send a reader who waits for more of a former epoch back to the heads."""
    newest = serve.epochs([name])[name]
    if epoch is not None and epoch < newest and not page.count:
        raise EpochEndedError(feed=name, epoch=newest)


@require_GET
@peer_required
async def stream(request: PeerRequest) -> StreamingHttpResponse:
    """Send whatever is committed from now on, as it is committed, with beats in between.

    The query names each feed with the sequence the reader holds: `?public=12&network=0`, and
    its epoch unless that is the newest one: `&public.epoch=1`.
    """
    cursors = _cursors(request)
    epochs = await sync_to_async(_epochs)(request, cursors)
    readers.heard(request.peer.origin, cursors)
    place = limits().stream(request.peer.origin)
    bucket = limits().bucket(request.peer.origin)
    response = HeldStream(
        _live(request.peer.origin, cursors, epochs, place, bucket), content_type=NDJSON
    )
    response.place = place
    response["X-Accel-Buffering"] = "no"
    response["Cache-Control"] = "no-store, no-transform"
    return response


def _news(
    origin: str, cursors: Mapping[str, int], epochs: Mapping[str, int]
) -> list[serve.Page] | None:
    """Return what is new for *origin*; None: it may not go on reading, or not from there.

    A pairing can end while a stream is open. One hop to a thread asks for all, since it is made
    at every commit for every city.
    """
    if not is_open() or paired(origin) is None:
        return None
    return serve.news(cursors, epochs)


async def _live(
    origin: str, cursors: dict[str, int], epochs: Mapping[str, int], place: Place, bucket: Bucket
) -> AsyncIterator[bytes]:
    """Yield pages of the feeds as they grow, and a beat when nothing was said for a while.

    The stream ends when the bridge is closed or the pairing is ended, when a feed begins a new epoch, and when its
    reader opens another one instead.
    """
    waiter = Reader(cursors)
    try:
        yield _beat()
        while True:
            pages = None if place.ended else await sync_to_async(_news)(origin, cursors, epochs)
            if pages is None:
                return
            for page in pages:
                cursors[page.feed] = page.last
                bucket.spend(len(page.body))
                yield page.body
                await asyncio.sleep(min(bucket.wait(), BEAT_SECONDS))
            goes_on = any(page.is_cut for page in pages)
            if not goes_on and not await waiter.wait(BEAT_SECONDS):
                yield _beat()
    finally:
        waiter.close()


def _beat() -> bytes:
    return orjson.dumps({"beat": clock.now().isoformat(timespec="milliseconds")}) + b"\n"


def _cursors(request: PeerRequest) -> dict[str, int]:
    """Return the sequence the query gives for each feed it names."""
    names = [name for name in request.GET if not name.endswith(EPOCH)]
    return {readable(request.peer, name): number(request, name) for name in names}


def _epochs(request: PeerRequest, names: Iterable[str]) -> Mapping[str, int]:
    """Return the epoch the query gives for each feed of *names*, else the newest one."""
    newest = serve.epochs(list(names))
    return {name: number(request, f"{name}{EPOCH}", newest[name]) for name in newest}
