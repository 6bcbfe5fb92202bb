"""What every source of pictures has, whether a movie, a folder of frames or one picture."""

from collections.abc import Callable, Iterator
from typing import Protocol

import av

from jumelage.components.studio.media.facts import Facts

HD = (1920, 1080)
Hear = Callable[[av.AudioFrame, float], None]
"""Is told each piece of sound and when it begins, in seconds after the first picture."""


class Footage(Protocol):
    """Pictures in their order, and what is known of them before they are read."""

    facts: Facts

    def pictures(self, hear: Hear) -> Iterator[av.VideoFrame]:
        """Yield every picture once.

        Raises:
            Refusal: one cannot be read.
        """
        ...

    def complete(self, read: int) -> Facts:
        """Return the facts after *read* pictures were read.

        Raises:
            Refusal: that is not all of them.
        """
        ...


def fitting(width: int, height: int, box: tuple[int, int]) -> tuple[int, int]:
    """Return the even size of a picture that fits into *box*, or into the box set upright."""
    wide, high = box if width >= height else box[::-1]
    share = min(1.0, wide / width, high / height)
    return _even(width * share, wide), _even(height * share, high)


def _even(length: float, most: int) -> int:
    return max(2, min(most, 2 * round(length / 2)))


def square(width: int, height: int, aspect: float) -> tuple[int, int]:
    """Return the size in square pixels of pixels that are *aspect* times as wide as high."""
    if 0.1 <= aspect <= 10 and abs(aspect - 1) > 0.001:
        return max(1, round(width * aspect)), height
    return width, height
