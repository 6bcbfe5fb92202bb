"""Asking a peer about freight: signed requests, bounded answers, no redirects.

Synchronous, for the threads of the freight process; a `Peer` may be used by several of them.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

import httpx
import msgspec

from jumelage.bridge.errors import PeerUnreachableError, RateLimitError, RedirectRefusedError
from jumelage.bridge.freight.deliveries.listing.fetching import CONNECTIONS, Answer
from jumelage.bridge.freight.deliveries.listing.parts import HEADER
from jumelage.bridge.freight.errors import SessionRefusedError
from jumelage.bridge.identity.addresses import SafeTransport, choose, lives_locally
from jumelage.bridge.identity.requests import SignedBy, own_node, signer
from jumelage.bridge.models import Node

CONNECT_SECONDS, SILENCE_SECONDS = 8.0, 75.0
"""A receiver may take a minute to find out what it lacks of a large delivery."""
LIST_SILENCE_SECONDS = 20.0
SLOWEST, GRACE_SECONDS = 2 * 1024, 30.0
"""A part of a list that comes with fewer bytes a second, after a grace, is given up."""
LARGEST_REFUSAL = 64 * 1024


class Peer:
    """One paired city, as the freight process asks it."""

    def __init__(self, node: Node) -> None:
        """Prepare to ask *node*; nothing is opened yet."""
        self.node = node
        self.local = lives_locally(own_node().url)
        self.places = threading.BoundedSemaphore(CONNECTIONS)
        self.http = httpx.Client(
            auth=SignedBy(signer()),
            transport=SafeTransport(local=self.local),
            timeout=httpx.Timeout(SILENCE_SECONDS, connect=CONNECT_SECONDS),
            headers={"Accept-Encoding": "identity"},
            follow_redirects=False,
            trust_env=False,
        )

    def close(self) -> None:
        """Close every connection."""
        self.http.close()

    @contextmanager
    def list_answer(self, path: str, *, coding: str) -> Iterator[Answer]:
        """Ask for a packing list or a part of one; its bytes are bounded by who reads them.

        Raises:
            PeerUnreachableError: it does not come, or comes too slowly.
            SessionRefusedError: the peer says why not.
            RateLimitError: it is asked too much at once.
        """
        timeout = httpx.Timeout(LIST_SILENCE_SECONDS, connect=CONNECT_SECONDS)
        headers = {"Accept-Encoding": coding}
        url = self.node.url + path
        request = self.http.build_request("GET", url, headers=headers, timeout=timeout)
        with self._asked(request) as response:
            said = response.headers
            pieces = self._in_time(response)
            yield Answer(said.get(HEADER), said.get("Content-Encoding", "identity"), pieces)

    def _in_time(self, response: httpx.Response) -> Iterator[bytes]:
        began, came = time.monotonic(), 0
        for piece in response.iter_raw():
            came += len(piece)
            if time.monotonic() - began > GRACE_SECONDS + came / SLOWEST:
                reason = f"less than {SLOWEST} bytes a second"
                raise self._gone(reason)
            yield piece

    def get(self, path: str, *, most: int) -> bytes:
        """Return the answer at *path*, of at most *most* bytes.

        Raises:
            PeerUnreachableError: it does not come, or is longer.
        """
        with self._asked(self.http.build_request("GET", self.node.url + path)) as response:
            return self._whole(response, most)

    def post(self, path: str, body: bytes, *, most: int) -> tuple[bytes, httpx.Headers]:
        """Send *body* to *path*; return the answer, of at most *most* bytes, and its headers.

        Raises:
            SessionRefusedError: the peer says why not.
            PeerUnreachableError: nothing comes, or it is longer.
        """
        headers = {"Content-Type": "application/json"}
        url = self.node.url + path
        request = self.http.build_request("POST", url, content=body, headers=headers)
        with self._asked(request) as response:
            return self._whole(response, most), response.headers

    @contextmanager
    def _asked(self, request: httpx.Request) -> Iterator[httpx.Response]:
        try:
            response = self.http.send(request, stream=True)
            try:
                yield self._checked(response)
            finally:
                response.close()
        except httpx.HTTPError as error:
            raise self._gone(type(error).__name__) from error

    def _checked(self, response: httpx.Response) -> httpx.Response:
        if response.is_redirect:
            raise RedirectRefusedError(peer=self.node.slug)
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            raise RateLimitError(limit=self.node.slug, retry_after=_seconds(response))
        if response.status_code in {HTTPStatus.CONFLICT, HTTPStatus.SERVICE_UNAVAILABLE}:
            raise _refusal(self._whole(response, LARGEST_REFUSAL), response.status_code)
        if response.status_code != HTTPStatus.OK:
            reason = f"HTTP {response.status_code}"
            raise self._gone(reason)
        return response

    def _whole(self, response: httpx.Response, most: int) -> bytes:
        data = bytearray()
        for piece in response.iter_raw():
            data += piece
            if len(data) > most:
                reason = f"more than {most} bytes"
                raise self._gone(reason)
        return bytes(data)

    def _gone(self, reason: str) -> PeerUnreachableError:
        return PeerUnreachableError(peer=self.node.slug, reason=reason)

    def host(self, told: str) -> str:
        """Return the address to carry to: of the host the peer *told*, else of its public URL.

        It is resolved and judged like every address a peer names.

        Raises:
            AddressRefusedError: it leads where nothing may be sent.
        """
        name = told or httpx.URL(self.node.url).host
        return str(choose(name, 443, local=self.local))


def _seconds(response: httpx.Response) -> int:
    """Return how many seconds a peer asks to be left alone."""
    told = response.headers.get("Retry-After", "")
    return int(told) if told.isdecimal() and len(told) < 6 else 1


class _Told(msgspec.Struct):
    """An error as a peer writes it."""

    code: str
    message: str = ""
    facts: dict[str, str] = {}


class _Refusal(msgspec.Struct):
    error: _Told


def _refusal(raw: bytes, status: int) -> SessionRefusedError:
    try:
        told = msgspec.json.decode(raw, type=_Refusal).error
    except msgspec.DecodeError:
        return SessionRefusedError(reason=f"HTTP {status}", code="")
    code = told.facts.get("code", told.code)
    return SessionRefusedError(reason=told.facts.get("reason", told.message)[:300], code=code[:40])
