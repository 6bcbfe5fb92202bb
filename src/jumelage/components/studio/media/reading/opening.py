"""Opens a file or a folder as footage, as one picture, or as neither."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av

from jumelage.components.studio.media import colour
from jumelage.components.studio.media.facts import Facts, Kind, Options, Refusal
from jumelage.components.studio.media.limits import Limits
from jumelage.components.studio.media.reading import exr, kinds, movie, pictures, sequences
from jumelage.components.studio.media.reading.footage import Footage, Hear, square
from jumelage.components.studio.media.reading.kinds import FRAMES, MOVIES, STILLS


def footage(path: Path, options: Options, limits: Limits) -> Footage | None:
    """Open *path*; None where it is a file without pictures, such as a scene.

    Raises:
        Refusal: it is a picture, a movie or frames, but cannot be used.
    """
    if path.is_dir():
        return Numbered(sequences.only_one(path), options, limits)
    kind = kinds.kind_of(path, options.name)
    kinds.check(kind)
    if kind in FRAMES:
        one = sequences.Frames("", f".{kind}", ((options.first_frame, path),))
        return Numbered(one, options, limits, kind="picture")
    several = kind in {"gif", "png", "webp"} and pictures.moves(path)
    if several and kind == "webp":
        raise Refusal("several-pictures")
    if kind in STILLS | {"gif"} and not several:
        return Still(path, limits, kind)
    if kind in MOVIES or several:
        return movie.Movie(path, options, limits)
    return None


class Still:
    """One picture that was made for a display."""

    def __init__(self, path: Path, limits: Limits, kind: str) -> None:
        """Read it."""
        self._picture = pictures.still(path, limits)
        height, width, _ = self._picture.shape
        self.facts = Facts(
            kind="picture",
            width=width,
            height=height,
            frames=1,
            codec=kind,
            colour=pictures.display_colour(),
        )

    def pictures(self, hear: Hear) -> Iterator[av.VideoFrame]:
        """Yield it."""
        del hear
        yield av.VideoFrame.from_ndarray(self._picture, "rgb24")

    def complete(self, read: int) -> Facts:
        """Return the facts."""
        del read
        return self.facts


class Numbered:
    """Frames in a folder, or one of them as a picture."""

    def __init__(
        self,
        frames: sequences.Frames,
        options: Options,
        limits: Limits,
        *,
        kind: Kind = "sequence",
    ) -> None:
        """Look at the first frame."""
        self._frames, self._options, self._limits = frames, options, limits
        self._single = kind == "picture"
        suffix = frames.tail.removeprefix(".")
        kinds.check(suffix)
        if suffix not in FRAMES | STILLS:
            raise Refusal("no-picture")
        self._exr = suffix == "exr"
        first, path = frames.frames[0]
        described = self._of_exr(path) if self._exr else self._of_other(path)
        self.facts = replace(
            described,
            kind=kind,
            frames=len(frames.frames),
            rate=None if self._single else described.rate or options.rate,
            first_frame=first,
            missing=sequences.holes(frames.numbers),
            numbers=() if self._single else sequences.ranges(frames.numbers),
        )
        limits.check_length(len(frames.frames), self.facts.rate or Fraction(24))

    def _of_exr(self, path: Path) -> Facts:
        chosen = exr.look(path, self._options, self._limits)
        self._view: colour.View | None = exr.view_of(chosen, self._options)
        width, height = square(*chosen.size, chosen.aspect)
        self._size = chosen.size
        return Facts(
            kind="sequence",
            width=width,
            height=height,
            rate=chosen.rate,
            timecode=chosen.timecode,
            codec="exr",
            colour=self._view.colour,
            layers=chosen.layers,
            views=chosen.views,
        )

    def _of_other(self, path: Path) -> Facts:
        first = pictures.frame(path, self._options, self._limits)
        self._view = first.view
        self._size = (first.picture.width, first.picture.height)
        return Facts(
            kind="sequence",
            width=self._size[0],
            height=self._size[1],
            timecode=first.timecode,
            codec=f"{path.suffix.lower().removeprefix('.')} {first.picture.format.name}",
            colour=first.view.colour if first.view else pictures.display_colour(),
        )

    def pictures(self, hear: Hear) -> Iterator[av.VideoFrame]:
        """Yield every frame, by number."""
        del hear
        for number, path in self._frames.frames:
            try:
                yield self._read(path)
            except Refusal as refusal:
                if self._single:
                    raise
                reason = str(refusal).partition(":")[0]
                named = "frame-broken" if reason in {"broken", "empty"} else reason
                raise Refusal(named, number) from refusal

    def _read(self, path: Path) -> av.VideoFrame:
        if self._exr:
            chosen, values = exr.read(path, self._options, self._limits)
            self._check(chosen.size)
            assert self._view is not None  # noqa: S101  # set for OpenEXR
            return av.VideoFrame.from_numpy_buffer(self._view.apply(values), "rgba")
        held = pictures.frame(path, self._options, self._limits)
        self._check((held.picture.width, held.picture.height))
        return pictures.through(held.picture, held.view) if held.view else held.picture

    def _check(self, size: tuple[int, int]) -> None:
        if size != self._size:
            raise Refusal("mixed")

    def complete(self, read: int) -> Facts:
        """Return the facts; each frame was read or refused."""
        if read != self.facts.frames:
            raise Refusal("frames-lost")
        return self.facts
