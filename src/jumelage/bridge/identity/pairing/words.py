"""Eight words that two people compare on a call.

The words are 88 bits of a hash over what both nodes said of themselves and both nonces. An
attacker in the middle has to fix what he says to one side before the other side's nonce
exists, so he must find a second preimage of 88 bits; equal words mean nobody is in the middle.
The lists are those of BIP 39: 2048 words each, so eleven bits a word.
"""

import hashlib
import unicodedata
from dataclasses import dataclass
from functools import cache

from mnemonic import Mnemonic

from jumelage.bridge.identity.keys import encode

KIND = "jumelage/words/1"
COUNT = 8
BITS = 11


@dataclass(frozen=True, slots=True)
class Words:
    """The same number as eight English and eight French words."""

    english: tuple[str, ...]
    french: tuple[str, ...]

    def __str__(self) -> str:
        """Return both phrases."""
        return f"{' '.join(self.english)} / {' '.join(self.french)}"


@cache
def _list(language: str) -> tuple[str, ...]:
    words = Mnemonic(language).wordlist
    return tuple(unicodedata.normalize("NFC", word) for word in words)


def spell(*, inviter: bytes, accepter: bytes, inviter_nonce: str, accepter_nonce: str) -> Words:
    """Return the words for two genesis entries and two nonces of 26 characters.

    The hashed bytes have fixed lengths: SHA-256 of each genesis (32 + 32), nonces (26 + 26).
    """
    genesis = hashlib.sha256(inviter).digest() + hashlib.sha256(accepter).digest()
    nonces = inviter_nonce.encode() + accepter_nonce.encode()
    digest = hashlib.sha256(encode(KIND, genesis + nonces)).digest()
    number = int.from_bytes(digest[: COUNT * BITS // 8])
    indices = [number >> (BITS * (COUNT - 1 - i)) & (2**BITS - 1) for i in range(COUNT)]
    english, french = (tuple(_list(name)[i] for i in indices) for name in ("english", "french"))
    return Words(english, french)
