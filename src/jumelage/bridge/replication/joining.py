"""Copying a feed by its snapshot over the line: whoever joins late or was away too long."""

from collections.abc import Mapping

import msgspec

from jumelage.bridge.errors import SnapshotError
from jumelage.bridge.models import Node
from jumelage.bridge.replication.client import PeerClient
from jumelage.bridge.replication.writer import Writer
from jumelage.bridge.snapshots import join
from jumelage.bridge.snapshots.serve import Claim


def is_due(name: str, cursor: int, client: PeerClient) -> bool:
    """Tell whether *name* is better, or only, copied by its snapshot from *cursor* on."""
    snapshot = client.snapshots.get(name, 0)
    if cursor >= snapshot:
        return False
    return cursor == 0 or cursor < client.bases.get(name, 0)


async def copy(client: PeerClient, writer: Writer, peer: Node, name: str) -> int:
    """Copy what the newest snapshot of *name* keeps; return the new cursor.

    Raises:
        SnapshotError, ChainError, SignatureError: it is not what the origin signed.
        PeerUnreachableError: the line broke; what was copied stays and is skipped next time.
    """
    query: Mapping[str, object] = {"name": name}
    claim = msgspec.json.decode(await client.get("/bridge/snapshot", query), type=Claim)
    batch = await client.page(name, claim.seq, 500, epoch=claim.epoch)
    listed = await client.get("/bridge/snapshot/list", query)
    joined = await writer.do(join.begin, peer, name, claim, batch, listed)
    after, last = 0, max(joined.wanted, default=0)
    while after < last:
        lines = await client.lines("/bridge/snapshot/entries", {**query, "after": after})
        if not lines:
            reason = "it changed while it was copied"
            raise SnapshotError(feed=name, origin=peer.origin, reason=reason)
        after = await writer.do(join.take_page, joined, lines)
    return await writer.do(join.finish, joined)
