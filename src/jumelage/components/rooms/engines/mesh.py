"""The engine that is none: every browser speaks with every other one, four of them at most."""

from collections.abc import Mapping, Sequence
from typing import Any

from jumelage.components.rooms.engines.adapter import Capabilities, Descriptor, Health
from jumelage.components.rooms.engines.errors import CannotRecordError

MOST = 4
"""Each browser encodes once for every other one: the fifth would cost an office laptop its fan."""


class Mesh:
    """Peer to peer: the nodes carry signals only, and nothing has to be made or closed."""

    name = "mesh"
    capabilities = Capabilities(most=MOST, serves=False, records=False)

    async def health(self) -> Health:
        """Be ready: nothing is needed."""
        return Health(ready=True)

    async def ensure_room(self, room: str) -> None:
        """Do nothing."""

    async def join(self, _room: str, _member: str) -> Descriptor:
        """Return nothing but the name."""
        return Descriptor(engine=self.name, values={})

    async def participants(self, _room: str) -> Sequence[str]:
        """Return nobody: only the browsers know."""
        return ()

    async def kick(self, room: str, member: str) -> None:
        """Do nothing: who left the session is not heard by the others."""

    async def start_recording(self, _room: str, _member: str, _file: str) -> None:
        """Refuse: media never pass through this node.

        Raises:
            CannotRecordError: always.
        """
        raise CannotRecordError

    async def stop_recording(self, room: str, member: str) -> None:
        """Do nothing."""

    async def stats(self, _room: str) -> Mapping[str, Any]:
        """Return nothing: browsers report."""
        return {}

    async def close_room(self, room: str) -> None:
        """Do nothing."""
