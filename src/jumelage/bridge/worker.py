"""The worker process of a node: follows every paired peer and does the components' duties."""

import asyncio
import logging
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.db import InterfaceError, OperationalError, connection

from jumelage.bridge.boundary.standing import is_open
from jumelage.bridge.errors import RecoveringError
from jumelage.bridge.feeds.bell import Waiter
from jumelage.bridge.identity.addresses import lives_locally
from jumelage.bridge.identity.keychain import files
from jumelage.bridge.identity.pairing.telling import keep_telling
from jumelage.bridge.identity.requests import own_node, signer
from jumelage.bridge.models import Node, Pairing
from jumelage.bridge.recovery import state as recovery
from jumelage.bridge.recovery.asking import Asker
from jumelage.bridge.replication.client import PeerClient
from jumelage.bridge.replication.contact import Roll
from jumelage.bridge.replication.follow import Follower
from jumelage.bridge.replication.writer import Writer
from jumelage.kit.component import Duty, components

logger = logging.getLogger(__name__)
LOOK_SECONDS = 1.0
"""How often the worker looks for peers that were paired or left, and for due duties."""

REST_SECONDS = 0.5
"""A duty that follows changes rests this long, so that a catch-up is not held up by it."""

CALM_SECONDS = 0.1
"""Between two turns: nothing a turn does is awaited by the line, and the bell may ring for each
of a thousand shots (4.3 ms of processor a shot without the pause)."""

Beat = Callable[[], None]
"""Called at every turn of the worker's loop, so that others can see that it moves."""


def _silent() -> None:
    """Tell nobody."""


@dataclass(slots=True)
class Worker:
    """Everything one node does by itself."""

    writer: Writer = field(default_factory=Writer)
    roll: Roll = field(default_factory=Roll)
    beat: Beat = _silent
    _followers: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _asking: asyncio.Task[None] | None = None
    _followed: dict[str, Node] = field(default_factory=dict)
    _done_at: dict[str, float] = field(default_factory=dict)
    _changed: set[str] = field(default_factory=set)

    async def run(self) -> None:
        """Work until cancelled; what a duty or a peer does wrong stops nobody else."""
        waiter = Waiter()
        await self.writer.do(files.mend)
        telling = asyncio.create_task(keep_telling())
        try:
            while True:
                self.beat()
                try:
                    await self._look_round()
                except (
                    InterfaceError,
                    OperationalError,
                ) as error:  # it comes back, or a person helps
                    logger.warning("the database does not answer: %s", error)
                changed = await waiter.wait(LOOK_SECONDS)
                await self._do_duties(changed=changed)
                await asyncio.sleep(CALM_SECONDS)
        finally:
            waiter.close()
            tasks = [telling, *self._followers.values(), *filter(None, [self._asking])]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self.writer.close()

    async def _look_round(self) -> None:
        """Take part in a recovery, and follow whoever is paired."""
        recovers, peers = await self.writer.do(_standing)
        self._recover(needed=recovers)
        await self._follow(peers)

    def _recover(self, *, needed: bool) -> None:
        """After a restore, ask the peers for what this node has said until all have answered."""
        if self._asking is None or self._asking.done():
            _say_why_it_ended(self._asking)
            self._asking = None
            if needed:
                self._asking = asyncio.create_task(Asker(self.writer, _client).run())

    async def _follow(self, peers: Mapping[str, Node]) -> None:
        """Start a follower for each of *peers*, by origin, and stop those of peers that left."""
        for origin in set(self._followers) - set(peers):
            self._followers.pop(origin).cancel()
        for origin, peer in peers.items():
            task = self._followers.get(origin)
            if task is not None and _signs_anew(self._followed[origin], peer):
                task.cancel()  # what was revoked is cut by now: begin from what is left
                task = None
            if task is None or task.done():
                _say_why_it_ended(task)
                client = await self.writer.do(_client, peer)
                follower = Follower(peer, client, self.writer, self.roll)
                self._followed[origin] = peer
                self._followers[origin] = asyncio.create_task(follower.run())

    async def _do_duties(self, *, changed: bool) -> None:
        """Do what is due: after a change (at most every `REST_SECONDS`), or by the clock.

        Those that follow changes are one piece of work: most find nothing, and the way to the
        writer's thread and back took as long as their looking. The others may take long.
        """
        quick: dict[str, Duty] = {}
        for name, duty in self._due(changed=changed):
            if duty.on_change:
                quick[name] = duty
            else:
                await self._do_together({name: duty})
        if quick:
            await self._do_together(quick)

    async def _do_together(self, duties: Mapping[str, Duty]) -> None:
        """Do *duties*, by their full names, as one piece of work."""
        await self.writer.do(_do_all, duties.values())
        self._changed -= duties.keys()
        self._done_at |= dict.fromkeys(duties, time.monotonic())

    def _due(self, *, changed: bool) -> Iterator[tuple[str, Duty]]:
        """Yield what is due now, by its full name."""
        for component in components():
            for duty in component.duties:
                name = f"{component.name}.{duty.name}"
                if changed and duty.on_change:
                    self._changed.add(name)
                if self._is_due(name, duty):
                    yield name, duty

    def _is_due(self, name: str, duty: Duty) -> bool:
        last = self._done_at.get(name)
        if last is None:
            return True
        waited = time.monotonic() - last
        return waited >= duty.every or (name in self._changed and waited >= REST_SECONDS)


def _signs_anew(followed: Node, peer: Node) -> bool:
    """Tell whether *peer* signs with a key that the follower of *followed* has not heard of."""
    return bytes(followed.signing_key) != bytes(peer.signing_key)


def _client(peer: Node) -> PeerClient:
    return PeerClient(peer, signer(), local=lives_locally(own_node().url))


def _standing() -> tuple[bool, dict[str, Node]]:
    """Return whether a recovery is under way, and who is to be followed."""
    recovers = recovery.current() is not None
    awaited = recovery.awaited() if recovers else set()
    if not is_open():
        return recovers, {}
    nodes = Node.objects.filter(pairing__state=Pairing.State.PAIRED)
    return recovers, {node.origin: node for node in nodes if node.origin not in awaited}


def _do_all(duties: Iterable[Duty]) -> None:
    for duty in duties:
        _do(duty)


def _do(duty: Duty) -> None:
    try:
        duty.run()
    except RecoveringError:  # it is done again when the node may publish
        logger.debug("duty %s waits until the node has recovered", duty.name)
    except Exception:  # whatever a component does, the bridge goes on
        logger.exception("duty %s failed", duty.name)
        connection.close()


def _say_why_it_ended(task: asyncio.Task[None] | None) -> None:
    if task is not None and not task.cancelled() and task.exception():
        logger.error("a task of the worker ended", exc_info=task.exception())


async def _until_stopped(beat: Beat) -> None:
    loop = asyncio.get_running_loop()
    task = asyncio.create_task(Worker(beat=beat).run())
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        logger.info("worker stopped")


def run(beat: Beat = _silent) -> None:
    """Work until SIGTERM or SIGINT, calling *beat* at every turn; Django must be set up."""
    asyncio.run(_until_stopped(beat))
