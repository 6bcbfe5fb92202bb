"""Which chunks are lacking, and the parcels in which they travel.

Both cities compute the same parcels from the list and the set of lacking chunks, so a parcel is
known by its number alone. A parcel holds whole chunks in the order of the list, at most 1 MiB:
chunks which adjoin in a file are read with one call, and ten thousand small files travel as a
few dozen parcels.
"""

import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from django.utils.translation import gettext_lazy as _

from jumelage.bridge.freight.errors import PackingListError
from jumelage.bridge.freight.packing.lists import Blob, PackingList
from jumelage.bridge.freight.packing.roots import LARGEST_CHUNK

RAW, DEFLATED = b"\0", b"\1"


@dataclass(slots=True)
class Bitmap:
    """A set of chunk numbers of one list; bit n % 8 of byte n // 8 stands for chunk n."""

    size: int
    """How many chunks there are, not how many are in the set."""
    bits: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        """Begin with no chunk unless bits were given."""
        self.bits = self.bits or bytearray((self.size + 7) // 8)

    @classmethod
    def of(cls, size: int, numbers: Iterable[int]) -> "Bitmap":
        """Return the set of *numbers*, each below *size*."""
        found = cls(size)
        for number in numbers:
            found.add(number)
        return found

    @classmethod
    def full(cls, size: int) -> "Bitmap":
        """Return the set of all chunks."""
        whole = bytearray(b"\xff" * (size // 8))
        return cls(size, whole + bytearray([(1 << size % 8) - 1] if size % 8 else []))

    def add(self, number: int) -> None:
        """Put chunk *number* into the set."""
        self.bits[number >> 3] |= 1 << (number & 7)

    def discard(self, number: int) -> None:
        """Take chunk *number* out of the set."""
        self.bits[number >> 3] &= ~(1 << (number & 7))

    def __contains__(self, number: int) -> bool:
        """Tell whether chunk *number* is in the set."""
        return bool(self.bits[number >> 3] & 1 << (number & 7))

    def __iter__(self) -> Iterator[int]:
        """Yield the numbers in the set, from the lowest."""
        for place, byte in enumerate(self.bits):
            if byte:
                yield from (8 * place + bit for bit in range(8) if byte >> bit & 1)

    def __len__(self) -> int:
        """Count the numbers in the set."""
        return int.from_bytes(self.bits, "little").bit_count()

    def packed(self) -> bytes:
        """Return the bytes that travel: deflated when that is shorter."""
        deflated = zlib.compress(bytes(self.bits), 6)
        return DEFLATED + deflated if len(deflated) < len(self.bits) else RAW + bytes(self.bits)

    @classmethod
    def unpack(cls, data: bytes, size: int) -> "Bitmap":
        """Return the set of chunks below *size* that the peer's bytes *data* hold.

        Raises: PackingListError.
        """
        wanted = (size + 7) // 8
        bits = _inflated(data[1:], wanted) if data[:1] == DEFLATED else data[1:]
        known = data[:1] in {RAW, DEFLATED}
        beyond = size % 8 and bits and bits[-1] >> size % 8
        if not known or len(bits) != wanted or beyond:
            raise PackingListError(reason=_("its set of lacking chunks cannot be read"))
        return cls(size, bytearray(bits))


def _inflated(data: bytes, wanted: int) -> bytes:
    """Inflate *data*, but never to more than one byte above *wanted*."""
    machine = zlib.decompressobj()
    try:
        found = machine.decompress(data, wanted + 1)
    except zlib.error:
        return b""
    return found if machine.eof and not machine.unused_data else b""


@dataclass(frozen=True, slots=True)
class Parcels(Sequence[Sequence[int]]):
    """The parcels of one session by number; each is the chunk numbers it holds, ascending."""

    rows: Sequence[int]
    starts: Sequence[int]
    """Where each parcel begins in *rows*, and the end of the last."""
    sizes: Sequence[int]
    """Bytes of every parcel, by number."""

    def __len__(self) -> int:
        """Count the parcels."""
        return len(self.sizes)

    def __getitem__(self, number: int) -> Sequence[int]:  # type: ignore[override]  # parcels are asked one by one
        """Return the chunk numbers in parcel *number*."""
        if not 0 <= number < len(self.sizes):
            raise IndexError(number)
        return self.rows[self.starts[number] : self.starts[number + 1]]


def parcels(packing_list: PackingList, lacking: Bitmap) -> Parcels:
    """Return the parcels in which the *lacking* chunks of *packing_list* travel; deterministic."""
    lengths = packing_list.lengths
    rows, starts, sizes = array("I", lacking), array("I", [0]), array("I")
    filled = 0
    for place, row in enumerate(rows):
        if filled + lengths[row] > LARGEST_CHUNK:
            starts.append(place)
            sizes.append(filled)
            filled = 0
        filled += lengths[row]
    if rows:
        starts.append(len(rows))
        sizes.append(filled)
    return Parcels(rows, starts, sizes)


def runs(rows: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield the runs of *rows* that follow each other without a gap."""
    breaks = [place for place, (a, b) in enumerate(pairwise(rows), 1) if b != a + 1]
    for start, end in pairwise([0, *breaks, len(rows)]):
        if start < end:
            yield rows[start:end]


def spans(packing_list: PackingList, rows: Sequence[int]) -> Iterator[tuple[Blob, Sequence[int]]]:
    """Yield, of ascending *rows*, each content and those of them that lie side by side in it."""
    owners = packing_list.owners
    for run in runs(rows):
        cuts = [n for n in range(1, len(run)) if owners[run[n]] != owners[run[n - 1]]]
        for start, end in pairwise([0, *cuts, len(run)]):
            yield packing_list.blobs[owners[run[start]]], run[start:end]
