"""Lays a timeline out flat: every clip with its place, its source, its speed, in integer frames.

The adapters give positions as floating point at several rates and trim tracks in their own ways
(the one of EDLs gives a track a negative beginning), so positions are added up here, exactly.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any
from urllib.parse import unquote

from opentimelineio import opentime, schema

from jumelage.components.studio.editorial.cut import (
    PICTURE,
    SOUND,
    Cut,
    Event,
    Marker,
    Transition,
    in_order,
)
from jumelage.components.studio.editorial.inside import RefusedError
from jumelage.components.studio.editorial.timecode import exact, nominal, spoken

MOST_NAME = 200
MOST_TEXT = 1000


@dataclass(frozen=True, slots=True)
class _Window:
    """The part of a composition that shows: `first` of its own frames stands at `record`."""

    record: Fraction
    first: Fraction
    frames: Fraction | None
    track: str


def laid(timeline: schema.Timeline, *, rate: Fraction, is_log: bool = False) -> Cut:
    """Return the cut that *timeline* shows, counted at *rate*.

    Raises:
        RefusedError: `wrong-rate:` and the rate it is really made at.
    """
    own = _own_rate(timeline, rate)
    if nominal(own) != nominal(rate):
        raise RefusedError("wrong-rate", spoken(own))
    layer = _Layer(rate)
    start = layer.frames(timeline.global_start_time)
    events = [event for track in _tracks(timeline.tracks, start, layer) for event in track]
    first = min((event.record_in for event in events), default=round(start))
    return Cut(
        name=(timeline.name or "")[:MOST_NAME],
        rate=str(rate),
        start=round(start) if timeline.global_start_time else first,
        events=in_order(events),
        markers=tuple(_markers(timeline.tracks, layer, start)),
        notes=tuple(_notes(events, own, rate, is_log=is_log)),
    )


def _own_rate(timeline: schema.Timeline, asked: Fraction) -> Fraction:
    """Return the rate the timeline is made at, as far as it says so."""
    if timeline.global_start_time is not None:
        return exact(timeline.global_start_time.rate)
    for track in timeline.tracks:
        for child in track if isinstance(track, schema.Track) else ():
            if not isinstance(child, schema.Transition) and child.duration().rate > 1:
                return exact(child.duration().rate)
    return asked


def _notes(
    events: Sequence[Event], own: Fraction, rate: Fraction, *, is_log: bool
) -> Iterator[str]:
    if not events:
        yield "empty"
    elif not any(event.is_picture for event in events):
        yield "only-sound"
    if is_log:
        yield "log"
    if own != rate:
        yield "pulled"


def _tracks(stack: Any, start: Fraction, layer: "_Layer") -> Iterator[Iterator[Event]]:  # noqa: ANN401  # untyped library
    """Yield the events of each track; tracks count from the lowest, pictures and sound apart."""
    numbers = {PICTURE: 0, SOUND: 0}
    for track in stack:
        kind = SOUND if getattr(track, "kind", "Video") == schema.TrackKind.Audio else PICTURE
        numbers[kind] += 1
        window = layer.window(track, start, f"{kind}{numbers[kind]}")
        yield layer.walk(track, window)


class _Layer:
    """Walks compositions; knows the rate at which frames are counted."""

    def __init__(self, rate: Fraction) -> None:
        self.rate = rate

    def frames(self, time: opentime.RationalTime | None) -> Fraction:
        """Return *time* in frames; 23.976 and 24 count the same frames one for one."""
        if time is None:
            return Fraction(0)
        value, own = Fraction(time.value).limit_denominator(100_000), exact(time.rate)
        return value if nominal(own) == nominal(self.rate) else value * self.rate / own

    def window(self, item: Any, record: Fraction, track: str) -> _Window:  # noqa: ANN401  # untyped library
        """Return what shows of *item* when its first visible frame stands at *record*."""
        shown = item.source_range
        if shown is None:
            return _Window(record, Fraction(0), None, track)
        first = self.frames(shown.start_time)
        # The adapter of EDLs writes the first record time as a negative beginning, untrimmed.
        return _Window(record, first, self.frames(shown.duration) if first >= 0 else None, track)

    def walk(self, composition: Any, window: _Window) -> Iterator[Event]:  # noqa: ANN401  # untyped library
        """Yield the events of *composition* that show through *window*."""
        at = Fraction(0)
        children = list(composition)
        for index, child in enumerate(children):
            if isinstance(child, schema.Transition):
                continue
            span = self.frames(child.duration())
            begin, end = at, at + span
            if not isinstance(composition, schema.Stack):
                at = end
            seen = _clipped(begin, end, window)
            if seen is None or isinstance(child, schema.Gap):
                continue
            yield from self._shown(child, seen, begin, window, _beside(children, index, self))

    def _shown(
        self,
        child: Any,  # noqa: ANN401  # untyped library
        seen: tuple[Fraction, Fraction],
        begin: Fraction,
        window: _Window,
        transitions: tuple[Transition | None, Transition | None],
    ) -> Iterator[Event]:
        record = window.record + seen[0] - window.first
        hidden, frames = seen[0] - begin, seen[1] - seen[0]
        speed = _speed(child)
        if isinstance(child, schema.Clip) or speed != 1:
            place = (record, hidden, frames)
            yield self._event(child, place, window.track, transitions)
            return
        inner = self.window(child, record, window.track)
        nested = _Window(record, max(inner.first, Fraction(0)) + hidden, frames, window.track)
        for number, part in enumerate(self._layers(child), 1):
            track = window.track if number == 1 else f"{window.track}.{number}"
            yield from self.walk(part, _Window(record, nested.first, frames, track))

    def _layers(self, child: Any) -> Sequence[Any]:  # noqa: ANN401  # untyped library
        """Return the compositions to walk: the tracks of a stack each by itself."""
        if isinstance(child, schema.Stack) and all(isinstance(one, schema.Track) for one in child):
            return list(child)
        return [child]

    def _event(
        self,
        clip: Any,  # noqa: ANN401  # untyped library
        place: tuple[Fraction, Fraction, Fraction],
        track: str,
        transitions: tuple[Transition | None, Transition | None],
    ) -> Event:
        """Return the event of *clip*: its record frame, how much of it hides, how much shows."""
        record, hidden, frames = place
        speed, shown = _speed(clip), clip.trimmed_range()
        own = exact(shown.start_time.rate if shown.start_time.rate > 1 else float(self.rate))
        scale = own / self.rate if nominal(own) != nominal(self.rate) else Fraction(1)
        first = Fraction(shown.start_time.value).limit_denominator(100_000)
        taken = Fraction(speed).limit_denominator(10_000) * scale
        source_in = round(first + hidden * taken)
        record_in, record_out = round(record), round(record + frames)
        return Event(
            name=(clip.name or "")[:MOST_NAME],
            track=track,
            record_in=record_in,
            record_out=record_out,
            source_in=source_in,
            source_out=source_in + round((record_out - record_in) * abs(taken)),
            source_rate="" if own == self.rate else str(own),
            speed=round(speed, 6),
            reel=_reel(clip)[:MOST_NAME],
            file=_file(clip)[:MOST_NAME],
            enter=transitions[0],
            leave=transitions[1],
            markers=tuple(_markers(clip, self, -first)),
        )


def _clipped(begin: Fraction, end: Fraction, window: _Window) -> tuple[Fraction, Fraction] | None:
    """Return what of the range shows through *window*, or None."""
    if window.frames is None:
        return (begin, end) if end > begin else None
    first, last = max(begin, window.first), min(end, window.first + window.frames)
    return (first, last) if last > first else None


def _beside(
    children: Sequence[Any], index: int, layer: _Layer
) -> tuple[Transition | None, Transition | None]:
    """Return how the child at *index* comes and goes."""
    before = children[index - 1] if index else None
    after = children[index + 1] if index + 1 < len(children) else None
    return _transition(before, layer), _transition(after, layer)


def _transition(thing: Any, layer: _Layer) -> Transition | None:  # noqa: ANN401  # untyped library
    if not isinstance(thing, schema.Transition):
        return None
    frames = layer.frames(thing.in_offset) + layer.frames(thing.out_offset)
    kind = "dissolve" if "issolve" in (thing.transition_type or "") else "wipe"
    return Transition(kind=kind, frames=round(frames))


def _speed(item: Any) -> float:  # noqa: ANN401  # untyped library
    """Return how fast *item* runs: the product of its speed effects."""
    speed = 1.0
    for effect in item.effects:
        if isinstance(effect, schema.FreezeFrame):
            return 0.0
        if isinstance(effect, schema.LinearTimeWarp):
            speed *= effect.time_scalar
    return speed


def _markers(item: Any, layer: _Layer, shift: Fraction) -> Iterator[Marker]:  # noqa: ANN401  # untyped library
    for marker in item.markers:
        yield Marker(
            frame=round(layer.frames(marker.marked_range.start_time) + shift),
            name=(marker.name or "")[:MOST_NAME],
            text=(getattr(marker, "comment", "") or "")[:MOST_TEXT],
            colour=str(marker.color or "").lower()[:20],
        )


def _reel(clip: Any) -> str:  # noqa: ANN401  # untyped library
    """Return the tape or reel the source is from, where the list says so."""
    return str(clip.metadata.get("cmx_3600", {}).get("reel", ""))


def _file(clip: Any) -> str:  # noqa: ANN401  # untyped library
    """Return the name of the file, without its folders on whatever system."""
    reference = getattr(clip, "media_reference", None)
    address = unquote(
        getattr(reference, "target_url", None) or getattr(reference, "name_prefix", None) or ""
    )
    return PureWindowsPath(PurePosixPath(address).name).name
