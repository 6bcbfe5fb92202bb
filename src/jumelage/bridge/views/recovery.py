"""The endpoints a restored node calls: how far we hold its feeds, and what it said."""

from functools import partial

from asgiref.sync import sync_to_async
from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from jumelage.bridge.feeds import serve
from jumelage.bridge.identity.requests import PeerRequest, peer_required
from jumelage.bridge.recovery import copies
from jumelage.bridge.views.held import held_page, number


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
    look = partial(copies.page, request.peer, name, epoch, after, limit)
    return await held_page(request, sync_to_async(look))
