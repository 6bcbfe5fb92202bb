"""The HTTP client that asks a peer for its feeds; signed requests, bounded answers."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from urllib.parse import urlencode

import httpx
import msgspec
import orjson

from jumelage.bridge.errors import PeerUnreachableError
from jumelage.bridge.feeds.checkpoints import Signed
from jumelage.bridge.feeds.wire import Line, decode_checkpoint_line, decode_line
from jumelage.bridge.identity.addresses import AsyncSafeTransport
from jumelage.bridge.identity.requests import SignedBy, Signer
from jumelage.bridge.models import Node
from jumelage.bridge.recovery.copies import Reach
from jumelage.bridge.replication.clocks import PeerClock
from jumelage.bridge.versions.about import About

SILENCE_SECONDS = 10.0
"""A peer that says nothing for this long (five beats) is taken to be gone."""
MOST_PAGE_BYTES = 64 * 1024 * 1024

Batch = tuple[list[Line], Signed]


class PeerClient:
    """Speaks to one peer over kept connections; no redirects are followed."""

    def __init__(self, peer: Node, signer: Signer, *, local: bool, connections: int = 8) -> None:
        """Prepare up to *connections* connections to *peer*; none is opened yet.

        *local* lets the peer live on a private address, as in a demonstration.
        """
        self.peer = peer
        self.clock = PeerClock()
        self.epochs: Mapping[str, int] = {}
        self.former: Mapping[str, int] = {}
        self.snapshots: Mapping[str, int] = {}
        self.bases: Mapping[str, int] = {}
        limits = httpx.Limits(max_connections=connections, keepalive_expiry=120)
        timeout = httpx.Timeout(SILENCE_SECONDS, connect=5.0)
        transport = AsyncSafeTransport(local=local, limits=limits)
        self._http = httpx.AsyncClient(
            auth=SignedBy(signer),
            transport=transport,
            timeout=timeout,
            trust_env=False,
            event_hooks={"request": [self.clock.asked], "response": [self.clock.answered]},
        )

    async def close(self) -> None:
        """Close every connection."""
        await self._http.aclose()

    async def heads(self, held: Mapping[str, int] | None = None) -> Mapping[str, int]:
        """Return how far each readable feed reaches; the order is the order to copy in.

        *held* tells the peer how far its feeds were copied here.
        """
        raw = await self.get("/bridge/feeds", held or {})
        told = msgspec.json.decode(raw, type=dict[str, dict[str, int]])
        self.epochs, self.former = told.get("epochs", {}), told.get("former", {})
        self.snapshots, self.bases = told.get("snapshots", {}), told.get("bases", {})
        return told["feeds"]

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
        raw = await self.get("/bridge/feed", query, silence=SILENCE_SECONDS + wait)
        return split_page(raw) if raw else None

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

    async def keys(self, origin: str = "") -> bytes:
        """Return what the peer says of its own keys, or of those of *origin*, unchecked."""
        return await self.get("/bridge/keys" + (f"/{origin}" if origin else ""), {})

    async def lines(self, path: str, query: Mapping[str, object]) -> list[Line]:
        """Return the entry lines at *path*, which no checkpoint closes."""
        raw = await self.get(path, query)
        return [decode_line(line) for line in raw.splitlines()]

    async def get(
        self, path: str, query: Mapping[str, object], silence: float = SILENCE_SECONDS
    ) -> bytes:
        """Return the whole answer at *path*.

        Raises:
            PeerUnreachableError: there is none.
        """
        url = self._url(path, query)
        timeout = httpx.Timeout(silence, connect=5.0)
        try:
            response = await self._http.get(url, timeout=timeout)
        except httpx.HTTPError as error:
            raise PeerUnreachableError(peer=self.peer.slug, reason=type(error).__name__) from error
        self._check(response)
        return response.content

    def _url(self, path: str, query: Mapping[str, object]) -> str:
        return f"{self.peer.url}{path}" + (f"?{urlencode(query)}" if query else "")

    def _check(self, response: httpx.Response) -> None:
        if response.status_code != httpx.codes.OK:
            reason = f"HTTP {response.status_code}"
            raise PeerUnreachableError(peer=self.peer.slug, reason=reason)

    @asynccontextmanager
    async def stream(self, cursors: Mapping[str, int]) -> AsyncIterator[AsyncIterator[bytes]]:
        """Open the live stream after *cursors*; yields its lines one by one."""
        epochs = {f"{name}.epoch": self.epochs[name] for name in cursors if self.epochs.get(name)}
        url = self._url("/bridge/stream", {**cursors, **epochs})
        try:
            async with self._http.stream("GET", url) as response:
                self._check(response)
                yield lines_of(response.aiter_raw())
        except httpx.HTTPError as error:
            raise PeerUnreachableError(peer=self.peer.slug, reason=type(error).__name__) from error


async def lines_of(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Cut a stream of bytes into lines without the newline, as they become whole."""
    rest = b""
    async for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield line
        if len(rest) > MOST_PAGE_BYTES:
            raise PeerUnreachableError(peer="peer", reason="a line is too long")


def split_page(raw: bytes) -> Batch:
    """Return the entry lines of a page and the checkpoint that closes it.

    Raises:
        msgspec.DecodeError: a line cannot be read.
    """
    *lines, last = raw.rstrip(b"\n").split(b"\n")
    return [decode_line(line) for line in lines], Signed.read(decode_checkpoint_line(last))


def is_beat(line: bytes) -> bool:
    """Tell whether a stream line is a sign of life rather than an entry."""
    return line.startswith(b'{"beat"') and "beat" in orjson.loads(line)


def is_checkpoint(line: bytes) -> bool:
    """Tell whether a stream line closes a batch."""
    return line.startswith(b'{"checkpoint"')
