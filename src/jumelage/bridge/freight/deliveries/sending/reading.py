"""The parcels of one session, read from the files where they lie."""

from collections.abc import Callable, Sequence

from jumelage.bridge.freight.packing.parcels import Parcels
from jumelage.bridge.freight.packing.source import Source

Arrived = Callable[[Sequence[int]], None]


class ParcelReading:
    """What a carrier reads: parcel by number, verified against the packing list."""

    def __init__(
        self, parcels: Parcels, source: Source, arrived: Arrived = lambda _numbers: None
    ) -> None:
        """Read the chunks of *parcels* from *source*; *arrived* hears which are durable there."""
        self._parcels = parcels
        self._source = source
        self._arrived = arrived

    @property
    def sizes(self) -> Sequence[int]:
        """Bytes of every parcel, by number."""
        return self._parcels.sizes

    def read(self, number: int) -> bytes:
        """Return parcel *number*.

        Raises:
            ChangedSinceError: the file is not what was packed.
        """
        return self._source.read(self._parcels[number])

    def arrived(self, numbers: Sequence[int]) -> None:
        """Pass on which parcels became durable at the receiver."""
        self._arrived(numbers)
