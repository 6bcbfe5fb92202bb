"""Checkpoints: an origin's signed statement that its feed had this head at this sequence.

One is signed at every commit, and at the end of each page that is served, so that a reader
checks one signature for up to 500 entries.
"""

import base64
from dataclasses import dataclass

import msgspec

from jumelage.bridge.boundary.ingress import plain
from jumelage.bridge.errors import SignatureError
from jumelage.bridge.feeds.chain import Head
from jumelage.bridge.feeds.wire import SignedCheckpoint
from jumelage.bridge.identity import keys

KIND = "jumelage/checkpoint/1"


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """The text that is signed; `head` is the hex hash of entry `seq`."""

    v: int
    origin: str
    feed: str
    epoch: int
    seq: int
    head: str


@dataclass(frozen=True, slots=True)
class Signed:
    """The exact signed bytes and the Ed25519 signature over them (RFC 8032)."""

    text: bytes
    signature: bytes

    def line(self) -> bytes:
        """Return the last line of a page, newline included."""
        wire = SignedCheckpoint(
            checkpoint=self.text.decode(), signature=base64.b64encode(self.signature).decode()
        )
        return msgspec.json.encode(wire) + b"\n"

    @classmethod
    def read(cls, line: SignedCheckpoint) -> "Signed":
        """Return the bytes a page's last line carries."""
        return cls(line.checkpoint.encode(), base64.b64decode(line.signature, validate=True))


def sign(head: Head) -> Signed:
    """Sign *head* with this node's key."""
    statement = Statement(
        v=1,
        origin=head.origin,
        feed=head.feed,
        epoch=head.epoch,
        seq=head.seq,
        head=head.hash.hex(),
    )
    text = msgspec.json.encode(statement)
    return Signed(text, keys.sign(KIND, text))


def check(signed: Signed, head: Head, public_key: bytes) -> None:
    """Check that *signed* vouches for exactly *head*.

    Raises:
        SignatureError: the text speaks of another head, or the signature does not fit.
        BridgeError: programs could read the text differently; as `ingress.plain`.
    """
    try:
        plain(signed.text, "a checkpoint")
        said = msgspec.json.decode(signed.text, type=Statement)
    except msgspec.DecodeError as error:
        raise SignatureError(origin=head.origin, reason="the checkpoint cannot be read") from error
    if (said.origin, said.feed, said.epoch, said.seq, said.head) != (
        head.origin,
        head.feed,
        head.epoch,
        head.seq,
        head.hash.hex(),
    ):
        raise SignatureError(origin=head.origin, reason="the checkpoint speaks of another head")
    if not keys.verify(public_key, KIND, signed.text, signed.signature):
        raise SignatureError(origin=head.origin, reason="the checkpoint was not signed by its key")
