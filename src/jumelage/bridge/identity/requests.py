"""Who is calling: signing our requests and verifying theirs.

A request is admitted when its signature proves a paired peer, its time is within five
minutes of ours, its digest fits and it was not seen before. A caller who proves nothing is
told nothing; a peer whose signature holds is told what is wrong. Every refusal is kept.
"""

import functools
import inspect
import logging
import math
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeVar, cast

import httpx
from asgiref.sync import sync_to_async
from django.db import connection
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from jumelage.bridge.boundary.refusals import is_flooded, record_refusal
from jumelage.bridge.boundary.standing import ensure_open
from jumelage.bridge.errors import BridgeError, NoIdentityError, NotPairedError, SignatureError
from jumelage.bridge.identity import nonces, signatures
from jumelage.bridge.identity.errors import (
    ClockOffError,
    DigestError,
    RequestRefusedError,
    RequestTooLargeError,
)
from jumelage.bridge.identity.keychain.introduction import introductions_to
from jumelage.bridge.identity.keys import SigningKey, own_key
from jumelage.bridge.identity.signatures import Message
from jumelage.bridge.models import Node, Pairing
from jumelage.kit import calls, clock
from jumelage.kit.errors import JumelageError
from jumelage.kit.uris import new_id

logger = logging.getLogger(__name__)

MAX_AGE = 300
"""Seconds a request may differ from our clock, either way."""
SHOW_SECONDS = 60.0
"""A peer that goes on refusing is shown this node's key statements at most this often."""
BODY_LIMIT = 64 * 1024
"""Bytes of a request between nodes; records travel in answers, never in requests."""
STRANGERS_PER_HOUR = 200
"""Refusals of unproven callers that are counted, so that nobody keeps the disk busy."""

View = TypeVar("View", bound=Callable[..., object])
Lookup = Callable[[str], Node | None]


class PeerRequest(HttpRequest):
    """A request whose signature was verified."""

    peer: Node


@dataclass(frozen=True, slots=True)
class Signer:
    """A node's name and key, ready to sign requests; needs no database once made.

    Without a *key* it is this node's own, looked up for each request: it may be replaced.
    """

    origin: str
    key: SigningKey | None = None

    def headers(self, method: str, url: str, body: bytes = b"") -> dict[str, str]:
        """Return the headers that sign one request to the absolute *url*, exactly as sent."""
        return signatures.sign(
            Message(method, url, signatures.content_digest(body)),
            key=self.key or own_key(),
            keyid=self.origin,
            created=int(clock.now().timestamp()),
            nonce=new_id(),
        )


class SignedBy(httpx.Auth):
    """Signs each request of an httpx client: `httpx.Client(auth=SignedBy(signer()))`.

    A peer that refuses may not know this node's present key yet: it is shown the statements
    that lead to it, and asked once more.
    """

    def __init__(self, signer: Signer) -> None:
        """Keep *signer*."""
        self._signer = signer
        self._shown: dict[str, float] = {}

    def sync_auth_flow(
        self, request: httpx.Request
    ) -> Generator[httpx.Request, httpx.Response, None]:
        """Sign and send; after a refusal introduce this node and send again."""
        request.read()
        response = yield self._sign(request)
        self._log(request, response)
        if response.status_code == HTTPStatus.UNAUTHORIZED and self._may_show(request):
            response.read()
            pushes = self._pushes(request, response, introductions_to(_base(request)))
            for push in pushes:  # noqa: UP028  # the answers are sent in: a list takes none
                yield push
            if pushes:
                yield self._sign(request)

    async def async_auth_flow(
        self, request: httpx.Request
    ) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Do the same where nothing may block."""
        await request.aread()
        response = yield self._sign(request)
        self._log(request, response)
        if response.status_code == HTTPStatus.UNAUTHORIZED and self._may_show(request):
            await response.aread()
            known = await sync_to_async(_introductions, thread_sensitive=False)(_base(request))
            pushes = self._pushes(request, response, known)
            for push in pushes:
                yield push
            if pushes:
                yield self._sign(request)

    def _sign(self, request: httpx.Request) -> httpx.Request:
        """Add the three headers and the request's identifier."""
        headers = self._signer.headers(request.method, str(request.url), request.content)
        request.headers.update(headers)
        request.headers[calls.HEADER] = calls.request_id.get() or calls.new_id()
        return request

    def _log(self, request: httpx.Request, response: httpx.Response) -> None:
        told = (request.method, request.url.path, response.status_code)
        asked = request.headers[calls.HEADER]
        logger.debug("asked %s %s: %s", *told, extra={"request_id": asked})

    def _may_show(self, request: httpx.Request) -> bool:
        """Tell whether the peer was not shown the statements within the last minute."""
        now, base = time.monotonic(), _base(request)
        if self._signer.key is not None or now - self._shown.get(base, -math.inf) < SHOW_SECONDS:
            return False
        self._shown[base] = now
        return True

    def _pushes(
        self, request: httpx.Request, response: httpx.Response, bodies: Sequence[bytes]
    ) -> list[httpx.Request]:
        """Return the requests that show *bodies*, if *response* says that nothing was proven."""
        if RequestRefusedError().code.encode() not in response.content:
            return []
        headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
        extensions = dict(request.extensions)
        url = f"{_base(request)}/bridge/keys"
        return [
            httpx.Request("POST", url, content=body, headers=headers, extensions=extensions)
            for body in bodies
        ]


def _introductions(url: str) -> Sequence[bytes]:
    """Return what introduces this node to *url*; leaves its thread no open connection."""
    try:
        return introductions_to(url)
    finally:
        connection.close()


