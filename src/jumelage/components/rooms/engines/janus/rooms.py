"""The engine `janus`: rooms of Janus's VideoRoom, driven by the node for its browsers.

A member has one handle that sends, and one handle for each other member it receives: the same
shape as the mesh, so that one bad connection never disturbs another. The room of a session
is named by a digest, members by the opaque ids of their connections: Janus learns no name.
"""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jumelage.components.rooms.engines.adapter import Capabilities, Descriptor, Health
from jumelage.components.rooms.engines.errors import EngineRefusedError, EngineSilentError
from jumelage.components.rooms.engines.janus.configuration import RECORDINGS
from jumelage.components.rooms.engines.janus.wire import Answer, Message, Wire

MOST = 24
"""Members that send in one room: 24 x 23 streams are what one core of a server forwards."""
BITRATE = 1_200_000
"""Bits a second that one member may send."""
ALREADY_THERE = 427
ID_TAKEN = 436
NO_SUCH_ROOM = 426
NO_SUCH_FEED = 428


@dataclass(slots=True)
class Seat:
    """What one member holds: 0 where it does not send, and whom it receives by which handle."""

    sends: int = 0
    receives: dict[str, int] = field(default_factory=dict)
    flows: bool = False
    """Whether what it sends has arrived, so that others can receive it."""


Room = dict[str, Seat]
Told = Callable[[str, str, Message], None]
"""Takes a room, a member and what Janus said about the handle the member sends by."""


