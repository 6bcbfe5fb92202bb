"""The endpoints a paired city calls about freight: packing lists, sessions."""

from asgiref.sync import sync_to_async
from django.http import HttpResponse
from django.views.decorators.http import require_GET, require_POST

from jumelage.bridge.freight.deliveries import conversation, door, serving
from jumelage.bridge.identity.requests import PeerRequest, peer_required
from jumelage.bridge.views.held import HeldPage, held_page

BYTES = "application/octet-stream"


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
