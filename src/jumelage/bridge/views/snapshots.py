"""The endpoints a peer copies a snapshot from."""

import msgspec
from django.http import HttpResponse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from jumelage.bridge.identity.requests import PeerRequest, peer_required
from jumelage.bridge.snapshots import serve
from jumelage.bridge.views.feeds import NDJSON, number, readable


@require_GET
@peer_required
def claim(request: PeerRequest) -> HttpResponse:
    """Say where the newest snapshot of a feed stands."""
    found = serve.claim(_name(request))
    return HttpResponse(msgspec.json.encode(found), content_type="application/json")


@require_GET
@gzip_page
@peer_required
def listing(request: PeerRequest) -> HttpResponse:
    """Send place and hash of every entry the newest snapshot keeps."""
    return HttpResponse(serve.listing(_name(request)), content_type="text/plain")


@require_GET
@gzip_page
@peer_required
def entries(request: PeerRequest) -> HttpResponse:
    """Send a page of the entries the newest snapshot keeps."""
    body = serve.page(_name(request), number(request, "after"))
    return HttpResponse(body, content_type=NDJSON)


def _name(request: PeerRequest) -> str:
    return readable(request.peer, request.GET.get("name", ""))
