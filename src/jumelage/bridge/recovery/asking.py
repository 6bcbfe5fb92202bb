"""Asking the peers for what this node has said, over the line, until every one has answered.

What must be decided is in `taking` and `state`; here is only who is asked for which page when.
Progress is in the database, page by page, so this may be cancelled or killed at any moment
and begins again where it was.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol, TypeVar

import msgspec

from jumelage.bridge.errors import BridgeError, ChainError, PeerUnreachableError
from jumelage.bridge.models import Node
from jumelage.bridge.recovery import state, taking
from jumelage.bridge.recovery.copies import Reach
from jumelage.bridge.recovery.errors import OwnForkError
from jumelage.bridge.replication.client import Batch
from jumelage.bridge.replication.line import Backoff
from jumelage.bridge.replication.pull import Pull
from jumelage.bridge.replication.writer import Writer

logger = logging.getLogger(__name__)
R = TypeVar("R")


class Holder(Protocol):
    """A peer that may hold copies of our feeds; a `PeerClient`, or one without a network."""

    peer: Node

    async def copies(self) -> Sequence[Reach]:
        """Return how far the peer's copies of our feeds reach."""

    async def copy(self, name: str, epoch: int, after: int, limit: int) -> Batch | None:
        """Return a page of one of them."""

    async def keys(self, origin: str = "") -> bytes:
        """Return what the peer knows of the keys of *origin*."""

    async def close(self) -> None:
        """Close the connections."""


@dataclass(slots=True)
class Asker:
    """Asks until every peer has answered; *connect* makes the client of a peer (in the writer)."""

    writer: Writer
    connect: Callable[[Node], Holder]

    async def run(self) -> None:
        """Ask again and again, with growing pauses, until the recovery ends."""
        backoff = Backoff()
        while await self.writer.do(state.current) is not None:
            if await self.once():
                return
            await asyncio.sleep(backoff.wait())

    async def once(self) -> bool:
        """Ask every peer once and take back what it gives; tell whether the recovery ended."""
        peers = await self.writer.do(state.paired)
        holders = [await self.writer.do(self.connect, peer) for peer in peers]
        try:
            heard = await self._reaches(holders)
            for holder, reaches in heard:
                await self._guarded(holder, self._take_all(holder, reaches))
            answered = [holder for holder, _ in heard]
            return await self._conclude(answered, [holder.peer for holder in holders])
        except OwnForkError as error:
            await self.writer.do(state.stopped, error)
            return False
        finally:
            await asyncio.gather(*(holder.close() for holder in holders))

    async def _reaches(self, holders: Sequence[Holder]) -> list[tuple[Holder, Sequence[Reach]]]:
        """Ask all *holders* at the same time; those with the longest copies come first."""
        answers = await asyncio.gather(*(self._guarded(h, h.copies()) for h in holders))
        found = [(h, a) for h, a in zip(holders, answers, strict=True) if a is not None]
        return sorted(found, key=lambda pair: -sum(reach.said.seq for reach in pair[1]))

    async def _guarded(self, holder: Holder, step: Awaitable[R]) -> R | None:
        """Do *step*; what goes wrong with one peer is noted and stops no other."""
        try:
            return await step
        except OwnForkError:
            raise
        except (BridgeError, msgspec.MsgspecError, ValueError) as error:
            known = error if isinstance(error, BridgeError) else _unreadable(holder.peer)
            logger.info("%s: %s", holder.peer.slug, known.message)
            await self.writer.do(state.failed, holder.peer, known)
            return None

    async def _take_all(self, holder: Holder, reaches: Sequence[Reach]) -> None:
        """Take what this node lacks of each feed, then compare where every copy ends."""
        await self._learn_keys(holder)
        lacks = [await self.writer.do(taking.compare, holder.peer, reach) for reach in reaches]
        if sum(lacks):
            await self.writer.do(state.missing, sum(lacks))
        for reach, lack in zip(reaches, lacks, strict=True):
            if lack:
                await self._take(holder, reach, reach.said.seq - lack)
        if await self._lacks(holder, reaches):
            reason = f"{holder.peer.slug} gave less than it says it holds"
            raise ChainError(feed="?", origin=holder.peer.origin, reason=reason)
        await self.writer.do(state.answered, holder.peer, reaches)

    async def _learn_keys(self, holder: Holder) -> None:
        """Take the key statements of this node that were made after the backup."""
        with suppress(PeerUnreachableError):  # an older release does not give them
            body = await holder.keys(await self.writer.do(taking.own_origin))
            await self.writer.do(taking.learn_keys, body)

    async def _take(self, holder: Holder, reach: Reach, after: int) -> None:
        """Keep a window of pages in flight and take them in order, up to where *reach* ends."""
        said = reach.said
        pull = Pull[Batch](cursor=after, epoch=said.epoch)
        pull.learn_head(said.seq)
        asked: set[asyncio.Task[None]] = set()
        try:
            while not pull.caught_up:
                for start in pull.wanted():
                    asked.add(asyncio.create_task(_ask(holder, said.feed, pull, start)))
                batch = pull.next_page()
                if batch is not None:
                    pull.applied(await self.writer.do(taking.take, holder.peer, *batch))
                elif asked:
                    done, asked = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
                    for task in done:
                        task.result()
        finally:
            for task in asked:
                task.cancel()
            await asyncio.gather(*asked, return_exceptions=True)

    async def _conclude(self, holders: Sequence[Holder], peers: Sequence[Node]) -> bool:
        """End the recovery, unless a copy grew while the others were taken."""
        for holder, reaches in await self._reaches(holders):
            if await self._guarded(holder, self._lacks(holder, reaches)):
                return False
        return await self.writer.do(state.conclude, peers)

    async def _lacks(self, holder: Holder, reaches: Sequence[Reach]) -> int:
        """Return how many entries of the copies are missing here."""
        return sum([await self.writer.do(taking.compare, holder.peer, r) for r in reaches])


async def _ask(holder: Holder, name: str, pull: Pull[Batch], after: int) -> None:
    try:
        batch = await holder.copy(name, pull.epoch, after, pull.page)
    except BridgeError:
        pull.failed(after)
        raise
    if batch is None:
        reason = f"{holder.peer.slug} gave nothing after entry {after}"
        raise ChainError(feed=name, origin=holder.peer.origin, reason=reason)
    pull.arrived(after, batch, len(batch[0]))


def _unreadable(peer: Node) -> BridgeError:
    return ChainError(feed="?", origin=peer.origin, reason="a line cannot be read")
