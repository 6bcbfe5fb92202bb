"""One live line while it is up: frames in and out, the other node's clock, what it holds.

Works the same whichever node dialled. A frame that makes no sense, or that the other node may not
send, is refused and recorded; the line goes on, but not for ever.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Protocol

from jumelage.bridge.boundary.limits import Bucket
from jumelage.bridge.errors import BridgeError
from jumelage.bridge.live.clock import PROBE_SECONDS, QUICK_PROBES, QUICK_SECONDS, Offset, steady
from jumelage.bridge.live.line import frames
from jumelage.bridge.live.line.frames import AboutSession, FromNode, Ping, Pong

logger = logging.getLogger(__name__)
SILENCE_SECONDS = 5.0
"""A node that says nothing for this long is not reached any more: it probes every second."""
MOST_WAITING_BYTES = 8 * 1024 * 1024
FRAMES_A_SECOND = 2_000
BYTES_A_SECOND = 4 * 1024 * 1024
MOST_REFUSALS = 20
"""After so many refused frames the line is closed; it may be opened again."""
BAD_FRAMES, TOO_SLOW, OTHER_LINE = 4400, 4429, 4409


class Socket(Protocol):
    """One end of a websocket, of either kind of library."""

    async def receive(self) -> str | bytes | None:
        """Return the next message; None when there will be none."""

    async def send(self, message: str | bytes) -> None:
        """Send a message; waits while the other end does not read."""

    async def close(self, code: int) -> None:
        """Close it."""


class Desk(Protocol):
    """Who does what comes over a line."""

    async def take(self, link: "Link", frame: AboutSession) -> None:
        """Do what a frame about a session says."""

    async def take_minutes(self, link: "Link", uri: str, frame: bytes) -> None:
        """Hand a binary frame to the minutes of a session."""

    def news(self, link: "Link") -> dict[str, dict[str, int]]:
        """Return the vectors of sessions that grew since this was last asked."""

    def heard_of(self, link: "Link", have: dict[str, dict[str, int]]) -> None:
        """Take note of what the other node made durable."""

    async def refused(self, link: "Link", error: BridgeError) -> None:
        """Record what was refused."""


class Link:
    """The line to one node."""

    def __init__(self, origin: str, socket: Socket, desk: Desk, *, dialled: bool) -> None:
        """Speak with the node *origin* over *socket*."""
        self.origin, self.dialled = origin, dialled
        self.offset = Offset()
        self.sent_frames = 0
        self._socket, self._desk = socket, desk
        self._waiting: deque[str | bytes] = deque()
        self._bytes = 0
        self._more = asyncio.Event()
        self._heard = time.monotonic()
        self._refusals = 0
        self._code: int | None = None
        self._closing = asyncio.Event()

    def send(self, frame: bytes) -> None:
        """Send a text frame; a line that carries nothing away is closed."""
        self._put(frame.decode(), len(frame))

    def send_minutes(self, uri: str, frame: bytes) -> None:
        """Send a binary frame about the session *uri*."""
        told = frames.minutes(uri, frame)
        self._put(told, len(told))

    def _put(self, message: str | bytes, size: int) -> None:
        self._waiting.append(message)
        self._bytes += size
        self.sent_frames += 1
        self._more.set()
        if self._bytes > MOST_WAITING_BYTES:
            self.close(TOO_SLOW)

    def close(self, code: int) -> None:
        """Close the line; `run` returns."""
        self._code = self._code or code
        self._closing.set()

    async def run(self) -> None:
        """Speak until the line breaks or is closed."""
        loops: list[Callable[[], Awaitable[None]]] = [
            self._read, self._write, self._probe, self._watch
        ]  # fmt: skip
        tasks = [asyncio.ensure_future(each()) for each in loops]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                if error := task.exception():
                    logger.info("the live line to %s broke: %r", self.origin, error)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._socket.close(self._code or 1000)

    async def _read(self) -> None:
        counted, weighed = Bucket(FRAMES_A_SECOND), Bucket(BYTES_A_SECOND)
        while (message := await self._socket.receive()) is not None:
            self._heard = time.monotonic()
            counted.spend(1)
            weighed.spend(len(message))
            if rest := max(counted.wait(), weighed.wait()):
                await asyncio.sleep(rest)
            try:
                await self._take(message)
            except BridgeError as error:
                self._refusals += 1
                if error.kept:
                    await self._desk.refused(self, error)
                if self._refusals >= MOST_REFUSALS:
                    self.close(BAD_FRAMES)

    async def _take(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            await self._desk.take_minutes(self, *frames.read_minutes(self.origin, message))
            return
        frame = frames.read(self.origin, message.encode("utf-8", "surrogatepass"))
        if isinstance(frame, Ping):
            self._say(Pong(sent=frame.sent, time=steady()))
            self._desk.heard_of(self, frame.have)
        elif isinstance(frame, Pong):
            self.offset.heard(frame.sent, frame.time, steady())
        else:
            await self._desk.take(self, frame)

    def _say(self, frame: FromNode) -> None:
        self.send(frames.encode(frame))

    async def _write(self) -> None:
        while True:
            await self._more.wait()
            self._more.clear()
            while self._waiting:
                message = self._waiting.popleft()
                self._bytes -= len(message)
                await self._socket.send(message)

    async def _probe(self) -> None:
        probes = 0
        while True:
            probes += 1
            self._say(Ping(sent=steady(), have=self._desk.news(self)))
            await asyncio.sleep(QUICK_SECONDS if probes < QUICK_PROBES else PROBE_SECONDS)

    async def _watch(self) -> None:
        """Return when the line is to be closed, or the other node is silent."""
        while not self._closing.is_set():
            left = self._heard + SILENCE_SECONDS - time.monotonic()
            if left <= 0:
                return
            try:
                await asyncio.wait_for(self._closing.wait(), left)
            except TimeoutError:
                continue
