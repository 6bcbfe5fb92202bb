"""The first statement of a node, which gives it its name; no database is needed to check one.

The genesis entry holds the public halves of the recovery key and of the first signing key
and is signed by both. The node's origin is the beginning of its hash: nobody can claim a
name without the keys, and the recovery key keeps the name when the signing key is lost.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import orjson
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jumelage.bridge.errors import SignatureError
from jumelage.bridge.identity import keys
from jumelage.bridge.identity.keys import SigningKey
from jumelage.kit import clock

if TYPE_CHECKING:
    from jumelage.bridge.models import Node

KIND = "jumelage/genesis/1"
SIGNATURE_BYTES = 64


class Statement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the genesis bytes say; keys and the random number as lower-case hex."""

    v: int
    recovery: str
    signing: str
    created: str
    random: str


@dataclass(frozen=True, slots=True)
class Genesis:
    """The exact bytes and both signatures over them."""

    text: bytes
    by_recovery: bytes
    by_signing: bytes

    @property
    def origin(self) -> str:
        """The node's name: 160 bits of the SHA-256, as 32 lower-case base32 characters."""
        return base64.b32encode(hashlib.sha256(self.text).digest()).decode().lower()[:32]

    @property
    def signatures(self) -> bytes:
        """Both signatures, recovery first, 128 bytes."""
        return self.by_recovery + self.by_signing

    @classmethod
    def of(cls, node: "Node") -> "Genesis":
        """Return the genesis of a node in the database."""
        both = bytes(node.genesis_signatures)
        return cls(bytes(node.genesis), both[:SIGNATURE_BYTES], both[SIGNATURE_BYTES:])

    @property
    def recovery(self) -> bytes:
        """The public recovery key, 32 bytes; only meaningful once `check` has accepted it."""
        return bytes.fromhex(msgspec.json.decode(self.text, type=Statement).recovery)

    def check(self) -> bytes:
        """Return the first signing key, 32 bytes, after checking both signatures.

        Raises:
            SignatureError: the bytes are not a genesis entry, or a signature does not fit.
        """
        try:
            said = msgspec.json.decode(self.text, type=Statement)
            recovery, signing = bytes.fromhex(said.recovery), bytes.fromhex(said.signing)
        except ValueError as error:
            raise self._broken(_("the genesis entry cannot be read")) from error
        if said.v != 1 or recovery == signing:
            raise self._broken(_("the genesis entry is of an unknown form"))
        if not keys.verify(recovery, KIND, self.text, self.by_recovery):
            raise self._broken(_("the genesis entry was not signed by its recovery key"))
        if not keys.verify(signing, KIND, self.text, self.by_signing):
            raise self._broken(_("the genesis entry was not signed by its signing key"))
        return signing

    def _broken(self, reason: str | Promise) -> SignatureError:
        return SignatureError(origin=self.origin, reason=reason)


def make(*, recovery: SigningKey, signing: SigningKey) -> Genesis:
    """Return a new genesis entry for the two keys."""
    text = orjson.dumps(
        {
            "v": 1,
            "recovery": recovery.public.hex(),
            "signing": signing.public.hex(),
            "created": clock.now().isoformat(timespec="seconds"),
            "random": secrets.token_hex(16),
        }
    )
    return Genesis(text, recovery.sign(KIND, text), signing.sign(KIND, text))
