"""How datagrams are sealed: parcels and answers by AES-256-GCM, heads by a keyed authenticator.

A parcel is sealed once, with its number as nonce under a key of this session and direction, so a
piece that is sent again has the same bytes. The head of a piece is exactly one block of AES: the
first eight bytes of its encryption under another key are a pseudo-random function of it, and
hundreds of heads are done with one call. Who does not know the session cannot make one (2**-64 a
try); a piece with a true head and false bytes is found when the parcel is opened.
Source: NIST SP 800-38D (GCM), FIPS 197 (AES).
"""

from dataclasses import dataclass

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from jumelage.bridge.freight.carriers.keys import derive
from jumelage.bridge.freight.carriers.udp.wire import (
    HEAD_BYTES,
    SEALED_HEAD,
    TAG_BYTES,
    Bytes,
    Kind,
)

GCM_TAG = 16


@dataclass(frozen=True)
class Opened:
    """A sealed text that was opened."""

    kind: Kind
    counter: int
    text: bytes


class Seals:
    """All keys of one session's datagrams. Not for several threads, `parcel` and `open_parcel` excepted."""

    def __init__(self, secret: bytes) -> None:
        self.connection = int.from_bytes(derive(secret, "udp connection", 4), "little")
        """Says which session a datagram is of; unguessable from outside."""
        self._parcels = AESGCM(derive(secret, "udp parcels"))
        self._texts = {
            Kind.ANSWER: AESGCM(derive(secret, "udp answers")),
            Kind.CONTROL: AESGCM(derive(secret, "udp control")),
        }
        heads = algorithms.AES(derive(secret, "udp heads"))
        self._heads = Cipher(heads, modes.ECB()).encryptor()  # noqa: S305  # one block each: a PRF
        self._block = bytearray(HEAD_BYTES * 64 + HEAD_BYTES)

    def tags(self, heads: Bytes) -> Bytes:
        """Return the authenticators of *heads*: (n, 16) to (n, 8), uint8; valid until the next call."""
        self._encrypt(heads)
        done = np.frombuffer(self._block, np.uint8, heads.size)
        return done.reshape(-1, HEAD_BYTES)[:, :TAG_BYTES]

    def words(self, heads: Bytes) -> np.ndarray:
        """Return the authenticators of *heads* as one number each; valid until the next call."""
        self._encrypt(heads)
        return np.frombuffer(self._block, np.uint64, heads.size // TAG_BYTES)[::2]

    def _encrypt(self, heads: Bytes) -> None:
        length = heads.size
        if len(self._block) < length + HEAD_BYTES:
            self._block = bytearray(length + HEAD_BYTES)
        self._heads.update_into(heads.data.cast("B"), self._block)

    def parcel(self, number: int, data: bytes) -> bytes:
        """Return parcel *number* sealed: 16 bytes longer."""
        return self._parcels.encrypt(_nonce(number), data, None)

    def open_parcel(self, number: int, sealed: memoryview, into: memoryview) -> bool:
        """Open parcel *number* into a buffer 16 bytes shorter; tell whether it is whole and true."""
        try:
            self._parcels.decrypt_into(_nonce(number), sealed, None, into)
        except InvalidTag:
            return False
        return True

    def text(self, kind: Kind, counter: int, text: bytes) -> bytes:
        """Return a datagram that holds *text*; *counter* is never used twice for one kind."""
        head = SEALED_HEAD.pack(kind, 0, 0, self.connection, counter)
        return head + self._texts[kind].encrypt(_nonce(counter), text, head)

    def open_text(self, kind: Kind, datagram: bytes) -> Opened | None:
        """Return what a datagram of *kind* holds; None when it was not made by the other end."""
        if len(datagram) < HEAD_BYTES + GCM_TAG:
            return None
        head = datagram[:HEAD_BYTES]
        said, zero, none, connection, counter = SEALED_HEAD.unpack(head)
        if said != kind or zero or none or connection != self.connection:
            return None
        try:
            text = self._texts[kind].decrypt(_nonce(counter), datagram[HEAD_BYTES:], head)
        except InvalidTag:
            return None
        return Opened(kind, counter, text)


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")
