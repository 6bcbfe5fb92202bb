"""What a snapshot vouches for: the last word on each record, where it is a put or an erasure."""

import hashlib
from collections.abc import Iterable, Iterator

from django.db.models import Exists, OuterRef, QuerySet

from jumelage.bridge.models import Entry, Feed

LISTED = ("put", "erase")
Listing = list[tuple[int, bytes]]
"""Sequence and header hash of each kept entry, in order."""


def kept(feed: Feed, seq: int) -> QuerySet[Entry]:
    """Return the entries of *feed* up to *seq* that nothing up to there replaced, in order."""
    mine = Entry.objects.filter(feed=feed, seq__lte=seq)
    later = mine.filter(uri=OuterRef("uri"), seq__gt=OuterRef("seq"))
    return mine.filter(~Exists(later), op__in=LISTED).order_by("seq")


def listing(feed: Feed, seq: int) -> Listing:
    """Return place and hash of each kept entry of *feed* up to *seq*."""
    rows = kept(feed, seq).values_list("seq", "hash")
    return [(place, bytes(held)) for place, held in rows.iterator(5000)]


def write(listed: Iterable[tuple[int, bytes]]) -> Iterator[bytes]:
    """Yield the lines `<seq> <hash in hex>` that a snapshot's digest is over."""
    for seq, held in listed:
        yield f"{seq} {held.hex()}\n".encode()


def read(text: bytes) -> Listing:
    """Read the lines that `write` writes.

    Raises:
        ValueError: a line is no place and hash, or they are not in order.
    """
    found: Listing = []
    for line in text.splitlines():
        place, _, held = line.partition(b" ")
        seq, hashed = int(place), bytes.fromhex(held.decode())
        if len(hashed) != hashlib.sha256().digest_size or (found and seq <= found[-1][0]):
            message = "the list of a snapshot is in order"
            raise ValueError(message)
        found.append((seq, hashed))
    return found


def digest(listed: Iterable[tuple[int, bytes]]) -> bytes:
    """Return the SHA-256 over the lines of *listed*."""
    seen = hashlib.sha256()
    for line in write(listed):
        seen.update(line)
    return seen.digest()
