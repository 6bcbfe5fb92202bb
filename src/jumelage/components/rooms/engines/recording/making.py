"""Makes one file that plays anywhere of all the strips of a recording: a picture of tiles, one sound.

Theory of operation. Time goes in steps of one picture. In each step every strip gives what its sender
sent until then: the newest picture goes on its tile, the sound is added to the others'. So a recording of
any length needs little memory. Strips begin when their first packet came, by the clock of this
machine; within a strip the sender's own clock counts, so picture and sound of one person stay in step.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, sqrt
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.error import FFmpegError
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from jumelage.components.rooms.engines.recording.strips import (
    BrokenStripError,
    Strip,
    frames,
    read_strip,
)

log = logging.getLogger("jumelage.calls")

WIDTH, HEIGHT = 1280, 720
PICTURES = 25
"""Pictures a second."""
RATE = 48_000
STEP = RATE // PICTURES
"""Samples of sound to each picture: two frames of Opus."""
OPUS = 960
MICROSECONDS = 1_000_000
LONGEST_SECONDS = 12 * 3600
Picture = NDArray[np.uint8]
Sound = NDArray[np.float32]


@dataclass(slots=True)
class Tile:
    """Where a strip is shown, and what is shown of it: rows of RGB, `array (height, width, 3)`."""

    pictures: Iterator[tuple[float, Picture]]
    left: int
    top: int
    next: tuple[float, Picture] | None = None
    ended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What came of it."""

    seconds: int
    size: int
    people: int


def make(name: str) -> None:
    """Make the recording *name* one file, note what came of it, and delete the strips."""
    from jumelage.components.rooms.models import Recording, RecordingState  # noqa: PLC0415
    from jumelage.components.rooms.services import recordings  # noqa: PLC0415  # needs the tables

    found = Recording.objects.filter(name=name, state=RecordingState.MIXING).first()
    if found is None:
        return
    strips = recordings.strips_of(name)
    try:
        made = mix(strips, recordings.path_of(found))
    except (FFmpegError, OSError, ValueError):
        log.exception("the recording %s could not be made a file", name)
        made = None
    found.state = RecordingState.READY if made else RecordingState.FAILED
    if made:
        found.seconds, found.size, found.people = made.seconds, made.size, made.people
    found.save(update_fields=["state", "seconds", "size", "people"])
    if made:
        for strip in strips:
            strip.unlink(missing_ok=True)


def mix(paths: Sequence[Path], out: Path) -> Made | None:
    """Write the mix of *paths* to *out*; return None when they hold nothing.

    The file appears whole or not at all.
    """
    strips = [strip for path in paths if (strip := _readable(path)) and _has_frames(strip)]
    if not strips:
        return None
    start = min(strip.began for strip in strips)
    out.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = out.with_suffix(".part")
    with av.open(str(draft), "w", format="webm") as container:
        steps = _Mixer(strips, start).write(container)
    draft.replace(out)
    people = len({strip.member for strip in strips})
    return Made(seconds=round(steps / PICTURES), size=out.stat().st_size, people=people)


def _readable(path: Path) -> Strip | None:
    try:
        return read_strip(path)
    except (BrokenStripError, ValueError, KeyError, OSError):
        log.warning("%s is no strip of a recording", path.name)
        return None


def _has_frames(strip: Strip) -> bool:
    return next(iter(frames(strip)), None) is not None


