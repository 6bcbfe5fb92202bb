"""Recovering in the process of a command, and asking the peers without taking anything."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from jumelage.bridge.errors import BridgeError
from jumelage.bridge.identity.addresses import lives_locally
from jumelage.bridge.identity.requests import own_node, signer
from jumelage.bridge.models import Node, Recovery
from jumelage.bridge.recovery import state
from jumelage.bridge.recovery.asking import Asker
from jumelage.bridge.recovery.copies import Reach
from jumelage.bridge.replication.client import PeerClient
from jumelage.bridge.replication.writer import Writer

LOOK_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Held:
    """How far one peer holds this node's feeds, or why it could not be asked."""

    peer: Node
    reaches: Sequence[Reach] = ()
    error: str = ""


def client_of(peer: Node) -> PeerClient:
    """Return a client that speaks to *peer* as this node."""
    return PeerClient(peer, signer(), local=lives_locally(own_node().url))


def take_back(show: Callable[[Recovery], None], *, once: bool = False) -> bool:
    """Recover in this process; tell whether the recovery ended. Nobody else may run the node.

    *show* sees how far it is, a few times a second. With *once*, each peer is asked only once.
    May be cancelled at any moment.
    """
    return asyncio.run(_take_back(show, once=once))


async def _take_back(show: Callable[[Recovery], None], *, once: bool) -> bool:
    writer = Writer()
    asker = Asker(writer, client_of)
    task = asyncio.create_task(_asked(asker, once=once))
    try:
        while not task.done():
            await asyncio.wait([task], timeout=LOOK_SECONDS)
            found = await writer.do(state.latest)
            if found is not None:
                show(found)
        return task.result()
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError, BridgeError):
            await task
        writer.close()


async def _asked(asker: Asker, *, once: bool) -> bool:
    if once:
        return await asker.once()
    await asker.run()
    return True


def ask_peers() -> Sequence[Held]:
    """Ask every paired peer how far it holds this node's feeds; changes nothing anywhere."""
    return asyncio.run(_ask_peers())


async def _ask_peers() -> Sequence[Held]:
    writer = Writer()
    try:
        peers = await writer.do(state.paired)
        clients = [await writer.do(client_of, peer) for peer in peers]
        return await asyncio.gather(*(_held(client) for client in clients))
    finally:
        writer.close()


async def _held(client: PeerClient) -> Held:
    try:
        return Held(client.peer, await client.copies())
    except BridgeError as error:
        return Held(client.peer, error=error.message)
    finally:
        await client.close()
