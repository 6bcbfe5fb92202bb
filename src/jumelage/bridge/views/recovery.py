"""The endpoints a restored node calls: how far we hold its feeds, and what it said."""

from asgiref.sync import sync_to_async
from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from jumelage.bridge.boundary.limits import limits
from jumelage.bridge.feeds import serve
from jumelage.bridge.identity.requests import PeerRequest, peer_required
from jumelage.bridge.recovery import copies
from jumelage.bridge.views.feeds import HeldPage, compressed, number


@require_GET
@peer_required
def reaches(request: PeerRequest) -> HttpResponse:
    """Say how far this node holds each feed of the peer, in the peer's own signed words."""
    found = [reach.plain() for reach in copies.reaches(request.peer)]
    return JsonResponse({"copies": found})


@require_GET
@peer_required
async def page(request: PeerRequest) -> HttpResponse:
    """Give back a page of one of the peer's own feeds, as it was received."""
    name = request.GET.get("name", "")[:40]
    epoch, after = number(request, "epoch"), number(request, "after")
    limit = number(request, "limit", serve.PAGE_ENTRIES)
    place = await limits().page(request.peer.origin)
    try:
        body = await sync_to_async(copies.page)(request.peer, name, epoch, after, limit)
        packed = compressed(request, body)
        response = HeldPage(packed.content, headers=packed.headers)
    except BaseException:
        place.free()
        raise
    response.place = place
    limits().bucket(request.peer.origin).spend(len(response.content))
    return response