@dataclass
class _Mixer:
    """The strips of a recording on their way into one file."""

    strips: Sequence[Strip]
    start: int
    tiles: list[Tile] = field(default_factory=list)
    sounds: list["_Line"] = field(default_factory=list)

    def __post_init__(self) -> None:
        seen = [strip for strip in self.strips if strip.is_video]
        columns = max(1, ceil(sqrt(len(seen))))
        rows = max(1, ceil(len(seen) / columns))
        size = (WIDTH // columns & ~1, HEIGHT // rows & ~1)
        for number, strip in enumerate(seen):
            left, top = number % columns * size[0], number // columns * size[1]
            self.tiles.append(Tile(_pictures(strip, self._late(strip), size), left, top))
        heard = [strip for strip in self.strips if not strip.is_video]
        self.sounds = [_Line(_sounds(strip, self._late(strip))) for strip in heard]

    def _late(self, strip: Strip) -> float:
        return (strip.began - self.start) / MICROSECONDS

    def write(self, container: "av.container.OutputContainer") -> int:
        """Write picture after picture, and the sound between them; return how many there were."""
        options = {"deadline": "realtime", "cpu-used": "8", "crf": "20", "b": "1500000"}
        film = container.add_stream("libvpx", rate=PICTURES, options=options)
        film.width, film.height, film.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        sound = container.add_stream("libopus", rate=RATE, layout="mono")
        canvas = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
        step = 0
        while step < LONGEST_SECONDS * PICTURES:
            going = [_show(tile, canvas, (step + 1) / PICTURES) for tile in self.tiles]
            heard = self._heard(step)
            if heard is None and not any(going):
                break
            picture = VideoFrame.from_ndarray(canvas, format="rgb24")
            picture.pts, picture.time_base = step, Fraction(1, PICTURES)
            container.mux(film.encode(picture))
            for piece in _pieces(heard, step):
                container.mux(sound.encode(piece))
            step += 1
        container.mux(film.encode(None))
        container.mux(sound.encode(None))
        return step

    def _heard(self, step: int) -> Sound | None:
        """Return the sum of all sound of *step*; None when there is none left."""
        pieces = [line.take(step * STEP, STEP) for line in self.sounds]
        heard = [piece for piece in pieces if piece is not None]
        return np.sum(heard, axis=0, dtype=np.float32) if heard else None


def _show(tile: Tile, canvas: Picture, until: float) -> bool:
    """Put the newest picture before *until* on the canvas; tell whether more may come."""
    shown = None
    while not tile.ended:
        if tile.next is None:
            tile.next = next(tile.pictures, None)
            tile.ended = tile.next is None
        if tile.next is None or tile.next[0] >= until:
            break
        shown, tile.next = tile.next[1], None
    if shown is not None:
        height, width = shown.shape[:2]
        canvas[tile.top : tile.top + height, tile.left : tile.left + width] = shown
    return not tile.ended or shown is not None


class _Line:
    """The sound of one strip, taken piece by piece."""

    def __init__(self, sounds: Iterator[tuple[int, Sound]]) -> None:
        self._sounds = sounds
        self._held: list[tuple[int, Sound]] = []
        self._ended = False

    def take(self, start: int, length: int) -> Sound | None:
        """Return *length* samples from *start*; silence where there is none, None after the end."""
        while not self._ended and (not self._held or self._held[-1][0] < start + length):
            found = next(self._sounds, None)
            self._ended = found is None
            if found is not None:
                self._held.append(found)
        self._held = [(at, told) for at, told in self._held if at + len(told) > start]
        if self._ended and not self._held:
            return None
        piece = np.zeros(length, np.float32)
        for at, told in self._held:
            first, last = max(at, start), min(at + len(told), start + length)
            if first < last:
                piece[first - start : last - start] += told[first - at : last - at]
        return piece


def _pictures(strip: Strip, late: float, size: tuple[int, int]) -> Iterator[tuple[float, Picture]]:
    """Yield what *strip* shows, fitted into *size* on black, with its time in the recording."""
    decoder = av.CodecContext.create("vp8", "r")
    for frame in frames(strip):
        try:
            decoded = decoder.decode(av.Packet(frame.data))
        except FFmpegError:
            continue
        for picture in decoded:
            yield late + frame.at, _fitted(picture, size)


def _fitted(picture: VideoFrame, size: tuple[int, int]) -> Picture:
    scale = min(size[0] / picture.width, size[1] / picture.height)
    width = max(2, round(picture.width * scale) & ~1)
    height = max(2, round(picture.height * scale) & ~1)
    small = picture.reformat(width=width, height=height, format="rgb24").to_ndarray()
    tile = np.zeros((size[1], size[0], 3), np.uint8)
    top, left = (size[1] - height) // 2, (size[0] - width) // 2
    tile[top : top + height, left : left + width] = small
    return tile


def _sounds(strip: Strip, late: float) -> Iterator[tuple[int, Sound]]:
    """Yield what *strip* says as one channel, with its first sample in the recording."""
    decoder = av.CodecContext.create("opus", "r")
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    for frame in frames(strip):
        try:
            decoded = decoder.decode(av.Packet(frame.data))
        except FFmpegError:
            continue
        at = round((late + frame.at) * RATE)
        for piece in decoded:
            for mono in resampler.resample(piece):
                told = mono.to_ndarray().reshape(-1).astype(np.float32)
                yield at, told
                at += len(told)


def _pieces(heard: Sound | None, step: int) -> Iterator[AudioFrame]:
    """Cut the sound of *step* as Opus wants it; too loud is cut off, none is silence."""
    told = np.zeros(STEP, np.float32) if heard is None else np.clip(heard, -1.0, 1.0)
    for number in range(STEP // OPUS):
        piece = told[number * OPUS : (number + 1) * OPUS].reshape(1, -1)
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(piece), format="flt", layout="mono")
        frame.sample_rate, frame.time_base = RATE, Fraction(1, RATE)
        frame.pts = step * STEP + number * OPUS
        yield frame
