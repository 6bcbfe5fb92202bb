"""What every engine that carries calls can be asked: one small protocol, three adapters.

An engine moves pictures and sound and nothing else. Identity, admission, capacity, who is muted,
chat, hands and captions stay with the session and its host node, whatever the engine.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What an engine can do.

    `most` is how many may send to each other at once; `serves` tells whether a program forwards
    the media (then only one stream leaves each browser); `records` whether it can keep them.
    """

    most: int
    serves: bool
    records: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How an engine is: whether calls can begin now, and the sentence for a page if not."""

    ready: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Descriptor:
    """What a browser's driver needs to connect: the engine's name and its own plain values."""

    engine: str
    values: Mapping[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """Return it as one plain object."""
        return {"engine": self.engine, **self.values}


class Engine(Protocol):
    """A carrier of calls; every method may be called again without harm.

    A *room* is the URI of a session, a *member* the id of one participant's connection.
    """

    @property
    def name(self) -> str:
        """The word of this engine: `mesh`, `janus`, `livekit`."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""

    async def health(self) -> Health:
        """Tell whether calls can begin now."""

    async def ensure_room(self, room: str) -> None:
        """Make *room* if the engine does not have it (any more)."""

    async def join(self, room: str, member: str) -> Descriptor:
        """Return what the browser of *member* needs to connect to *room*."""

    async def participants(self, room: str) -> Sequence[str]:
        """Return the members that send in *room*; empty where the engine cannot know."""

    async def kick(self, room: str, member: str) -> None:
        """End what *member* sends and receives."""

    async def start_recording(self, room: str, member: str, file: str) -> None:
        """Keep what *member* sends, in files whose names begin with *file*.

        Raises:
            CannotRecordError: this engine keeps nothing.
        """

    async def stop_recording(self, room: str, member: str) -> None:
        """Keep nothing of *member* any more."""

    async def stats(self, room: str) -> Mapping[str, Any]:
        """Return plain figures about *room*; empty where the engine has none."""

    async def close_room(self, room: str) -> None:
        """End *room* for everybody in it."""
