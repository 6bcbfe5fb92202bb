"""The hash chain of a feed, without any I/O.

Theory of operation. A feed is a list of headers; each header holds the hash of the one
before, so one signature over the last hash (a checkpoint) vouches for all of them. A header
holds only a salted hash of its body: the body can be erased and the chain still verifies.
Sequence numbers are contiguous per feed, so a gap is always an error and a reader can ask for
pages ahead without waiting.
"""

import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import msgspec

from jumelage.bridge.errors import BridgeError, ChainError, HeaderRefusedError
from jumelage.bridge.feeds.wire import (
    HEADER_LIMIT,
    SALT_BYTES,
    VERSION,
    Header,
    Line,
    digest,
    encode_header,
    read_header,
)

OPERATIONS = frozenset({"put", "withdraw", "erase"})
"""What this release can apply; other operations are stored, verified, for a later one."""
OLDEST_YEAR, NEWEST_YEAR = 1971, 9998
"""Beyond them a time cannot be shown in every zone."""
_OPERATION = re.compile("[a-z-]{1,10}")


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a feed: everything needed to extend or check it."""

    origin: str
    feed: str
    epoch: int
    seq: int
    hash: bytes


class Link(msgspec.Struct, frozen=True, gc=False):
    """One entry: parsed header, exact bytes, hash, and the body if it is there."""

    header: Header
    raw: bytes
    hash: bytes
    salt: bytes | None
    body: bytes | None


@lru_cache(16)
def _in_words(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds")


class ReadLine(Line, frozen=True, kw_only=True, gc=False):
    """A line with the link that was read from it ahead of its turn."""

    link: Link


def extend(
    head: Head, *, kind: str, record_id: str, rev: int, op: str, body: bytes, time: datetime
) -> tuple[Head, Link]:
    """Return the new head and the link that carries *body* after *head*."""
    salt = secrets.token_bytes(SALT_BYTES)
    header = Header(
        v=VERSION,
        origin=head.origin,
        feed=head.feed,
        epoch=head.epoch,
        seq=head.seq + 1,
        prev=head.hash.hex(),
        time=_in_words(time),
        kind=kind,
        id=record_id,
        rev=rev,
        op="withdraw" if op == "erase" else op,
        erase=op == "erase",
        body=digest(salt + body).hex(),
        size=len(body),
    )
    raw = encode_header(header)
    link = Link(header, raw, digest(raw), salt, body)
    return Head(head.origin, head.feed, head.epoch, header.seq, link.hash), link


def follow(head: Head, lines: Iterable[Line]) -> Iterator[Link]:
    """Yield the verified links that continue *head*, in order.

    Raises:
        ChainError: a line does not continue the chain, or a body does not fit its header.
    """
    seq, prev = head.seq, head.hash
    for line in lines:
        link = read(head, line)
        if link.header.seq != seq + 1:
            raise _broken(head, f"expected entry {seq + 1}, got {link.header.seq}")
        if link.header.prev != prev.hex():
            raise _broken(head, f"entry {link.header.seq} does not follow from the one before")
        seq, prev = link.header.seq, link.hash
        yield link


def read(head: Head, line: Line) -> Link:
    """Return the link that *line* of the feed of *head* holds, wherever it stands in the chain.

    Raises:
        ChainError: it cannot be read, belongs to another feed, or its body does not fit.
    """
    place = _place(head)
    if isinstance(line, ReadLine) and _place(line.link.header) == place:
        return line.link
    raw = line.header
    header = header_of(head, raw)
    salt, body = _content(head, line)
    if header.v != VERSION:
        raise _broken(head, f"header version {header.v} is not known here")
    if _place(header) != place:
        raise _broken(head, f"entry {header.seq} belongs to another feed")
    if not _OPERATION.fullmatch(header.op) or (header.erase and header.op != "withdraw"):
        raise _broken(head, f"entry {header.seq} has the unknown operation “{header.op[:20]}”")
    if body is not None and (
        salt is None or len(body) != header.size or digest(salt + body).hex() != header.body
    ):
        raise _broken(head, f"the body of entry {header.seq} does not fit its hash")
    return Link(header, raw, digest(raw), salt, body)


def _place(header: Header | Head) -> tuple[str, str, int]:
    return header.origin, header.feed, header.epoch


def read_ahead(head: Head, lines: Sequence[Line]) -> Sequence[Line]:
    """Check what can be checked of each of *lines* alone, while the database is busy with others.

    They are the same lines; a page with one that is not right is left as it is, so that it is
    refused in its turn, after what comes before it.
    """
    try:
        return [ReadLine(h=line.h, s=line.s, b=line.b, link=read(head, line)) for line in lines]
    except BridgeError:
        return lines


def header_of(head: Head, raw: bytes) -> Header:
    """Read the header that was sent as one of the feed of *head*; its place is not judged.

    Raises:
        HeaderRefusedError: it is not of the agreed form.
        BridgeError: programs could read it differently; as `ingress.plain`.
    """
    if len(raw) > HEADER_LIMIT:
        raise _misshapen(head, f"over {HEADER_LIMIT} bytes")
    try:
        header = read_header(raw)
        at = datetime.fromisoformat(header.time)
    except (msgspec.DecodeError, ValueError) as error:
        raise _misshapen(head, str(error)[:100]) from error
    if at.tzinfo is None or not OLDEST_YEAR <= at.year <= NEWEST_YEAR:
        raise _misshapen(head, "its time is no time of our age, with a zone")
    return header


def _content(head: Head, line: Line) -> tuple[bytes | None, bytes | None]:
    """Return salt and body."""
    try:
        salt = line.salt
    except ValueError as error:
        raise _misshapen(head, "its salt is not base64") from error
    if salt is not None and len(salt) != SALT_BYTES:
        raise _misshapen(head, f"its salt has not {SALT_BYTES} bytes")
    return salt, line.body


def _misshapen(head: Head, reason: str) -> HeaderRefusedError:
    return HeaderRefusedError(feed=head.feed, origin=head.origin, reason=reason)


def _broken(head: Head, reason: str) -> ChainError:
    return ChainError(feed=head.feed, origin=head.origin, reason=reason)
