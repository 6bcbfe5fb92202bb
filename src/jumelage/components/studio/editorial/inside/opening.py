"""Opens a file with the OpenTimelineIO adapter of its format and finds the sequences in it."""

import re
import zipfile
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from opentimelineio import adapters, exceptions, media_linker, schema

from jumelage.components.studio.editorial.inside import RefusedError
from jumelage.components.studio.editorial.timecode import highest_frame, nominal, rate_for

UNLINKED = media_linker.MediaLinkingPolicy.DoNotLinkMedia
MOST_TEXT = 64 * 1024**2
"""Bytes of a cut written as text."""
ENCODINGS = ("utf-8-sig", "cp1252", "latin-1")
ALE_HEADS = {"Heading", "Column", "Data"}
_FROM_TO = re.compile(r"\bclip (?P<name>.+)$")


def opened(path: Path, format_: str, *, rate: Fraction, trust_sources: bool = False) -> Any:  # noqa: ANN401  # whatever the file holds
    """Return what the file *path* holds as OpenTimelineIO.

    Raises:
        RefusedError: it cannot be read; the word says why.
    """
    if format_ == "edl":
        return _edl(_text(path), rate, trust_sources=trust_sources)
    openers: dict[str, Callable[[Path, Fraction], Any]] = {
        "xml": _xml, "aaf": _aaf, "ale": _ale, "otio": _otio, "otioz": _otioz,
    }  # fmt: skip
    return openers[format_](path, rate)


def sequences(held: Any) -> Sequence[schema.Timeline]:  # noqa: ANN401  # whatever the file holds
    """Return the timelines in *held*; loose clips become one that shows them in their order.

    Raises:
        RefusedError: `no-sequence`.
    """
    if isinstance(held, schema.Timeline):
        return [held]
    if isinstance(held, schema.Stack | schema.Track | schema.Clip):
        return [_timeline([held], str(held.name))]
    if not isinstance(held, schema.SerializableCollection):
        raise RefusedError("no-sequence")  # a refusal, whatever it was
    found = [
        one for child in held if not isinstance(child, schema.Clip) for one in sequences(child)
    ]
    clips = [child for child in held if isinstance(child, schema.Clip)]
    if not found and not clips:
        raise RefusedError("no-sequence")
    return found or [_timeline(clips, str(held.name))]


def _timeline(things: Sequence[Any], name: str) -> schema.Timeline:
    timeline = schema.Timeline(name)
    stack = things[0] if isinstance(things[0], schema.Stack) else None
    if stack is not None:
        timeline.tracks = stack
    elif isinstance(things[0], schema.Track):
        timeline.tracks.append(things[0])
    else:
        track = schema.Track("V1", kind=schema.TrackKind.Video)
        track.extend([thing.deepcopy() for thing in things])
        timeline.tracks.append(track)
    return timeline


def _text(path: Path) -> str:
    """Return the text of *path*, whatever editing programs on any system wrote it in."""
    data = path.read_bytes() if path.stat().st_size <= MOST_TEXT else b""
    if not data.strip():
        raise RefusedError("too-long" if path.stat().st_size else "no-sequence")
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return _decoded(data, ("utf-16",))
    if b"\0" in data[:4096]:
        raise RefusedError("not-text")
    return _decoded(data, ENCODINGS)


def _decoded(data: bytes, encodings: Sequence[str]) -> str:
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RefusedError("not-text")


def _edl(text: str, rate: Fraction, *, trust_sources: bool) -> Any:  # noqa: ANN401  # see opened
    highest = highest_frame(text)
    if highest >= nominal(rate):
        raise RefusedError("wrong-rate", rate_for(highest))
    if not re.search(r"^\s*\d+\s+\S", text, re.MULTILINE):
        raise RefusedError("no-events")
    try:
        return adapters.read_from_string(
            text, "cmx_3600", media_linker_name=UNLINKED,
            rate=float(rate), ignore_timecode_mismatch=trust_sources,
        )  # fmt: skip
    except Exception as error:
        raise _edl_refusal(str(error), text) from error


def _edl_refusal(said: str, text: str) -> RefusedError:
    """Return our word for what the adapter of EDLs said."""
    for sign, word in (
        ("duration don't match", "record-mismatch"),
        ("Overlapping record", "record-mismatch"),
        ("very beginning of a track", "begins-with-transition"),
    ):
        if sign in said:
            clip = _FROM_TO.search(said)
            return RefusedError(word, clip["name"] if clip else "")
    return RefusedError("edl-line", _odd_line(text))


def _odd_line(text: str) -> int:
    """Return the number of the first line that is none of an EDL, or of its first event."""
    event = re.compile(r"^\d+\s+\S+\s+\S+\s+\S+.*(\s+\d{2}:\d{2}:\d{2}[:;.]\d{2}){4}\s*$")
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if bare[:1].isdigit() and not event.match(bare):
            return number
    return next((n for n, line in enumerate(text.splitlines(), 1) if line[:1].isdigit()), 1)


def _xml(path: Path, _rate: Fraction) -> Any:  # noqa: ANN401  # see opened
    text = _text(path)
    try:
        root = ET.fromstring(text)  # noqa: S314  # in the sandbox, with little memory and time
    except ET.ParseError as error:
        raise RefusedError("xml-line", error.position[0]) from error
    if root.tag == "fcpxml":
        raise RefusedError("newer-final-cut")
    if root.find(".//sequence") is None:
        raise RefusedError("no-sequence")
    try:
        return adapters.read_from_string(text, "fcp_xml", media_linker_name=UNLINKED)
    except Exception as error:
        raise RefusedError("unreadable") from error


def _aaf(path: Path, _rate: Fraction) -> Any:  # noqa: ANN401  # see opened
    with path.open("rb") as file:
        if file.read(8) != bytes.fromhex("d0cf11e0a1b11ae1"):
            raise RefusedError("not-an-aaf")
    try:
        return adapters.read_from_file(str(path), "AAF", media_linker_name=UNLINKED)
    except MemoryError:
        raise
    except Exception as error:
        raise RefusedError("unreadable") from error


def _ale(path: Path, rate: Fraction) -> Any:  # noqa: ANN401  # see opened
    text = _text(path)
    if ALE_HEADS - {line.strip() for line in text.splitlines()}:
        raise RefusedError("no-events")
    try:
        return adapters.read_from_string(text, "ale", media_linker_name=UNLINKED, fps=float(rate))
    except Exception as error:
        lines = enumerate(text.splitlines(), 1)
        odd = next((number for number, line in lines if line.strip() and line in str(error)), 1)
        raise RefusedError("ale-line", odd) from error


def _otio(path: Path, _rate: Fraction) -> Any:  # noqa: ANN401  # see opened
    return _from_json(_text(path))


def _otioz(path: Path, _rate: Fraction) -> Any:  # noqa: ANN401  # see opened
    try:
        with zipfile.ZipFile(path) as bundle:
            described = bundle.getinfo("content.otio")
            if described.file_size > MOST_TEXT:
                raise RefusedError("too-long")
            return _from_json(bundle.read(described).decode())
    except (zipfile.BadZipFile, KeyError, UnicodeDecodeError) as error:
        raise RefusedError("not-an-otioz") from error


def _from_json(text: str) -> Any:  # noqa: ANN401  # see opened
    try:
        return adapters.read_from_string(text, "otio_json", media_linker_name=UNLINKED)
    except (exceptions.OTIOError, ValueError, TypeError) as error:
        raise RefusedError("not-an-otio") from error
