"""For how long the other side of a connection should have answered, and did not.

Answers come for whole parcels. Under a slow limit one takes minutes (1 MiB at 10 kB/s: 105 s), and
who is only sent the beginning of it has nothing to say. So silence counts from the last answer,
and besides from when a whole parcel has left since then; as long as none has, from the last bytes
that left.
"""

import time
from collections.abc import Callable


class Silence:
    """When something was heard and when something left; told by many threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin now."""
        self._clock = clock
        self._heard = self._left = clock()
        self._owed: float | None = None

    def heard(self) -> None:
        """Note an answer."""
        self._heard, self._owed = self._clock(), None

    def left(self, *, whole: bool = False) -> None:
        """Note that bytes left, and with them a *whole* parcel."""
        self._left = self._clock()
        if whole and self._owed is None:
            self._owed = self._left

    @property
    def seconds(self) -> float:
        """Seconds for which an answer was due."""
        owed = self._owed
        return self._clock() - max(self._heard, self._left if owed is None else owed)
