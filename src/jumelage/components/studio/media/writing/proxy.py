"""Encodes a proxy: H.264 that every browser plays and can seek to any frame.

One sample a source frame at a constant rate, in the order of decoding (no B frames), so that
frame n begins at exactly n / rate and nothing is cut by an edit list; a key frame at least every
half second; colour tagged; the index in front of the pictures.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import numpy as np

from jumelage.components.studio.media.writing.sound import RATE, Chunk

TAGS = "colorprim=bt709:transfer=bt709:colormatrix=bt709:range=tv:force-cfr=1"
AUDIO_RATE = Fraction(1, RATE)


@dataclass(frozen=True, slots=True)
class Quality:
    """What a proxy may cost."""

    options: Mapping[str, str]
    sound: int
    """Bits a second."""
    margin: float
    """See `signature.compare`."""


HD_MOVIE = Quality({"preset": "veryfast", "crf": "20", "tune": "fastdecode"}, 160_000, 1.0)
HD_FRAMES = Quality({"preset": "ultrafast", "crf": "21"}, 160_000, 1.0)
"""Grain and noise of renders gain nothing from a slower search: measured at equal PSNR."""
LIGHT = Quality(
    {"preset": "superfast", "crf": "25", "maxrate": "640k", "bufsize": "640k"}, 64_000, 4.0
)


class Proxy:
    """One proxy that is being written; use it as a context."""

    def __init__(
        self, path: Path, size: tuple[int, int], rate: Fraction, quality: Quality, *, sound: bool
    ) -> None:
        """Begin the file *path* for pictures of *size*, with or without *sound*."""
        self.path, self._rate, self._done, self._heard = path, rate, 0, 0
        self._file = av.open(
            str(path), "w", format="mp4", options={"movflags": "+faststart+write_colr"}
        )
        self._pictures = self._file.add_stream("libx264", rate=rate)
        held = self._pictures.codec_context
        held.width, held.height, held.pix_fmt = *size, "yuv420p"
        held.thread_count, held.time_base = 0, 1 / rate
        held.color_primaries = held.color_trc = held.colorspace = 1
        held.color_range = 1
        group = str(max(1, int(rate / 2)))
        fixed = {"g": group, "bf": "0", "x264-params": TAGS}
        held.options = {**quality.options, **fixed}
        self._sound = None
        if sound:
            self._sound = self._file.add_stream("aac", rate=RATE)
            self._sound.codec_context.layout = "stereo"
            self._sound.codec_context.bit_rate = quality.sound

    def show(self, picture: av.VideoFrame) -> None:
        """Encode the next picture, which has the right size and format."""
        picture.pts, picture.time_base = self._done, 1 / self._rate
        picture.pict_type = 0
        self._done += 1
        self._file.mux(self._pictures.encode(picture))

    def hear(self, chunk: Chunk) -> None:
        """Encode the next piece of sound."""
        if self._sound is None:
            return
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(chunk), "fltp", "stereo")
        frame.sample_rate, frame.pts, frame.time_base = RATE, self._heard, AUDIO_RATE
        self._heard += chunk.shape[1]
        self._file.mux(self._sound.encode(frame))

    def __enter__(self) -> Self:
        """Write until the block ends."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Finish the file, unless it is given up."""
        if kind is None:
            for stream in (self._pictures, self._sound):
                if stream is not None:
                    self._file.mux(stream.encode(None))
        self._file.close()
