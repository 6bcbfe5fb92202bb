"""The exact bytes of the feeds: headers, bodies, lines of a page.

Bytes are written once by the origin, signed, stored verbatim by every reader and never
re-encoded; JSON is only ever *read* from them. Specification: docs/protocol/feeds.md.
"""

import base64
import hashlib
from functools import cache
from typing import Annotated, Any

import msgspec
import orjson

from jumelage.bridge.boundary.ingress import LARGEST_INTEGER, plain
from jumelage.bridge.errors import BodyTooLargeError
from jumelage.kit.component import Record
from jumelage.kit.errors import InvalidRecordError

VERSION = 1
HEADER_LIMIT = 4 * 1024
BODY_LIMIT = 256 * 1024
"""Bytes; larger things travel as media."""
SALT_BYTES = 16
EMPTY_HEAD = bytes(32)
"""`prev` of the first entry of a feed."""


Stored = bytes | memoryview
"""Bytes as a database gives them."""
Count = Annotated[int, msgspec.Meta(ge=0, le=LARGEST_INTEGER)]
Kind = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9.-]{1,80}\Z")]
RecordId = Annotated[str, msgspec.Meta(pattern=r"^[a-z2-7]{26}\Z")]


class Header(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What the chain commits to. Hashes are lower-case hex, `time` is UTC, display only.

    An erasure is a withdrawal with `erase`, so that a release that knows no erasures hides the
    record at least; members that a reader does not know are left in the bytes.
    """

    v: int
    origin: str
    feed: str
    epoch: Count
    seq: Count
    prev: str
    time: str
    kind: Kind
    id: RecordId
    rev: Count
    op: str
    body: str
    size: Count
    erase: bool = False

    @property
    def operation(self) -> str:
        """What is said about the record: `put`, `withdraw`, `erase`, or what is not known here."""
        return "erase" if self.erase else self.op


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
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
_decode_line = msgspec.json.Decoder(Line).decode
_decode_checkpoint_line = msgspec.json.Decoder(SignedCheckpoint).decode


def read_header(raw: bytes) -> Header:
    """Read a header that a peer sent.

    Raises:
        msgspec.DecodeError: it is no header.
        BridgeError: programs could read it differently; as `ingress.plain`.
    """
    header = decode_header(raw)
    if encode_header(header) != raw:  # written by another program, or not to be trusted
        plain(raw, "a header")
    return header


def decode_line(raw: bytes) -> Line:
    """Read one line of a page that a peer sent.

    Raises:
        As `read_header`.
    """
    line = _decode_line(raw)
    if _write_line(line.h, line.s, line.b) != raw:
        plain(raw, "a line of a page")
    return line


def decode_checkpoint_line(raw: bytes) -> SignedCheckpoint:
    """Read the last line of a page that a peer sent.

    Raises:
        As `read_header`.
    """
    plain(raw, "the last line of a page")
    return _decode_checkpoint_line(raw)


def _write_line(header: str, salt: str | None, body: str | None) -> bytes:
    if salt is None or body is None:
        return orjson.dumps({"h": header})
    return orjson.dumps({"h": header, "s": salt, "b": body})


def encode_line(header: Stored, salt: Stored | None, body: Stored | None) -> bytes:
    """Return one line of a page, newline included."""
    text = str(header, "utf-8")
    if body is None or salt is None:
        return _write_line(text, None, None) + b"\n"
    return _write_line(text, base64.b64encode(salt).decode(), str(body, "utf-8")) + b"\n"


def digest(data: bytes) -> bytes:
    """Return the SHA-256 of *data*, 32 bytes."""
    return hashlib.sha256(data).digest()


def encode_body(record: Record, allowed: frozenset[str]) -> bytes:
    """Return the body bytes of *record*: JSON of the fields in *allowed*, sorted by name.

    Raises:
        BodyTooLargeError: over `BODY_LIMIT`.
        InvalidRecordError: it holds an integer over 2^53, which no reader would take.
    """
    fields: dict[str, Any] = msgspec.to_builtins(record)
    try:
        body = orjson.dumps(
            {name: value for name, value in fields.items() if name in allowed},
            option=orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER,
        )
    except orjson.JSONEncodeError as error:
        raise InvalidRecordError(reason=str(error)) from error
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
