"""Dialling another node: a signed handshake to exactly the address that was judged."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from jumelage.bridge.errors import PeerUnreachableError
from jumelage.bridge.identity.addresses import choose, lives_locally
from jumelage.bridge.identity.requests import own_node, signer
from jumelage.bridge.live.line.frames import LARGEST_LINE_FRAME
from jumelage.bridge.models import Node

PATH = "/bridge/live"
OPEN_SECONDS = 5.0
CLOSE_SECONDS = 1.0
MOST_UNREAD = 16
"""Messages that are read ahead; then the other node has to wait."""


class _Straight(connect):
    """Follows no redirect."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        """Return what went wrong, whatever address the answer names."""
        return exc


class Dialled:
    """A websocket this node opened."""

    def __init__(self, connection: ClientConnection) -> None:
        """Speak over *connection*."""
        self._connection = connection

    async def receive(self) -> str | bytes | None:
        """Return the next message; None when there will be none."""
        try:
            return await self._connection.recv()
        except ConnectionClosed:
            return None

    async def send(self, message: str | bytes) -> None:
        """Send a message; waits while the other end does not read."""
        await self._connection.send(message)

    async def close(self, code: int) -> None:
        """Close it."""
        await self._connection.close(code)


@dataclass(frozen=True, slots=True)
class Call:
    """A handshake that is signed and may be sent, once."""

    peer: str
    open: Callable[[], Awaitable[ClientConnection]]


def prepare(peer: Node) -> Call:
    """Return what opens the line to *peer*; reads the database and asks for its address.

    Raises:
        AddressRefusedError: its name leads to no address that may be called.
        BridgeError: this node cannot sign.
    """
    url = peer.url + PATH
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    address = choose(parts.hostname or "", port, local=lives_locally(own_node().url))
    straight = partial(
        _Straight,
        url.replace("http", "ws", 1),
        host=str(address),
        port=port,
        additional_headers=signer().headers("GET", url),
        user_agent_header=None,
        compression=None,
        proxy=None,
        open_timeout=OPEN_SECONDS,
        close_timeout=CLOSE_SECONDS,
        ping_interval=None,
        max_size=LARGEST_LINE_FRAME,
        max_queue=MOST_UNREAD,
    )
    return Call(peer.slug, straight)


async def dial(call: Call) -> Dialled:
    """Open the line.

    Raises:
        PeerUnreachableError: it does not answer, or refuses.
    """
    try:
        return Dialled(await call.open())
    except (OSError, WebSocketException, TimeoutError) as error:
        reason = f"{type(error).__name__}: {error}"[:200]
        raise PeerUnreachableError(peer=call.peer, reason=reason) from error
