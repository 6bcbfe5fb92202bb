"""Media made for tests: every picture carries its number, so that it is known when it is shown.

The number stands in twelve fields across the upper half, black for 0 and white for 1, from the
lowest bit; the lower half moves, so that neighbours differ.
"""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import OpenEXR
from av.container import OutputContainer

BITS = 12
Picture = npt.NDArray[np.uint8]


def picture(number: int, width: int = 320, height: int = 180) -> Picture:
    """Return the picture that carries *number*: array (height, width, 3), uint8."""
    made = np.empty((height, width, 3), np.uint8)
    half, field = height // 2, width / BITS
    for bit in range(BITS):
        level = 235 if number >> bit & 1 else 16
        made[:half, round(bit * field) : round((bit + 1) * field)] = level
    x = np.arange(width)
    made[half:, :, 0] = 40 + (x * 2 + number * 9) % 160
    made[half:, :, 1] = 40 + (x + number * 5) % 160
    made[half:, :, 2] = 120
    return made


def number_in(shown: av.VideoFrame) -> int:
    """Return the number that a decoded picture carries."""
    luma = shown.to_ndarray(format="gray")
    height, width = luma.shape
    row = luma[height // 8 : height * 3 // 8]
    field = width / BITS
    found = 0
    for bit in range(BITS):
        part = row[:, round((bit + 0.25) * field) : round((bit + 0.75) * field)]
        found |= (1 << bit) if part.mean() > 120 else 0
    return found


def numbers_in(path: Path) -> list[int]:
    """Return the numbers that the frames of a movie carry, in order."""
    with av.open(str(path)) as container:
        return [number_in(frame) for frame in container.decode(video=0)]


def movie(
    path: Path,
    *,
    codec: str = "libx264",
    pixels: str = "yuv420p",
    frames: int = 24,
    size: tuple[int, int] = (320, 180),
    rate: Fraction = Fraction(24),
    options: Mapping[str, str] | None = None,
    sound: bool = False,
    when: Callable[[int], int] = lambda number: number,
    tick: Fraction | None = None,
    colour: Mapping[str, int] | None = None,
    container: Mapping[str, str] | None = None,
    format: str | None = None,  # noqa: A002  # PyAV's own word
    heard_longer: float = 0,
) -> Path:
    """Write a movie; *when* gives the time of each frame in *tick*s, *heard_longer* is seconds."""
    with av.open(str(path), "w", format=format, options=dict(container or {})) as file:
        stream = file.add_stream(codec, rate=rate, options=dict(options or {}))
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = *size, pixels
        if tick:
            stream.codec_context.time_base = tick
        for name, value in (colour or {}).items():
            setattr(stream.codec_context, name, value)
        heard = file.add_stream("aac", rate=48000) if sound else None
        if heard:
            heard.codec_context.layout = "stereo"
        for number in range(frames):
            shown = av.VideoFrame.from_ndarray(picture(number, *size), "rgb24")
            shown = shown.reformat(format=pixels)
            for name, value in (colour or {}).items():
                setattr(shown, name, value)
            shown.pts, shown.time_base = when(number), tick or 1 / rate
            file.mux(stream.encode(shown))
        file.mux(stream.encode(None))
        if heard:
            _hear(file, heard, float(frames / rate) + heard_longer)
    return path


def _hear(file: OutputContainer, heard: av.AudioStream, seconds: float) -> None:
    for piece in tone(seconds):
        file.mux(heard.encode(piece))
    file.mux(heard.encode(None))


def sound(path: Path, codec: str = "aac") -> Path:
    """Write a second of sound without a picture."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=48000)
        assert isinstance(stream, av.AudioStream)
        stream.codec_context.layout = "stereo"
        _hear(container, stream, 1)
    return path


def tone(seconds: float) -> Iterator[av.AudioFrame]:
    """Yield a tone of 440 Hz."""
    samples = round(seconds * 48000)
    wave = 0.5 * np.sin(2 * np.pi * 440 * np.arange(samples) / 48000).astype(np.float32)
    for start in range(0, samples, 1024):
        piece = np.stack([wave[start : start + 1024]] * 2)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(piece), "fltp", "stereo")
        frame.sample_rate, frame.pts, frame.time_base = 48000, start, Fraction(1, 48000)
        yield frame


def exr(path: Path, number: int, size: tuple[int, int] = (320, 180), **header: object) -> Path:
    """Write an OpenEXR frame in linear light."""
    linear = (picture(number, *size).astype(np.float32) / 255) ** 2.2
    said = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage, **header}
    OpenEXR.File(said, {"RGB": linear.astype(np.float16)}).write(str(path))
    return path


def frame(path: Path, number: int, *, codec: str, pixels: str, size: tuple[int, int]) -> Path:
    """Write one picture with PyAV, such as a DPX frame."""
    context = av.CodecContext.create(codec, "w")
    assert isinstance(context, av.VideoCodecContext)
    context.width, context.height, context.pix_fmt = *size, pixels
    context.time_base = Fraction(1, 24)
    shown = av.VideoFrame.from_ndarray(picture(number, *size), "rgb24").reformat(format=pixels)
    shown.pts = 0
    packets = [*context.encode(shown), *context.encode(None)]
    path.write_bytes(b"".join(bytes(packet) for packet in packets))
    return path
