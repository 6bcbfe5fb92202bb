"""What a carrier gives a delivery: each parcel verified and written into quarantine."""

from collections.abc import Sequence

from jumelage.bridge.freight.errors import DamagedChunkError, DamagedParcelError
from jumelage.bridge.freight.packing.parcels import Parcels
from jumelage.bridge.freight.store.quarantine import Quarantine


class ParcelTaking:
    """The parcels of one session on their way into quarantine."""

    def __init__(self, parcels: Parcels, quarantine: Quarantine) -> None:
        """Write the chunks of *parcels* into *quarantine*."""
        self._parcels = parcels
        self._quarantine = quarantine

    @property
    def sizes(self) -> Sequence[int]:
        """Bytes of every parcel, by number."""
        return self._parcels.sizes

    def take(self, number: int, data: memoryview) -> None:
        """Verify and write a parcel.

        Raises:
            DamagedParcelError: it is not what the packing list names.
            DiskFullError: there is no room.
        """
        try:
            self._quarantine.take(self._parcels[number], data)
        except DamagedChunkError as error:
            raise DamagedParcelError(number=number, reason=str(error)) from error

    def durable(self) -> None:
        """Return when every parcel taken before this call is on the disk."""
        self._quarantine.durable()
