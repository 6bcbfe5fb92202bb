"""The keys of one session: X25519, HKDF-SHA256, one key for each purpose and direction.

Each end makes a key pair for the session only. The session's question and answer are signed by
the nodes; their exact bytes are the transcript, so a key can only come out equal on both sides
when both read the same words. Source: RFC 7748 (X25519), RFC 5869 (HKDF).
"""

import hashlib
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from jumelage.bridge.freight.errors import SessionKeyError

LABEL = b"jumelage freight 1 "


@dataclass(frozen=True, slots=True)
class Exchange:
    """One end's key pair for one session."""

    _private: X25519PrivateKey = field(repr=False)

    @classmethod
    def make(cls) -> "Exchange":
        """Return a new random pair."""
        return cls(X25519PrivateKey.generate())

    @classmethod
    def of(cls, private: bytes) -> "Exchange":
        """Return the pair of the 32 bytes *private* (test vectors)."""
        return cls(X25519PrivateKey.from_private_bytes(private))

    @property
    def public(self) -> bytes:
        """The 32 bytes to show to the other end."""
        return self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def agree(self, peer: bytes, *, question: bytes, answer: bytes) -> bytes:
        """Return the secret of the session: 32 bytes, equal on both ends.

        *question* and *answer* are the exact bytes that were signed, as they crossed.
        Raises: SessionKeyError when *peer* is not a usable public key.
        """
        try:
            shared = self._private.exchange(X25519PublicKey.from_public_bytes(peer))
        except ValueError:  # not 32 bytes, or a point of low order: the shared secret would be zero
            raise SessionKeyError from None
        salt = transcript(question, answer)
        return HKDF(hashes.SHA256(), 32, salt=salt, info=LABEL + b"session").derive(shared)


def transcript(question: bytes, answer: bytes) -> bytes:
    """Return SHA-256 over both texts, each after its length in eight bytes, big end first."""
    both = b"".join(len(text).to_bytes(8, "big") + text for text in (question, answer))
    return hashlib.sha256(both).digest()


def derive(secret: bytes, purpose: str, length: int = 32) -> bytes:
    """Return the key of *purpose* under the session's *secret*."""
    return HKDFExpand(hashes.SHA256(), length, info=LABEL + purpose.encode()).derive(secret)
