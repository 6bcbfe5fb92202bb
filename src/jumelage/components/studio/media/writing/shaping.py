"""Turns any decoded picture into the even, square, tagged picture that both proxies encode."""

from collections.abc import Callable
from fractions import Fraction

import av
from av.video.reformatter import (
    ColorPrimaries,
    ColorRange,
    Colorspace,
    ColorTrc,
    Interpolation,
    VideoReformatter,
)

from jumelage.components.studio.media.reading.footage import HD, fitting
from jumelage.components.studio.media.reading.movie import RGB_MATRIX, is_full, matrix_of

LIGHT = (960, 540)
SUBSAMPLED = "yuv420p"
_TURNS = {90: ("transpose", "cclock"), 180: ("rotate", "PI"), 270: ("transpose", "clock")}
WIDE_GAMUT = 9
TICK = Fraction(1, 1000)
"""Filters want one; pictures get their times from the proxy."""


class Shaper:
    """Converts the pictures of one source: size, matrix, range, subsampling, turn."""

    def __init__(self, width: int, height: int, rotation: int = 0) -> None:
        """Convert pictures that are shown with this size once they are turned."""
        self.size = fitting(width, height, HD)
        self.light_size = fitting(*self.size, LIGHT)
        upright = rotation in {90, 270}
        self._decoded_size = self.size[::-1] if upright else self.size
        self._large, self._small = VideoReformatter(), VideoReformatter()
        self._rotation = rotation
        self._turn: Callable[[av.VideoFrame], av.VideoFrame] | None = None

    def large(self, picture: av.VideoFrame) -> av.VideoFrame:
        """Return *picture* as the `hd` proxy shows it."""
        rgb = picture.format.is_rgb or int(picture.colorspace) == RGB_MATRIX
        wide = int(picture.color_primaries) == WIDE_GAMUT
        shrinks = picture.width > self._decoded_size[0]
        made = self._large.reformat(
            picture,
            *self._decoded_size,
            SUBSAMPLED,
            src_colorspace=None if rgb else matrix_of(picture),
            dst_colorspace=Colorspace.ITU709,
            src_color_range=ColorRange.JPEG if rgb or is_full(picture) else ColorRange.MPEG,
            dst_color_range=ColorRange.MPEG,
            dst_color_trc=ColorTrc.BT709 if wide else None,
            dst_color_primaries=ColorPrimaries.BT709 if wide else None,
            interpolation=Interpolation.AREA if shrinks else Interpolation.BICUBIC,
        )
        return _tagged(self._turned(made) if self._rotation else made)

    def light(self, large: av.VideoFrame) -> av.VideoFrame:
        """Return the `light` picture of what `large` returned."""
        made = self._small.reformat(
            large, *self.light_size, SUBSAMPLED, interpolation=Interpolation.AREA
        )
        return _tagged(made)

    def _turned(self, picture: av.VideoFrame) -> av.VideoFrame:
        if self._turn is None:
            self._turn = _turning(picture, self._rotation)
        return self._turn(picture)


def _turning(like: av.VideoFrame, rotation: int) -> Callable[[av.VideoFrame], av.VideoFrame]:
    """Return what turns pictures counter-clockwise by *rotation* degrees."""
    graph = av.filter.Graph()
    begin = graph.add_buffer(
        width=like.width, height=like.height, format=like.format, time_base=TICK
    )
    turn, end = graph.add(*_TURNS[rotation]), graph.add("buffersink")
    begin.link_to(turn)
    turn.link_to(end)
    graph.configure()

    def turned(picture: av.VideoFrame) -> av.VideoFrame:
        graph.push(picture)
        found = graph.pull()
        assert isinstance(found, av.VideoFrame)  # noqa: S101  # pictures in, pictures out
        return found

    return turned


def _tagged(picture: av.VideoFrame) -> av.VideoFrame:
    picture.colorspace, picture.color_range = Colorspace.ITU709, ColorRange.MPEG
    picture.color_trc, picture.color_primaries = ColorTrc.BT709, ColorPrimaries.BT709
    return picture
