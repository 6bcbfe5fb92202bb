"""One browser's websocket: a ticket first, then frames; bounded in every direction."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from jumelage.bridge.boundary.limits import Bucket
from jumelage.bridge.live import frames
from jumelage.bridge.live.errors import TicketError
from jumelage.bridge.live.frames import FrameError, FromBrowser
from jumelage.bridge.live.sessions.around import DONE, NO_TICKET, REFUSED
from jumelage.bridge.live.sessions.extras import Extras
from jumelage.bridge.live.sessions.gathering import Gathering
from jumelage.bridge.live.sessions.gatherings import Gatherings
from jumelage.bridge.live.sessions.people import Member
from jumelage.bridge.live.sessions.visiting import RefusedByHostError
from jumelage.bridge.live.tickets import Taken
from jumelage.kit.errors import JumelageError
from jumelage.kit.live import Participant
from jumelage.kit.uris import new_id

logger = logging.getLogger(__name__)
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

JOIN_SECONDS = 10.0
SILENCE_SECONDS = 20.0
FRAMES_A_SECOND = 100
BYTES_A_SECOND = 512 * 1024
"""Of one browser; twice as much at once. Who sends more is read more slowly."""
FLOOD_SECONDS = 8.0
"""Who sends more than that for this long is let go."""
MOST_WAITING_BYTES = 2 * 1024 * 1024
"""What a browser does not read; then its connection is closed, and it may come back."""
BAD_FRAME, SILENT, TOO_LARGE, TOO_MUCH = 4400, 4408, 4413, 4429


class Gone(Exception):  # noqa: N818  # nothing went wrong
    """The browser went, or is to go with a close code."""

    def __init__(self, code: int | None = None) -> None:
        """Close with *code*, unless it is closed already."""
        self.code = code
        super().__init__(code)


class Browser:
    """One connection, from its first frame to its last."""

    def __init__(
        self,
        receive: Receive,
        send: Send,
        gatherings: Gatherings,
        taken: Taken,
        shown: Callable[["Browser"], None],
    ) -> None:
        """Speak through an accepted websocket; *taken* knows the tickets, *shown* hears of a good one."""
        self._shown = shown
        self._taken = taken
        self._receive, self._send, self._gatherings = receive, send, gatherings
        self._waiting: deque[bytes | str] = deque()
        self._bytes = 0
        self._more = asyncio.Event()
        self._unread = asyncio.Event()
        self._code: int | None = None
        self.id = new_id()
        self._floods_since = 0.0
        self._counted, self._weighed = Bucket(FRAMES_A_SECOND), Bucket(BYTES_A_SECOND)

    # What the session does with it

    def tell(self, frame: bytes) -> None:
        """Send a text frame; a browser that does not read is let go."""
        self._put(frame.decode(), len(frame))

    def tell_minutes(self, frame: bytes) -> None:
        """Send a binary frame."""
        self._put(frame, len(frame))

    def close(self, code: int) -> None:
        """Close after what was told."""
        self._code = self._code or code
        self._more.set()

    def _put(self, message: bytes | str, size: int) -> None:
        if self._bytes + size > MOST_WAITING_BYTES and self._waiting:
            self._waiting.clear()
            self.close(TOO_MUCH)
            self._unread.set()
        elif self._code is None:
            self._waiting.append(message)
            self._bytes += size
            self._more.set()

    # What the browser does

    async def run(self) -> None:
        """Let the browser take part until it goes."""
        writing = asyncio.create_task(self._write())
        reading = asyncio.create_task(self._take_part())
        unread = asyncio.create_task(self._unread.wait())
        tasks = (writing, reading, unread)
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            reading.cancel()
            if not writing.done():
                self.close(DONE)
                await asyncio.wait((writing,), timeout=2.0)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _take_part(self) -> None:
        try:
            gathering, reason = await self._enter(), "lost"
        except Gone as gone:
            self.close(gone.code or DONE)
            return
        try:
            await self._listen(gathering)
            reason = "left"
        except Gone as gone:
            self.close(gone.code or DONE)
        finally:
            gathering.leave(self.id, reason)

    async def _enter(self) -> Gathering:
        """Take the ticket and be let in."""
        try:
            async with asyncio.timeout(JOIN_SECONDS):
                join = await self._next()
        except TimeoutError:
            raise Gone(NO_TICKET) from None
        if not isinstance(join, frames.Join):
            raise Gone(NO_TICKET)
        try:
            ticket = self._taken.take(join.ticket)
            self._shown(self)
            gathering = await self._gatherings.find(ticket.kind, ticket.uri)
            wanted = Participant(
                id=self.id,
                person=ticket.person,
                city=self._gatherings.me,
                role=ticket.role,
                label=ticket.label,
            )
            member = Member(self, wanted, ticket.bearer)
            await self._gatherings.ensure_true(gathering, member)
            await gathering.enter(member, join.seen)
        except TicketError as error:
            self.tell(frames.refused(frames.sentences(error)))
            raise Gone(NO_TICKET) from error
        except RefusedByHostError as error:
            self.tell(frames.refused(error.told))
            raise Gone(REFUSED) from error
        except JumelageError as error:
            self.tell(frames.refused(frames.sentences(error)))
            raise Gone(REFUSED) from error
        return gathering

    async def _listen(self, gathering: Gathering) -> None:
        """Do what the browser asks, until it says goodbye."""
        beside = self._gatherings.extras(gathering.facts.uri)
        while True:
            try:
                async with asyncio.timeout(SILENCE_SECONDS):
                    frame = await self._next()
            except TimeoutError:
                raise Gone(SILENT) from None
            if isinstance(frame, bytes):
                self._minutes(beside, frame)
            elif isinstance(frame, frames.Clock):
                self.tell(frames.clock(frame.sent, gathering.time))
            elif isinstance(frame, frames.Leave):
                return
            elif isinstance(frame, frames.Join):
                raise Gone(BAD_FRAME)
            else:
                gathering.heard(self.id, frame)

    def _minutes(self, beside: Extras, frame: bytes) -> None:
        try:
            beside.minutes(self.id, frame)
        except JumelageError as error:
            raise Gone(BAD_FRAME) from error

    async def _next(self) -> FromBrowser | bytes:
        """Return the next frame, later if too many come.

        Raises:
            Gone: there will be none, or it is not of the agreed form.
        """
        message = await self._receive()
        if message["type"] != "websocket.receive":
            raise Gone
        text, binary = message.get("text"), message.get("bytes")
        size = len(text if text is not None else binary or b"")
        if size > (frames.LARGEST_FRAME if text is not None else frames.LARGEST_MINUTES):
            raise Gone(TOO_LARGE)
        await self._rest(size)
        if text is None:
            return bytes(binary or b"")
        try:
            return frames.read(text)
        except FrameError as error:
            self.tell(frames.refused(frames.sentences(error)))
            raise Gone(BAD_FRAME) from error

    async def _rest(self, size: int) -> None:
        """Wait while the browser sends more than it may: its own connection holds it up."""
        self._counted.spend(1)
        self._weighed.spend(size)
        rest = max(self._counted.wait(), self._weighed.wait())
        now = time.monotonic()
        if rest > 0:
            self._floods_since = self._floods_since or now
            if now - self._floods_since > FLOOD_SECONDS:
                raise Gone(TOO_MUCH)
            await asyncio.sleep(rest)
        elif self._counted.left > FRAMES_A_SECOND and self._weighed.left > BYTES_A_SECOND:
            self._floods_since = 0.0

    async def _write(self) -> None:
        """Send what waits, then close when told to."""
        while True:
            while self._waiting:
                message = self._waiting.popleft()
                is_text = isinstance(message, str)
                self._bytes -= len(message)
                await self._send(
                    {"type": "websocket.send", "text" if is_text else "bytes": message}
                )
            if self._code is not None:
                await self._send({"type": "websocket.close", "code": self._code})
                return
            await self._more.wait()
            self._more.clear()
