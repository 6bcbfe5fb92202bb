"""What one file may be: more than this is no shot, and would hold up everybody else’s."""

from dataclasses import dataclass
from fractions import Fraction

from jumelage.components.studio.media.facts import Refusal

MEGABYTE = 1024**2


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The most that is taken of one file."""

    pixels: int = 8192 * 4608
    """Of one picture: above 8K."""
    side: int = 16_384
    frames: int = 200_000
    seconds: int = 4 * 3600
    channel_bytes: int = 2048 * MEGABYTE
    """Of all channels of one OpenEXR file, each value as a float."""

    def check_size(self, width: int, height: int) -> None:
        """Refuse a picture that is too large, or none.

        Raises: Refusal.
        """
        if width < 1 or height < 1:
            raise Refusal("no-picture")
        if max(width, height) > self.side or width * height > self.pixels:
            raise Refusal("too-many-pixels")

    def check_length(self, frames: int, rate: Fraction) -> None:
        """Refuse what is too long.

        Raises: Refusal.
        """
        if frames > self.frames:
            raise Refusal("too-many-frames")
        if frames / rate > self.seconds:
            raise Refusal("too-long")
