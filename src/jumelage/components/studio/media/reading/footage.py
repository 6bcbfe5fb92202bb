"""What every source of pictures has, whether a movie, a folder of frames or one picture."""

from collections.abc import Callable, Iterator
from typing import Protocol

import av

from jumelage.components.studio.media.facts import Facts

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


def square(width: int, height: int, aspect: float) -> tuple[int, int]:
    """Return the size in square pixels of pixels that are *aspect* times as wide as high."""
    if 0.1 <= aspect <= 10 and abs(aspect - 1) > 0.001:
        return max(1, round(width * aspect)), height
    return width, height
