"""Reads movies with PyAV: every frame that is shown, in the order in which it is shown.

The packets are counted first, without decoding: so the rate is measured instead of believed, a
file that ends too early is known, and it is known how many pictures must come out.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.video.reformatter import ColorRange, Interpolation
from av.video.stream import VideoStream

from jumelage.components.studio.media.facts import Colour, Facts, Options, Refusal, Sound
from jumelage.components.studio.media.limits import Limits
from jumelage.components.studio.media.reading import pictures
from jumelage.components.studio.media.reading.footage import HD, Hear, fitting, square

FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mxf,asf,mpeg,mpegts,ogg,flv,gif,apng,"
    "yuv4mpegpipe,nut,dv,h264,hevc,m4v,mpegvideo,ivf,gxf"
)
"""Those that hold their own pictures; none that names other files."""
COUNTED = {"mov", "mp4", "avi", "mxf", "matroska", "webm"}
"""Formats that say truly how long they are."""
THREADS = 4
MATRICES = {1: "bt709", 4: "fcc", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m", 9: "bt2020"}
UNKNOWN_MATRIX, RGB_MATRIX = 2, 0
HD_HEIGHT = 720


@contextmanager
def opened(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    """Open a movie with its first real picture stream.

    Raises:
        Refusal: it cannot be opened, or holds no picture.
    """
    given = {"format_whitelist": FORMATS, "protocol_whitelist": "file"}
    try:
        container = av.open(str(path), options=given, metadata_errors="replace")
    except MemoryError:
        raise
    except (FFmpegError, ValueError, OSError) as error:
        raise Refusal("cut-off" if _lacks_index(path) else "broken") from error
    with container:
        streams = [one for one in container.streams.video if not _is_cover(one)]
        if not streams:
            raise Refusal("only-sound" if container.streams.audio else "no-picture")
        stream = streams[0]
        if stream.codec_context is None:
            raise Refusal("unknown-codec")
        yield container, stream


def _lacks_index(path: Path) -> bool:
    """Tell whether *path* is a QuickTime file or MP4 whose index never was written.

    Source: ISO/IEC 14496-12, section 4.2 (boxes) and 8.2.1 (`moov`).
    """
    seen: set[bytes] = set()
    size, place = path.stat().st_size, 0
    with path.open("rb") as file:
        while place + 8 <= size and len(seen) < 50:
            file.seek(place)
            head = file.read(16).ljust(16, b"\0")
            length, box = int.from_bytes(head[:4], "big"), head[4:8]
            seen.add(box)
            length = int.from_bytes(head[8:], "big") if length == 1 else length
            if length < 8:
                break
            place += length
    return bool(seen & {b"ftyp", b"mdat"}) and b"moov" not in seen


def _is_cover(stream: VideoStream) -> bool:
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


@dataclass(frozen=True, slots=True)
class Count:
    """What counting the packets found."""

    times: tuple[Fraction, ...]
    """When each picture is shown, ascending, in seconds; empty where the file does not say."""
    pictures: int
    packets: int
    """With those that the file itself says are not shown."""
    end: Fraction
    """When the last packet of any stream ends, in seconds."""


def count(container: InputContainer, stream: VideoStream, limits: Limits) -> Count:
    """Count the pictures of *stream* without decoding them.

    Raises:
        Refusal: the file ends too early or is damaged.
    """
    shown: list[int | None] = []
    packets, end = 0, Fraction(0)
    try:
        for packet in container.demux():
            end = max(end, _end_of(packet))
            if packet.stream_index == stream.index and packet.size:
                packets += 1
                shown += [] if packet.is_discard else [packet.pts]
                if packets > limits.frames:
                    raise Refusal("too-many-frames")
    except FFmpegError as error:
        raise Refusal("cut-off") from error
    base = stream.time_base or Fraction(1)
    known = sorted(time for time in shown if time is not None)
    times = tuple(time * base for time in known) if len(known) == len(shown) else ()
    return Count(times, len(shown), packets, end)


def _end_of(packet: "av.Packet[Any]") -> Fraction:
    """Return when *packet* ends, in seconds; 0 when it does not say."""
    if not packet.size or packet.pts is None:
        return Fraction(0)
    return (packet.pts + (packet.duration or 0)) * packet.time_base


def _check_end(container: InputContainer, stream: VideoStream, held: Count) -> None:
    """Refuse a file that says it is longer than it is."""
    if not held.pictures:
        raise Refusal("cut-off" if stream.frames else "no-picture")
    if not COUNTED & set(container.format.name.split(",")):
        return
    if stream.frames > held.packets:
        raise Refusal("cut-off")
    start = Fraction(container.start_time or 0, av.time_base)
    said = Fraction(container.duration or 0, av.time_base) + start
    exact = "matroska" in container.format.name
    if said - held.end > (Fraction(1, 4) if exact else max(Fraction(1), said / 20)):
        raise Refusal("cut-off")


def rate_of(stream: VideoStream, held: Count) -> tuple[Fraction, bool]:
    """Return the rate of the pictures, and whether they last differently long."""
    said = [one for one in (stream.average_rate, stream.base_rate, stream.guessed_rate) if one]
    usual = [rate for rate in said if 0 < rate <= 1000]
    for rate in usual:
        if _is_constant(held.times, rate, stream.time_base or Fraction(1)):
            return rate, False
    if len(held.times) < 2 or held.times[-1] == held.times[0]:
        return (usual or [Fraction(25)])[0], False
    mean = (len(held.times) - 1) / (held.times[-1] - held.times[0])
    return max(Fraction(1), min(Fraction(240), mean.limit_denominator(1001))), True


def _is_constant(times: tuple[Fraction, ...], rate: Fraction, tick: Fraction) -> bool:
    """Tell whether every picture comes when *rate* says, to a tick and a tenth of a picture."""
    if not times:
        return True
    most = max(tick, Fraction(1, 10) / rate) * Fraction(11, 10)
    return all(abs(time - times[0] - n / rate) <= most for n, time in enumerate(times)) and all(
        a != b for a, b in pairwise(times)
    )


class Movie:
    """A movie that was counted."""

    def __init__(self, path: Path, options: Options, limits: Limits) -> None:
        """Count the pictures of *path* and look at the first.

        Raises:
            Refusal: it is damaged, cut off, or more than the limits allow.
        """
        self._path, self._first_number = path, options.first_frame
        with opened(path) as (container, stream):
            limits.check_size(stream.codec_context.width, stream.codec_context.height)
            self._count = count(container, stream, limits)
            _check_end(container, stream, self._count)
            rate, variable = rate_of(stream, self._count)
            limits.check_length(self._count.pictures, rate)
        self._start = float(self._count.times[0]) if self._count.times else 0.0
        self.rotation = 0
        self._skipped = 0
        self.facts = self._look(rate, options, variable=variable)

    def _look(self, rate: Fraction, options: Options, *, variable: bool) -> Facts:
        with opened(self._path) as (container, stream):
            first = next(_decoded(container, stream, self._first_number), None)
            if first is None:
                raise Refusal("broken")
            if first.format.name.startswith("bayer"):
                raise Refusal("camera-raw")
            self._view = pictures.view_of(pictures.hdr_input(first), options)
            self.rotation = round(first.rotation / 90) * 90 % 360
            width, height = square(first.width, first.height, _aspect(stream))
            self._worked = fitting(width, height, HD)
            turned = self.rotation in {90, 270}
            return Facts(
                kind="movie",
                width=height if turned else width,
                height=width if turned else height,
                frames=self._count.pictures,
                rate=rate,
                first_frame=options.first_frame,
                timecode=_timecode(container, stream),
                codec=f"{stream.codec_context.name} {first.format.name}",
                colour=self._view.colour if self._view else colour_of(first),
                sound=_sound(container),
                variable_rate=variable,
                interlaced=bool(first.interlaced_frame),
            )

    def pictures(self, hear: Hear) -> Iterator[av.VideoFrame]:
        """Yield every picture once; *hear* is told the sound on the way."""
        with opened(self._path) as (container, stream):
            stream.thread_type, stream.codec_context.thread_count = "AUTO", THREADS
            for shown in _decoded(container, stream, self._first_number, self._heard(hear), self):
                if self._view:
                    yield pictures.through(_in_rgb(shown, self._worked), self._view)
                else:
                    yield shown

    def _heard(self, hear: Hear) -> Hear:
        def heard(frame: av.AudioFrame, at: float) -> None:
            hear(frame, at - self._start)

        return heard

    def note_first(self, at: float | None) -> None:
        """Take note of when the first picture is shown: some before it could not be decoded."""
        if at is not None:
            self._skipped = sum(1 for time in self._count.times if float(time) < at - 1e-6)

    def complete(self, read: int) -> Facts:
        """Return the facts after *read* pictures.

        Pictures before the first key frame of a recording cannot be decoded by anybody: they
        are counted and named. Any other that lacks is a refusal.
        """
        lacking = self._count.pictures - read
        if lacking and lacking != self._skipped:
            raise Refusal("frames-lost")
        notes = ["skipped-at-start"] if lacking else []
        if self._sound_goes_on():
            notes.append("sound-longer")
        return replace(self.facts, frames=read, notes=tuple(notes))

    def _sound_goes_on(self) -> bool:
        """Tell whether sound is left a second after the last picture."""
        if not self.facts.sound or not self._count.times or not self.facts.rate:
            return False
        return self._count.end - self._count.times[-1] - 1 / self.facts.rate > 1


def _decoded(
    container: InputContainer,
    stream: VideoStream,
    first_number: int,
    hear: Hear | None = None,
    movie: Movie | None = None,
) -> Iterator[av.VideoFrame]:
    """Yield the decoded pictures; a packet that cannot be decoded is a refusal."""
    done = 0
    try:
        for frame in _frames(container, stream, hear):
            if frame.is_corrupt:
                raise Refusal("frame-broken", first_number + done)
            if not done and movie:
                movie.note_first(frame.time)
            done += 1
            yield frame
    except FFmpegError as error:
        raise Refusal("frame-broken", first_number + done) from error


def _frames(
    container: InputContainer, stream: VideoStream, hear: Hear | None
) -> Iterator[av.VideoFrame]:
    """Yield the pictures, and let *hear* have the sound between them."""
    streams = [stream, *container.streams.audio[:1]] if hear else [stream]
    for packet in container.demux(streams):
        for frame in packet.decode():
            if isinstance(frame, av.VideoFrame):
                yield frame
            elif isinstance(frame, av.AudioFrame) and hear and frame.time is not None:
                hear(frame, frame.time)


def _aspect(stream: VideoStream) -> float:
    said = stream.sample_aspect_ratio or stream.codec_context.sample_aspect_ratio
    return float(said) if said else 1.0


def _timecode(container: InputContainer, stream: VideoStream) -> str:
    others = [one.metadata for one in container.streams]
    for metadata in (stream.metadata, container.metadata, *others):
        if said := metadata.get("timecode"):
            return str(said)[:16]
    return ""


def _sound(container: InputContainer) -> Sound | None:
    for stream in container.streams.audio[:1]:
        held = stream.codec_context
        if held.sample_rate and held.channels:
            return Sound(codec=held.name, channels=held.channels, sampling=held.sample_rate)
    return None


def matrix_of(frame: av.VideoFrame) -> int:
    """Return the matrix of *frame* as FFmpeg counts them; what is not said is guessed by size."""
    said = int(frame.colorspace)
    if said in MATRICES:
        return said
    return 1 if frame.height >= HD_HEIGHT else 6


def _in_rgb(frame: av.VideoFrame, size: tuple[int, int]) -> av.VideoFrame:
    """Return *frame* as R, G, B of 16 bits, whatever they mean, no larger than it will be shown."""
    rgb = frame.format.is_rgb
    return frame.reformat(
        *size,
        "rgb48le",
        src_colorspace=None if rgb else matrix_of(frame),
        src_color_range=ColorRange.JPEG if rgb or is_full(frame) else ColorRange.MPEG,
        interpolation=Interpolation.AREA if frame.width > size[0] else Interpolation.BICUBIC,
    )


def colour_of(frame: av.VideoFrame) -> Colour:
    """Return what the values of *frame* mean."""
    if frame.format.is_rgb or int(frame.colorspace) == RGB_MATRIX:
        return Colour(input="sRGB", assumed=True)
    words = MATRICES[matrix_of(frame)], "full" if is_full(frame) else "limited"
    return Colour(input=" ".join(words), assumed=int(frame.colorspace) == UNKNOWN_MATRIX)


def is_full(frame: av.VideoFrame) -> bool:
    """Tell whether black is 0 and white the highest value."""
    return int(frame.color_range) == 2 or frame.format.name.startswith("yuvj")
