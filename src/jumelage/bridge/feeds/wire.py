"""The exact bytes of the feeds: headers, bodies, lines of a page.

Bytes are written once by the origin, signed, stored verbatim by every reader and never
re-encoded; JSON is only ever *read* from them. Specification: docs/protocol/feeds.md.
"""

import base64
import hashlib
from functools import cache
from typing import Any

import msgspec
import orjson

from jumelage.bridge.errors import BodyTooLargeError
from jumelage.kit.component import Record

VERSION = 1
BODY_LIMIT = 256 * 1024
"""Bytes; larger things travel as media."""
SALT_BYTES = 16
EMPTY_HEAD = bytes(32)
"""`prev` of the first entry of a feed."""


class Header(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the chain commits to. Hashes are lower-case hex, `time` is UTC, display only.

    An erasure is a withdrawal with `erase`, so that a release that knows no erasures hides the
    record at least; members that a reader does not know are left in the bytes.
    """

    v: int
    origin: str
    feed: str
    epoch: int
    seq: int
    prev: str
    time: str
    kind: str
    id: str
    rev: int
    op: str
    body: str
    size: int
    erase: bool = False

    @property
    def operation(self) -> str:
        """What is said about the record: `put`, `withdraw`, `erase`, or what is not known here."""
        return "erase" if self.erase else self.op


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry on the wire: exact header and body texts, salt as base64."""

    h: str
    s: str | None = None
    b: str | None = None

    @property
    def header(self) -> bytes:
        """The exact header bytes."""
        return self.h.encode()

    @property
    def salt(self) -> bytes | None:
        """The salt, absent when the body was erased or dropped."""
        return None if self.s is None else base64.b64decode(self.s, validate=True)

    @property
    def body(self) -> bytes | None:
        """The exact body bytes, absent when the body was erased or dropped."""
        return None if self.b is None else self.b.encode()


class SignedCheckpoint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The last line of a page: the exact checkpoint text and its signature as base64."""

    checkpoint: str
    signature: str


encode_header = msgspec.json.Encoder().encode
decode_header = msgspec.json.Decoder(Header).decode
decode_line = msgspec.json.Decoder(Line).decode
decode_checkpoint_line = msgspec.json.Decoder(SignedCheckpoint).decode


def encode_line(header: bytes, salt: bytes | None, body: bytes | None) -> bytes:
    """Return one line of a page, newline included."""
    line: dict[str, str | None] = {"h": header.decode()}
    if body is not None and salt is not None:
        line["s"] = base64.b64encode(salt).decode()
        line["b"] = body.decode()
    return orjson.dumps(line) + b"\n"


def digest(data: bytes) -> bytes:
    """Return the SHA-256 of *data*, 32 bytes."""
    return hashlib.sha256(data).digest()


def encode_body(record: Record, allowed: frozenset[str]) -> bytes:
    """Return the body bytes of *record*: JSON of the fields in *allowed*, sorted by name.

    Raises:
        BodyTooLargeError: over `BODY_LIMIT`.
    """
    fields: dict[str, Any] = msgspec.to_builtins(record)
    body = orjson.dumps(
        {name: value for name, value in fields.items() if name in allowed},
        option=orjson.OPT_SORT_KEYS,
    )
    if len(body) > BODY_LIMIT:
        raise BodyTooLargeError(size=len(body), limit=BODY_LIMIT)
    return body


@cache
def _decoder(record_type: type[Record]) -> "msgspec.json.Decoder[Record]":
    return msgspec.json.Decoder(record_type)


def decode_body(record_type: type[Record], body: bytes) -> Record:
    """Read a record of *record_type* from *body*; unknown fields are left in the bytes.

    Raises:
        msgspec.ValidationError: a field is missing or has the wrong type.
    """
    return _decoder(record_type).decode(body)
