"""Gives a cut or a list of versions back as OpenTimelineIO: OTIO, or OTIOZ with the media."""

import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import IO, Any

from opentimelineio import opentime, schema

from jumelage.components.studio.editorial.cut import Cut, Event, Marker
from jumelage.components.studio.editorial.timecode import nominal

OTIOZ_VERSION = "1.0.0"
OWN = "jumelage"
"""Under this key our facts stand in the metadata of OTIO objects."""
COLOURS = {
    "red",
    "pink",
    "orange",
    "yellow",
    "green",
    "cyan",
    "blue",
    "purple",
    "magenta",
    "black",
    "white",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A file that can travel with a cut: where it is, its hash, how many frames from which."""

    path: Path
    hash: str
    ending: str
    first: int
    frames: int
    rate: Fraction

    @property
    def place(self) -> str:
        """Where it lies in an OTIOZ file."""
        return f"media/{self.hash}.{self.ending}"


Find = Callable[[Event], Media | None]


def timeline(cut: Cut, find: Find) -> schema.Timeline:
    """Return *cut* as a timeline; clips whose media *find* knows refer to it by its place."""
    rate = cut.exact_rate
    made = schema.Timeline(cut.name, global_start_time=_time(cut.start, rate))
    made.metadata[OWN] = {"rate": cut.rate}
    for name in _track_names(cut):
        made.tracks.append(_track(name, cut, find))
    made.tracks.markers.extend(_marker(marker, rate, -cut.start) for marker in cut.markers)
    return made


def otio(cut: Cut, find: Find) -> str:
    """Return *cut* as the text of an `.otio` file."""
    return str(timeline(cut, find).to_json_string())


def otioz(cut: Cut, find: Find, into: IO[bytes]) -> int:
    """Write *cut* with the media that *find* knows *into* an `.otioz` file; return how many files.

    Layout: `version.txt`, `content.otio`, `media/<name>`; media is stored, not compressed.
    Source: OpenTimelineIO, "File Bundles".
    """
    media = {held.place: held for event in cut.events if (held := find(event))}
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("version.txt", OTIOZ_VERSION)
        bundle.writestr("content.otio", otio(cut, find))
        for place, held in sorted(media.items()):
            bundle.write(held.path, place, zipfile.ZIP_STORED)
    return len(media)


def _track_names(cut: Cut) -> Sequence[str]:
    """Return the names of all tracks, empty ones below others included: places count."""
    names = {event.track for event in cut.events}
    for name in list(names):
        kind, number = name[:1], name[1:].partition(".")[0]
        names |= {f"{kind}{lower}" for lower in range(1, int(number or 1))}
    return sorted(names, key=_track_order)


def _track_order(name: str) -> tuple[bool, Sequence[int]]:
    """Order pictures before sound, the lowest first."""
    return name[:1] != "V", [int(part) for part in name[1:].split(".") if part.isdigit()]


def _track(name: str, cut: Cut, find: Find) -> schema.Track:
    kind = schema.TrackKind.Video if name.startswith("V") else schema.TrackKind.Audio
    track, at, rate = schema.Track(name, kind=kind), cut.start, cut.exact_rate
    events = sorted(
        (event for event in cut.events if event.track == name), key=lambda event: event.record_in
    )
    for index, event in enumerate(events):
        if event.record_in > at:
            track.append(schema.Gap(duration=_time(event.record_in - at, rate)))
        elif event.enter and index:
            track.append(_transition(event.enter.kind, event.enter.frames, rate))
        track.append(_clip(event, rate, find(event)))
        at = event.record_out
    return track


def _transition(kind: str, frames: int, rate: Fraction) -> schema.Transition:
    half = frames // 2
    return schema.Transition(
        transition_type="SMPTE_Dissolve" if kind == "dissolve" else "Custom_Transition",
        in_offset=_time(half, rate),
        out_offset=_time(frames - half, rate),
    )


def _clip(event: Event, rate: Fraction, media: Media | None) -> schema.Clip:
    own = Fraction(event.source_rate) if event.source_rate else rate
    frames = event.frames if nominal(own) == nominal(rate) else round(event.frames * own / rate)
    clip = schema.Clip(
        event.name,
        media_reference=_reference(event, media),
        source_range=opentime.TimeRange(_time(event.source_in, own), _time(frames, own)),
    )
    if event.speed == 0:
        clip.effects.append(schema.FreezeFrame())
    elif event.speed != 1:
        clip.effects.append(schema.LinearTimeWarp(time_scalar=event.speed))
    clip.markers.extend(_marker(marker, rate, event.source_in) for marker in event.markers)
    if event.reel:
        clip.metadata["cmx_3600"] = {"reel": event.reel}
    return clip


def _reference(event: Event, media: Media | None) -> Any:  # noqa: ANN401  # untyped library
    if media is None:
        return schema.MissingReference(name=event.file)
    reference = schema.ExternalReference(
        target_url=media.place,
        available_range=opentime.TimeRange(
            _time(media.first, media.rate), _time(media.frames, media.rate)
        ),
    )
    reference.metadata[OWN] = {"blake3": media.hash}
    return reference


def _marker(marker: Marker, rate: Fraction, shift: int) -> schema.Marker:
    made = schema.Marker(
        name=marker.name,
        marked_range=opentime.TimeRange(_time(marker.frame + shift, rate), _time(1, rate)),
        color=marker.colour.upper() if marker.colour in COLOURS else "RED",
    )
    if marker.text:
        made.comment = marker.text
    return made


def _time(frame: int, rate: Fraction) -> opentime.RationalTime:
    return opentime.RationalTime(frame, float(rate))
