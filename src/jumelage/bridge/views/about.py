"""What this node tells its peers about the release it runs."""

import msgspec
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from jumelage.bridge.identity.requests import PeerRequest, peer_required
from jumelage.bridge.versions.about import about as about_us


@require_GET
@peer_required
def about(_request: PeerRequest) -> HttpResponse:
    """Say which release this node runs and which kinds of record it can read."""
    return HttpResponse(msgspec.json.encode(about_us()), content_type="application/json")
