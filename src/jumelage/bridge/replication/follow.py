"""Following one peer for as long as it is paired: catch up, then listen, then try again."""

import asyncio
import itertools
import logging
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager, suppress

import msgspec
from django.db import InterfaceError, OperationalError

from jumelage.bridge import witness
from jumelage.bridge.boundary.refusals import record_refusal
from jumelage.bridge.errors import (
    AnswerRefusedError,
    BridgeError,
    ChainError,
    PeerUnreachableError,
    SignatureError,
    UnaskedFeedError,
)
from jumelage.bridge.feeds.chain import Head, header_of
from jumelage.bridge.feeds.checkpoints import Signed
from jumelage.bridge.feeds.receive import receive
from jumelage.bridge.identity.errors import KeyStatementError
from jumelage.bridge.identity.keychain.telling import learn
from jumelage.bridge.models import Feed, Node
from jumelage.bridge.recovery.noticing import notice
from jumelage.bridge.replication import joining
from jumelage.bridge.replication.answers import closes, is_beat
from jumelage.bridge.replication.batches import MOST_BATCHES, Company, receive_batches
from jumelage.bridge.replication.client import Batch, PeerClient, split_lines
from jumelage.bridge.replication.contact import Contacts, Roll
from jumelage.bridge.replication.line import Backoff, Event, Line, State
from jumelage.bridge.replication.pull import Pull
from jumelage.bridge.replication.writer import Writer
from jumelage.bridge.versions import about
from jumelage.kit import calls

logger = logging.getLogger(__name__)
FIRST_WORD_SECONDS = 10.0
"""An answered stream that brings no beat for this long is being held back by a proxy."""
POLL_SECONDS = 20
TELL_SECONDS = 5.0
"""How often a reader of an open stream says how far it has copied, if it has."""
COMPARE_TURNS = 12
"""Every so many times it also compares what both hold of third cities: once a minute."""

Place = tuple[str, int]
"""A feed of the peer by its name, and one epoch of it."""


