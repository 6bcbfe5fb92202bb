"""What names content: the hash of a chunk, the root of a file, the hash of a packing list.

Everything is BLAKE3 with 32 bytes. A chunk's hash is the plain hash of its bytes, so that any
tool can check it. The root of a file is taken over its rows of the chunk table under a context
of its own, so that no file's content can pass for a chunk table.

Source: BLAKE3 specification, section 2 (hash and derive_key modes).
"""

import struct
from collections.abc import Iterable

from blake3 import blake3

ROOT_CONTEXT = "jumelage freight 1 file root"
ROW = struct.Struct("<32sI")
"""One row of a chunk table: the hash of a chunk, its length in bytes."""
HASH_BYTES = 32
LARGEST_CHUNK = 1024 * 1024
"""Bytes; a parcel holds at least one chunk, and is no larger."""

Bytes = bytes | bytearray | memoryview


def chunk_hash(data: Bytes) -> bytes:
    """Return the hash that names a chunk."""
    return blake3(data).digest()


def root_of(table: Bytes) -> bytes:
    """Return the root of the file whose rows *table* holds; an empty file has no row."""
    return blake3(table, derive_key_context=ROOT_CONTEXT).digest()


def row(data: Bytes) -> bytes:
    """Return the row of the chunk *data*."""
    return ROW.pack(chunk_hash(data), len(data))


def rows(chunks: Iterable[Bytes]) -> bytes:
    """Return the table of *chunks*, in their order."""
    return b"".join(map(row, chunks))
