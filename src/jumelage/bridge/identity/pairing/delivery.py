"""Two calls to another node's address: fetch an invitation, deliver a signed message.

Both connect only where `addresses` allows, follow no redirect, wait at most a few seconds and
read at most as much as a pairing message may hold.
"""

import httpx
import orjson
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jumelage.bridge.errors import PeerUnreachableError
from jumelage.bridge.identity import addresses
from jumelage.bridge.identity.errors import PeerRefusedError
from jumelage.bridge.identity.pairing.messages import LARGEST
from jumelage.bridge.identity.requests import SignedBy, Signer, own_node, signer

TIMEOUT = httpx.Timeout(10.0, connect=3.0)
"""Seconds; a node that was just started may need several for its first answer."""
HEADERS = {"Accept-Encoding": "identity", "Content-Type": "application/json"}


def fetch(url: str) -> bytes:
    """Return what is at *url*, a stranger's address; the request is not signed.

    Raises:
        AddressRefusedError, PeerUnreachableError, PeerRefusedError: nothing usable came.
    """
    addresses.parse(url)
    return _call("GET", url, b"", None)


def deliver(url: str, body: bytes) -> bytes:
    """Post *body* to *url*, signed by this node, and return the answer.

    Raises:
        AddressRefusedError, PeerUnreachableError, PeerRefusedError: nothing usable came.
    """
    addresses.parse(url)
    return _call("POST", url, body, signer())


def hand_over(url: str, body: bytes) -> bytes:
    """Post *body*, which proves itself, to *url* without a signature; return the answer.

    Raises:
        AddressRefusedError, PeerUnreachableError, PeerRefusedError: nothing usable came.
    """
    addresses.parse(url)
    return _call("POST", url, body, None)


def _call(method: str, url: str, body: bytes, by: Signer | None) -> bytes:
    transport = addresses.SafeTransport(local=addresses.lives_locally(own_node().url))
    auth = SignedBy(by) if by else None
    host = httpx.URL(url).host
    try:
        with (
            httpx.Client(transport=transport, timeout=TIMEOUT, trust_env=False) as client,
            client.stream(method, url, content=body, headers=HEADERS, auth=auth) as response,
        ):
            return _read(response, host)
    except httpx.HTTPError as error:
        raise PeerUnreachableError(peer=host, reason=_reason(error)) from error


def _read(response: httpx.Response, host: str) -> bytes:
    body = b""
    for piece in response.iter_raw():
        body += piece
        if len(body) > LARGEST:
            raise PeerRefusedError(peer=host, reason=_("the answer is too large"))
    if response.status_code != httpx.codes.OK:
        raise PeerRefusedError(peer=host, reason=_code(body) or f"HTTP {response.status_code}")
    return body


def _code(body: bytes) -> str:
    """Return the sentence of a node's error answer, if it is one."""
    try:
        return str(orjson.loads(body)["error"]["message"])[:200]
    except (ValueError, KeyError, TypeError):
        return ""


def _reason(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.TimeoutException):
        return gettext("no answer in time")
    return (
        gettext("no connection") if isinstance(error, httpx.ConnectError) else type(error).__name__
    )
