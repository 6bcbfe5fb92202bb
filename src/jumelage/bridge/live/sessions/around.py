"""What one session sees around it: its node, the lines to others, and what stands beside it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from jumelage.bridge.live.log.history import Vector
from jumelage.bridge.live.log.writer import LogWriter
from jumelage.kit.live import Act, Participant

SEATS_KEPT_SECONDS = 120.0
"""How long people of a city whose line is cut count as present."""
DONE, GOING_AWAY, NO_TICKET, REFUSED = 1000, 1012, 4401, 4403
"""Close codes; docs/protocol/live.md."""
Wish = tuple[str, str, str]
"""City, person and identifier of a wish for an act."""
MINUTES = "minutes"
HOST = "host"
"""The addressee of what is said to the host node itself."""


class Link(Protocol):
    """The line to another node, as a session uses it; never waits."""

    origin: str

    def send(self, frame: bytes) -> None:
        """Send a text frame."""

    def send_minutes(self, uri: str, frame: bytes) -> None:
        """Send a binary frame about the session *uri*."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the database knows of a session."""

    acts: Sequence[Act] = ()
    wishes: Mapping[Wish, tuple[str, int]] = field(default_factory=dict)
    came: Mapping[str, Sequence[str]] = field(default_factory=dict)
    held: Mapping[str, Vector] = field(default_factory=dict)
    restored_at: datetime | None = None
    """When this node was last restored from a backup, if that is not long ago."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What every session of this node uses: its name, its log, the host's time."""

    me: str
    writer: LogWriter
    time: Callable[[str], float]
    """The time of a node, in milliseconds."""
    broken: Callable[[str], None]
    """Called with the URI of a session whose log could not be written."""


class Beside(Protocol):
    """What stands beside a session and hears of it."""

    def entered(self, member: str) -> None:
        """Somebody of this node was told where everything stands."""

    def left(self, who: Participant) -> None:
        """Somebody went."""

    def happened(self, act: Act) -> None:
        """An act is durable."""

    def said_to_host(self, by: Participant, kind: str, body: Mapping[str, Any]) -> None:
        """Somebody said something to the host node itself."""

    def line_up(self, origin: str) -> None:
        """A line is up."""

    def line_cut(self, origin: str) -> None:
        """A line is cut."""
