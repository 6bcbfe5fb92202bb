"""Notes as OpenTimelineIO markers, so that any editor finds them on their frames."""

import colorsys
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from opentimelineio import opentime, schema

from jumelage.components.studio.models import Version
from jumelage.components.studio.review.notes import Note, Notes
from jumelage.components.studio.review.numbering import (
    Numbering,
    Timecodes,
    first_frame,
    numbering,
    timecodes,
)
from jumelage.directory.models import Person

OWN = "jumelage"
"""Under this key our facts stand in the metadata of OTIO objects."""
HUES = (
    (0.00, "RED"),
    (0.07, "ORANGE"),
    (0.16, "YELLOW"),
    (0.33, "GREEN"),
    (0.50, "CYAN"),
    (0.60, "BLUE"),
    (0.78, "PURPLE"),
    (0.87, "MAGENTA"),
    (1.00, "RED"),
)
"""OTIO's marker colours by hue: a note has the colour nearest to its city's."""


def of_versions(name: str, versions: Sequence[Version], reader: Person) -> str:
    """Return the text of an `.otio` file: *versions* with the notes that *reader* may read.

    Times of a clip and its markers are positions at its own rate: the number of its first frame
    (1001...) and on. Where numbers are missing, names and metadata say those people read. Timecodes
    stand in the metadata, by those numbers.
    """
    timeline = schema.Timeline(name)
    track = schema.Track("V1", kind=schema.TrackKind.Video)
    track.extend([_clip(version, reader) for version in versions])
    timeline.tracks.append(track)
    return str(timeline.to_json_string())


def _clip(version: Version, reader: Person) -> schema.Clip:
    media, numbers, codes = version.facts, numbering(version), timecodes(version)
    rate = codes.rate
    shown = _range(first_frame(version), max(1, media.frames if media else 1), rate)
    clip = schema.Clip(f"{version.task.entity} {version}", source_range=shown)
    clip.media_reference = schema.MissingReference(name=version.name, available_range=shown)
    clip.metadata[OWN] = {
        "version": version.uri,
        "task": version.task.task_type,
        "blake3": media.original.hash if media else "",
        "timecode": codes.at(numbers.first),
        "numbers": [list(part) for part in numbers.ranges],
    }
    clip.markers.extend(_markers(Notes(version, reader).bare(), codes))
    return clip


def _markers(notes: Iterable[Note], codes: Timecodes) -> list[schema.Marker]:
    return [_marker(note, codes) for note in notes if note.first_frame is not None]


def _marker(note: Note, codes: Timecodes) -> schema.Marker:
    first, last = note.first_frame or 0, note.last_frame or 0
    made = schema.Marker(
        name=named(str(note.voice), note.numbering, first, last),
        marked_range=_range(first, last - first + 1, codes.rate),
        color=colour(note),
        metadata={OWN: {**_facts(note), "timecodes": [codes.at(first), codes.at(last)]}},
    )
    made.comment = note.text
    return made


def _facts(note: Note) -> dict[str, Any]:
    return {
        "uri": note.uri,
        "seat": note.voice.seat,
        "at": note.at.isoformat(),
        "decision": note.decision,
        "drawing": [stroke for drawn in note.drawings for stroke in drawn.drawing],
        "numbers": list(note.numbers or ()),
    }


def named(voice: str, numbering: Numbering, first: int, last: int) -> str:
    """Return the name of a marker: who speaks, and the numbers where times do not say them."""
    return f"{voice} · {numbering.said(first, last)}" if numbering.ranges else voice


def colour(note: Note) -> str:
    """Return the name of OTIO's marker colour nearest to the city's."""
    if note.voice.node is None:
        return "WHITE"
    accent = note.voice.node.city.accent.light.removeprefix("#")
    red, green, blue = (int(accent[at : at + 2], 16) / 255 for at in (0, 2, 4))
    hue = colorsys.rgb_to_hls(red, green, blue)[0]
    return min(HUES, key=lambda known: abs(known[0] - hue))[1]


def _range(first: int, frames: int, rate: Fraction) -> opentime.TimeRange:
    return opentime.TimeRange(
        opentime.RationalTime(first, float(rate)), opentime.RationalTime(frames, float(rate))
    )
