"""Dialling another node: a signed handshake to exactly the address that was judged."""

import asyncio
import socket
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
OPEN_SECONDS = 4.0
REACH_EVERY_SECONDS = 0.7
"""Between two attempts to reach a node: one that was lost in a cut hangs for seconds."""
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
    address: str
    port: int
    handshake: Callable[..., Awaitable[ClientConnection]]


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
    return Call(peer.slug, str(address), port, straight)


async def dial(call: Call) -> Dialled:
    """Open the line.

    Raises:
        PeerUnreachableError: it does not answer, or refuses.
    """
    try:
        async with asyncio.timeout(OPEN_SECONDS):
            reached = await _reach(call.address, call.port)
        return Dialled(await call.handshake(sock=reached))
    except (OSError, WebSocketException, TimeoutError) as error:
        reason = f"{type(error).__name__}: {error}"[:200]
        raise PeerUnreachableError(peer=call.peer, reason=reason) from error


async def _reach(address: str, port: int) -> socket.socket:
    """Return a connected socket: the first of several attempts that succeeds.

    Raises:
        OSError: the first attempt that fails does so quickly: nobody listens there.
    """
    tasks: set[asyncio.Task[socket.socket]] = set()
    try:
        while True:
            tasks.add(asyncio.create_task(_connect(address, port)))
            done, _ = await asyncio.wait(
                tasks, timeout=REACH_EVERY_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
            for task in done:
                tasks.discard(task)
                return task.result()
    finally:
        for task in tasks:
            task.cancel()


async def _connect(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setblocking(False)  # noqa: FBT003  # its only form
    try:
        await asyncio.get_running_loop().sock_connect(made, (address, port))
    except BaseException:
        made.close()
        raise
    return made
