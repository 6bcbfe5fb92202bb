"""A cut: which frames of which shots stand where, in integer frames.

All frame counts are at the rate of the cut, which is the production's, but `source_in` and
`source_out`, which count the frames of the source at its own rate. Ranges include their first
frame and exclude their last. Record frames count from timecode zero: 01:00:00:00 at 24 is 86400.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import msgspec

PICTURE = "V"
SOUND = "A"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """How one picture gives way to another: `dissolve` or `wipe`, over so many frames."""

    kind: str
    frames: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """A note of the editor at a frame; on an event it counts from the event's first frame."""

    frame: int
    name: str
    text: str = ""
    colour: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One clip in its place."""

    name: str
    """The clip as the editor names it."""
    track: str
    """`V1` is the lowest picture track, `A1` the first of sound; `V1.2` lies nested in `V1`."""
    record_in: int
    record_out: int
    source_in: int
    source_out: int
    source_rate: str = ""
    """Frames per second of the source, exactly; empty: the rate of the cut."""
    speed: float = 1.0
    """2: twice as fast; -1: backwards; 0: a frozen frame."""
    reel: str = ""
    file: str = ""
    """Name of the file the editor saw, without its folders."""
    enter: Transition | None = None
    leave: Transition | None = None
    markers: tuple[Marker, ...] = ()

    @property
    def frames(self) -> int:
        """How long it stands in the cut."""
        return self.record_out - self.record_in

    @property
    def is_picture(self) -> bool:
        """Tell whether one sees it."""
        return self.track.startswith(PICTURE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A whole cut, its events by time and track."""

    name: str
    rate: str
    """Frames per second, exactly: `24`, `30000/1001`."""
    start: int
    """Record frame of its beginning."""
    events: tuple[Event, ...]
    markers: tuple[Marker, ...] = ()
    """Markers of the whole cut; their frames are record frames."""
    notes: tuple[str, ...] = ()
    """Words for what a reader should know: see `reading.NOTES`."""

    @property
    def exact_rate(self) -> Fraction:
        """Frames per second, exactly."""
        return Fraction(self.rate)

    @property
    def end(self) -> int:
        """The record frame after its last."""
        return max((event.record_out for event in self.events), default=self.start)

    @property
    def frames(self) -> int:
        """How long it runs."""
        return self.end - self.start

    @property
    def pictures(self) -> Sequence[Event]:
        """What one sees, by time."""
        return [event for event in self.events if event.is_picture]

    @property
    def gaps(self) -> Sequence[tuple[int, int]]:
        """The record ranges in which no track shows a picture."""
        return list(_gaps(self.pictures, self.start, self.end))


def _gaps(pictures: Sequence[Event], start: int, end: int) -> Iterator[tuple[int, int]]:
    shown = start
    for event in sorted(pictures, key=lambda event: event.record_in):
        if event.record_in > shown:
            yield shown, event.record_in
        shown = max(shown, event.record_out)
    if shown < end:
        yield shown, end


def in_order(events: Sequence[Event]) -> tuple[Event, ...]:
    """Return *events* by time and track."""
    return tuple(sorted(events, key=lambda event: (event.record_in, event.track, event.name)))


def to_json(cut: Cut) -> bytes:
    """Return the bytes of *cut*; `from_json` reads them again."""
    return msgspec.json.encode(cut)


def from_json(data: bytes) -> Cut:
    """Return the cut in *data*.

    Raises:
        msgspec.ValidationError: it is none.
    """
    return msgspec.json.decode(data, type=Cut)