class Janus:
    """The node's own Janus; members are told apart by room, never across rooms."""

    name = "janus"
    capabilities = Capabilities(most=MOST, serves=True, records=True)

    def __init__(
        self, folder: Path, *, on_flow: Callable[[str, str], None], on_lost: Callable[[], None]
    ) -> None:
        """Speak with the Janus whose private folder is *folder*, once something is asked.

        *on_flow(room, member)*: what the member sends can be received from now on. *on_lost()*:
        Janus was started anew, and every room and member is gone.
        """
        self.folder = folder
        self.rooms: dict[str, Room] = {}
        self._flowing, self._lost = on_flow, on_lost
        self._steward = 0
        self._turn = asyncio.Lock()
        self.wire = Wire(folder, self._hear, self._start_anew)

    async def health(self) -> Health:
        """Ask Janus whether it has the VideoRoom."""
        try:
            await self._ask_steward({"request": "list"})
        except (EngineSilentError, EngineRefusedError) as error:
            return Health(ready=False, reason=error.message)
        return Health(ready=True)

    async def ensure_room(self, room: str) -> None:
        """Make the room unless Janus has it; it is gone with Janus."""
        if room not in self.rooms:
            await self._make(room)
            self.rooms.setdefault(room, {})

    async def _make(self, room: str) -> None:
        try:
            await self._ask_steward(
                {
                    "request": "create",
                    "room": room_name(room),
                    "permanent": False,
                    "is_private": True,
                    "publishers": MOST,
                    "bitrate": BITRATE,
                    "fir_freq": 10,
                    "audiocodec": "opus",
                    "videocodec": "vp8",
                    "opus_fec": True,
                    "record": False,
                    "rec_dir": str(self.folder.absolute() / RECORDINGS),
                    "transport_wide_cc_ext": True,
                    "notify_joining": False,
                }
            )
        except EngineRefusedError as error:
            if error.facts.get("code") != ALREADY_THERE:
                raise

    async def join(self, room: str, member: str) -> Descriptor:
        """Make the room and a seat in it; the browser goes on through its node."""
        await self.ensure_room(room)
        self.rooms[room].setdefault(member, Seat())
        return Descriptor(engine=self.name, values={})

    async def publish(self, room: str, member: str, offer: str, parts: Mapping[str, str]) -> str:
        """Take what *member* offers to send and return the answer.

        *parts* names the part of each stream of the offer by its `mid`. Sending again replaces
        what was sent before.
        """
        seat = await self._seat(room, member)
        if seat.sends:
            await self.wire.detach(seat.sends)
        seat.sends, seat.flows = await self.wire.attach(), False
        await self._take_place(room, member, seat.sends)
        described = [{"mid": mid, "description": part} for mid, part in parts.items()]
        answer = await self.wire.message(
            seat.sends,
            {"request": "publish", "descriptions": described},
            {"type": "offer", "sdp": offer},
        )
        return _description(answer)

    async def subscribe(self, room: str, member: str, feed: str) -> tuple[str, dict[str, str]]:
        """Return the offer by which *member* receives *feed*, and the part of each `mid`.

        Raises:
            EngineRefusedError: *feed* does not send (yet).
        """
        seat = await self._seat(room, member)
        if feed not in await self.participants(room):
            raise EngineRefusedError(reason="nothing is sent from there yet", code=NO_SUCH_FEED)
        if feed in seat.receives:
            await self.wire.detach(seat.receives.pop(feed))
        handle = seat.receives[feed] = await self.wire.attach()
        answer = await self.wire.message(
            handle,
            {
                "request": "join",
                "ptype": "subscriber",
                "room": room_name(room),
                "streams": [{"feed": feed}],
            },
        )
        streams = answer.values.get("streams", [])
        parts = {str(one["mid"]): str(one.get("feed_description", "")) for one in streams}
        return _description(answer), parts

    async def start(self, room: str, member: str, feed: str, answer: str) -> None:
        """Let what *feed* sends flow to *member*, whose browser answered."""
        handle = self._receiving(room, member, feed)
        jsep = {"type": "answer", "sdp": answer}
        await self.wire.message(handle, {"request": "start"}, jsep)

    async def restart(self, room: str, member: str, feed: str) -> str:
        """Return an offer for the same streams by new ways through the network."""
        handle = self._receiving(room, member, feed)
        answer = await self.wire.message(handle, {"request": "configure", "restart": True})
        return _description(answer)

    async def reoffer(self, room: str, member: str, offer: str) -> str:
        """Return the answer to new ways through the network for what *member* sends."""
        seat = await self._seat(room, member)
        jsep = {"type": "offer", "sdp": offer}
        return _description(await self.wire.message(seat.sends, {"request": "configure"}, jsep))

    async def pictures(
        self, room: str, member: str, feed: str, mids: list[str], *, wanted: bool
    ) -> None:
        """Forward the streams *mids* of *feed* to *member*, or spare its line."""
        streams = [{"mid": mid, "send": wanted} for mid in mids]
        handle = self._receiving(room, member, feed)
        await self.wire.message(handle, {"request": "configure", "streams": streams})

    async def unsubscribe(self, room: str, member: str, feed: str) -> None:
        """Send nothing of *feed* to *member* any more."""
        seat = self.rooms.get(room, {}).get(member)
        if seat and feed in seat.receives:
            await self.wire.detach(seat.receives.pop(feed))

    async def candidates(self, room: str, member: str, feed: str, found: list[Message]) -> None:
        """Pass on addresses the browser of *member* found; no *feed*: for what it sends."""
        seat = await self._seat(room, member)
        handle = seat.receives.get(feed, 0) if feed else seat.sends
        if handle:
            await self.wire.trickle(handle, found)

    async def participants(self, room: str) -> Sequence[str]:
        """Return the members whose media Janus has."""
        return [member for member, seat in self.rooms.get(room, {}).items() if seat.flows]

    async def kick(self, room: str, member: str) -> None:
        """Give up every handle of *member*, which ends what it sends and receives."""
        seat = self.rooms.get(room, {}).pop(member, None)
        if seat is None:
            return
        for handle in [seat.sends, *seat.receives.values()]:
            if handle:
                await self.wire.detach(handle)

    async def start_recording(self, room: str, member: str, file: str) -> None:
        """Keep what *member* sends from now on."""
        seat = await self._seat(room, member)
        if seat.sends:
            asked = {"request": "configure", "record": True, "filename": file}
            await self.wire.message(seat.sends, asked)

    async def stop_recording(self, room: str, member: str) -> None:
        """Close the files of *member*."""
        seat = self.rooms.get(room, {}).get(member)
        if seat and seat.sends:
            await self.wire.message(seat.sends, {"request": "configure", "record": False})

    async def stats(self, room: str) -> Mapping[str, Any]:
        """Return how many send and how many streams are forwarded."""
        seats = self.rooms.get(room, {}).values()
        return {
            "sending": sum(seat.flows for seat in seats),
            "forwarded": sum(len(seat.receives) for seat in seats),
        }

    async def close_room(self, room: str) -> None:
        """Destroy *room*; Janus ends whatever flows in it."""
        seats = self.rooms.pop(room, None)
        if seats is None:
            return
        with suppress(EngineRefusedError, EngineSilentError):
            await self._ask_steward({"request": "destroy", "room": room_name(room)})
        for seat in seats.values():
            for handle in [seat.sends, *seat.receives.values()]:
                if handle:
                    await self.wire.detach(handle)

    async def close(self) -> None:
        """End the session with Janus."""
        await self.wire.close()

    async def _seat(self, room: str, member: str) -> Seat:
        if member not in self.rooms.get(room, {}):
            await self.join(room, member)
        return self.rooms[room][member]

    def _receiving(self, room: str, member: str, feed: str) -> int:
        seat = self.rooms.get(room, {}).get(member)
        if seat is None or feed not in seat.receives:
            raise EngineRefusedError(reason="nothing is received from there", code=0)
        return seat.receives[feed]

    async def _take_place(self, room: str, member: str, handle: int) -> None:
        """Enter *room* as somebody who sends; a handle just given up may hold the name a moment."""
        asked = {"request": "join", "ptype": "publisher", "room": room_name(room), "id": member}
        for last in (False, False, True):
            try:
                await self.wire.message(handle, asked)
            except EngineRefusedError as error:
                code = error.facts.get("code")
                if last or code not in {ID_TAKEN, NO_SUCH_ROOM}:
                    raise
                await self._make(room)
                await asyncio.sleep(0.1)
            else:
                return

    async def _ask_steward(self, body: Message) -> Answer:
        """Ask by the one handle that is nobody's."""
        self.wire.open()
        async with self._turn:
            if not self._steward:
                self._steward = await self.wire.attach()
        return await self.wire.message(self._steward, body)

    def _hear(self, handle: int, told: Message) -> None:
        if told["janus"] not in {"webrtcup", "hangup"}:
            return
        for room, seats in self.rooms.items():
            for member, seat in seats.items():
                if seat.sends == handle:
                    seat.flows = told["janus"] == "webrtcup"
                    if seat.flows:
                        self._flowing(room, member)

    def _start_anew(self) -> None:
        self._steward = 0
        self.rooms = {}
        self._lost()


def room_name(room: str) -> str:
    """Return the name of a session in Janus and in the files it records."""
    return hashlib.sha256(room.encode()).hexdigest()[:32]


def _description(answer: Answer) -> str:
    if answer.jsep is None:
        raise EngineRefusedError(reason="no session description", code=0)
    return str(answer.jsep["sdp"])
