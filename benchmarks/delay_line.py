"""A long line on one machine: a TCP relay that delays both directions and can be cut.

Used where the kernel line of two network namespaces cannot be set up (not root). What differs
from a real line: TCP ends at the relay on each side, so slow start and loss are not seen;
opening a connection costs the delay once, as one round trip would.
"""

import asyncio
import contextlib
import time
from dataclasses import dataclass, field

CHUNK, SMALL = 256 * 1024, 8 * 1024
QUEUED = 4096
STARVED = 32
"""Pieces on the way; a starved line takes no more than some round trips of them."""


@dataclass
class DelayLine:
    """Relays *port* to *target* with `one_way` seconds of delay in each direction."""

    target: int
    one_way: float = 0.075
    port: int = 0
    rate: float = 0.0
    """Bytes a second of each connection in each direction, as where TCP starves; 0: no limit."""
    _server: asyncio.Server | None = None
    _open: set[asyncio.Task[None]] = field(default_factory=set)
    _whole: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self) -> int:
        """Listen on loopback and return the port."""
        self._whole.set()
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self.port

    async def stop(self) -> None:
        """Close the relay and everything that runs through it."""
        if self._server is not None:
            self._server.close()
        await self._drop()

    async def cut(self) -> None:
        """Break the line as a cable does: nothing passes, nothing is said, until `mend`."""
        self._whole.clear()

    async def mend(self) -> None:
        """Let the line pass again; connections from before the cut are reset."""
        await self._drop()
        self._whole.set()

    async def _drop(self) -> None:
        tasks = list(self._open)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)  # lets the transports close

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  # asyncio runs callbacks in tasks
        self._open.add(task)
        try:
            await asyncio.sleep(self.one_way * 2)  # the handshake's round trip
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
            with contextlib.closing(far_writer):
                await asyncio.gather(
                    self._relay(reader, far_writer), self._relay(far_reader, writer)
                )
        except (OSError, asyncio.CancelledError):  # cut, or the line is taken down
            pass
        finally:
            self._open.discard(task)
            writer.close()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass bytes on, each `one_way` seconds after it came, however many are under way."""
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(
            maxsize=STARVED if self.rate else QUEUED
        )

        async def deliver() -> None:
            while True:
                due, data = await under_way.get()
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                await self._whole.wait()
                if not data:
                    break
                await asyncio.sleep(len(data) / self.rate if self.rate else 0.0)
                writer.write(data)
                await writer.drain()
            with contextlib.suppress(OSError):
                writer.write_eof()

        delivery = asyncio.create_task(deliver())
        try:
            while True:
                data = await reader.read(CHUNK if not self.rate else SMALL)
                await under_way.put((time.monotonic() + self.one_way, data))
                if not data:
                    return await delivery
        finally:
            delivery.cancel()
