"""What two cities say to each other to open a session: exact bytes, signed by both nodes.

The question is the body of a signed request, the answer is signed by the receiver's node key.
Both texts are the transcript that the session's secret is bound to.
Specification: docs/protocol/freight.md, “The conversation”.
"""

import base64
from collections.abc import Mapping
from typing import Annotated, TypeVar

import msgspec

from jumelage.bridge.errors import SignatureError
from jumelage.bridge.freight.errors import SessionRefusedError
from jumelage.bridge.identity import keys

SIGNED_AS = "jumelage-freight-session"
"""The kind under which the node key signs an answer."""
SIGNATURE_HEADER = "Freight-Signature"
LARGEST_ANSWER = 32 * 1024 * 1024
LARGEST_WANTED = 4096
LISTS, SESSIONS, PARCELS, RATES = (
    "/bridge/freight/lists",
    "/bridge/freight/sessions",
    "/bridge/freight/parcels",
    "/bridge/freight/rates",
)

Key = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9+/]{43}=\Z")]
Hex16 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
Hex32 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]
Rate = Annotated[int, msgspec.Meta(ge=0, lt=2**53)] | None
Word = Annotated[str, msgspec.Meta(max_length=20, pattern=r"^[a-z0-9-]*\Z")]


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """The sender asks for a session: for which list, with which key, over which carriers."""

    delivery: Annotated[str, msgspec.Meta(max_length=80)]
    list_hash: Hex32
    key: Key
    """The sender's X25519 public key for this session, in base64."""
    carriers: Annotated[list[Word], msgspec.Meta(max_length=8)]


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """The receiver's answer: what it lacks, where to send it.

    `delivered` tells that nothing is lacking: the receipt is on its way and there is no session.
    """

    delivery: Annotated[str, msgspec.Meta(max_length=80)]
    delivered: bool = False
    session: Hex16 = "0" * 32
    key: Key = base64.b64encode(bytes(32)).decode()
    lacking: Annotated[str, msgspec.Meta(max_length=LARGEST_ANSWER)] = ""
    """The set of lacking chunks (`parcels.Bitmap.packed`), in base64."""
    host: Annotated[str, msgspec.Meta(max_length=200)] = ""
    """Name or address to send to; empty: that of the receiver's public address."""
    tcp_port: Port = 0
    udp_port: Port = 0
    certificate: Hex32 = "0" * 64
    """SHA-256 of the receiver's certificate for this port, in hex."""
    carriers: Annotated[list[Word], msgspec.Meta(max_length=8)] = []
    """Those of the question that the receiver takes."""
    rate: Rate = None
    """Bytes a second that the receiver wants at most; null: no limit. `rates` says it anew."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """How fast the receiver wants a delivery that is on its way to come, from now on.

    `stuck` is `disk` or `quota` when there is no room any more: the session has ended.
    """

    delivery: Annotated[str, msgspec.Meta(max_length=80)]
    rate: Rate = None
    """Bytes a second at most; null: no limit."""
    stuck: Word | msgspec.UnsetType = msgspec.UNSET
    """Left out while there is room."""


Text = TypeVar("Text", Question, Reply, Wanted)


def encode(said: Question | Reply | Wanted) -> bytes:
    """Return the exact bytes of *said*."""
    return msgspec.json.encode(said)


def read(raw: bytes, kind: type[Text]) -> Text:
    """Return what *raw* says.

    Raises:
        SessionRefusedError: it cannot be read.
    """
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.DecodeError as error:
        raise SessionRefusedError(reason=str(error)[:200], code="unreadable") from error


def sign(answer: bytes) -> str:
    """Return this node's signature of *answer*, in base64."""
    return base64.b64encode(keys.sign(SIGNED_AS, answer)).decode()


def check(answer: bytes, headers: Mapping[str, str], *, key: bytes, origin: str) -> None:
    """Check that the node *origin* signed *answer* with its *key*.

    Raises:
        SignatureError: it did not.
    """
    told = headers.get(SIGNATURE_HEADER, "")
    try:
        signature = base64.b64decode(told, validate=True)
    except ValueError:
        signature = b""
    if not keys.verify(key, SIGNED_AS, answer, signature):
        raise SignatureError(origin=origin, reason="the answer to a freight session")
