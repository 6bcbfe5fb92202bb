"""The HTTP client that asks a peer for its feeds; signed requests, bounded answers."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from urllib.parse import urlencode

import httpx
import msgspec

from jumelage.bridge.boundary.ingress import plain
from jumelage.bridge.errors import (
    AnswerRefusedError,
    ChainError,
    PeerUnreachableError,
    RedirectRefusedError,
)
from jumelage.bridge.feeds.chain import Head, header_of, read_ahead
from jumelage.bridge.feeds.checkpoints import Signed
from jumelage.bridge.feeds.wire import (
    Count,
    Line,
    SignedCheckpoint,
    decode_checkpoint_line,
    decode_line,
)
from jumelage.bridge.identity.addresses import AsyncSafeTransport
from jumelage.bridge.identity.requests import SignedBy, Signer
from jumelage.bridge.models import Node
from jumelage.bridge.recovery.copies import Reach
from jumelage.bridge.replication.answers import (
    LARGEST_ANSWER,
    LARGEST_PAGE,
    Unpacker,
    entry_lines,
    page_lines,
    whole,
)
from jumelage.bridge.replication.clocks import PeerClock
from jumelage.bridge.versions.about import About

SILENCE_SECONDS = 10.0
"""A peer that says nothing for this long (five beats) is taken to be gone."""
CONNECT_SECONDS = 5.0
LONGEST_PAUSE = 30.0
MOST_PAUSES = 10
"""How often a peer may ask us to come back later before its line is taken to be down."""
CONTENT_TYPES = frozenset({"application/json", "application/x-ndjson", "text/plain"})

Batch = tuple[Sequence[Line], Signed]


class PeerClient:
    """Speaks to one peer over kept connections; no redirects are followed."""

    def __init__(self, peer: Node, signer: Signer, *, local: bool, connections: int = 12) -> None:
        """Prepare up to *connections* connections to *peer*; none is opened yet.

        *local* lets the peer live on a private address, as in a demonstration.
        """
        self.peer = peer
        self.clock = PeerClock()
        self.readable = ("public", "network", f"twin:{signer.origin}")
        self.unasked: Sequence[str] = ()
        self.epochs: Mapping[str, int] = {}
        self.former: Mapping[str, int] = {}
        self.snapshots: Mapping[str, int] = {}
        self.bases: Mapping[str, int] = {}
        limits = httpx.Limits(max_connections=connections, keepalive_expiry=120)
        timeout = httpx.Timeout(SILENCE_SECONDS, connect=CONNECT_SECONDS)
        transport = AsyncSafeTransport(local=local, limits=limits)
        self._http = httpx.AsyncClient(
            auth=SignedBy(signer),
            transport=transport,
            timeout=timeout,
            headers={"Accept-Encoding": "gzip"},
            follow_redirects=False,
            trust_env=False,
            event_hooks={"request": [self.clock.asked], "response": [self.clock.answered]},
        )

    async def close(self) -> None:
        """Close every connection."""
        await self._http.aclose()

    async def heads(self, held: Mapping[str, int] | None = None) -> Mapping[str, int]:
        """Return how far each readable feed reaches; the order is the order to copy in.

        *held* tells the peer how far its feeds were copied here. Feeds that this node does not
        read are left out; their names are in `unasked`.

        Raises:
            PeerUnreachableError, BridgeError: as `get`, and what cannot be read.
        """
        raw = await self.get("/bridge/feeds", held or {})
        told = msgspec.convert(plain(raw, "the list of feeds"), dict[str, dict[str, Count]])
        names = [name for part in told.values() for name in part]
        self.unasked = [name for name in names if not self._reads(name)]
        self.epochs, self.former = self._known(told, "epochs"), self._former(told)
        self.snapshots, self.bases = self._known(told, "snapshots"), self._known(told, "bases")
        return self._known(told, "feeds")

    def _reads(self, place: str) -> bool:
        """Tell whether this node reads the feed *place*, a name or `<epoch>/<name>`."""
        return place in self.readable or place.partition("/")[2] in self.readable

    def _known(self, told: Mapping[str, Mapping[str, int]], part: str) -> Mapping[str, int]:
        """Return what *part* says of the feeds that this node reads."""
        return {name: seq for name, seq in told.get(part, {}).items() if name in self.readable}

    def _former(self, told: Mapping[str, Mapping[str, int]]) -> Mapping[str, int]:
        """Return the heads of ended epochs, by `<epoch>/<name>`, in order."""
        return {
            place: seq
            for place, seq in told.get("former", {}).items()
            if place.partition("/")[0].isdecimal() and place.partition("/")[2] in self.readable
        }

    async def about(self) -> About:
        """Return the release the peer runs and what it can read; older ones have no answer."""
        raw = await self.get("/bridge/about", {})
        return msgspec.json.decode(raw, type=About)

    async def page(
        self,
        feed: str,
        after: int,
        limit: int,
        *,
        epoch: int = 0,
        wait: int = 0,
        held: int | None = None,
    ) -> Batch | None:
        """Return the entries of *feed* after *after*, or None when there are none.

        *held* tells the peer how far the feed was copied here, where *after* is ahead of it.
        """
        query = {"name": feed, "after": after, "limit": limit, "wait": wait}
        if epoch:
            query["epoch"] = epoch
        elif "0/" + feed in self.former:
            query["epoch"] = 0
        if held is not None:
            query["held"] = held
        silence = SILENCE_SECONDS + wait
        raw = await self.get("/bridge/feed", query, silence=silence, most=LARGEST_PAGE)
        if not raw:
            return None
        batch = self._split(raw, limit)
        before = Head(self.peer.origin, feed, epoch, after, b"")
        first = header_of(before, batch[0][0].header).seq
        if first != after + 1:
            reason = f"expected entry {after + 1}, got {first}"
            raise ChainError(feed=feed, origin=self.peer.origin, reason=reason)
        return read_ahead(before, batch[0]), batch[1]

    def _split(self, raw: bytes, limit: int) -> Batch:
        """Return the page *raw*, of at least one entry and at most *limit*."""
        lines = page_lines(raw, peer=self.peer.slug, most=limit)
        if len(lines) < 2:
            raise AnswerRefusedError(peer=self.peer.slug, reason="a checkpoint without entries")
        return split_lines(lines)

    async def copies(self) -> Sequence[Reach]:
        """Return how far the peer holds our own feeds; the peer is asked after a restore."""
        raw = await self.get("/bridge/copies", {})
        told = msgspec.json.decode(raw, type=dict[str, list[dict[str, object]]])
        return [Reach.read(one) for one in told["copies"]]

    async def copy(self, name: str, epoch: int, after: int, limit: int) -> Batch | None:
        """Return a page of our own feed as the peer holds it, or None when it has no more."""
        query = {"name": name, "epoch": epoch, "after": after, "limit": limit}
        raw = await self.get("/bridge/copy", query)
        return split_page(raw) if raw else None

    async def witness(self, places: Mapping[str, int]) -> Sequence[Signed]:
        """Return the checkpoints of third cities that the peer holds at or before *places*."""
        raw = await self.get("/bridge/witness", places)
        told = msgspec.convert(plain(raw, "what a peer holds"), dict[str, list[SignedCheckpoint]])
        return [Signed.read(one) for one in told["checkpoints"]]

    async def keys(self, origin: str = "") -> bytes:
        """Return what the peer says of its own keys, or of those of *origin*, unchecked."""
        return await self.get("/bridge/keys" + (f"/{origin}" if origin else ""), {})

    async def lines(self, path: str, query: Mapping[str, object]) -> list[Line]:
        """Return the entry lines at *path*, which no checkpoint closes."""
        raw = await self.get(path, query)
        return [decode_line(line) for line in raw.splitlines()]

    async def get(
        self,
        path: str,
        query: Mapping[str, object],
        *,
        silence: float = SILENCE_SECONDS,
        most: int = LARGEST_ANSWER,
    ) -> bytes:
        """Return the whole answer at *path*, of at most *most* bytes, unpacked.

        A peer that is asked too much says when to come back, and is asked again then.

        Raises:
            PeerUnreachableError: there is none.
            BridgeError: it is not taken; as `answers.whole`, `RedirectRefusedError`.
        """
        url = self._url(path, query)
        for _ in range(MOST_PAUSES):
            found = await self._get_once(url, silence, most)
            if isinstance(found, bytes):
                return found
            await asyncio.sleep(found)
        raise PeerUnreachableError(peer=self.peer.slug, reason="too busy for this node")

    async def _get_once(self, url: str, silence: float, most: int) -> bytes | float:
        """Return the answer, or how many seconds to wait before asking again."""
        timeout = httpx.Timeout(silence, connect=CONNECT_SECONDS)
        request = self._http.build_request("GET", url, timeout=timeout)
        try:
            async with asyncio.timeout(silence + CONNECT_SECONDS):  # a head may drip too
                response = await self._http.send(request, stream=True)
            try:
                if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
                    return _pause(response)
                self._check(response)
                encoding = response.headers.get("Content-Encoding", "")
                pieces = response.aiter_raw()
                return await whole(pieces, peer=self.peer.slug, encoding=encoding, most=most)
            finally:
                await response.aclose()
        except (httpx.HTTPError, TimeoutError) as error:
            raise PeerUnreachableError(peer=self.peer.slug, reason=type(error).__name__) from error

    def _url(self, path: str, query: Mapping[str, object]) -> str:
        return f"{self.peer.url}{path}" + (f"?{urlencode(query)}" if query else "")

    def _check(self, response: httpx.Response) -> None:
        if response.has_redirect_location or response.is_redirect:
            raise RedirectRefusedError(peer=self.peer.slug)
        if response.status_code != httpx.codes.OK:
            reason = f"HTTP {response.status_code}"
            raise PeerUnreachableError(peer=self.peer.slug, reason=reason)
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind not in CONTENT_TYPES:
            raise AnswerRefusedError(peer=self.peer.slug, reason=f"as “{kind[:40]}”")

    @asynccontextmanager
    async def stream(self, cursors: Mapping[str, int]) -> AsyncIterator[AsyncIterator[bytes]]:
        """Open the live stream after *cursors*; yields its lines one by one."""
        epochs = {f"{name}.epoch": self.epochs[name] for name in cursors if self.epochs.get(name)}
        url = self._url("/bridge/stream", {**cursors, **epochs})
        request = self._http.build_request("GET", url, headers={"Accept-Encoding": "identity"})
        try:
            async with asyncio.timeout(SILENCE_SECONDS + CONNECT_SECONDS):
                response = await self._http.send(request, stream=True)
            try:
                self._check(response)
                Unpacker(self.peer.slug, response.headers.get("Content-Encoding", ""), 0)
                yield entry_lines(response.aiter_raw(), peer=self.peer.slug)
            finally:
                await response.aclose()
        except (httpx.HTTPError, TimeoutError) as error:
            raise PeerUnreachableError(peer=self.peer.slug, reason=type(error).__name__) from error


def _pause(response: httpx.Response) -> float:
    """Return how many seconds a peer asks to be left alone, within reason."""
    told = response.headers.get("Retry-After", "")
    return min(float(told), LONGEST_PAUSE) if told.isdecimal() and len(told) < 6 else 1.0


def split_page(raw: bytes) -> Batch:
    """Return the entry lines of a page and the checkpoint that closes it.

    Raises:
        msgspec.DecodeError, BridgeError: a line cannot be read.
    """
    return split_lines(raw.rstrip(b"\n").split(b"\n"))


def split_lines(raw: Sequence[bytes]) -> Batch:
    """Return the entries and the checkpoint of a page that was cut into lines.

    Raises:
        msgspec.DecodeError, BridgeError: a line cannot be read.
    """
    *lines, last = raw
    return [decode_line(line) for line in lines], Signed.read(decode_checkpoint_line(last))
