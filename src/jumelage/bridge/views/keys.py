"""The endpoints of key statements: anybody may read a node's public keys, and prove new ones."""

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from jumelage.bridge.boundary.limits import limits
from jumelage.bridge.boundary.standing import ensure_open
from jumelage.bridge.errors import NotPairedError
from jumelage.bridge.identity.errors import TooManyRequestsError
from jumelage.bridge.identity.keychain import telling
from jumelage.bridge.identity.keychain.introduction import keys_document
from jumelage.bridge.identity.requests import (
    authenticate,
    check_size,
    own_node,
    paired,
    refuse,
)
from jumelage.kit.errors import JumelageError

PUSHES = 60
"""Pushes a quarter of an hour that are looked at, from whoever sends them."""
QUARTER_SECONDS = 900
STRANGERS = ""
"""In the place of an origin, whoever asks without a signature."""


def say(request: HttpRequest, origin: str = "") -> HttpResponse:
    """Give the key statements of this node, or of the paired one called *origin*.

    Who signs the request is a peer, and is also told how far the feed for it alone had come.
    Each peer has the limits of a peer; whoever does not sign shares those of one.
    """
    try:
        ensure_open()
        reader = authenticate(request).origin if "Signature" in request.headers else STRANGERS
        with limits().answer(reader) as bucket:
            body = _document(origin, reader)
            bucket.spend(len(body))
    except JumelageError as error:
        return refuse(request, error)
    return HttpResponse(
        body, content_type="application/json", headers={"Cache-Control": "no-store"}
    )


def _document(origin: str, reader: str) -> bytes:
    node = paired(origin) if origin else own_node()
    if node is None:
        raise NotPairedError(origin=origin[:32])
    return keys_document(node, reader)


def hear(request: HttpRequest) -> HttpResponse:
    """Take the statements of a node this one has met; each proves itself, nothing is signed."""
    try:
        ensure_open()
        check_size(request)
        _count()
        telling.hear(request.body)
    except JumelageError as error:
        return refuse(request, error)
    return JsonResponse({"heard": True})


@csrf_exempt
@require_http_methods(["GET", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """Say this node's keys, or hear a peer's."""
    return hear(request) if request.method == "POST" else say(request)


@require_GET
def keys_of(request: HttpRequest, origin: str) -> HttpResponse:
    """Say the keys of a paired node, which may have lost its own statements in a restore."""
    return say(request, origin)


def _count() -> None:
    """Refuse more pushes than peers that change their keys can need.

    Raises:
        TooManyRequestsError: there were too many.
    """
    name = "bridge-key-pushes"
    cache.add(name, 0, QUARTER_SECONDS)
    try:
        so_far = cache.incr(name)
    except ValueError:  # it ran out this instant
        return
    if so_far > PUSHES:
        raise TooManyRequestsError
