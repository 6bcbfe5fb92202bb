"""What a carrier asks of both ends, and what it tells about itself.

A carrier moves numbered parcels from a `Reading` to a `Taking`. It knows nothing of files, lists
or deliveries, and it acknowledges a parcel only after `Taking.durable()` has returned.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

LARGEST_PARCEL = 1 << 20
"""Bytes of the largest parcel."""

MOST_PARCELS = 1 << 32
"""Parcels of one session are numbered in 32 bits."""

Policy = Literal["background", "normal", "deadline"]
Carrier = Literal["tls", "udp", "https"]


class Reading(Protocol):
    """The sending side of a delivery."""

    @property
    def sizes(self) -> Sequence[int]:
        """Bytes of every parcel, by number; 1 to `LARGEST_PARCEL`."""

    def read(self, number: int) -> bytes:
        """Return parcel *number*; called from several threads, about in order, sometimes again."""

    def arrived(self, numbers: Sequence[int]) -> None:
        """Hear which parcels became durable at the receiver: each once, from several threads."""


class Taking(Protocol):
    """The receiving side of a delivery."""

    @property
    def sizes(self) -> Sequence[int]:
        """Bytes of every parcel, by number."""

    def take(self, number: int, data: memoryview) -> None:
        """Verify and write a parcel; several threads; *data* is valid until this returns.

        Raises: DamagedParcelError when it is not what the packing list names; it is asked for again.
        """

    def durable(self) -> None:
        """Return when every parcel whose `take` returned before this call is on the disk."""


class Pace(Protocol):
    """How much may leave now, and how politely."""

    @property
    def policy(self) -> Policy:
        """How to share the line with others; read again and again, it may change."""

    def allow(self, wanted: int) -> int:
        """Return how many of *wanted* bytes may leave now: 0 to *wanted*; never waits."""


@dataclass(frozen=True)
class Session:
    """What both ends know before the first byte: the signed answer, and the key they agreed on."""

    id: bytes
    """16 bytes that name it on the wire."""
    secret: bytes = field(repr=False)
    """32 bytes that only both ends know (`keys.agree`)."""
    peer_host: str
    """Name or address of the receiver, for the sender."""
    tcp_port: int
    """0: the receiver listens on none."""
    udp_port: int
    certificate_hash: bytes
    """SHA-256 of the receiver's certificate for TLS, in DER."""
    round_trip: float = 0.0
    """Seconds there and back, where it is known already; 0: not known."""


@dataclass(frozen=True)
class Figures:
    """How it goes: told about twice a second, and when it ends."""

    carrier: Carrier
    parcels: int
    """Acknowledged: on the other side's disk."""
    bytes: int
    """Of these parcels."""
    moved: int
    """Bytes of parcels that left, with those sent again."""
    rate: float
    """Bytes a second, of the last seconds."""
    rtt: float = 0.0
    """Seconds; 0 when not known."""
    delay: float = 0.0
    """Seconds that bytes wait in the queues of the line, as far as the carrier can see."""
    loss: float = 0.0
    """Share of the packets sent last that had to be sent again, 0 to 1."""
    line: float = 0.0
    """Estimate of what the line can carry, bytes a second; 0 when not known."""
    why: str = ""
    """Why this carrier: the name of a reason of `choose.Reason`."""


Progress = Callable[[Figures], None]


@dataclass(frozen=True)
class Unlimited:
    """A pace without limits."""

    policy: Policy = "normal"

    def allow(self, wanted: int) -> int:
        """Allow all of it."""
        return wanted


class Sending(Protocol):
    """How every carrier sends: returns when all is acknowledged, or when *stop* was set."""

    def __call__(
        self,
        session: Session,
        reading: Reading,
        pace: Pace,
        progress: Progress,
        stop: threading.Event,
    ) -> Figures:
        """Send every parcel of *reading*.

        Raises: LineLostError when nothing comes back any more; LineClosedError when this carrier
        never got an answer at all; SessionUnknownError when the receiver refuses the session.
        """
