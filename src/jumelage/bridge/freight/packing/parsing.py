"""Reads a packing list that somebody else wrote: every claim is checked before it is believed.

The list is read line by line and stops at the first fault, so that what a hostile peer can make
this node hold in memory is bounded by the size of the list itself: its files and its table, each
once, and nearly as much again while it is checked (measured: 360 MB for a list of 194 MB). What lies in a list without
being wrong for a reader (a second way to write the same number) is refused too: one list has
one hash.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import msgspec
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jumelage.bridge.freight.errors import PackingListError
from jumelage.bridge.freight.packing import names
from jumelage.bridge.freight.packing.lists import (
    MAGIC,
    File,
    Head,
    PackingList,
    blobs_of,
    lengths_of,
    twins_of,
)
from jumelage.bridge.freight.packing.roots import LARGEST_CHUNK, ROW, root_of

HEAD_LIMIT = 8 * 1024
LINE_LIMIT = 4 * 1024
"""Bytes of the head and of a file's line; a path has at most 1,024."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a node takes from a peer in one delivery."""

    list_bytes: int = 256 * 1024 * 1024
    files: int = 200_000
    file_bytes: int = 16 * 1024**4
    total_bytes: int = 64 * 1024**4
    ratio: int = 1_000
    """How many times the bytes that would travel the files may take up in the end."""
    ratio_from: int = 1024**3
    """Bytes in all from which the ratio counts: a few black frames are no bomb."""


LIMITS = Limits()


def parse(data: bytes, limits: Limits = LIMITS) -> PackingList:
    """Return the packing list whose exact bytes *data* are.

    Raises: PackingListError, or UnsafeNameError for a path.
    """
    return parse_file(io.BytesIO(data), len(data), limits)


def parse_file(data: BinaryIO, size: int, limits: Limits = LIMITS) -> PackingList:
    """Return the packing list that *data*, of *size* bytes, holds from its beginning on.

    Raises: as `parse`.
    """
    check_size(size, limits)
    _insist(data.read(len(MAGIC)) == MAGIC, _("it does not begin as a packing list does"))
    head = _decoded(msgspec.json.Decoder(Head), _line(data, HEAD_LIMIT))
    _check_head(head, size - data.tell(), limits)
    files = _files(data, head.files, limits)
    table = data.read(size - data.tell())
    _check_table(table, files, head)
    _check_ratio(table, head, limits)
    return PackingList(head, files, table)


def check_size(size: int, limits: Limits = LIMITS) -> None:
    """Refuse a list of *size* bytes that nobody need fetch.

    Raises: PackingListError.
    """
    _insist(size <= limits.list_bytes, _("it is larger than this city takes"))


def _insist(condition: bool, reason: str | Promise) -> None:  # noqa: FBT001  # reads as a sentence
    if not condition:
        raise PackingListError(reason=reason)


def _line(data: BinaryIO, limit: int) -> bytes:
    """Return the next line, of fewer than *limit* bytes."""
    line = data.readline(limit)
    _insist(line.endswith(b"\n"), _("a line of it is too long or not ended"))
    return line[:-1]


def _decoded(decoder: msgspec.json.Decoder[Any], line: bytes) -> Any:  # noqa: ANN401  # as typed as its decoder
    try:
        found = decoder.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise PackingListError(reason=names.shown(str(error))) from error
    _insist(msgspec.json.encode(found) == line, _("it is not written in the canonical form"))
    return found


def _check_head(head: Head, left: int, limits: Limits) -> None:
    """Compare what the head announces with what can follow in *left* bytes."""
    _insist(0 < head.files <= limits.files, _("the number of its files is beyond the limit"))
    _insist(head.bytes <= limits.total_bytes, _("its files are larger than this city takes"))
    _insist(head.blobs <= head.files, _("it announces more contents than files"))
    _insist(head.chunks * ROW.size < left, _("it is shorter than its head says"))


def _files(data: BinaryIO, count: int, limits: Limits) -> Sequence[File]:
    """Return the *count* files whose lines come next; what follows then is the table."""
    decoder = msgspec.json.Decoder(File)
    files = []
    for _number in range(count):
        file = _decoded(decoder, _line(data, LINE_LIMIT))
        names.check(file.path)
        _insist(file.size <= limits.file_bytes, _("a file of it is larger than this city takes"))
        files.append(file)
    _insist(not _line(data, LINE_LIMIT), _("it names more files than its head says"))
    names.check_together(file.path for file in files)
    _check_agreement(files)
    return tuple(files)


def _check_agreement(files: Sequence[File]) -> None:
    """Compare what is said twice of one content."""
    said: dict[str, tuple[int, int, str]] = {}
    for file in files:
        facts = (file.size, file.chunks, file.xxh128)
        _insist(said.setdefault(file.root, facts) == facts, _("two files of one root differ"))


def _check_table(table: bytes, files: Sequence[File], head: Head) -> None:
    """Compare the chunk *table* with what the files and the head say."""
    blobs = tuple(blobs_of(files))
    _insist(sum(file.size for file in files) == head.bytes, _("its sizes do not add up"))
    _insist(len(blobs) == head.blobs, _("the number of its contents is wrong"))
    _insist(len(table) == head.chunks * ROW.size, _("its chunk table has another length"))
    _insist(sum(blob.count for blob in blobs) == head.chunks, _("its chunks do not add up"))
    lengths = lengths_of(table)
    _insist(not lengths or min(lengths) > 0, _("a chunk of it is empty"))
    _insist(not lengths or max(lengths) <= LARGEST_CHUNK, _("a chunk of it is too large"))
    for blob in blobs:
        end = blob.first + blob.count
        _insist(sum(lengths[blob.first : end]) == blob.size, _("a file’s chunks do not add up"))
        part = memoryview(table)[blob.first * ROW.size : end * ROW.size]
        _insist(root_of(part) == blob.root, _("a file’s chunks do not lead to its root"))


def _check_ratio(table: bytes, head: Head, limits: Limits) -> None:
    """Refuse a list whose few bytes would fill a disk, and one chunk given two lengths."""
    lengths, again = lengths_of(table), 0
    for first, others in twins_of(table).items():
        for other in others:
            _insist(lengths[other] == lengths[first], _("one chunk has two lengths"))
        again += lengths[first] * len(others)
    small = head.bytes < limits.ratio_from
    travelling = sum(lengths) - again
    _insist(small or head.bytes <= travelling * limits.ratio, _("it unpacks to a bomb"))
