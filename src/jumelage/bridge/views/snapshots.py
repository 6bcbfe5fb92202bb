"""The endpoints a peer copies a snapshot from."""

from functools import partial

import msgspec
from asgiref.sync import sync_to_async
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from jumelage.bridge.identity.requests import PeerRequest, peer_required
from jumelage.bridge.snapshots import serve
from jumelage.bridge.views.held import held_page, number, readable


@require_GET
@peer_required
def claim(request: PeerRequest) -> HttpResponse:
    """Say where the newest snapshot of a feed stands."""
    found = serve.claim(_name(request))
    return HttpResponse(msgspec.json.encode(found), content_type="application/json")


@require_GET
@peer_required
async def listing(request: PeerRequest) -> HttpResponse:
    """Send place and hash of every entry the newest snapshot keeps."""
    return await held_page(request, sync_to_async(partial(_listing, request)), kind="text/plain")


@require_GET
@peer_required
async def entries(request: PeerRequest) -> HttpResponse:
    """Send a page of the entries the newest snapshot keeps."""
    after = number(request, "after")
    return await held_page(request, sync_to_async(partial(_entries, request, after)))


def _listing(request: PeerRequest) -> bytes:
    return serve.listing(_name(request))


def _entries(request: PeerRequest, after: int) -> bytes:
    return serve.page(_name(request), after)


def _name(request: PeerRequest) -> str:
    return readable(request.peer, request.GET.get("name", ""))
