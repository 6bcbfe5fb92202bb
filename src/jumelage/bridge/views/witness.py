"""The endpoint where peers compare what they hold of third cities."""

from collections.abc import Mapping

import orjson
from asgiref.sync import sync_to_async
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from jumelage.bridge import witness as held
from jumelage.bridge.feeds.wire import decode_checkpoint_line
from jumelage.bridge.identity.requests import PeerRequest, peer_required
from jumelage.bridge.views.held import held_page, number


@require_GET
@peer_required
async def witness(request: PeerRequest) -> HttpResponse:
    """Give the last checkpoint held here at or before each place the query names.

    `?<origin>/<epoch>/<name>=<seq>&...`; at most `MOST_PLACES` of them are answered.
    """
    asked = {place: number(request, place) for place in list(request.GET)[: held.MOST_PLACES]}
    look = sync_to_async(_vouched)

    async def body() -> bytes:
        return await look(asked)

    return await held_page(request, body, kind="application/json")


def _vouched(asked: Mapping[str, int]) -> bytes:
    lines = [decode_checkpoint_line(signed.line()) for signed in held.vouched(asked)]
    told = [{"checkpoint": one.checkpoint, "signature": one.signature} for one in lines]
    return orjson.dumps({"checkpoints": told})
