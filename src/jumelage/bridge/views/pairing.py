"""The endpoints of pairing: an invitation to fetch, a hello to answer, notices to exchange."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from jumelage.bridge.identity.errors import InvitationUnknownError
from jumelage.bridge.identity.pairing import messages, services, telling
from jumelage.bridge.identity.pairing.messages import Hello
from jumelage.bridge.identity.requests import (
    PeerRequest,
    authenticate,
    check_size,
    error_response,
    refuse,
    signed_by,
)
from jumelage.bridge.models import Node, Pairing
from jumelage.kit import clock
from jumelage.kit.errors import JumelageError

JSON = "application/json"


@require_GET
def invitation(_: HttpRequest, nonce: str) -> HttpResponse:
    """Give the invitation to whoever knows its 128-bit name, until somebody answers it."""
    fresh = Pairing.objects.filter(
        nonce=nonce, inviting=True, state=Pairing.State.INVITED, expires_at__gt=clock.now()
    ).first()
    if fresh is None:
        return error_response(InvitationUnknownError())
    return _answer(services.invitation_file(fresh))


@csrf_exempt
@require_POST
def hello(request: HttpRequest) -> HttpResponse:
    """Take the answer to an invitation, signed by the key it brings."""
    try:
        check_size(request)
        said = messages.read_card_message(request.body, messages.HELLO, Hello)
        sender = Node(origin=said.card.origin, **said.card.columns)
        authenticate(request, {sender.origin: sender}.get)
        met = telling.meet(said)
    except JumelageError as error:
        return refuse(request, error)
    return _answer(telling.notice_of(met))


def _met(origin: str) -> Node | None:
    """Return a node this one has met in a pairing, whatever became of it."""
    return Node.objects.filter(origin=origin, pairing__isnull=False, is_self=False).first()


@require_POST
@signed_by(_met)
def notice(request: PeerRequest) -> HttpResponseBase:
    """Hear where the peer stands and say where this node stands."""
    heard = messages.read_notice(request.body, request.peer)
    return _answer(telling.notice_of(telling.hear(request.peer.pairing, heard)))


def _answer(body: bytes) -> HttpResponse:
    return HttpResponse(body, content_type=JSON, headers={"Cache-Control": "no-store"})
