"""The web process: a socket bound early, uvicorn serving on it."""

import errno
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn

from jumelage.node.errors import PortRefusedError, PortTakenError

Application = Callable[[Any, Any, Any], Awaitable[None]]

_BACKLOG = 1024
LARGEST_MESSAGE = 1024 * 1024
"""Bytes of one websocket message; each connection may hold this much until it is whole."""
WEB_CACHE_KIB = 8 * 1024


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket, so that a taken port is known before anything starts.

    Raises:
        PortTakenError: another program listens there.
        PortRefusedError: the system does not allow it, or *host* is not an address of this machine.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(_BACKLOG)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTakenError(host=host, port=port) from error
        raise PortRefusedError(host=host, port=port, reason=error.strerror) from error
    return listener


def serve(listener: socket.socket, other: Application | None = None) -> None:
    """Serve the node, or the *other* application, on *listener* until SIGTERM.

    Open streams are cut after one second; live sessions are told, and flushed.
    """
    from jumelage.node.asgi import application  # noqa: PLC0415  # needs the settings
    from jumelage.node.sqlite.base import DatabaseWrapper  # noqa: PLC0415
    from jumelage.node.watching import watch  # noqa: PLC0415

    DatabaseWrapper.cache_kib = WEB_CACHE_KIB
    watch.start()
    config = uvicorn.Config(
        other or application,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
        ws_max_size=LARGEST_MESSAGE,
        # Each connection would compress the same frame anew, and keep the memory for it.
        ws_per_message_deflate=False,
    )
    uvicorn.Server(config).run(sockets=[listener])