def _base(request: httpx.Request) -> str:
    """Return the public address of the peer that *request* goes to."""
    return str(request.url).partition("/bridge/")[0]


def own_node() -> Node:
    """Return this node's row.

    Raises:
        NoIdentityError: the node was not initialised.
    """
    try:
        return Node.objects.get(is_self=True)
    except Node.DoesNotExist as error:
        raise NoIdentityError from error


def signer() -> Signer:
    """Return what signs this node's requests; reads the database once."""
    own_key()  # say at once when it is missing
    return Signer(own_node().origin)


def paired(origin: str) -> Node | None:
    """Return the paired peer called *origin*."""
    return Node.objects.filter(origin=origin, pairing__state=Pairing.State.PAIRED).first()


def authenticate(request: HttpRequest, lookup: Lookup = paired) -> Node:
    """Return the node that signed *request*, one that *lookup* knows by its origin.

    The address that must have been signed is made from our public URL, not from `Host`.

    Raises:
        BridgeClosedError: the kill switch is thrown.
        RequestTooLargeError: the content is over `BODY_LIMIT`, or its length is not given.
        SignatureError: nothing is proven.
        NotPairedError: *lookup* does not know the signer.
        ClockOffError, DigestError, ReplayError: the signer is proven, the request is bad.
    """
    ensure_open()
    check_size(request)
    claim = signatures.read(request.headers.get("Signature-Input", ""))
    node = lookup(claim.keyid)
    if node is None:
        raise NotPairedError(origin=claim.keyid)
    url = own_node().url + request.get_full_path_info()
    message = Message(request.method or "", url, request.headers.get("Content-Digest", ""))
    signature = request.headers.get("Signature", "")
    signatures.check(claim, signature, message, bytes(node.signing_key))
    _check_fresh(claim)
    if message.digest != signatures.content_digest(request.body):
        raise DigestError
    nonces.memory().remember(
        created=claim.created,
        keyid=claim.keyid,
        nonce=claim.nonce,
        forget_before=int(clock.now().timestamp()) - 2 * MAX_AGE,
    )
    calls.peer.set(node.slug)
    return node


def check_size(request: HttpRequest) -> None:
    """Refuse a request whose content is too large, or whose length is not given.

    Raises:
        RequestTooLargeError: before anything of the content is read.
    """
    length = request.headers.get("Content-Length") or "0"
    chunked = "Transfer-Encoding" in request.headers
    if chunked or not length.isdigit() or int(length) > BODY_LIMIT:
        raise RequestTooLargeError(limit=BODY_LIMIT)


def _check_fresh(claim: signatures.Claim) -> None:
    off = claim.created - int(clock.now().timestamp())
    if abs(off) > MAX_AGE:
        raise ClockOffError(seconds=abs(off), limit=MAX_AGE)


def refuse(request: HttpRequest, error: JumelageError) -> JsonResponse:
    """Keep the refusal, unless it says nothing of the caller; return what he may know of it."""
    if isinstance(error, BridgeError) and not error.kept:
        return error_response(error)
    unproven = isinstance(error, SignatureError | NotPairedError)
    origin = str(error.facts.get("origin", ""))[:32] if unproven else _claimed(request)
    known = Node.objects.filter(origin=origin, is_self=False).exists()
    match = request.resolver_match
    where = {
        "method": request.method,
        "path": request.path[:200],
        "view": match.view_name if match else "",
        "claimed": origin,
    }
    if known or not is_flooded(error.code, where["view"] or "", STRANGERS_PER_HOUR):
        record_refusal(origin if known else "", error, **where)
    return error_response(RequestRefusedError() if unproven else error)


def _claimed(request: HttpRequest) -> str:
    try:
        return signatures.read(request.headers.get("Signature-Input", "")).keyid[:32]
    except SignatureError:
        return ""


def error_response(error: JumelageError) -> JsonResponse:
    """Return *error* as a peer reads it: a stable code, a sentence, the facts as text."""
    facts = {name: str(value) for name, value in error.facts.items()}
    body = {"error": {"code": error.code, "message": error.message, "facts": facts}}
    later = {"Retry-After": facts["retry_after"]} if "retry_after" in facts else None
    return JsonResponse(body, status=error.http_status, headers=later)


def signed_by(lookup: Lookup) -> Callable[[View], View]:
    """Return a decorator that admits requests signed by a node *lookup* knows.

    The view, sync or async, finds the node in `request.peer`; what it refuses by raising a
    `JumelageError` is kept and answered like any refusal. Forms' CSRF tokens do not apply,
    since no browser can make such a signature.
    """

    def decorate(view: View) -> View:
        guard = _guard_async if inspect.iscoroutinefunction(view) else _guard
        return cast("View", csrf_exempt(guard(view, lookup)))

    return decorate


def _guard(view: Callable[..., object], lookup: Lookup) -> Callable[..., HttpResponseBase]:
    @functools.wraps(view)
    def guarded(request: PeerRequest, *args: object, **named: object) -> HttpResponseBase:
        try:
            request.peer = authenticate(request, lookup)
            return cast("HttpResponseBase", view(request, *args, **named))
        except JumelageError as error:
            return refuse(request, error)

    return guarded


def _guard_async(view: Callable[..., object], lookup: Lookup) -> Callable[..., object]:
    @functools.wraps(view)
    async def guarded(request: PeerRequest, *args: object, **named: object) -> HttpResponseBase:
        try:
            request.peer = await sync_to_async(authenticate)(request, lookup)
            return await cast("Awaitable[HttpResponseBase]", view(request, *args, **named))
        except JumelageError as error:
            return await sync_to_async(refuse)(request, error)

    return guarded


peer_required = signed_by(paired)