class Follower:
    """Copies the feeds of one peer; one writer thread applies, in order."""

    def __init__(
        self, peer: Node, client: PeerClient, writer: Writer, roll: Roll | None = None
    ) -> None:
        """Follow *peer* through *client*; *writer* and *roll* are shared by all followers."""
        self.peer = peer
        self.line = Line()
        self._writer = writer
        self._client = client
        self._contacts = Contacts(peer, client.clock, roll, self._behind)
        self._backoff = Backoff()
        self._held_back = False
        self._company = Company()
        self._pulls: dict[str, Pull[Batch]] = {}
        self._stopped: Collection[Place] = ()
        self._goes_on = True

    def _behind(self) -> Mapping[str, int]:
        """Return how many records of each feed the peer spoke of and this node does not hold."""
        return {
            name.partition(":")[0]: pull.head - pull.cursor for name, pull in self._pulls.items()
        }

    async def run(self) -> None:
        """Follow until cancelled."""
        calls.peer.set(self.peer.slug)
        try:
            while True:
                try:
                    await self._once()
                except (InterfaceError, OperationalError) as error:  # a full disk, for instance
                    logger.warning("%s: the database takes nothing: %s", self.peer.slug, error)
                    self.line.on(Event.BROKE)
                await asyncio.sleep(self._backoff.wait())
        finally:
            await self._client.close()

    async def _once(self) -> None:
        """Catch up and listen until the line breaks; say why it broke."""
        try:
            await self._catch_up()
            self._backoff.reset()
            await (self._poll() if self._held_back else self._listen())
        except PeerUnreachableError as error:
            await self._broke(error.message)
        except SignatureError as error:
            if await self._learn_keys():
                self.line.on(Event.BROKE)  # and at once again, with the key it has now
            else:
                await self._refuse(error)
                await self._broke(str(error))
        except (BridgeError, msgspec.DecodeError, ValueError) as error:
            await self._refuse(error)
            await self._broke(str(error))

    async def _learn_keys(self) -> bool:
        """Ask the peer for its key statements; tell whether it signs with another key now."""
        try:
            return await self._writer.do(learn, self.peer, await self._client.keys())
        except KeyStatementError as error:
            await self._refuse(error)
        except BridgeError:
            pass
        return False

    async def _broke(self, reason: str) -> None:
        self.line.on(Event.BROKE)
        await self._writer.do(self._contacts.down, reason)

    async def _refuse(self, error: Exception) -> None:
        """Keep what the peer did wrong as a fact."""
        known = (
            error
            if isinstance(error, BridgeError)
            else ChainError(feed="?", origin=self.peer.origin, reason="a line cannot be read")
        )
        if known.kept:
            await self._writer.do(record_refusal, self.peer.origin, known)

    async def _catch_up(self) -> None:
        """Copy every page up to the heads the peer states."""
        heads = await self._client.heads()
        self.line.on(Event.ANSWERED)
        await self._writer.do(self._contacts.word)
        for name in self._client.unasked:
            await self._refuse(UnaskedFeedError(peer=self.peer.slug, feed=name[:60]))
        await self._notice_own_loss()
        cursors = await self._writer.do(_cursors, self.peer)
        self._stopped = await self._writer.do(_stopped, self.peer)
        self._pulls = {}
        await self._catch_up_former(cursors)
        for name, head in heads.items():
            epoch = self._client.epochs.get(name, 0)
            if (name, epoch) in self._stopped:
                continue
            pull = self._pulls[name] = _plan(cursors, name, epoch, head)
            if 0 < head < pull.cursor:
                await self._compare(name, pull, head)
            if joining.is_due(name, pull.cursor, self._client):
                pull.applied(await joining.copy(self._client, self._writer, self.peer, name))
            await self._pull_feed(name, pull)
        await self._ask_about()
        await self._compare_others()
        self.line.on(Event.CAUGHT_UP)

    async def _ask_about(self) -> None:
        """Learn which release the peer runs; one that does not say is an old one."""
        with suppress(PeerUnreachableError, msgspec.DecodeError):
            await self._writer.do(about.keep, self.peer, await self._client.about())

    async def _compare_others(self) -> None:
        """Compare what the peer and this node hold of third cities; old releases do not answer."""
        asked = await self._writer.do(witness.places, self.peer)
        if asked:
            with suppress(PeerUnreachableError, msgspec.DecodeError, KeyError, ValueError):
                told = await self._client.witness(asked)
                await self._writer.do(witness.compare, self.peer, told)

    async def _notice_own_loss(self) -> None:
        """Let the peer show whether it holds more of our feeds than we do."""
        with suppress(PeerUnreachableError, msgspec.DecodeError):  # an older release does not say
            await self._writer.do(notice, self.peer, await self._client.copies())

    async def _catch_up_former(self, cursors: Mapping[Place, int]) -> None:
        """Copy what the peer said in epochs that it has ended; a stopped one stays as it is."""
        for place, head in self._client.former.items():
            epoch, _, name = place.partition("/")
            if (name, int(epoch)) not in self._stopped:
                await self._pull_feed(name, _plan(cursors, name, int(epoch), head))

    async def _compare(self, name: str, pull: Pull[Batch], head: int) -> None:
        """Look whether a feed that ends before what is held here was cut off, or written anew.

        Raises:
            ForkError: it was written anew.
        """
        batch = await self._client.page(name, head - 1, 1, epoch=pull.epoch)
        if batch is not None:
            await self._writer.do(receive, self.peer, name, *batch)

    async def _pull_feed(self, name: str, pull: Pull[Batch]) -> None:
        """Keep a window of page requests in flight and apply the pages in order."""
        requests: set[asyncio.Task[None]] = set()
        try:
            while not pull.caught_up:
                pull.page = self._company.page
                for after in pull.wanted():
                    requests.add(asyncio.create_task(self._request(name, pull, after)))
                batches = pull.next_pages(MOST_BATCHES)
                if batches:
                    seq = await self._writer.do(
                        receive_batches, self.peer, name, batches, self._company
                    )
                    pull.applied(seq)
                    await self._writer.do(self._contacts.word)
                elif requests:
                    done, requests = await asyncio.wait(
                        requests, return_when=asyncio.FIRST_COMPLETED
                    )
                    for task in done:
                        task.result()
        finally:
            for task in requests:
                task.cancel()
            await asyncio.gather(*requests, return_exceptions=True)

    async def _request(self, name: str, pull: Pull[Batch], after: int) -> None:
        try:
            held = pull.cursor if pull is self._pulls.get(name) else None
            limit = pull.length(after)
            batch = await self._client.page(name, after, limit, epoch=pull.epoch, held=held)
        except BridgeError:
            pull.failed(after)
            raise
        if batch is None:
            pull.arrived(after, ([], _NOTHING), 0)
        else:
            pull.arrived(after, batch, len(batch[0]))

    async def _listen(self) -> None:
        """Apply what the open stream brings, until it breaks."""
        cursors = {name: pull.cursor for name, pull in self._pulls.items()}
        async with self._client.stream(cursors) as lines, self._telling(cursors):
            try:
                first = await asyncio.wait_for(anext(lines), FIRST_WORD_SECONDS)
            except TimeoutError:
                self._held_back = True
                self.line.on(Event.HELD_BACK)
                return
            except StopAsyncIteration as error:
                raise _ended(self.peer) from error
            self._goes_on = True
            await self._hear([first])
            await self._hear_all(lines)
        raise _ended(self.peer)

    @asynccontextmanager
    async def _telling(self, told: Mapping[str, int]) -> AsyncIterator[None]:
        """Tell the peer now and then how far its feeds are copied, while it streams them."""

        async def tell(told: Mapping[str, int]) -> None:
            for turn in itertools.count(1):
                await asyncio.sleep(TELL_SECONDS)
                if turn % COMPARE_TURNS == 0:
                    with suppress(BridgeError):
                        await self._compare_others()
                held = {name: pull.cursor for name, pull in self._pulls.items()}
                if held != told or self._stopped:
                    with suppress(BridgeError):  # the stream itself tells when the line breaks
                        epochs = self._client.epochs
                        await self._client.heads(held)
                        told = held
                        self._goes_on = self._client.epochs == epochs

        task = asyncio.create_task(tell(told))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _hear_all(self, lines: AsyncIterator[bytes]) -> None:
        gathered: list[bytes] = []
        async for line in lines:
            gathered.append(line)
            if closes(line):
                await self._hear(gathered)
                gathered = []
            if not self._goes_on:
                return  # a feed that was stopped has begun a new epoch

    async def _hear(self, lines: list[bytes]) -> None:
        """Take a beat, or the lines of a batch that a checkpoint closes."""
        self.line.on(Event.ANSWERED)
        if is_beat(lines[-1]):
            self._client.clock.beat(lines[-1])
        else:
            batch = split_lines(lines)
            if not batch[0]:
                raise AnswerRefusedError(peer=self.peer.slug, reason="a checkpoint without entries")
            anywhere = Head(self.peer.origin, "?", 0, 0, b"")
            name = header_of(anywhere, batch[0][0].header).feed
            if name not in self._pulls:
                raise UnaskedFeedError(peer=self.peer.slug, feed=name[:60])
            seq = await self._writer.together(receive, self.peer, name, *batch)
            self._pulls[name].applied(seq)
        await self._writer.do(self._contacts.word)

    async def _poll(self) -> None:
        """Ask again and again with long polls, where a proxy holds the open stream back."""
        if self.line.state is State.LIVE:
            self.line.on(Event.HELD_BACK)
        await asyncio.gather(*(self._poll_feed(name) for name in self._pulls))

    async def _poll_feed(self, name: str) -> None:
        pull = self._pulls[name]
        while True:
            batch = await self._client.page(
                name, pull.cursor, pull.page, epoch=pull.epoch, wait=POLL_SECONDS
            )
            self.line.on(Event.ANSWERED)
            if batch is not None:
                pull.applied(await self._writer.do(receive, self.peer, name, *batch))
            await self._writer.do(self._contacts.word)


_NOTHING = Signed(b"", b"")


def _ended(peer: Node) -> PeerUnreachableError:
    return PeerUnreachableError(peer=peer.slug, reason="the stream ended")


def _plan(cursors: Mapping[Place, int], name: str, epoch: int, head: int) -> Pull[Batch]:
    """Return the plan for one epoch of a feed that reaches to *head* at the peer."""
    pull = Pull[Batch](cursor=cursors.get((name, epoch), 0), epoch=epoch)
    pull.learn_head(head)
    return pull


def _cursors(peer: Node) -> dict[Place, int]:
    """Return how far each epoch of the feeds of *peer* is held here."""
    feeds = Feed.objects.filter(node=peer).values_list("name", "epoch", "head_seq")
    return {(name, epoch): seq for name, epoch, seq in feeds}


def _stopped(peer: Node) -> set[Place]:
    """Return the epochs of the feeds of *peer* that nothing more is taken from."""
    feeds = Feed.objects.filter(node=peer).exclude(stopped="")
    return set(feeds.values_list("name", "epoch"))
